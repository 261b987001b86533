"""What single ideographs and pairs of neighbours say: Japanese against Chinese, Cantonese against Mandarin.

Weights are nats in eighths, so that their sums are whole numbers, the same in any batch. ``data/han.npz`` (Japanese)
is fitted by ``moderation.training.han``; ``data/han_cantonese.tsv`` is hand-made: a weight, and what has it.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.tables import SIZE, Codes, script_names, script_table

Packed = NDArray[np.int64]

DATA = Path(__file__).parent / "data"

NAT = 8
"""A nat, in the units of the weights."""

FIRST, LAST = 0x3000, 0xA000
LETTERS = LAST - FIRST
"""Letters are numbered from 0 (what is none: kana, ideographs beyond the first plane) to here."""

_SLOTS = 18  # bits: about ten slots for each pair
_SHIFT = 26  # two sums of 27 bits are exact in a float64, which is what bincount adds


class Tables(NamedTuple):
    """Both weights of each letter and pair, as :func:`pack` packs them; ``keys[slot]`` tells whose a slot's are."""

    letters: Packed
    keys: Packed
    pairs: Packed


@cache
def letter_table() -> NDArray[np.int64]:
    """``table[code]`` numbers an ideograph or a Bopomofo letter; a compatibility form is as its plain one."""
    table = np.zeros(SIZE, dtype=np.int64)
    numbers = [script_names().index(name) for name in ("Hani", "Bopo")]
    for code in np.flatnonzero(np.isin(script_table(), numbers)).tolist():
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and FIRST < ord(plain) < LAST:
            table[code] = ord(plain) - FIRST
    table[ord("〆")] = ord("〆") - FIRST
    return table


def keys_of(letters: NDArray[np.int64]) -> NDArray[np.int64]:
    """The key of each letter with the one before it: one fewer than letters."""
    return letters[:-1] * LETTERS + letters[1:]


def slots_of(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """The slot of each key (Fibonacci hashing)."""
    return (keys * 2654435769 & 0xFFFFFFFF) >> (32 - _SLOTS)


def pack(japanese: NDArray[np.int64], cantonese: NDArray[np.int64]) -> Packed:
    """Two whole numbers in one: adding packed ones adds both, as long as the sums stay below 2**25."""
    return (cantonese << _SHIFT) + japanese


def unpack(packed: Packed) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What :func:`pack` packed.

    >>> [whole.tolist() for whole in unpack(pack(np.array([-3, 5]), np.array([7, -9])))]
    [[-3, 5], [7, -9]]
    """
    cantonese = (packed + (1 << _SHIFT - 1)) >> _SHIFT
    return packed - (cantonese << _SHIFT), cantonese


@cache
def tables() -> Tables:
    """Both sets of weights. Where two pairs want one slot only one has it, Cantonese before Japanese."""
    with np.load(DATA / "han.npz", allow_pickle=False) as saved:
        letters, steps, weights = (saved[name].astype(np.int64) for name in ("letters", "pair_steps", "pair_weights"))
    cantonese = read_cantonese()
    of_letter = np.zeros(LETTERS, dtype=np.int64)
    keys, japanese_pairs, cantonese_pairs = np.zeros((3, 1 << _SLOTS), dtype=np.int64)
    fitted = np.cumsum(steps)
    keys[slots_of(fitted)] = fitted
    japanese_pairs[slots_of(fitted)] = weights
    for term, weight in cantonese.items():
        numbers = np.array([ord(letter) - FIRST for letter in term])
        if len(term) == 1:
            of_letter[numbers] = weight
            continue
        key = keys_of(numbers)
        slot = slots_of(key)
        japanese_pairs[slot[keys[slot] != key]] = 0
        keys[slot] = key
        cantonese_pairs[slot] = weight
    return Tables(pack(letters, of_letter), keys, pack(japanese_pairs, cantonese_pairs))


def read_cantonese() -> dict[str, int]:
    """The weights of single ideographs and of pairs: above nought what Cantonese has, below what Mandarin has."""
    weights: dict[str, int] = {}
    for line in (DATA / "han_cantonese.tsv").read_text("utf-8").splitlines():
        weight, _, terms = line.partition("\t")
        weights |= dict.fromkeys(terms.split(), int(weight))
    return weights


def weigh(text: Codes, joined: NDArray[np.bool_]) -> Packed:
    """The weights that each character adds, packed; ``joined[i]`` says whether ``i`` and ``i + 1`` are neighbours."""
    table = tables()
    letters = letter_table()[text]
    weights = table.letters[letters]
    keys = keys_of(letters)
    slots = slots_of(keys)
    weights[1:] += table.pairs[slots] * (joined & (table.keys[slots] == keys))
    return weights
