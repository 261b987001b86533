r"""Regular expressions by RE2. Nearly all wait for one of their literals, which the automaton of the terms finds.

Never Python's ``re``: it backtracks (``(a+)+$`` takes seconds) and reads ``\b`` and ``\d`` otherwise.

Patterns of the folded view read past what leaves nothing there (zero-width characters, lone marks), as terms do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from moderation.domain.errors import UsageError
from moderation.domain.language import Language, covers
from moderation.domain.signal import Evidence, Gate, Hit, Pattern
from moderation.domain.text import Span
from moderation.folding.fold import SENTINEL
from moderation.folding.letters import is_gap
from moderation.folding.tables import SIZE
from moderation.matching.index import Woken
from moderation.matching.lines import Lines
from moderation.matching.literals import required
from moderation.matching.marks import hides
from moderation.matching.rarity import Strings, shortened
from moderation.matching.visible import Visible, visible

# RE2 builds a pattern's automaton while it searches, and throws it away when this is full. Long alternations before a
# gap have so many states that with the 8 MiB of the default they would be built anew for every post.
_MEMORY_BYTES = 16 << 20
_KEPT = 1 << 12  # compiled patterns, which other rules bring again when running workers take them

# Ordinary words of several scripts: searching them builds the states that posts will need.
_WARM_UP = (
    "hello world 123 www.example.com 你好，姐妹们加我看主页 こんにちは 안녕하세요 привет مرحبا नमस्ते สวัสดี 😀".encode()
)


class View:
    """A field as patterns see it, read when one of them is looked for.

    ``folded`` is the folded text, as long as the ``original``; ``visible`` what is read for it where it has sentinels.
    ``woken`` are the patterns whose literals or signs stand in it.
    """

    def __init__(self, field: str, original: str, woken: Collection[int], lines: Lines, line: int) -> None:
        self.field = field
        self.woken = woken
        self.original = original
        self._lines = lines
        self._line = line

    @cached_property
    def folded(self) -> str:
        """The folded text."""
        return self._lines.line(self._line)

    @cached_property
    def visible(self) -> Visible | None:
        """The folded text without sentinels; None where it has none."""
        return visible(self.original, self.folded) if SENTINEL in self.folded else None

    @cached_property
    def encoded(self) -> bytes:
        """What patterns of the folded view read, for RE2, which counts in bytes."""
        return (self.visible.text if self.visible else self.folded).encode()


class PatternFinder:
    """Finds patterns in posts. Raises :class:`UsageError` for one that RE2 refuses; a rule set that loaded has none.

    A pattern with a gate waits for that to open. Of the others each waits for one of its literals: ``waits`` are those
    with letters and the patterns that wait for each, signs are single characters without. The few that have no literal
    are searched in every post that may be in their language (``always``).
    """

    def __init__(self, patterns: Sequence[Pattern], gates: Sequence[Gate | None] = ()) -> None:
        self._patterns = patterns
        self._compiled = [_compile(pattern) for pattern in patterns]
        self._languages = [pattern.language for pattern in patterns]
        self._behind_terms: dict[int, list[int]] = {}
        self._behind_patterns: dict[int, list[int]] = {}
        self.waits: dict[str, list[int]] = {}
        self._signs: dict[str, list[int]] = {}
        self.always: set[int] = set()
        for number, gate in enumerate(gates or [None] * len(patterns)):
            if gate is None:
                self._wait(number, required(patterns[number].regex, folded=patterns[number].view == "folded"))
            else:
                for term in gate.terms:
                    self._behind_terms.setdefault(term, []).append(number)
                for pattern in gate.patterns:
                    self._behind_patterns.setdefault(pattern, []).append(number)
        # A cache of this finder alone, which goes with it when the rules of its process are replaced.
        self._of = lru_cache(maxsize=1 << 10)(self._covering)
        self._is_sign = np.zeros(SIZE, dtype=np.bool_)
        self._is_sign[[ord(sign) for sign in self._signs]] = True
        for regex in self._compiled:
            regex.search(_WARM_UP)

    def _wait(self, number: int, literals: Strings | None) -> None:
        if literals is None:
            self.always.add(number)
        for literal in {shortened(literal) for literal in literals or ()}:
            if not all(map(is_gap, literal)):
                self.waits.setdefault(literal, []).append(number)
            else:
                self._signs.setdefault(max(literal), []).append(number)

    def awake(self, lines: Lines, woken: Woken) -> dict[int, set[int]]:
        """The patterns that are looked for in each line: what its literals woke, and what waits for its signs."""
        awake: defaultdict[int, set[int]] = defaultdict(set)
        for line, number in zip(woken.lines.tolist(), woken.numbers.tolist(), strict=True):
            awake[line].add(number)
        at = self._is_sign[lines.folded].nonzero()[0]
        for line, code in set(zip(lines.of(at).tolist(), lines.folded[at].tolist(), strict=True)):
            awake[line].update(self._signs[chr(code)])
        return awake

    def opened(self, terms: Iterable[Hit]) -> set[int]:
        """The patterns whose gates these terms open."""
        behind = self._behind_terms
        return {number for term in terms if term[0] in behind for number in behind[term[0]]}

    def find(self, views: Sequence[View], language: Language, opened: Collection[int]) -> list[Hit]:
        """The hits in the fields of a post, by field, start, end and number. Empty matches are none.

        Terms ``opened`` some gates. Only patterns whose language covers one that the post may be in are looked for.
        """
        languages, spoken = self._languages, self._spoken(language)
        hits = [
            hit
            for n, view in enumerate(views)
            for number in (self.always.union(view.woken) if self.always else view.woken)
            if languages[number] in spoken
            for hit in self._hits(n, number, view)
        ]
        behind = self._behind_patterns
        for number in {*opened, *(number for hit in hits if hit[3] in behind for number in behind[hit[3]])}:
            if languages[number] in spoken:
                for n, view in enumerate(views):
                    hits.extend(self._hits(n, number, view))
        hits.sort(key=_place)
        return [Hit(number, span, evidence) for _, _, _, number, span, evidence in hits]

    def _hits(self, n: int, number: int, view: View) -> Iterator[tuple[int, int, int, int, Span, Evidence]]:
        original = self._patterns[number].view == "original"
        seen = None if original else view.visible
        encoded = view.original.encode() if original else view.encoded
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

    def _spoken(self, language: Language) -> frozenset[str]:
        """The languages of patterns that cover one that the post may be in."""
        spoken = self._of(language.tag)
        for tags in (language.candidates, language.shares):
            for tag in tags:
                if tag != language.tag:
                    spoken |= self._of(tag)
        return spoken

    def _covering(self, tag: str) -> frozenset[str]:
        return frozenset(language for language in set(self._languages) if covers(language, tag))


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
