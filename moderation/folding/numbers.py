"""Numbers below ten thousand in Han: 二十一 is 21."""

from __future__ import annotations

import re

from moderation.folding.disguises import numerals

COUNTED = re.compile("[一二两三四五六七八九]?[十百千][一二三四五六七八九十百]*")
"""A number with a place: 十三, 两千."""
_PLACES = {"十": 10, "百": 100, "千": 1000}


def value_of(number: str) -> int:
    """What a folded Han number is.

    >>> value_of("二十一"), value_of("百"), value_of("两千")
    (21, 100, 2000)
    """
    value, digit = 0, 0
    for character in number:
        place = _PLACES.get(character)
        if place is None:
            digit = int(numerals()[character])
        else:
            value, digit = value + (digit or 1) * place, 0
    return value + digit
