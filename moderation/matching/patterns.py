r"""Regular expressions by RE2: a set tells which patterns occur at all, then each of those gives its spans.

Never Python's ``re``: it backtracks (``(a+)+$`` takes seconds) and reads ``\b`` and ``\d`` otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from moderation.domain.errors import UsageError
from moderation.domain.signal import Evidence, Pattern

# RE2 builds the automaton of a set while it searches and starts anew when it is full, so give it room.
_SET_MEMORY_BYTES = 64 << 20

# Ordinary words of several scripts: searching them builds the states that posts will need.
_WARM_UP = "hello world 123 www.example.com 你好，姐妹们加我看主页 こんにちは 안녕하세요 привет مرحبا नमस्ते สวัสดี 😀"


class PatternFinder:
    """Finds the patterns of one view; ``patterns`` are ``(index, pattern)`` of the vocabulary.

    Raises :class:`UsageError` for a pattern that RE2 refuses; a rule set that loaded has none.
    """

    def __init__(self, patterns: Sequence[tuple[int, Pattern]], *, folded: bool) -> None:
        import re2

        options = re2.Options()
        options.log_errors = False
        options.case_sensitive = not folded  # the folded view has no capitals, so a pattern's capitals mean small ones
        self._folded = folded
        self._indices = [index for index, _ in patterns]
        self._compiled: list[Any] = [_compile(pattern.regex, options) for _, pattern in patterns]
        options.max_mem = _SET_MEMORY_BYTES
        self._set = re2.Set.SearchSet(options)
        for _, pattern in patterns:
            self._set.Add(pattern.regex)
        self._set.Compile()
        self._set.Match(_WARM_UP)

    def __call__(self, original: str, text: str) -> Iterator[tuple[int, int, int, Evidence]]:
        """``(index, start, end, evidence)`` in one field; ``text`` is the view. Empty matches are none."""
        for number in self._set.Match(text) or ():
            for match in self._compiled[number].finditer(text):
                start, end = match.span()
                if start < end:
                    same = not self._folded or original[start:end] == text[start:end]
                    yield self._indices[number], start, end, Evidence.exact if same else Evidence.folded


def _compile(regex: str, options: Any) -> Any:
    import re2

    try:
        return re2.compile(regex, options)
    except re2.error as error:
        raise UsageError(f"RE2 refuses the pattern {regex!r}: {error}") from error
