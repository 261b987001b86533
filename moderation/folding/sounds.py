"""Syllables that sound alike to some: to many speakers zh is z, and ing is in."""

from __future__ import annotations

from functools import cache

from moderation.folding.han import readings

_RETROFLEX = {"zh": "z", "ch": "c", "sh": "s"}
_NASALS = frozenset(("ang", "eng", "ing"))


@cache
def near(syllable: str) -> str:
    """A toneless syllable without what some do not hear.

    >>> near("sheng"), near("wei"), near("xing")
    ('sen', 'wei', 'xin')
    """
    syllable = _RETROFLEX.get(syllable[:2], syllable[:2]) + syllable[2:]
    return syllable[:-1] if syllable[-3:] in _NASALS and syllable[-4:-3] not in {"i", "u"} else syllable


@cache
def alike(one: str, other: str) -> bool:
    """Whether two characters may be read alike; false where one is not Han."""
    sounds = {near(syllable) for syllable in readings(one)}
    return any(near(syllable) in sounds for syllable in readings(other))
