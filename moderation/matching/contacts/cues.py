"""What can hold a contact at all, cheaply: most posts cannot, and cost a gather and a few comparisons.

``may_hold`` looks at the characters of many lines at once; ``CUES`` are words that an automaton finds on the way.
A line with neither holds nothing that the recognisers would see, but for numbers spelled out in words, names written
with gaps, and payment addresses without their coin's name.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from moderation.folding.fold import SENTINEL, fold
from moderation.folding.tables import SIZE, Codes
from moderation.matching.contacts.names import names
from moderation.matching.contacts.tables import rows
from moderation.matching.contacts.tlds import domains

_DIGIT, _DOT, _COLON = 1, 2, 3
_ASCII = 0x80

_DIGITS, _WIDTH = 7, 24
"""A number: seven digits, none further from the first than this."""

_NUMERALS = "零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两㈠㈡㈢㈣㈤㈥㈦㈧㈨⑩🔟"
_DOTS = ".。·•∙・点"


@cache
def _classes() -> NDArray[np.uint8]:
    table = np.zeros(SIZE, dtype=np.uint8)
    for character in "0123456789" + _NUMERALS:
        table[ord(character)] = _DIGIT
    for character in _DOTS:
        table[ord(character)] = _DOT
    table[ord(":")] = _COLON
    return table


@cache
def _suffixes() -> NDArray[np.bool_]:
    """``table[first, second]``: whether a top-level domain begins with these two ASCII letters."""
    table = np.zeros((_ASCII, _ASCII), dtype=np.bool_)
    for name in ("xn", *(name for name in domains() if name.isascii())):
        table[ord(name[0]), ord(name[1])] = True
    return table


def may_hold(folded: Codes, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of some folded lines, joined by newlines, can hold a contact or a link by its characters.

    ``starts`` are as :func:`~moderation.folding.fold.join` gives them: where each line starts, and the length of all.
    True for a number of seven digits of any style however cut up, for a dot before the letters of a top-level domain,
    and for ``:/``.
    """
    held = np.zeros(len(starts) - 1, dtype=np.bool_)
    classes = _classes().take(folded)
    marked = (classes != 0).nonzero()[0]  # of truth values: several times as fast
    if not len(marked):
        return held
    kinds = classes.take(marked)
    digits = marked[kinds == _DIGIT]
    numbers = digits[: -_DIGITS + 1][digits[_DIGITS - 1 :] - digits[: -_DIGITS + 1] <= _WIDTH]
    colons = marked[kinds == _COLON]
    schemes = colons[folded.take(colons + 1, mode="clip") == ord("/")]
    for places in (numbers, schemes, _addresses(folded, marked[kinds == _DOT])):
        if len(places):
            held[starts.searchsorted(places, side="right") - 1] = True
    return held


def _addresses(folded: Codes, dots: NDArray[np.int64]) -> NDArray[np.int64]:
    """The dots that may stand in an address: before a domain's first letters, in brackets, or in another script."""
    after, second = folded.take(dots + 1, mode="clip"), folded.take(dots + 2, mode="clip")
    latin = (after < _ASCII) & (second < _ASCII)
    held = _suffixes()[np.where(latin, after, 0), np.where(latin, second, 0)]
    held |= (after == ord("]")) | (after == ord(")")) | (after == ord("}"))
    held |= (folded.take(dots) == ord(".")) & (after >= _ASCII) & (folded.take(dots - 1, mode="clip") >= _ASCII)
    return dots[held]


def _cues() -> tuple[str, ...]:
    written = [form for form, name in names().items() if not name.short]
    written += [fold(word).replace(SENTINEL, "") for _, words in rows("cues") for word in words.split("|")]
    return tuple(dict.fromkeys(word for word in written if word))


CUES: tuple[str, ...] = _cues()
"""Words, in folded form, that may stand beside a contact which :func:`may_hold` does not see. Substrings, not words."""
