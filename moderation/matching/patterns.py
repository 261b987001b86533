r"""Regular expressions by RE2. Nearly all wait for one of their literals, which the automaton of the terms finds.

Never Python's ``re``: it backtracks (``(a+)+$`` takes seconds) and reads ``\b`` and ``\d`` otherwise.

Patterns of the folded view read past what leaves nothing there (zero-width characters, lone marks), as terms do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.domain.errors import UsageError
from moderation.domain.language import Language, covers
from moderation.domain.signal import Evidence, Gate, Hit, Pattern
from moderation.domain.text import Span
from moderation.folding.fold import SENTINEL
from moderation.folding.letters import is_gap
from moderation.folding.tables import SIZE, Codes
from moderation.matching.literals import required
from moderation.matching.marks import hides
from moderation.matching.visible import Visible, visible

# RE2 builds a pattern's automaton while it searches, and throws it away when this is full. Long alternations before a
# gap have so many states that with the 8 MiB of the default they would be built anew for every post.
_MEMORY_BYTES = 64 << 20
_KEPT = 1 << 12  # compiled patterns, which other rules bring again when running workers take them

# Ordinary words of several scripts: searching them builds the states that posts will need.
_WARM_UP = (
    "hello world 123 www.example.com 你好，姐妹们加我看主页 こんにちは 안녕하세요 привет مرحبا नमस्ते สวัสดี 😀".encode()
)


class View(NamedTuple):
    """A field as patterns see it: its name; ``original`` and ``folded`` are of equal length.

    ``visible``: what is read for the folded view where that has sentinels.
    """

    field: str
    original: str
    folded: str
    visible: Visible | None


def view_of(field: str, original: str, folded: str) -> View:
    """A field by its name, as it was written and as it folds."""
    return View(field, original, folded, visible(original, folded) if SENTINEL in folded else None)


class PatternFinder:
    """Finds patterns in posts. Raises :class:`UsageError` for one that RE2 refuses; a rule set that loaded has none.

    A pattern with a gate waits for that to open. Of the others each waits for one of its literals: ``waits`` are those
    with letters and the patterns that wait for each, signs are single characters without. The few that have no literal
    are searched in every post that may be in their language (``always``).
    """

    def __init__(self, patterns: Sequence[Pattern], gates: Sequence[Gate | None] = ()) -> None:
        self._patterns = patterns
        self._compiled = [_compile(pattern) for pattern in patterns]
        self._behind_terms: dict[int, list[int]] = {}
        self._behind_patterns: dict[int, list[int]] = {}
        self.waits: dict[str, list[int]] = {}
        self._signs: dict[str, list[int]] = {}
        self.always: list[int] = []
        for number, gate in enumerate(gates or [None] * len(patterns)):
            if gate is None:
                self._wait(number, required(patterns[number].regex, folded=patterns[number].view == "folded"))
            else:
                for term in gate.terms:
                    self._behind_terms.setdefault(term, []).append(number)
                for pattern in gate.patterns:
                    self._behind_patterns.setdefault(pattern, []).append(number)
        # Caches of this finder alone, which go with it when the rules of its process are replaced.
        self._spoken = lru_cache(maxsize=1 << 16)(self._speak)
        self._is_sign = np.zeros(SIZE, dtype=np.bool_)
        self._is_sign[[ord(sign) for sign in self._signs]] = True
        for regex in self._compiled:
            regex.search(_WARM_UP)

    def _wait(self, number: int, literals: frozenset[str] | None) -> None:
        if literals is None:
            self.always.append(number)
        for literal in literals or ():
            if not all(map(is_gap, literal)):
                self.waits.setdefault(literal, []).append(number)
            else:
                self._signs.setdefault(max(literal), []).append(number)

    def signs(self, folded: Codes) -> tuple[NDArray[np.int64], list[Sequence[int]]]:
        """Where signs stand in a text, and the patterns that wait for each."""
        at = self._is_sign[folded].nonzero()[0]
        return at, [self._signs[chr(code)] for code in folded[at].tolist()]

    def opened(self, terms: Sequence[Hit]) -> set[int]:
        """The patterns whose gates these terms open."""
        behind = self._behind_terms
        return {number for term in terms if term.number in behind for number in behind[term.number]}

    def find(self, views: Sequence[tuple[View, set[int]]], language: Language, terms: Sequence[Hit]) -> list[Hit]:
        """The hits in the fields of a post, by field, start, end and number. Empty matches are none.

        Each field comes with the patterns whose literals or signs stand in it. Only patterns whose language covers one
        that the post may be in are looked for.
        """
        spoken, always = self._spoken(language.tag, language.candidates, tuple(language.shares))
        hits = [
            hit
            for n, (view, woken) in enumerate(views)
            for number in woken.union(always)
            if spoken[number]
            for hit in self._hits(n, number, view)
        ]
        opened = self.opened(terms)
        opened.update(number for hit in hits for number in self._behind_patterns.get(hit[3], ()))
        for number in opened:
            if spoken[number]:
                for n, (view, _) in enumerate(views):
                    hits.extend(self._hits(n, number, view))
        hits.sort(key=_place)
        return [Hit(number, span, evidence) for _, _, _, number, span, evidence in hits]

    def _hits(self, n: int, number: int, view: View) -> Iterator[tuple[int, int, int, int, Span, Evidence]]:
        original = self._patterns[number].view == "original"
        seen = None if original else view.visible
        read = view.original if original else seen.text if seen else view.folded
        encoded = read.encode()
        for match in self._compiled[number].finditer(encoded):
            first, last = match.span()
            if first < last:
                start = len(encoded[:first].decode())
                end = start + len(encoded[first:last].decode())
                if seen:
                    start, end = seen.span(start, end)
                written = view.original[start:end]
                evidence = Evidence.exact if original else _evidence(written, view.folded[start:end])
                yield n, start, end, number, Span(view.field, start, end, written), evidence

    def _speak(self, *tags: str | tuple[str, ...]) -> tuple[tuple[bool, ...], frozenset[int]]:
        """Which patterns are of a language that one of the tags is; and the numbers of those that wait for nothing."""
        return self._speaking(frozenset(tag for each in tags for tag in ([each] if isinstance(each, str) else each)))

    def _speaking(self, tags: frozenset[str]) -> tuple[tuple[bool, ...], frozenset[int]]:
        spoken = tuple(any(covers(pattern.language, tag) for tag in tags) for pattern in self._patterns)
        return spoken, frozenset(number for number in self.always if spoken[number])


def _place(hit: tuple[int, int, int, int, Span, Evidence]) -> tuple[int, int, int, int]:
    return hit[:4]


def _evidence(written: str, folded: str) -> Evidence:
    if written == folded:
        return Evidence.exact
    return Evidence.squeezed if hides(written, folded) else Evidence.folded


@lru_cache(maxsize=_KEPT)
def _compile(pattern: Pattern) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY_BYTES
    options.case_sensitive = pattern.view == "original"  # the folded view has no capitals: a pattern's mean small ones
    try:
        return re2.compile(pattern.regex, options)
    except re2.error as error:
        raise UsageError(f"RE2 refuses the pattern {pattern.regex!r}: {error}") from error
