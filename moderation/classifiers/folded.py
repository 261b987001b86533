"""How the models read posts: the folded view, without what cannot be seen, runs of one character cut to two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.fold import fold_codes, join, text_of
from moderation.folding.tables import Codes

Integers = NDArray[np.int64]


class Folded(NamedTuple):
    """A batch of texts, one after the other, each between a space and a newline.

    ``codes`` (n,) code points; ``rows`` (n,) the text of each; ``at`` (n,) where it stands in its text (the space
    before stands at -1); ``starts`` (texts + 1,) where each text's codes begin.
    """

    codes: Codes
    rows: Integers
    at: Integers
    starts: Integers

    def text(self, row: int) -> str:
        """One folded text, the space and the newline included."""
        return text_of(self.codes[self.starts[row] : self.starts[row + 1]])


def read(texts: Sequence[str]) -> Folded:
    """Fold texts; a row does not depend on the other rows."""
    original, ends = join([f" {text}" for text in texts])
    codes = fold_codes(original)
    rows = np.repeat(np.arange(len(texts)), np.diff(ends))
    at = np.arange(len(codes)) - ends[rows] - 1
    seen = (codes != 0).nonzero()[0]
    codes = codes[seen]
    once = np.ones(len(codes), dtype=np.bool_)
    once[2:] = (codes[2:] != codes[1:-1]) | (codes[2:] != codes[:-2])
    kept = seen[once]
    rows = rows[kept]
    return Folded(codes[once], rows, at[kept], np.searchsorted(rows, np.arange(len(texts) + 1)))


def ranges(firsts: Integers, counts: Integers) -> Integers:
    """``firsts[i]``, ``firsts[i] + 1``, … (``counts[i]`` of them), one after the other.

    >>> ranges(np.array([5, 20]), np.array([3, 2])).tolist()
    [5, 6, 7, 20, 21]
    """
    ends = np.cumsum(counts)
    numbers: Integers = np.arange(counts.sum()) + np.repeat(firsts - ends + counts, counts)
    return numbers
