r"""Regular expressions by RE2: sets tell which patterns occur at all, then each of those gives its spans.

Never Python's ``re``: it backtracks (``(a+)+$`` takes seconds) and reads ``\b`` and ``\d`` otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from moderation.domain.errors import UsageError
from moderation.domain.language import covers
from moderation.domain.signal import Evidence, Pattern

# RE2 builds the automaton of a set while it searches. One set of hundreds of patterns with gaps (`a.{0,30}b`) has so
# many states that it is thrown away and built anew for every post; small sets stay small and stay built.
_SET_SIZE = 8
_SET_MEMORY_BYTES = 64 << 20

# Ordinary words of several scripts: searching them builds the states that posts will need.
_WARM_UP = "hello world 123 www.example.com 你好，姐妹们加我看主页 こんにちは 안녕하세요 привет مرحبا नमस्ते สวัสดี 😀"

Views = Mapping[str, str]
"""One field: its ``original`` and its ``folded`` text, of equal length."""


class PatternFinder:
    """Finds patterns in a field; ``first`` are the numbers of those that are looked for without being asked.

    Raises :class:`UsageError` for a pattern that RE2 refuses; a rule set that loaded has none.
    """

    def __init__(self, patterns: Sequence[Pattern], first: Sequence[int]) -> None:
        self._patterns = patterns
        self._compiled = [_compile(pattern) for pattern in patterns]
        self._sets: dict[str, list[tuple[str, Any, list[int]]]] = {}
        groups: dict[tuple[str, str], list[int]] = {}
        for number in first:
            groups.setdefault((patterns[number].language, patterns[number].view), []).append(number)
        for (language, view), numbers in groups.items():
            for start in range(0, len(numbers), _SET_SIZE):
                members = numbers[start : start + _SET_SIZE]
                found = _set([patterns[number] for number in members])
                self._sets.setdefault(language, []).append((view, found, members))

    def occurring(self, views: Views, tags: frozenset[str]) -> Iterator[int]:
        """The numbers of the first patterns that occur in a field, of those whose language covers one of ``tags``."""
        encoded = {view: text.encode() for view, text in views.items()}
        for language in self._spoken(tags):
            for view, found, members in self._sets[language]:
                for number in found.Match(encoded[view]) or ():
                    yield members[number]

    @lru_cache(maxsize=4096)  # noqa: B019 - the finder lives as long as its process's rules, and so may what it learnt
    def _spoken(self, tags: frozenset[str]) -> tuple[str, ...]:
        return tuple(language for language in self._sets if any(covers(language, tag) for tag in tags))

    def spans(self, number: int, views: Views) -> Iterator[tuple[int, int, Evidence]]:
        """Where one pattern matches in a field: ``(start, end, evidence)``. Empty matches are none."""
        original, text = views["original"], views[self._patterns[number].view]
        for match in self._compiled[number].finditer(text):
            start, end = match.span()
            if start < end:
                yield start, end, Evidence.exact if original[start:end] == text[start:end] else Evidence.folded


def _options(pattern: Pattern) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = pattern.view == "original"  # the folded view has no capitals: a pattern's mean small ones
    return options


def _compile(pattern: Pattern) -> Any:
    import re2

    try:
        return re2.compile(pattern.regex, _options(pattern))
    except re2.error as error:
        raise UsageError(f"RE2 refuses the pattern {pattern.regex!r}: {error}") from error


def _set(patterns: Sequence[Pattern]) -> Any:
    import re2

    options = _options(patterns[0])
    options.max_mem = _SET_MEMORY_BYTES
    built = re2.Set.SearchSet(options)
    for pattern in patterns:
        built.Add(pattern.regex)
    built.Compile()
    built.Match(_WARM_UP)
    return built
