"""``fast@1``, the fast tier: linear heads on hashed n-grams and compositional signals, for every post.

A head's raw score is the sum of its int8 weights over the post's n-grams, times ``scale``, over the square root of
their number, plus its weights of the signals, plus ``bias``. Sums of integers are exact, so a batch equals its singles.
The names of groups are one and the same word to the n-grams: what is said counts, not of whom.

``weights.safetensors``: ``ngrams`` int8 (2^bits × heads), ``signals`` float32 (signals × heads). ``lexicons.json``:
language → entries (term, cue). ``model.json``::

    {"kind": "fast@1", "bits": 20, "signals": ["group", …], "heads": [{"name": "hate", "scale": 0.01, "bias": -1.2}, …]}
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.classifiers.artifact import METADATA, Artifact, damaged
from moderation.classifiers.folded import Folded, read
from moderation.classifiers.lexicon import CUES, Hits, Lexicon, find, read_lexicons
from moderation.classifiers.ngrams import GROUP, Integers, ngrams
from moderation.classifiers.signals import NAMES, Signals, signals

KIND = "fast@1"
WEIGHTS = "weights.safetensors"
LEXICONS = "lexicons.json"
SIGNAL = np.float32(0.2)
"""The value of a signal that is there: n-grams have length 1 together, and some ten signals weigh as much."""

_ROW = 16  # bytes: numpy gathers rows of so many as one piece, twice as fast as rows of 13
_GROUP = CUES.index("group")

Scores = NDArray[np.float64]


class Reading(NamedTuple):
    """What the fast tier saw in a batch of texts: everything that a later tier or an explanation asks for."""

    folded: Folded
    hits: Hits
    signals: Signals


class Cells(NamedTuple):
    """The features of a batch: one entry for each n-gram and signal of each text, texts one after the other."""

    buckets: Integers
    ngrams: Integers
    signals: Integers
    counts: Integers


class FastModel:
    """Texts in the models' form and their languages in, a reading and raw scores (texts × heads) out."""

    def __init__(self, weights: NDArray[np.int8], of_signals: NDArray[np.float32], heads: Sequence[Mapping[str, Any]],
                 found: Mapping[str, Lexicon]) -> None:  # fmt: skip
        self.heads = tuple(str(head["name"]) for head in heads)
        self._lexicons = found
        self.bits = len(weights).bit_length() - 1
        self._weights = np.pad(weights, ((0, 0), (0, -len(self.heads) % _ROW)))
        self._signals = of_signals
        self._scales = np.array([head["scale"] for head in heads])
        self._biases = np.array([head["bias"] for head in heads])

    def read(self, texts: Sequence[str], tags: Sequence[str]) -> Reading:
        """Fold, find the terms of each text's language, and parse."""
        return read_signals(texts, tags, self._lexicons)

    def score(self, reading: Reading, tags: Sequence[str]) -> Scores:
        """Raw scores (texts × heads); a text's do not depend on the other texts."""
        cells = featurise(reading, tags, self.bits)
        # As float32, in which the sums of so few small integers are exact too: scipy adds those up four times faster.
        weights = self._weights.take(cells.buckets, axis=0).astype(np.float32)
        sums = _sums(weights, cells.ngrams)[:, : len(self.heads)].astype(np.float64)
        lengths = np.sqrt(np.maximum(cells.ngrams, 1))[:, None]
        said = _sums(self._signals[cells.signals], cells.counts) * SIGNAL
        scores: Scores = sums * self._scales / lengths + said + self._biases
        return scores

    def weight(self, buckets: Integers, count: int) -> Scores:
        """What single n-grams of a text with ``count`` of them add to each head's raw score."""
        weights: Scores = self._weights[buckets, : len(self.heads)] * self._scales / np.sqrt(max(count, 1))
        return weights

    def weight_of_signals(self, numbers: Integers) -> Scores:
        """What signals add to each head's raw score."""
        weights: Scores = self._signals[numbers].astype(np.float64) * float(SIGNAL)
        return weights


def read_signals(texts: Sequence[str], tags: Sequence[str], found: Mapping[str, Lexicon]) -> Reading:
    """What :meth:`FastModel.read` does, for training, when there is no model yet."""
    folded = read(texts)
    hits = find(folded, tags, found)
    return Reading(folded, hits, signals(folded, hits))


def featurise(reading: Reading, tags: Sequence[str], bits: int) -> Cells:
    """The n-grams of the texts without the names of groups, and the numbers of their signals."""
    found = ngrams(without_groups(reading), tags, bits)
    counts = np.bincount(reading.signals.rows, minlength=len(tags))
    return Cells(found.buckets, found.counts, reading.signals.numbers, counts)


def without_groups(reading: Reading) -> Folded:
    """The folded texts with one character for each neutral name of a group."""
    folded, hits = reading.folded, reading.hits
    groups = hits.cues == _GROUP
    starts, ends = hits.starts[groups], hits.ends[groups]
    if not len(starts):
        return folded
    codes, change = folded.codes.copy(), np.zeros(len(folded.codes) + 1, dtype=np.int64)
    codes[starts] = GROUP
    change[starts + 1] += 1
    change[ends] -= 1
    kept = np.cumsum(change[:-1]) == 0
    rows = folded.rows[kept]
    return Folded(codes[kept], rows, folded.at[kept], np.searchsorted(rows, np.arange(len(folded.starts))))


def load_fast(artifact: Artifact) -> FastModel:
    """Build the model that an artifact describes."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        tensors = load(artifact.files[WEIGHTS])
        heads = artifact.metadata["heads"]
        weights, of_signals = tensors["ngrams"], tensors["signals"]
        found = read_lexicons(json.loads(artifact.files[LEXICONS]))
        fits = (
            artifact.metadata["signals"] == list(NAMES)
            and weights.dtype == np.int8
            and weights.shape == (2 ** artifact.metadata["bits"], len(heads))
            and of_signals.shape == (len(NAMES), len(heads))
        )
        if fits:
            return FastModel(weights, of_signals, heads, found)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise damaged(artifact.folder / METADATA, "does not describe weights and lexicons that fit each other")


def _sums(rows: NDArray[np.float32], counts: Integers) -> NDArray[np.float32]:
    """Row i: the sum of the rows of text i, which has ``counts[i]`` of them."""
    from scipy.sparse import csr_matrix

    ends = np.concatenate((np.zeros(1, dtype=np.int32), np.cumsum(counts, dtype=np.int32)))
    ones = np.ones(len(rows), dtype=np.float32)
    shape = (len(counts), len(rows))
    sums: NDArray[np.float32] = csr_matrix((ones, np.arange(len(rows), dtype=np.int32), ends), shape=shape) @ rows
    return sums
