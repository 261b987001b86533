"""The hand-written files under ``data/``, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"
LANGUAGES = ("zh", "en", "es", "fr", "de", "pt", "it", "pl", "tr", "vi", "id", "ru", "uk", "ar", "fa")
CYRILLIC = frozenset({"ru", "uk"})
ARABIC = frozenset({"ar", "fa"})
LATIN = frozenset(LANGUAGES) - CYRILLIC - ARABIC - {"zh"}


def _lines(path: str) -> list[str]:
    text = (FOLDER / path).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def terms(language: str) -> tuple[str, ...]:
    """The vocabulary of a language; the file has a line ``category: term, term`` for each category."""
    lines = _lines(f"terms/{language}.txt")
    return tuple(term.strip() for line in lines for term in line.split(":", 1)[1].split(","))


@cache
def carriers(language: str) -> tuple[tuple[str, str], ...]:
    """What stands before and after a term in the carrier sentences of a language."""
    return tuple((before, after) for before, after in (line.split("{}") for line in _lines(f"carriers/{language}.txt")))


@cache
def everyday(language: str) -> tuple[str, ...]:
    """Ordinary sentences of a language; none where the set has no file for it."""
    return tuple(_lines(f"everyday/{language}.txt")) if language in LANGUAGES else ()


@cache
def innocents(kind: str) -> tuple[tuple[str, str], ...]:
    """(language, sentence) of an innocent kind."""
    return tuple((tag, text) for tag, text in (line.split("\t") for line in _lines(f"innocent/{kind}.txt")))


@cache
def innocent_words(kind: str) -> tuple[tuple[str, str], ...]:
    """(language, word) of an innocent kind whose file lists words; they are set into carriers."""
    return tuple((tag, word) for tag, words in innocents(kind) for word in words.split(", "))


@cache
def han_characters(name: str) -> dict[str, tuple[str, ...]]:
    """A table from a Han character to single characters, written in one run."""
    return {key: tuple(values) for key, values in (line.split(" ") for line in _lines(f"han/{name}.txt"))}


@cache
def han_words(name: str) -> dict[str, tuple[str, ...]]:
    """A table from Han text to texts, separated by spaces."""
    return {key: tuple(values) for key, *values in (line.split(" ") for line in _lines(f"han/{name}.txt"))}


@cache
def han_emoji() -> dict[str, tuple[str, ...]]:
    """Han text to the emoji that stand for it."""
    return {key: _symbols(run) for key, (run,) in han_words("emoji").items()}


@cache
def emoji_words(language: str) -> dict[str, tuple[str, ...]]:
    """A word of a language to the emoji that stand for it; Chinese has its own table."""
    for line in _lines("emoji_words.txt"):
        tag, rows = line.split(": ", 1)
        if tag == language:
            return {word: _symbols(run) for word, run in (row.split(" ") for row in rows.split(", "))}
    return {}


def joined(first: str, then: str, language: str) -> str:
    """Two sentences one after the other; the first is closed where it is open."""
    stop = "" if first[-1] in "?!？！" else "。" if language == "zh" else "."
    return first + stop + ("" if language == "zh" else " ") + then


def _symbols(run: str) -> tuple[str, ...]:
    """The emoji of a run, each with the selector and the keycap that follow it."""
    symbols: list[str] = []
    for char in run:
        if char in "\ufe0f\u20e3":
            symbols[-1] += char
        else:
            symbols.append(char)
    return tuple(symbols)
