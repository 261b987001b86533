"""Hashed n-grams of a batch of posts, in vectorised numpy: the features of the fast tier, the same in training and use.

The n-grams of a post, read as :class:`~moderation.classifiers.folded.Folded` reads it, are

- characters: 1–3 where words are not spaced (Han, Kana, Thai), 1–4 in Hangul, 3–5 within words elsewhere, the space
  before and after a word included (an n-gram is as long as its ends allow); an emoji or a mark by itself;
- words, 1–3 in a row, of spaced scripts;
- sounds: 2–3 syllables of pinyin in a row, so that a homophone counts as what it stands for.

Each is hashed twice, once for all languages and once with the post's language: what holds in one language need not
hold in another, and what is rare in one is learned from all.

scikit-learn's vectoriser makes n-grams in Python, 100 µs a post; this takes a tenth (decision 17).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.classifiers.folded import Folded
from moderation.folding.han import syllable_table
from moderation.folding.tables import Kind, kind_table, script_names, script_table

Hashes = NDArray[np.uint64]
Integers = NDArray[np.int64]
Codes = NDArray[np.uint32]
Flags = NDArray[np.bool_]

LONGEST = 5
WORDS = (1, 2, 3)
SOUNDS = (2, 3)
GROUP = np.uint32(0xE000)
"""Stands for the name of a group, as a word of one letter; of the private use area, so no post means anything by it."""

_KINDS = LONGEST + len(WORDS) + len(SOUNDS)
_SPACE = np.uint32(32)
_LOOSE, _SPACED, _HANGUL, _UNSPACED = range(4)
_MOST = np.array([0, LONGEST, 4, 3], dtype=np.int8)  # the longest n-gram with a character of each class
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_MIX = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Ngrams:
    """``buckets`` (n,), below ``2 ** bits``, those of one post together; ``counts`` (posts,), how many each has."""

    buckets: Integers
    counts: Integers


def ngrams(folded: Folded, tags: Sequence[str], bits: int) -> Ngrams:
    """Hash the n-grams of each text, shared ones and those of its language, by turns."""
    hashes = _hashes(folded.codes, folded.rows).ravel()
    there = (hashes != 0).nonzero()[0]
    of_row = folded.rows[there // _KINDS]
    salts = np.array([crc32(tag.encode()) for tag in tags], dtype=np.uint64)
    buckets = np.empty((len(there), 2), dtype=np.uint64)
    buckets[:, 0] = shared = hashes[there]
    buckets[:, 1] = _mixed(shared ^ salts[of_row])
    buckets >>= np.uint64(64 - bits)
    return Ngrams(buckets.ravel().view(np.int64), 2 * np.bincount(of_row, minlength=len(tags)))


def located(folded: Folded, tag: str, bits: int) -> tuple[Integers, Integers]:
    """For one text: the two buckets of each n-gram (n, 2), and its ``[start, end)`` in the codes (n, 2)."""
    ends, kinds = _hashes(folded.codes, folded.rows).nonzero()
    lengths = np.array([1, *range(2, LONGEST + 1), *WORDS, *SOUNDS])[kinds]
    of_words = (kinds >= LONGEST) & (kinds < LONGEST + len(WORDS))
    # A word n-gram is found where its last word ends; it begins so many words before.
    classes = _class_table()[folded.codes]
    inside = (classes == _SPACED) | (classes == _HANGUL)
    begins = (np.diff(inside.astype(np.int8), prepend=0) == 1).nonzero()[0]
    starts = ends.copy()
    last = np.searchsorted(begins, ends[of_words], side="right") - 1
    starts[of_words] = begins[last - lengths[of_words] + 1]
    stops = np.where(of_words, ends + 1, ends + lengths)
    found = ngrams(folded, [tag], bits)
    return found.buckets.reshape(-1, 2), np.stack([starts, stops], axis=1)


def _hashes(codes: Codes, rows: Integers) -> Hashes:
    """Hashes (places × kinds of n-gram), 0 where there is none; words stand where the last of them ends."""
    found = np.zeros((len(codes), _KINDS), dtype=np.uint64)
    classes = _class_table()[codes]
    loose = classes == _LOOSE
    spaced = np.where(loose, _SPACE, codes).astype(np.uint64)
    powers, inverses = _powers(len(codes) + 1)
    prefix = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(spaced * powers[:-1], out=prefix[1:])
    found[:, 0] = _alone(codes, classes)
    # A space takes no side: it may begin or end an n-gram of any class, and never stands inside.
    most = np.where(loose, LONGEST, _MOST[classes])
    inside = np.concatenate(([0], np.cumsum(loose)))
    for length in range(2, LONGEST + 1):
        last = len(codes) - length + 1
        if last > 0:
            good = (most[:last] >= length) & (most[length - 1 :] >= length)
            good &= inside[length - 1 : length - 1 + last] == inside[1 : last + 1]
            if length == 2:  # noqa: PLR2004 - two letters of a spaced script say too little for what they cost
                good &= (classes[:-1] >= _HANGUL) | (classes[1:] >= _HANGUL)
            places = good.nonzero()[0]
            found[places, length - 1] = _mixed((prefix[places + length] - prefix[places]) * inverses[places])
    _words(classes, rows, prefix, inverses, found[:, LONGEST : LONGEST + len(WORDS)])
    _sounds(codes, found[:, LONGEST + len(WORDS) :])
    return found


def _alone(codes: Codes, classes: NDArray[np.int8]) -> Hashes:
    """Single characters: those that mean something alone."""
    means = (classes >= _HANGUL) | ((classes == _LOOSE) & ~_blank_table()[codes])
    return np.where(means, _mixed(codes.astype(np.uint64) + _MIX), np.uint64(0))


def _words(classes: NDArray[np.int8], rows: Integers, prefix: Hashes, inverses: Hashes, found: Hashes) -> None:
    """Fill in (places × lengths) what words there are."""
    inside = (classes == _SPACED) | (classes == _HANGUL)
    edges = np.diff(inside.astype(np.int8), prepend=0, append=0)
    starts, ends = (edges == 1).nonzero()[0], (edges == -1).nonzero()[0]
    words = _mixed((prefix[ends] - prefix[starts]) * inverses[starts] + _BASE)
    text = rows[starts]
    run = words
    for column, length in enumerate(WORDS):
        if len(words) >= length:
            if length > 1:
                run = _mixed(run[:-1] * _BASE + words[length - 1 :])
            together = text[length - 1 :] == text[: len(text) - length + 1]
            found[ends[length - 1 :] - 1, column] = np.where(together, run, np.uint64(0))


def _sounds(codes: Codes, found: Hashes) -> None:
    """Fill in (places × lengths) what syllables of Han characters there are."""
    syllables = syllable_table()[codes].astype(np.uint64)
    there = syllables.nonzero()[0]
    for column, length in enumerate(SOUNDS):
        # So many characters on, the syllable has to be so many syllables on.
        apart = there[length - 1 :] - there[: len(there) - length + 1]
        begins = there[: len(there) - length + 1][apart == length - 1]
        run = syllables[begins]
        for offset in range(1, length):
            run = run * _BASE + syllables[begins + offset]
        found[begins, column] = _mixed(run)


def _mixed(hashes: Hashes) -> Hashes:
    """Spread over all 64 bits; the highest ones choose the bucket."""
    hashes = (hashes ^ (hashes >> _HALF)) * _MIX
    return (hashes ^ (hashes >> _HALF)) * _MIX


@cache
def _class_table() -> NDArray[np.int8]:
    kinds, scripts = kind_table(), script_table()
    table = np.full(len(kinds), _LOOSE, dtype=np.int8)
    table[np.isin(kinds, (Kind.letter, Kind.digit, Kind.mark))] = _SPACED
    table[scripts == script_names().index("Hang")] = _HANGUL
    table[np.isin(kinds, (Kind.unspaced, Kind.unspaced_mark))] = _UNSPACED
    table[GROUP] = _SPACED
    return table


@cache
def _blank_table() -> Flags:
    blank: Flags = kind_table() == Kind.blank
    blank[ord("\n")] = True
    return blank


@cache
def _power_table(size: int) -> tuple[Hashes, Hashes]:
    """Powers of the base and of its inverse, modulo 2^64: what a prefix sum's place adds to it can be divided out."""
    exponents = [np.concatenate((np.ones(1, dtype=np.uint64), np.full(size - 1, base))) for base in (_BASE, _INVERSE)]
    return np.cumprod(exponents[0]), np.cumprod(exponents[1])


def _powers(size: int) -> tuple[Hashes, Hashes]:
    powers, inverses = _power_table(1 << max(16, (size - 1).bit_length()))
    return powers[:size], inverses[:size]
