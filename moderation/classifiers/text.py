"""The form of a text that the models were trained on, and the language that a tag counts as."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from moderation.domain.language import fallbacks


def fold(text: str) -> str:
    r"""NFKC, case folded, every run of white space one space.

    >>> fold("Ｈｅｌｌｏ\n  WORLD")
    'hello world'
    """
    normal = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(normal.casefold().split())


@lru_cache(1024)
def language_of(tag: str) -> str:
    """The language as which the models know a tag: regions and scripts are one, all of Chinese is ``zh``.

    >>> [language_of(tag) for tag in ("yue", "zh-Latn-pinyin", "en-GB", "pt-BR", "und")]
    ['zh', 'zh', 'en', 'pt', 'und']
    """
    return next((name for name in fallbacks(tag) if name in {"zh", "en"}), tag.partition("-")[0])
