"""The form of a text that the models were trained on, and which model a language goes to.

This fold is the models' own: it must not change with the tables that the rules' folding uses, or the weights would no
longer fit what they are given.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from moderation.domain.language import fallbacks

GROUPS = ("zh", "en", "world")


def fold(text: str) -> str:
    r"""NFKC, case folded, every run of white space one space.

    >>> fold("Ｈｅｌｌｏ\n  WORLD")
    'hello world'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(1024)
def group_of(tag: str) -> str:
    """The model that scores a language: ``zh`` (with yue and pinyin), ``en``, or ``world``.

    >>> [group_of(tag) for tag in ("yue", "zh-Latn-pinyin", "en-GB", "de")]
    ['zh', 'zh', 'en', 'world']
    """
    return next((name for name in fallbacks(tag) if name in {"zh", "en"}), "world")
