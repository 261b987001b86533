"""The n-grams and words of texts in one script, as numbers: what profiles are made of and looked up by.

Letters are numbered within their script (:class:`Alphabet`), 0 is everything else. N-grams of three and five letters
and whole words are 64-bit hashes. The edge of a word counts as a letter, so that `` th`` and ``he `` tell more
than ``th`` and ``he``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moderation.folding.tables import SIZE, Codes, fold_table, script_names, script_table

Indices = NDArray[np.int64]
Hashes = NDArray[np.uint64]

# Read alike: Persian yeh is written as Arabic yeh in langdetect's profiles (its NGram.normalize).
_SAME_LETTER = {"\u06cc": "\u064a"}
APOSTROPHES = "'’ʼ"
"""Letters between two letters (don't, l’été), quotation marks elsewhere."""
APOSTROPHE = "'"

_ODD = np.uint64(0x9E3779B97F4A7C15)
_MORE_ODD = np.uint64(0xC2B2AE3D27D4EB4F)
_BYTE = np.uint64(8)
_LENGTH_BITS = {order: np.uint64(1) << np.uint64(40 + order) for order in (3, 5)}
_LONGEST = 40
"""Letters of a word; no language has longer ones, and noise has."""
_ODD_POWERS = np.cumprod(np.full(_LONGEST, 0x100000001B3, dtype=np.uint64), dtype=np.uint64) * _ODD


class Alphabet:
    """Numbers the letters of a script from 1; capitals, full-width and styled forms are their plain small letter."""

    def __init__(self, script: str, letters: Sequence[str]) -> None:
        self.numbers = numbers = {letter: number for number, letter in enumerate(letters, start=1)}
        self._table = np.zeros(SIZE, dtype=np.uint8)
        fold = fold_table()
        for code in np.flatnonzero(script_table() == script_names().index(script)).tolist():
            plain = unicodedata.normalize("NFKC", chr(code)).lower()
            number = numbers.get(_SAME_LETTER.get(plain, plain))
            # what is no form of a letter to Unicode may be one to the eye (ᴛɪɴʏ)
            self._table[code] = numbers.get(chr(fold[code]), 0) if number is None else number
        for form in APOSTROPHES:
            self._table[ord(form)] = numbers.get(APOSTROPHE, 0)

    def number(self, text: Codes) -> NDArray[np.uint8]:
        """The number of each letter; 0 for what is no letter of this alphabet."""
        return self._table[text]


def begins(places: Indices) -> NDArray[np.bool_]:
    """Which letters begin a word, by the places where they stand: those that do not follow the one before."""
    first = np.empty(len(places), dtype=np.bool_)
    first[:1] = True
    np.not_equal(places[1:], places[:-1] + 1, out=first[1:])
    return first


def ends_of(starts: Indices, count: int) -> Indices:
    """One past the last of each stretch of ``count`` letters that begins at ``starts``."""
    ends = np.empty_like(starts)
    ends[:-1] = starts[1:]
    ends[-1:] = count
    return ends


ORDERS = (3, 5, 3, 5)
"""The length of the n-gram in each column of :func:`ngrams_of`."""


def ngrams_of(letters: NDArray[np.uint8], first: NDArray[np.bool_]) -> Hashes:
    """The n-grams of numbered letters, none of them 0, as hashes: an array (letters, 4), 0 where there is none.

    The n-grams of three and five letters that end at each letter, then those that the edge after it ends. ``first``
    marks the letters that a word begins with.
    """
    here = letters.astype(np.uint64)
    starts = first.nonzero()[0]
    ends = ends_of(starts, len(here))
    inside = np.arange(len(here))
    inside -= starts.repeat(ends - starts)
    lasts = ends - 1
    # The key of an n-gram: eight bits a letter, the first one's highest, over a bit that tells how long it is.
    back = np.concatenate((np.zeros(4, dtype=np.uint64), here))
    key = here
    keys = np.zeros((len(here), len(ORDERS)), dtype=np.uint64)
    for behind in range(1, 5):
        before = back[4 - behind : len(back) - behind] * (inside >= behind)
        ended = key[lasts] << _BYTE
        key = key | before << np.uint64(8 * behind)
        order = behind + 1
        if order in ORDERS:
            # an n-gram has one edge at the most, and what is longer than a word is no word
            whole = (inside >= behind - 1) & (inside < _LONGEST)
            column = ORDERS.index(order)
            keys[:, column] = (key | _LENGTH_BITS[order]) * whole
            keys[lasts, column + 2] = (ended | _LENGTH_BITS[order]) * whole[lasts]
    return _hash(keys)


def word_hashes(letters: NDArray[np.uint8], starts: Indices, ends: Indices) -> Hashes:
    """The hashes of words of numbered letters, each from ``starts`` to before ``ends``, one after the other."""
    if not len(starts):
        return np.zeros(0, dtype=np.uint64)
    inside = np.arange(len(letters))
    inside -= starts.repeat(ends - starts)
    weighed = letters * _ODD_POWERS.take(inside, mode="clip")
    return _hash(np.add.reduceat(weighed, starts) | np.uint64(1))


def ngram_hashes(ngrams: Sequence[str], alphabet: Alphabet) -> Hashes:
    """The hashes of n-grams of one length (blanks are edges) as :func:`ngrams_of` gives them; 0 for foreign letters."""
    length = len(ngrams[0])
    numbers = np.array([[alphabet.numbers.get(letter, 0) for letter in ngram] for ngram in ngrams], dtype=np.uint64)
    known = [all(letter in alphabet.numbers or letter == " " for letter in ngram) for ngram in ngrams]
    keys = np.zeros(len(ngrams), dtype=np.uint64)
    for column in range(length):
        keys = keys << np.uint64(8) | numbers[:, column]
    return np.where(known, _hash(keys | _LENGTH_BITS[length]), np.uint64(0))


def _hash(keys: Hashes) -> Hashes:
    """Let every bit of a key have a say in the high ones, which tables are indexed by; 0 stays 0."""
    mixed = keys * _ODD
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MORE_ODD
    mixed ^= mixed >> np.uint64(32)
    return mixed
