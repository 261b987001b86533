"""Whether a hit begins and ends where a word does, by the rules of the script at each edge.

==================================  ==========================================================
Han, Kana, Thai, Lao, Khmer …       anywhere: these scripts do not put spaces between words
Hangul                              a word begins before it; particles may follow (카톡으로)
Latin, Cyrillic, Greek, Arabic …    no letter of the same kind on either side; 加vx我 is fine
digits                              no digit and no letter on either side (455, a18)
a Latin word of two letters or more digits may follow or go before (vx123)
any script                          never between a letter and its combining mark
==================================  ==========================================================
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from moderation.folding.tables import Codes, Kind, kind_table, script_names, script_table

Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]

# With what a character joins into a word; nothing joins with _NONE, and a mark of either kind with what is before it.
_NONE, _ALPHABET, _DIGIT, _HANGUL, _OTHER, _MARK, _UNSPACED_MARK = range(7)


@cache
def _joining_table() -> NDArray[np.uint8]:
    kinds, scripts, names = kind_table(), script_table(), script_names()
    table = np.zeros(len(kinds), dtype=np.uint8)
    table[kinds == Kind.letter] = _OTHER
    for name in ("Latn", "Cyrl", "Grek"):
        table[(kinds == Kind.letter) & (scripts == names.index(name))] = _ALPHABET
    table[(kinds == Kind.letter) & (scripts == names.index("Hang"))] = _HANGUL
    table[kinds == Kind.digit] = _DIGIT
    table[kinds == Kind.mark] = _MARK
    table[kinds == Kind.unspaced_mark] = _UNSPACED_MARK
    return table


class Boundaries:
    """The words of folded lines, each ended by a newline; ask about as many spans at once as there are."""

    def __init__(self, folded: Codes) -> None:
        nothing = kind_table()[folded] == Kind.nothing
        index = np.arange(len(folded))
        self._joining = _joining_table()[folded]
        # The nearest character that can be seen, at or before (at or after) each index. Before the first line that is
        # -1, the last newline: it joins with nothing, as it should.
        self._before = np.maximum.accumulate(np.where(nothing, -1, index))
        self._after = np.minimum.accumulate(np.where(nothing, len(folded) - 1, index)[::-1])[::-1]

    def hold(self, starts: Indices, ends: Indices) -> Bools:
        """Whether each ``[start, end)`` is whole words. Spans begin and end with what can be seen, inside a line."""
        before, after, joining = self._before, self._after, self._joining
        last_at = before[ends - 1]
        outside_left, outside_right = joining[before[starts - 1]], joining[after[ends]]
        first, last = joining[starts], joining[last_at]
        second, second_last = joining[after[starts + 1]], joining[before[last_at - 1]]
        left = _joined(outside_left, first) & ~_number_beside_word(outside_left, first, second)
        right = _joined(last, outside_right) & ~_number_beside_word(outside_right, last, second_last)
        right &= last != _HANGUL
        cut_mark = (outside_right == _MARK) | (outside_right == _UNSPACED_MARK)
        whole: Bools = ~(left | right | cut_mark)
        return whole


def _joined(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> Bools:
    """Whether two neighbours stand in one word."""
    joined: Bools = (
        ((left == right) & (left != _NONE))
        | ((left == _DIGIT) & (right == _ALPHABET))
        | ((left == _ALPHABET) & (right == _DIGIT))
        | ((left == _MARK) & ((right == _OTHER) | (right == _ALPHABET)))
    )
    return joined


def _number_beside_word(outside: NDArray[np.uint8], edge: NDArray[np.uint8], inner: NDArray[np.uint8]) -> Bools:
    """Whether a number follows or goes before a word of two letters or more, as in vx123."""
    beside: Bools = (outside == _DIGIT) & (edge == _ALPHABET) & (inner == _ALPHABET)
    return beside
