"""langdetect's n-gram profiles as one table of log-probabilities a script, all n-grams of a text summed.

langdetect samples n-grams at random, so it is slow and answers differently when asked again; its profiles
(Wikipedia, 1 to 3 characters, edges of words as blanks) are good. Here letters are numbered within their script, an
n-gram's number is found by index, and its row holds, for each language of the script, how much more likely than
smoothing alone it makes that language. Rows are multiples of 2⁻¹⁰, which float64 adds without rounding: the sum of a
text is the same in every batch and order.
"""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moderation.folding.tables import SIZE, Codes, script_names, script_table

# langdetect's α over its base frequency (Detector.ALPHA_DEFAULT is 0.5; 0.02 measured better on short texts).
SMOOTHING = 0.02 / 10_000
_STEP = 1024

Scores = NDArray[np.float64]
Indices = NDArray[np.int64]

# What langdetect reads alike: Persian yeh is written as Arabic yeh in its profiles (NGram.normalize).
_SAME_LETTER = {"\u06cc": "\u064a"}


@cache
def _profile(language: str) -> tuple[dict[str, int], list[int]]:
    """Counts of case-folded n-grams, and how many n-grams of 1, 2 and 3 characters there were."""
    import langdetect

    path = Path(langdetect.__file__).parent / "profiles" / language
    profile = json.loads(path.read_text("utf-8"))
    counts: dict[str, int] = defaultdict(int)
    for ngram, count in profile["freq"].items():
        lower = ngram.lower()
        counts[lower if len(lower) == len(ngram) else ngram] += count
    return counts, profile["n_words"]


class Profiles:
    """The languages of one script. ``priors`` are added to a language's score, in nats."""

    def __init__(self, script: str, languages: Sequence[str], priors: Mapping[str, float]) -> None:
        self.languages = tuple(languages)
        self._priors = np.array([priors.get(language, 0.0) for language in languages])
        number = script_names().index(script)
        logs: dict[str, NDArray[np.float64]] = {}
        for column, language in enumerate(languages):
            counts, totals = _profile(language)
            for ngram, count in counts.items():
                if ngram.strip() and all(script_table()[ord(letter)] == number for letter in ngram.replace(" ", "")):
                    row = logs.setdefault(ngram, np.zeros(len(languages)))
                    row[column] = np.log1p(count / totals[len(ngram) - 1] / SMOOTHING)
        self._rows = np.round(np.vstack([np.zeros(len(languages)), *logs.values()]) * _STEP) / _STEP
        letters = sorted({letter for ngram in logs for letter in ngram} - {" "})
        self._letters = _letter_table(letters, number)
        self._radix = radix = len(letters) + 1
        self._index = [np.zeros(radix**length, dtype=np.int32) for length in (1, 2, 3)]
        for row_number, ngram in enumerate(logs, start=1):
            key = 0
            for letter in ngram:
                key = key * radix + (int(self._letters[ord(letter)]) if letter != " " else 0)
            self._index[len(ngram) - 1][key] = row_number

    def score(self, text: Codes, units: Indices, count: int) -> Scores:
        """Score ``count`` units: row ``u`` sums all n-grams at the places where ``units`` is ``u`` (-1: in none).

        ``units`` does not decrease over the places that belong to one. Letters of other scripts, and places in no
        unit, end a word.
        """
        letters = np.zeros(len(text) + 3, dtype=np.int64)
        letters[2:-1] = self._letters[text]
        letters[2:-1][units < 0] = 0
        at = np.flatnonzero(letters)
        here, before, after = letters[at], letters[at - 1], letters[at + 1]
        radix, (one, two, three) = self._radix, self._index
        pair = before * radix + here
        rows = np.zeros((len(at), 5), dtype=np.int32)
        rows[:, 0] = one[here]
        rows[:, 1] = two[pair]
        rows[:, 2] = np.where(before != 0, three[letters[at - 2] * radix * radix + pair], 0)
        last = np.flatnonzero(after == 0)
        rows[last, 3] = two[here[last] * radix]
        rows[last, 4] = three[pair[last] * radix]
        known = rows > 0
        found = rows[known]
        ends = np.cumsum(np.bincount(units[at - 2], weights=known.sum(axis=1), minlength=count)).astype(np.int64)
        sums: Scores = _sum_rows(self._rows, found, ends) + self._priors
        return sums


def _sum_rows(table: Scores, rows: NDArray[np.int32], ends: Indices) -> Scores:
    """Sum ``table[rows[ends[u - 1]:ends[u]]]`` for each unit."""
    from scipy.sparse import csr_matrix

    ones = np.ones(len(rows))
    counts = csr_matrix((ones, rows, np.concatenate(([0], ends))), shape=(len(ends), len(table)))
    sums: Scores = counts @ table
    return sums


def _letter_table(letters: Sequence[str], script: int) -> NDArray[np.uint8]:
    """Number a script's letters from 1; capitals, full-width and styled forms are their plain small letter."""
    numbers = {letter: number for number, letter in enumerate(letters, start=1)}
    table = np.zeros(SIZE, dtype=np.uint8)
    for code in np.flatnonzero(script_table() == script).tolist():
        plain = unicodedata.normalize("NFKC", chr(code))
        lower = plain.lower()
        table[code] = numbers.get(_SAME_LETTER.get(lower, lower), 0)
    return table
