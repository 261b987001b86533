"""The character tables as numpy lookups over all of Unicode, read once from ``data/`` (about 10 ms, 9 MB).

``data/fold.tsv``: code point, what it folds to (hexadecimal). ``data/characters.tsv``: first, last, script, kind.
``build.py`` writes both.
"""

from __future__ import annotations

import sys
from enum import IntEnum
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moderation.folding.confusables import IN_LATIN_WORDS

DATA = Path(__file__).parent / "data"
SIZE = sys.maxunicode + 1

Codes = NDArray[np.uint32]


class Kind(IntEnum):
    """What a folded character is to the views."""

    other = 0
    letter = 1
    """of a script that puts spaces between words (Latin, Cyrillic, Arabic, Hangul …)"""
    unspaced = 2
    """of a script that does not (Han, Kana, Thai …)"""
    digit = 3
    separator = 4
    """put between letters to hide a word: . - _ *"""
    blank = 5
    ornament = 6
    """emoji and ~: put between letters too, but often the end of a sentence"""
    mark = 7
    unspaced_mark = 8
    nothing = 9
    """the sentinel, which every other view leaves out"""


@cache
def fold_table() -> Codes:
    """``table[code]`` is the folded code point; 0 (the sentinel) for what leaves nothing."""
    table = np.arange(SIZE, dtype=np.uint32)
    pairs = np.array([int(x, 16) for x in (DATA / "fold.tsv").read_text("ascii").split()], dtype=np.uint32)
    table[pairs[0::2]] = pairs[1::2]
    return table


@cache
def confusable_table() -> Codes:
    """``table[code]`` is the Latin letter that this letter of another script passes for in a Latin word; else 0."""
    fold = fold_table()
    table = np.zeros(SIZE, dtype=np.uint32)
    for letter, latin in IN_LATIN_WORDS.items():
        table[ord(letter)] = ord(latin.lower())
    # What folds to a confusable is one too; without this, folding twice would go further than folding once.
    inherited = (table == 0) & (table[fold] != 0)
    table[inherited] = table[fold[inherited]]
    return table


@cache
def _characters() -> tuple[tuple[str, ...], NDArray[np.uint8], NDArray[np.uint8]]:
    names = [""]
    scripts = np.zeros(SIZE, dtype=np.uint8)
    kinds = np.zeros(SIZE, dtype=np.uint8)
    for line in (DATA / "characters.tsv").read_text("ascii").splitlines():
        first, last, script, kind = line.split("\t")
        where = slice(int(first, 16), int(last, 16) + 1)
        kinds[where] = int(kind)
        if script != "-":
            if script not in names:
                names.append(script)
            scripts[where] = names.index(script)
    kinds[0] = Kind.nothing
    return tuple(names), scripts, kinds


def script_names() -> tuple[str, ...]:
    """ISO 15924 code of each number in :func:`script_table`; 0 is no letter, ``Zinh`` a shared mark."""
    return _characters()[0]


def script_table() -> NDArray[np.uint8]:
    """``table[code]`` numbers the script of a letter or mark."""
    return _characters()[1]


def pair_slots(left: NDArray[np.unsignedinteger], right: NDArray[np.unsignedinteger], bits: int) -> Codes:
    """The slot of each ordered pair of numbers in a set of ``2 ** bits`` hashes."""
    mixed: Codes = (left * np.uint32(2654435761) ^ right * np.uint32(2246822519)) >> np.uint32(32 - bits)
    return mixed


@cache
def is_latin_table() -> NDArray[np.bool_]:
    """``table[code]``: whether it is a Latin letter or mark."""
    latin: NDArray[np.bool_] = script_table() == script_names().index("Latn")
    return latin


def kind_table() -> NDArray[np.uint8]:
    """``table[code]`` is the :class:`Kind` of a folded code point."""
    return _characters()[2]
