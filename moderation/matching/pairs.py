"""Pairs of Han characters that follow each other in ordinary Chinese: a disguise makes pairs that nobody writes.

``data/pairs.npz`` is a set of hashes (2²³ bits): a pair that is in it is always found, one in thirty that is not is
found too. ``python -m moderation.training.pairs DATA`` makes it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moderation.folding.tables import Codes, pair_slots

DATA = Path(__file__).parent / "data"
BITS = 23


def slots(left: Codes, right: Codes) -> NDArray[np.uint32]:
    """The slot of each pair in the set."""
    return pair_slots(left, right, BITS)


@cache
def _seen() -> NDArray[np.uint8]:
    with np.load(DATA / "pairs.npz", allow_pickle=False) as data:
        packed: NDArray[np.uint8] = data["pairs"]
    if packed.shape != (1 << BITS - 3,) or packed.dtype != np.uint8:
        raise ValueError(f"{DATA / 'pairs.npz'} is not a set of 2^{BITS} pairs")
    return packed


def are_ordinary(left: Codes, right: Codes) -> NDArray[np.bool_]:
    """Whether each pair of folded Han characters follows one another in ordinary Chinese."""
    slot = slots(left, right)
    ordinary: NDArray[np.bool_] = _seen()[slot >> np.uint32(3)] >> (slot & np.uint32(7)).astype(np.uint8) & 1 != 0
    return ordinary
