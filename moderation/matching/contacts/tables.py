"""The recognisers' tables (``data/*.tsv``, ``#`` comments) and their patterns, which RE2 runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[list[str]]:
    """The rows of a table, each as its cells."""
    for line in (DATA / f"{name}.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@cache
def words(purpose: str) -> tuple[str, ...]:
    """The words of ``data/words.tsv`` for a purpose."""
    return tuple(word for what, listed in rows("words") if what == purpose for word in listed.split("|"))


def compiled(pattern: str) -> Any:
    """A pattern compiled by RE2; linear in the text, whatever the text."""
    import re2

    return re2.compile(pattern, _options())


def compiled_set(patterns: Iterable[str]) -> Any:
    """Patterns as one RE2 set: ``Match`` gives the numbers of those that occur in a text."""
    import re2

    together = re2.Set.SearchSet(_options())
    for pattern in patterns:
        together.Add(pattern)
    together.Compile()
    return together


def _options() -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    return options


def any_of(forms: Iterable[str]) -> str:
    """A pattern for one of some literal strings, the longest first."""
    import re2

    return "(?:" + "|".join(re2.escape(form) for form in sorted(set(forms), key=lambda form: (-len(form), form))) + ")"
