"""What a reader sees of a text: the letters side by side, whatever invisible is strewn between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.fold import codes, text_of

_JOINER = "\u200d"
_PRESENTED = "\ufe0f"  # as a picture: may stand between an emoji and its joiner
_PICTURES = (("\u2190", "\u2bff"), ("\U0001f000", "\U0001faff"))  # folded, so that ① and 🄰 are not among them


class Visible(NamedTuple):
    """The part of a text that is seen: ``places[i]`` is where its character i stands in the whole."""

    text: str
    places: NDArray[np.int64]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch, not empty, stands in the whole: from its first character to behind its last."""
        return int(self.places[start]), int(self.places[end - 1]) + 1


def visible(original: str, folded: str) -> Visible:
    """The folded text without what leaves nothing; both are of equal length.

    A joiner between two emoji stays, as a sentinel: they are one picture, and not two side by side.
    """
    written = codes(folded)
    kept = written != 0
    if _JOINER in original:
        kept[list(_joints(original, folded))] = True
    return Visible(text_of(written[kept]), kept.nonzero()[0])


def _joints(original: str, folded: str) -> Iterator[int]:
    """Where a joiner stands between two emoji."""
    at = original.find(_JOINER)
    while at >= 0:
        before = at - 2 if original[at - 1 : at] == _PRESENTED else at - 1
        if before >= 0 and _is_picture(folded[before]) and _is_picture(folded[at + 1 : at + 2]):
            yield at
        at = original.find(_JOINER, at + 1)


def _is_picture(character: str) -> bool:
    return any(first <= character <= last for first, last in _PICTURES)
