"""How Han characters are read: toneless pinyin, ü written v, over all of Unicode (``data/pinyin.tsv``).

A line of the file is a syllable, the characters that are mostly read so and those that are sometimes; characters stand
in their folded form. ``build_han.py`` writes it.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.tables import DATA, SIZE


class _Readings(NamedTuple):
    syllables: tuple[str, ...]
    primary: NDArray[np.uint16]
    others: dict[str, tuple[str, ...]]


@cache
def _readings() -> _Readings:
    syllables = [""]
    primary = np.zeros(SIZE, dtype=np.uint16)
    others: dict[str, tuple[str, ...]] = {}
    for line in (DATA / "pinyin.tsv").read_text("utf-8").splitlines():
        syllable, mostly, sometimes = line.split("\t")
        primary[np.frombuffer(mostly.encode("utf-32-le"), dtype=np.uint32)] = len(syllables)
        syllables.append(syllable)
        for character in sometimes:
            others[character] = (*others.get(character, ()), syllable)
    return _Readings(tuple(syllables), primary, others)


def syllables() -> tuple[str, ...]:
    """The syllable of each number in :func:`syllable_table`; 0 is none."""
    return _readings().syllables


def syllable_table() -> NDArray[np.uint16]:
    """``table[code]`` numbers the syllable as which a folded character is mostly read; 0 for what is not Han."""
    return _readings().primary


def readings(character: str) -> tuple[str, ...]:
    """Every syllable as which one folded character is read, the most usual first; empty for what is not Han.

    >>> readings("行")
    ('xing', 'hang')
    >>> readings("微"), readings("v")
    (('wei',), ())
    """
    table = _readings()
    number = table.primary[ord(character)]
    return (table.syllables[number], *table.others.get(character, ())) if number else ()
