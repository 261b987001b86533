"""The digit view: a field as the recognisers read it, with numbers of every style in plain digits.

What cannot be seen is left out (``1⃣`` keycaps, zero-width characters); Chinese numerals stand for digits where three
or more follow each other (``一三八``, not ``一起``), and number words where five do (``one three eight zero zero``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, pairwise
from typing import Any, NamedTuple

from moderation.domain.signal import Evidence
from moderation.folding.fold import SENTINEL, fold
from moderation.matching.contacts.found import Found, weakest
from moderation.matching.contacts.tables import any_of, compiled, rows

_LONGEST_RUN = 300
"""Characters in a row that may be a number; with more it is none that anybody could call."""

_MOST_RUNS = 1000

_KEYCAP = "\u20e3"
_DISGUISED = Evidence.folded.strength  # weaker than this, a hit has a chain


class View(NamedTuple):
    """The text of a field as it is read: ``text[i]`` stands for ``original[starts[i]:ends[i]]``."""

    original: str
    folded: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def written(self, start: int, end: int) -> str:
        """What stands in the original for ``text[start:end]``, which is not empty."""
        return self.original[self.starts[start] : self.end(end)]

    def end(self, end: int) -> int:
        """Where ``text[:end]`` ends in the original, with the marks on its last character (``3️⃣``)."""
        at = self.ends[end - 1]
        while self.folded[at : at + 1] == SENTINEL and unicodedata.category(self.original[at])[0] == "M":
            at += 1
        return at

    def evidence(self, start: int, end: int) -> Evidence:
        """How plainly ``text[start:end]`` is written."""
        if self.written(start, end) == self.text[start:end]:
            return Evidence.exact
        return weakest(*(self._character(index, last=index == end - 1) for index in range(start, end)))

    def found(self, kind: str, value: str, start: int, end: int, evidence: Evidence, meant: str | None = None) -> Found:
        """A hit at ``text[start:end]``; ``meant`` is what that says in plain words (its value, where not given)."""
        written = self.written(start, end)
        plain = value if meant is None else meant
        chain = (written, plain) if evidence.strength < _DISGUISED and written != plain else ()
        return Found(kind, value, self.starts[start], self.end(end), evidence, chain)

    def _character(self, index: int, *, last: bool) -> Evidence:
        start, end, read = self.starts[index], self.ends[index], self.text[index]
        if not read.isalnum():
            return Evidence.exact  # how punctuation is written says nothing
        after = end if last or index + 1 == len(self.text) else self.starts[index + 1]
        hidden = self.original[end:after]
        if _KEYCAP in (hidden or self.original[end : end + 2]):
            return Evidence.emoji
        if any(unicodedata.category(character) == "Cf" for character in hidden):
            return Evidence.squeezed
        written = self.original[start:end]
        if written == read:
            return Evidence.folded if hidden else Evidence.exact
        if read.isdigit() and not (len(written) == 1 and unicodedata.category(written) == "Nd"):
            return Evidence.emoji if unicodedata.category(written[0]) == "So" else Evidence.numeral
        return Evidence.folded


@cache
def _numerals() -> dict[str, str]:
    """From characters and words to digits."""
    digits = {}
    for digit, characters, words in rows("numerals"):
        digits.update(dict.fromkeys([*characters, *fold(words).replace("-", "").split()], digit))
    return digits


@cache
def _runs() -> tuple[Any, Any]:
    """Runs that hold numerals, and a number word in them."""
    characters = any_of(numeral for numeral in _numerals() if not numeral.isalpha() or len(numeral) == 1)
    words = any_of(numeral for numeral in _numerals() if len(numeral) > 1)
    gap = r"[\s.\-_~*·,，、|/\p{So}]{0,2}"
    run = (
        rf"{characters}(?:{gap}(?:[0-9]|{characters})){{2,}}|[0-9]{gap}{characters}(?:{gap}(?:[0-9]|{characters}))+"
        rf"|\b(?:{words}|[0-9]+)(?:[\s,.\-]{{1,3}}(?:{words}|[0-9]+)){{4,}}\b"
    )
    return compiled(run), compiled(words)


def view(original: str, folded: str) -> View:
    """The digit view of a field; ``folded`` is its folded view."""
    text, starts, ends = _seen(folded)
    edits = list(_edits(text))
    if edits:
        text, starts, ends = _edited(text, starts, ends, edits)
    return View(original, folded, text, starts, ends)


def _seen(folded: str) -> tuple[str, Sequence[int], Sequence[int]]:
    if SENTINEL not in folded:
        return _encodable(folded), range(len(folded)), range(1, len(folded) + 1)
    starts = [index for index, character in enumerate(folded) if character != SENTINEL]
    return _encodable(folded.replace(SENTINEL, "")), starts, [start + 1 for start in starts]


def _encodable(text: str) -> str:
    """The text with lone surrogates, which UTF-8 has no form for, as U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    return text


def _edits(text: str) -> Iterator[tuple[int, int, str]]:
    """What to read as digits: characters one by one, words with the blanks and commas after them."""
    runs, word = _runs()
    for run in islice(runs.finditer(text), _MOST_RUNS):
        written, at = run.group(), run.start()
        if len(written) > _LONGEST_RUN:
            continue
        if word.search(written) is None:
            for index, character in enumerate(written, at):
                if character in _numerals():
                    yield index, index + 1, _numerals()[character]
            continue
        words = [*(found.span() for found in word.finditer(written)), (len(written), len(written))]
        for (start, end), (following, _) in pairwise(words):
            digits_between = any(map(str.isdigit, written[end:following]))
            yield at + start, at + (end if digits_between else following), _numerals()[written[start:end]]


def _edited(
    text: str, starts: Sequence[int], ends: Sequence[int], edits: Sequence[tuple[int, int, str]]
) -> tuple[str, list[int], list[int]]:
    """The text with its edits, each digit standing for all that it was read from."""
    pieces: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    at = 0
    for start, end, digits in edits:
        pieces += text[at:start], digits
        new_starts += [*starts[at:start], *[starts[start]] * len(digits)]
        new_ends += [*ends[at:start], *[ends[end - 1]] * len(digits)]
        at = end
    return "".join([*pieces, text[at:]]), [*new_starts, *starts[at:]], [*new_ends, *ends[at:]]
