"""Lines of a batch as one text, and the letters of texts as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.fold import SENTINEL, codes, fold
from moderation.folding.letters import BREAK, FIRST_UNSPACED, is_gap, leaves_nothing
from moderation.folding.skeleton import Skeleton, merged, plain
from moderation.folding.tables import Codes

Indices = NDArray[np.int64]
_NEWLINE = 10


class Lines(NamedTuple):
    """A batch of lines as one text: it begins with a newline, and each line ends with one.

    ``text`` is the folded text, ``folded`` its code points; ``starts[i]`` is where line i begins, the last the end.
    """

    original: str
    text: str
    folded: Codes
    starts: Indices

    def of(self, places: Indices) -> Indices:
        """The lines in which places of the text stand."""
        numbers: Indices = self.starts.searchsorted(places, "right") - 1
        return numbers

    def line(self, number: int) -> str:
        """The folded text of a line."""
        return self.text[self.starts[number] : self.starts[number + 1] - 1]

    def inside(self, numbers: Indices) -> NDArray[np.bool_]:
        """Which characters of the text stand in some of its lines, with the newline before the first of all."""
        wanted = np.zeros(len(self.starts), dtype=np.bool_)
        wanted[0], wanted[numbers + 1] = True, True
        lengths = self.starts.copy()
        lengths[1:] -= self.starts[:-1]
        return wanted.repeat(lengths)


def plain_letters(texts: Sequence[str]) -> list[bytes]:
    """The letters of each folded text as it is written."""
    text = as_lines(texts)
    return lines_of(plain(codes(text)).skeleton, text)


def merged_letters(texts: Sequence[str], *, symbols: bool = True, repeats: bool = True) -> list[bytes]:
    """The letters of each folded text as it may be hidden (see :func:`~moderation.folding.skeleton.merged`)."""
    text = as_lines(texts)
    return lines_of(merged(codes(text), symbols=symbols, repeats=repeats), text)


def term_forms(texts: Sequence[str]) -> list[str]:
    """The form of each text in the folded view, all at once: thousands of calls would take seconds."""
    lined = [text.replace("\n", " ") for text in texts]
    if not lined:
        return []
    return [line.strip() for line in fold("\n".join(lined)).replace(SENTINEL, "").split("\n")]


def lines_of(skeleton: Skeleton, text: str) -> list[bytes]:
    """The letters of each line of a text (begun and ended by a newline), without breaks at its ends."""
    ends = (codes(text)[skeleton.at] == _NEWLINE).nonzero()[0]
    letters = skeleton.letters.tobytes()
    lines = [letters[2 * (first + 1) : 2 * last] for first, last in pairwise(ends.tolist())]
    return [_without_breaks(line) if BREAK in line else line for line in lines]


def _without_breaks(line: bytes) -> bytes:
    while line.startswith(BREAK):
        line = line[len(BREAK) :]
    while line.endswith(BREAK):
        line = line[: -len(BREAK)]
    return line


def as_lines(texts: Sequence[str]) -> str:
    """Texts as lines, in the form in which skeletons are made of them."""
    return "\n".join(["", *texts, ""])


def edges_of(literal: str, letters: bytes) -> Iterator[bytes]:
    """The letters of a literal as they may stand in a text: at the edges of a word or inside it."""
    seen = [character for character in literal if not leaves_nothing(character)]
    first, last = (not is_gap(seen[0]), not is_gap(seen[-1])) if letters else (False, False)
    for begins in (False, True) if first and letters[0] < FIRST_UNSPACED else (None,):
        for ends in (False, True) if last and letters[-2] < FIRST_UNSPACED else (None,):
            way = bytearray(letters)
            if begins is not None:
                way[1] = way[1] & ~1 | begins
            if ends is not None:
                way[-1] = way[-1] & ~2 | ends << 1
            yield bytes(way)
