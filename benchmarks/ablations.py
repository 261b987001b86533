"""What each part of the classifier brings, on held-out rows: the figures of docs/decisions/0017-reading.md.

Run: ``python benchmarks/ablations.py [DATA]`` (ten minutes). Fits the heads of the fast tier on n-grams alone, with
signals, with the teaching corpus and with both, and measures the shipped models, second reader included, on the same
rows: AUROC on labelled rows by language, and on held-out sentences of the teaching corpus, mean over its languages.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from moderation.classifiers.tiers import load_tiers
from moderation.training.data import Row, read_corpus
from moderation.training.fast import BITS, TAUGHT, fit_head, tabulate
from moderation.training.teaching.lexicons import read_lexicons

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
HEADS = ("hate", "harassment", "self_harm", "ad_diversion")
LABELLED = ("zh", "en", "de", "pt", "ko")
SEED = 1
LEAST = 8
BATCH = 1024

Array = np.ndarray[Any, Any]
Scorer = Callable[[str], Array]


class Measured:
    """The rows that are held out, and how a scorer orders them."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._langs = np.array([row.lang for row in rows])
        self._taught = np.array([row.source == "teaching" for row in rows])

    def line(self, name: str, head: str, scores: Array, seconds: float) -> None:
        """Print one row of the table."""
        truth = np.array([int(row.values.get(head, -1)) for row in self.rows])
        known = (truth >= 0) & np.isfinite(scores)
        figures = [self._auroc(truth, scores, known & ~self._taught & (self._langs == tag)) for tag in LABELLED]
        taught = [
            self._auroc(truth, scores, known & self._taught & (self._langs == tag))
            for tag in np.unique(self._langs[self._taught])
        ]
        there = [value for value in taught if value is not None]
        mean = f"{np.mean(there):.3f} of {len(there):2}" if there else "–"
        shown = " ".join(f"{'–' if value is None else f'{value:.3f}':>6}" for value in figures)
        print(f"{name:36}{head:14}{shown}   {mean:>12}  {seconds:5.0f} s", flush=True)

    @staticmethod
    def _auroc(truth: Array, scores: Array, here: Array) -> float | None:
        positive = int((truth[here] == 1).sum())
        if min(positive, int(here.sum()) - positive) < LEAST:
            return None
        return float(roc_auc_score(truth[here] == 1, scores[here]))


def fitted(matrix: Any, training: list[Row], held: Any, taught: bool) -> Scorer:
    """A scorer of one head, fitted on the training rows, with or without those of the teaching corpus."""
    chosen = np.array([taught or row.source != "teaching" for row in training])
    weights = np.array([row.weight * (TAUGHT if row.source == "teaching" else 1.0) for row in training])

    def score(head: str) -> Array:
        truth = np.array([int(row.values.get(head, -1)) for row in training])
        known = np.flatnonzero((truth >= 0) & chosen)
        if not (truth[known] == 1).any():
            return np.full(held.shape[0], np.nan)
        coefficients, bias = fit_head(matrix[known], truth[known] == 1, weights[known], SEED)
        scores: Array = held @ coefficients + bias
        return scores

    return score


def shipped(rows: list[Row]) -> Scorer:
    """The shipped models: both tiers, calibrated."""
    classifier = load_tiers(None)
    found: list[dict[str, float]] = []
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        known = [row for row in batch if row.lang in classifier.calibration.lines]
        judged = classifier.judge([row.text for row in known], [row.lang for row in known])
        scores = iter(classifier.probabilities(judged))
        found += [next(scores) if row.lang in classifier.calibration.lines else {} for row in batch]
    return lambda head: np.array([scores.get(head, np.nan) for scores in found])


def main() -> None:
    """Print the table."""
    rows = read_corpus(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA, SEED).rows
    training = [row for row in rows if row.split == "train" and row.values]
    measured = Measured([row for row in rows if row.split != "train" and row.values and not row.ordinary])
    entries = read_lexicons()
    matrix, held = tabulate(training, entries), tabulate(measured.rows, entries)
    print(f"{'':36}{'':14}{' '.join(f'{tag:>6}' for tag in LABELLED)}   {'taught':>12}")
    parts: dict[str, Scorer] = {
        "n-grams": fitted(matrix[:, : 2**BITS], training, held[:, : 2**BITS], False),
        "n-grams, signals": fitted(matrix, training, held, False),
        "n-grams, teaching": fitted(matrix[:, : 2**BITS], training, held[:, : 2**BITS], True),
        "n-grams, signals, teaching (fast)": fitted(matrix, training, held, True),
        "fast and second reader, as shipped": shipped(measured.rows),
    }
    for name, scorer in parts.items():
        for head in HEADS:
            started = time.perf_counter()
            scores = scorer(head)
            measured.line(name, head, scores, time.perf_counter() - started)


if __name__ == "__main__":
    main()
