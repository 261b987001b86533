"""What each language of a script is made of, as one table of weights that the n-grams of a text are summed from.

langdetect samples n-grams at random, so it is slow and answers differently when asked again; its profiles (Wikipedia,
up to three letters) are good. They are summed here, all of them, with our own counts of how people talk and post (up
to five letters, and whole words; ``moderation.training.profiles``). An n-gram's row holds, for each language of the
script, how much more likely than smoothing alone it makes that language. Weights are whole numbers of
sixteenths of a nat: the sum of a text is the same in every batch and order.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.fold import join
from moderation.folding.tables import Codes
from moderation.language.ngrams import (
    ORDERS,
    Alphabet,
    Hashes,
    Indices,
    begins,
    ends_of,
    ngram_hashes,
    ngrams_of,
    word_hashes,
)

PROFILES = Path(__file__).parent / "data" / "profiles"

Scores = NDArray[np.int32]
"""Sixteenths of a nat."""
Weights = NDArray[np.int16]
"""The same, of n-grams and of words."""

SMOOTHING = 1e-7
"""The frequency of what was never counted; and of langdetect's, whose profiles leave out what is rare."""
_LANGDETECT_SMOOTHING = 2e-6

# Weights, chosen on the development half: a word says most, and pairs of letters said nothing more; langdetect's
# encyclopedia says less about posts than our counts, and more about rare words.
_WORD_WEIGHT = 2.0
_LANGDETECT_WEIGHT = 0.3
_SHORT = 3  # letters of the n-grams that langdetect's profiles have too
STEP = 16
"""Of a score, a nat. A word of forty letters, all of its n-grams known, stays below 2¹⁵."""

# Eight to sixteen slots for each n-gram: few want the same, and then the more frequent has it.
_SPARE_BITS = 3

# Up to here a sum of copied rows is quicker than a sparse product, which has to be set up.
_FEW_ROWS = 1_000
_NO_WORD = np.uint64(2**64 - 1)
_NO_ROW = np.zeros(1, dtype=np.uint32)

_CACHE_BITS = 16

COUNT_STEP = 16
"""Counts travel as logarithms in steps of 1/16, below 256."""


class OwnCounts(NamedTuple):
    """The file of a script. Rows are n-grams, then words; entries are those of row after row.

    ``letters``: its alphabet. ``languages``: its columns. ``orders`` (rows,): 3, 5, or 0 for a word; ``hashes``
    (rows,): the upper half of each hash; ``sizes`` (rows,): how many languages have it; ``columns`` and ``logs``
    (entries,): which, and ln(1 + frequency / :data:`SMOOTHING`) in steps.
    """

    letters: NDArray[np.uint32]
    languages: NDArray[np.str_]
    orders: NDArray[np.uint8]
    hashes: NDArray[np.uint32]
    sizes: NDArray[np.uint8]
    columns: NDArray[np.uint8]
    logs: NDArray[np.uint8]


class WordScores(NamedTuple):
    """The words of some letters.

    The first and the last letter of each, its score in each language (words, languages), the best of these, and
    whether it is one of the telling words.
    """

    firsts: Indices
    lasts: Indices
    scores: Weights
    best: Weights
    told: NDArray[np.bool_]


def read_counts(script: str) -> OwnCounts:
    """Read the counts of a script."""
    with np.load(PROFILES / f"{script}.npz", allow_pickle=False) as file:
        return OwnCounts(*(file[name] for name in OwnCounts._fields))


def langdetect_profile(language: str) -> tuple[Mapping[str, int], Sequence[int]] | None:
    """Counts of small-letter n-grams, and how many of 1, 2 and 3 letters there were; None where it has no profile."""
    import langdetect

    path = Path(langdetect.__file__).parent / "profiles" / language
    if not path.exists():
        return None
    profile = json.loads(path.read_text("utf-8"))
    counts: dict[str, int] = defaultdict(int)
    for ngram, count in profile["freq"].items():
        lower = ngram.lower()
        counts[lower if len(lower) == len(ngram) else ngram] += count
    return counts, profile["n_words"]


class Profiles:
    """The languages of one script.

    ``priors``: nats that a language's score begins with. ``telling``: words that it is to be said of when they are met.
    """

    def __init__(
        self, script: str, languages: Sequence[str], priors: Mapping[str, float], telling: Sequence[str] = ()
    ) -> None:
        import scipy.sparse  # noqa: F401 - now, so that forked processes share it; large batches need it

        self.languages = tuple(languages)
        self.priors = np.array([round(priors.get(tag, 0.0) * STEP) for tag in languages], dtype=np.int32)
        counts = read_counts(script)
        self._alphabet = Alphabet(script, [chr(code) for code in counts.letters])
        self._rows, hashes = _weights(counts, self._alphabet, languages)
        self._row_bits = len(hashes).bit_length()
        self._slots = _fill_slots(hashes, self._row_bits)
        # The sums of words met lately, by the first bits of their hashes: most words of a text are not new. A sum
        # depends on its word alone, so that it does not matter which are there.
        self._met = np.zeros(1 << _CACHE_BITS, dtype=np.uint64)
        self._scores = np.zeros((1 << _CACHE_BITS, len(languages)), dtype=np.int16)
        self._best = np.zeros(1 << _CACHE_BITS, dtype=np.int16)
        self._told = np.zeros(1 << _CACHE_BITS, dtype=np.bool_)
        self._telling = np.append(np.sort(self._hashes_of(telling)), _NO_WORD)

    def words(self, letters: Codes, places: Indices) -> WordScores:
        """Score each word of letters of the script; letters that are not neighbours by ``places`` are of two words."""
        numbers, first, kept = self._numbered(letters, places)
        starts = first.nonzero()[0]
        ends = ends_of(starts, len(numbers))
        hashes = word_hashes(numbers, starts, ends)
        slots = hashes >> np.uint64(64 - _CACHE_BITS)
        new = self._met[slots] != hashes
        if not new.any():
            return WordScores(kept[starts], kept[ends - 1], self._scores[slots], self._best[slots], self._told[slots])
        scores, best, told = self._scores[slots], self._best[slots], self._told[slots]
        of_new = new.repeat(ends - starts)
        hashes, slots = hashes[new], slots[new]
        scores[new] = computed = self._score(numbers[of_new], first[of_new], hashes)
        best[new] = best_of_new = computed.max(axis=1)
        told[new] = told_of_new = self._is_telling(hashes)
        self._met[slots], self._scores[slots], self._best[slots], self._told[slots] = (
            hashes, computed, best_of_new, told_of_new,
        )  # fmt: skip
        return WordScores(kept[starts], kept[ends - 1], scores, best, told)

    def _is_telling(self, hashes: Hashes) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self._telling[self._telling.searchsorted(hashes)] == hashes
        return found

    def _hashes_of(self, words: Sequence[str]) -> Hashes:
        text, _ = join(words)
        numbers, first, _ = self._numbered(text, np.arange(len(text)))
        starts = first.nonzero()[0]
        return word_hashes(numbers, starts, ends_of(starts, len(numbers)))

    def _score(self, numbers: NDArray[np.uint8], first: NDArray[np.bool_], hashes: Hashes) -> Weights:
        """The sums of words (their letters, their hashes) that were not met lately."""
        starts = first.nonzero()[0]
        rows = np.zeros((len(numbers), len(ORDERS) + 1), dtype=np.uint32)
        rows[:, :-1] = self._look_up(ngrams_of(numbers, first))
        rows[starts, -1] = self._look_up(hashes)
        known = rows > 0
        return _sum_rows(self._rows, rows[known], np.add.reduceat(known.sum(axis=1), starts).cumsum())

    def _numbered(self, letters: Codes, places: Indices) -> tuple[NDArray[np.uint8], NDArray[np.bool_], Indices]:
        """The numbers of the letters that the alphabet has, which of them begin a word, and which letters they are."""
        numbers = self._alphabet.number(letters)
        kept = numbers.nonzero()[0]
        return numbers[kept], begins(places[kept]), kept

    def _look_up(self, hashes: Hashes) -> NDArray[np.uint32]:
        upper = (hashes >> np.uint64(32)).astype(np.uint32)
        rest_bits, row_bits = 32 - self._row_bits - _SPARE_BITS, np.uint32(self._row_bits)
        slots = self._slots[upper >> np.uint32(rest_bits)]
        same = slots >> row_bits == upper & np.uint32((1 << rest_bits) - 1)
        return np.where(same, slots & np.uint32((1 << self._row_bits) - 1), np.uint32(0))


def _fill_slots(hashes: NDArray[np.uint32], row_bits: int) -> NDArray[np.uint32]:
    """``slots[first bits of a hash]`` holds its row and the rest of its bits; where two want one the earlier has it."""
    slots = np.zeros(1 << row_bits + _SPARE_BITS, dtype=np.uint32)
    rows = np.arange(len(hashes), dtype=np.uint32)[::-1]
    backwards = hashes[::-1]
    rest_bits = 32 - row_bits - _SPARE_BITS
    slots[backwards >> np.uint32(rest_bits)] = (backwards & ((1 << rest_bits) - 1)) << np.uint32(row_bits) | rows
    slots[0] = 0  # the slot of no n-gram
    return slots


def _weights(counts: OwnCounts, alphabet: Alphabet, languages: Sequence[str]) -> tuple[Weights, NDArray[np.uint32]]:
    """The table of weights (rows, languages), and the upper half of each row's hash; row 0 weighs nothing."""
    found = [(language, langdetect_profile(language)) for language in languages]
    theirs = {language: _short_frequencies(*profile, alphabet) for language, profile in found if profile}
    listed = np.concatenate([[0], counts.hashes, *(hashes for hashes, _ in theirs.values())]).astype(np.uint32)
    all_hashes, first = np.unique(listed, return_index=True)
    # the order of the file is kept: the most frequent come first
    place = np.argsort(np.argsort(first, kind="stable"), kind="stable")
    rows = place[np.searchsorted(all_hashes, np.repeat(counts.hashes, counts.sizes))]
    columns = np.array([languages.index(tag) for tag in counts.languages.tolist()])[counts.columns]
    orders = np.repeat(counts.orders, counts.sizes)
    logs = counts.logs / COUNT_STEP
    table = np.zeros((len(first), len(languages)), dtype=np.int16)
    table[rows, columns] = _steps(np.where(orders == 0, _WORD_WEIGHT, 1.0) * logs)
    for column, language in enumerate(languages):
        own = columns == column
        if language in theirs:
            hashes, frequencies = theirs[language]
            known = place[np.searchsorted(all_hashes, hashes)]
            if not own.any():
                table[known, column] = _steps(np.log1p(frequencies / SMOOTHING))
        else:
            own &= orders == _SHORT
            known, frequencies = rows[own], np.expm1(logs[own]) * SMOOTHING
        table[known, column] += _steps(_LANGDETECT_WEIGHT * np.log1p(frequencies / _LANGDETECT_SMOOTHING))
    return table, all_hashes[np.argsort(place)]


def _steps(nats: NDArray[np.float64]) -> NDArray[np.int16]:
    return np.round(nats * STEP).astype(np.int16)


def _short_frequencies(
    counts: Mapping[str, int], totals: Sequence[int], alphabet: Alphabet
) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    """Langdetect's n-grams of three letters (upper halves of hashes), and how often each stands among them."""
    ngrams = [ngram for ngram in counts if len(ngram) == _SHORT and ngram.strip()]
    hashes = (ngram_hashes(ngrams, alphabet) >> np.uint64(32)).astype(np.uint32)
    known = hashes > 0
    frequencies = np.array([counts[ngram] for ngram in ngrams]) / totals[_SHORT - 1]
    return hashes[known], frequencies[known]


def _sum_rows(table: Weights, rows: NDArray[np.uint32], ends: Indices) -> Weights:
    """Sum ``table[rows[ends[u - 1]:ends[u]]]`` for each word."""
    starts = np.concatenate(([0], ends))
    if len(rows) <= _FEW_ROWS:
        padded = table[np.concatenate((rows, _NO_ROW))]
        sums: Weights = np.add.reduceat(padded, starts[:-1], axis=0)
        sums[starts[1:] == starts[:-1]] = 0  # a word of no known n-gram, for which the next one's first was taken
        return sums
    from scipy.sparse import csr_matrix

    ones = np.ones(len(rows), dtype=np.int16)
    counts = csr_matrix((ones, rows.astype(np.int32), starts.astype(np.int32)), shape=(len(ends), len(table)))
    product: Weights = counts @ table
    return product
