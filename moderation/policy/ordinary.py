"""The everyday words of the served languages, with which a term may collide.

The lists come from :mod:`moderation.training.everyday`; they are read when a law first asks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en", "es", "pt", "ja", "ko", "fr", "de", "ru", "ar", "hi", "id", "vi", "th", "tr", "it", "pl", "nl")
"""The served languages."""

FOLDER = Path(__file__).parent / "data" / "ordinary"


@cache
def everyday_in(term: str) -> tuple[str, ...]:
    """The served languages of which a term is an everyday word.

    >>> everyday_in("Die"), everyday_in("join us")
    (('en', 'de', 'nl'), ())
    """
    if " " in term:
        return ()
    word = plain(term)
    return tuple(language for language, words in _lists().items() if word in words)


def plain(term: str) -> str:
    """A term as the lists have it: lower case, half width, Latin letters without diacritics.

    Traditional characters stay, since the table of them needs numpy, which loads longer than a whole ``rules check``.

    >>> plain("Ｃａｆé")
    'cafe'
    """
    folded = unicodedata.normalize("NFKC", term).lower().strip()
    if folded.isascii():
        return folded
    return "".join(unicodedata.normalize("NFD", c)[0] if _accented(c) else c for c in folded)


def _accented(character: str) -> bool:
    return "a" <= unicodedata.normalize("NFD", character)[0] <= "z"


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    return {language: frozenset((FOLDER / f"{language}.txt").read_text("utf-8").split()) for language in LANGUAGES}
