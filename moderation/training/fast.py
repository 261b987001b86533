"""Training of the fast tier: one averaged logistic regression a head, on n-grams and signals of all languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from moderation.classifiers.fast import KIND, LEXICONS, SIGNAL, WEIGHTS, featurise, read_signals
from moderation.classifiers.lexicon import Entry, read_lexicons
from moderation.classifiers.signals import NAMES
from moderation.training.data import Row
from moderation.training.sources import HEADS

Array = np.ndarray[Any, Any]
Report = Callable[[str], None]

BITS = 20
_CHUNK = 2048
# By the search of docs/decisions/0017-reading.md.
_ALPHA = 1e-6
_EPOCHS = 6
TAUGHT = 1.0
"""How much a row of the teaching corpus weighs: it is a tenth of the labelled rows and the only one that judges."""
_INT8 = 127
_THREADS = 2


class Trained(NamedTuple):
    """What ``model.json`` says of the tier, and its files."""

    metadata: Mapping[str, Any]
    files: Mapping[str, bytes]


def train_fast(rows: Sequence[Row], entries: Mapping[str, Sequence[Entry]], seed: int, report: Report) -> Trained:
    """Fit every head on the rows that settle it, and quantise the weights of the n-grams."""
    from safetensors.numpy import save

    training = [row for row in rows if row.split == "train"]
    report(f"fast: features of {len(training):,} texts")
    matrix = tabulate(training, entries)
    weights = np.array([row.weight * (TAUGHT if row.source == "teaching" else 1.0) for row in training])

    def fit(head: str) -> tuple[Array, float]:
        truth = np.array([int(row.values.get(head, -1)) for row in training])
        known = np.flatnonzero(truth >= 0)
        fitted = fit_head(matrix[known], truth[known] == 1, weights[known], seed)
        report(f"fast: {head} from {int((truth == 1).sum()):,} of {len(known):,} texts")
        return fitted

    with ThreadPoolExecutor(_THREADS) as pool:
        fitted = list(pool.map(fit, HEADS))
    described = []
    ngrams = np.zeros((2**BITS, len(HEADS)), dtype=np.int8)
    for column, (head, (found, bias)) in enumerate(zip(HEADS, fitted, strict=True)):
        scale = float(np.float32(np.abs(found[: 2**BITS]).max() / _INT8)) or 1.0
        ngrams[:, column] = np.rint(found[: 2**BITS] / scale)
        described.append({"name": head, "scale": scale, "bias": round(bias, 6)})
    signals = np.stack([found[2**BITS :] for found, _ in fitted], axis=1).astype(np.float32)
    metadata = {"kind": KIND, "bits": BITS, "signals": list(NAMES), "heads": described,
                "languages": sorted(entries)}  # fmt: skip
    files = {
        WEIGHTS: save({"ngrams": ngrams, "signals": signals}),
        LEXICONS: json.dumps(entries, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(),
    }
    return Trained(metadata, files)


def fit_head(matrix: Any, truth: Array, weights: Array, seed: int) -> tuple[Array, float]:
    """Coefficients and intercept of one head."""
    from sklearn.linear_model import SGDClassifier

    model = SGDClassifier(loss="log_loss", alpha=_ALPHA, max_iter=_EPOCHS, tol=None, average=True, random_state=seed)
    model.fit(matrix, truth, sample_weight=weights)
    return model.coef_[0], float(model.intercept_[0])


def tabulate(rows: Sequence[Row], entries: Mapping[str, Sequence[Entry]]) -> Any:
    """The features of rows as one CSR matrix (rows × (2^bits + signals)), as the fast tier sums them."""
    from scipy.sparse import csr_matrix

    found = read_lexicons(entries)
    places, values, counts = [], [], []
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        tags = [row.lang for row in chunk]
        cells = featurise(read_signals([row.text for row in chunk], tags, found), tags, BITS)
        of_rows = np.concatenate(
            (np.repeat(np.arange(len(chunk)), cells.ngrams), np.repeat(np.arange(len(chunk)), cells.counts))
        )
        order = np.argsort(of_rows, kind="stable")
        lengths = (1.0 / np.sqrt(np.maximum(cells.ngrams, 1))).astype(np.float32)
        value = np.concatenate(
            (np.repeat(lengths, cells.ngrams), np.full(len(cells.signals), SIGNAL, dtype=np.float32))
        )
        place = np.concatenate((cells.buckets, cells.signals + 2**BITS)).astype(np.int32)
        places.append(place[order])
        values.append(value[order])
        counts.append(cells.ngrams + cells.counts)
    ends = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(np.concatenate(counts))))
    matrix = csr_matrix((np.concatenate(values), np.concatenate(places), ends), shape=(len(rows), 2**BITS + len(NAMES)))
    matrix.sum_duplicates()
    return matrix
