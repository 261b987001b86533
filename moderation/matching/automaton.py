"""One automaton over skeletons: which of thousands of forms stand where, in one pass over a batch of lines."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from moderation.folding.skeleton import Skeleton

Indices = NDArray[np.int64]


class Rows(NamedTuple):
    """Finds: the number of the form, where its first letter stands and where its last ends, and how many it has."""

    forms: Indices
    starts: Indices
    ends: Indices
    letters: Indices


class Automaton:
    """Finds all forms, overlapping, by their numbers in the order in which they came, each counted once.

    A form is the letters of a skeleton; one that is empty is never found, and has no number.
    """

    def __init__(self, forms: Iterable[bytes]) -> None:
        known = list(dict.fromkeys(filter(None, forms)))
        self._count = len(known)
        self._automaton = ahocorasick_rs.BytesAhoCorasick(
            known, implementation=ahocorasick_rs.Implementation.ContiguousNFA
        )

    def __len__(self) -> int:
        return self._count

    def find(self, skeleton: Skeleton) -> Rows:
        """All finds, in the order of their ends."""
        found = self._automaton.find_matches_as_indexes(skeleton.letters.tobytes(), overlapping=True)
        rows = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=3 * len(found))
        first, end = rows[1::3] >> 1, rows[2::3] >> 1
        return Rows(rows[0::3], skeleton.at[first], skeleton.at[end - 1] + 1, end - first)
