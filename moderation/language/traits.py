"""What each character is to the detector, as one number a character, because looking things up is what takes time."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from moderation.folding.tables import SIZE, Kind, fold_table, kind_table, script_names, script_table
from moderation.language.ngrams import APOSTROPHES

# Written mixed within one word of Japanese, so one family.
_HAN_FAMILY = ("Hani", "Hira", "Kana", "Bopo")
HAN = "Hani"

ASIDE = "aside"
"""Letters that tell nothing (addresses, names of users): they weigh nothing and take the tag of their neighbours."""

OTHER = "Zyyy"
"""Letters of a script that we know no language of."""

# The bits of a trait.
FAMILY = np.uint16(0x00FF)
"""The number of the letter's family; 0 for all else and for marks that any script uses."""
BETWEEN = np.uint16(0x0100)
"""Makes two words of the letters on either side; an apostrophe and a soft hyphen do not."""
BY_ITSELF = np.uint16(0x0200)
"""A letter that weighs as much as a word: an ideograph, a kana."""
NEVER = np.uint16(0x0400)
"""A letter that weighs nothing, because it belongs to the one before it."""
UNSEEN = np.uint16(0x0800)
"""Is not seen as a letter of its own: a mark over the one before, a joiner, a zero-width character."""
QUOTE = np.uint16(0x1000)
"""An apostrophe or a quotation mark."""


@cache
def family_names() -> tuple[str, ...]:
    """The name of each family number: the script's, ``Hani`` for all of Japanese; the last is :data:`ASIDE`."""
    return (*script_names(), ASIDE)


@cache
def trait_table() -> NDArray[np.uint16]:
    """``table[code]``: the traits of a character."""
    names = script_names()
    family = script_table().astype(np.uint16)
    for name in _HAN_FAMILY:
        family[family == names.index(name)] = names.index(HAN)
    inherited = family == names.index("Zinh")
    family[inherited] = 0
    unseen = fold_table() == 0
    quote = np.zeros(SIZE, dtype=np.bool_)
    quote[[ord(form) for form in APOSTROPHES]] = True
    kind = kind_table()
    table: NDArray[np.uint16] = family
    for bit, has in (
        (BETWEEN, (family == 0) & ~unseen & ~inherited & ~quote),
        (BY_ITSELF, kind == Kind.unspaced),
        (NEVER, kind == Kind.unspaced_mark),
        (UNSEEN, unseen),
        (QUOTE, quote),
    ):
        table[has] |= bit
    return table


@cache
def heard() -> NDArray[np.bool_]:
    """``table[family]``: whether its letters weigh anything."""
    return np.array([name not in {ASIDE, OTHER} for name in family_names()])
