"""Fingerprints of texts: the character 3-grams that two near-duplicates share, and MinHash bands to find them by.

A text is folded, its invisible characters are left out, and what is no letter or digit becomes one blank, or nothing
beside a script without blanks: emoji, punctuation and line breaks between the words make no difference. Each of its
distinct 3-grams is a hash of 32 bits; the 512 smallest are kept, so :func:`jaccard` is exact for texts of up to 512
distinct 3-grams between them and else an estimate with a standard error of at most 0.022 (bottom-k sketch: Cohen and
Kaplan, 2007). Two texts of likeness J have one of the 16 bands of 4 rows in common with probability
1 - (1 - J^4)^16: 0.9998 at 0.8, 0.988 at 0.7, 0.89 at 0.6.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.fold import fold_codes, join
from moderation.folding.tables import Codes, Kind, kind_table

BANDS = 16
ROWS = 4
KEPT = 512
"""How many 3-grams of a text are kept, those with the smallest hashes."""
LEAST_LETTERS = 20
"""Shorter texts have no fingerprint: greetings are no campaign. A digit is a letter, one of Han or Thai is two."""
LEAST_SHINGLES = 10
"""Texts of fewer distinct 3-grams have none either: hahahahahahahahahaha."""

_BLANK = ord(" ")
_WORD = np.zeros(len(Kind), dtype=np.bool_)
_WORD[[Kind.letter, Kind.unspaced, Kind.digit, Kind.mark, Kind.unspaced_mark]] = True
_UNSPACED = np.zeros(len(Kind), dtype=np.bool_)
_UNSPACED[[Kind.unspaced, Kind.unspaced_mark]] = True
_WEIGHT = np.zeros(len(Kind), dtype=np.int64)
_WEIGHT[[Kind.letter, Kind.digit]] = 1
_WEIGHT[Kind.unspaced] = 2

# Workers of different versions of numpy share an index, so the permutations come from a hash, not from its generators.
_PERMUTATIONS = np.frombuffer(hashlib.shake_128(b"campaigns").digest(8 * BANDS * ROWS), dtype="<u4").astype(np.uint32)
_FACTORS, _SUMMANDS = _PERMUTATIONS[: BANDS * ROWS] | np.uint32(1), _PERMUTATIONS[BANDS * ROWS :]


class Fingerprint(NamedTuple):
    """``bands``: 16 hashes of 30 bits; ``shingles``: at most 512, ascending; each in 4 bytes, the high one first.

    The index in Redis has a bucket for each of the 16,384 values of the first two bytes of a band.
    """

    bands: bytes
    shingles: bytes


def fingerprints(texts: Sequence[str]) -> list[Fingerprint | None]:
    """The fingerprint of each text; None where it is too short or too uniform."""
    prints: list[Fingerprint | None] = [None] * len(texts)
    owners, hashes = _shingles(texts)
    if not len(hashes):
        return prints
    starts = np.concatenate(([0], (owners[1:] != owners[:-1]).nonzero()[0] + 1))
    bands = _bands(hashes, starts).astype(">u4").tobytes()
    packed = hashes.astype(">u4").tobytes()
    ends = [*starts[1:].tolist(), len(hashes)]
    for n, (owner, start, end) in enumerate(zip(owners[starts].tolist(), starts.tolist(), ends, strict=True)):
        shingles = packed[4 * start : 4 * min(end, start + KEPT)]
        prints[owner] = Fingerprint(bands[4 * BANDS * n : 4 * BANDS * (n + 1)], shingles)
    return prints


def jaccard(one: bytes, other: bytes) -> float:
    """The likeness of two texts by their shingles, in [0, 1]: of the 512 smallest of all, the share that both have."""
    ones, others = _unpacked(one), _unpacked(other)
    common, union = ones & others, ones | others
    if len(union) > KEPT:
        union = frozenset(sorted(union)[:KEPT])
        common &= union
    return len(common) / len(union)


def _unpacked(shingles: bytes) -> frozenset[int]:
    return frozenset(struct.unpack(f">{len(shingles) // 4}I", shingles))


def _shingles(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """The distinct hashes of the 3-grams of the texts that are long enough, with the number of their text; sorted."""
    original, starts = join(texts)
    owners = np.arange(len(texts)).repeat(starts[1:] - starts[:-1])
    text, owners, letters = _words(fold_codes(original), owners, len(texts))
    within = owners[2:] == owners[:-2]
    key = (owners[2:][within].astype(np.uint64) << np.uint64(32)) | _mix(text)[within]
    key.sort()
    distinct = np.ones(len(key), dtype=np.bool_)
    distinct[1:] = key[1:] != key[:-1]
    key = key[distinct]
    owners = (key >> np.uint64(32)).astype(np.int64)
    enough = (letters >= LEAST_LETTERS) & (np.bincount(owners, minlength=len(texts)) >= LEAST_SHINGLES)
    chosen = enough[owners]
    return owners[chosen], key[chosen].astype(np.uint32)


def _words(folded: Codes, owners: NDArray[np.int64], number: int) -> tuple[Codes, NDArray[np.int64], NDArray[np.int64]]:
    """Words with a blank between them where their script has blanks, whose they are, and the letters of each text."""
    kinds = kind_table().take(folded)
    is_word = _WORD.take(kinds)
    at = is_word.nonzero()[0]
    gaps = (~is_word & (kinds != Kind.nothing)).cumsum().take(at)
    kinds, owners = kinds.take(at), owners.take(at)
    unspaced = _UNSPACED.take(kinds)
    blank_after = (gaps[1:] != gaps[:-1]) & ~(unspaced[1:] | unspaced[:-1]) & (owners[1:] == owners[:-1])
    copies = np.ones(len(at), dtype=np.int64)
    copies[:-1] += blank_after
    text = folded.take(at).repeat(copies)
    text[copies.cumsum()[:-1][blank_after] - 1] = _BLANK
    letters = np.bincount(owners.repeat(_WEIGHT.take(kinds)), minlength=number)
    return text, owners.repeat(copies), letters


def _mix(text: Codes) -> NDArray[np.uint32]:
    """The hash of the 3-gram that begins at each character but the last two (finished as in MurmurHash3)."""
    mixed = text[:-2] * np.uint32(0x9E3779B1)
    mixed = ((mixed ^ (mixed >> np.uint32(15))) + text[1:-1]) * np.uint32(0x85EBCA6B)
    mixed = ((mixed ^ (mixed >> np.uint32(13))) + text[2:]) * np.uint32(0xC2B2AE35)
    return mixed ^ (mixed >> np.uint32(16))


def _bands(hashes: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """A row of 16 bands for each text: hashes of the minima of 4 permutations each."""
    minima = np.empty((BANDS * ROWS, len(starts)), dtype=np.uint32)
    permuted = np.empty_like(hashes)
    for n in range(BANDS * ROWS):
        np.multiply(hashes, _FACTORS[n], out=permuted)
        np.add(permuted, _SUMMANDS[n], out=permuted)
        np.minimum.reduceat(permuted, starts, out=minima[n])
    rows = minima.reshape(BANDS, ROWS, -1).astype(np.uint64)
    band = np.repeat(np.arange(1, BANDS + 1, dtype=np.uint64)[:, None], len(starts), axis=1)
    for row in range(ROWS):
        band = (band ^ rows[:, row]) * np.uint64(0x9FB21C651E98DF25)
        band ^= band >> np.uint64(29)
    return (band >> np.uint64(34)).astype(np.uint32).T
