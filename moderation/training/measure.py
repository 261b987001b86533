"""How good scores are: discrimination, precision at prevalence, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
FIGURES = ("auroc", "ap", "f1", "false_positive_rate", "ece")
AUROC, AP, F1, FALSE_POSITIVE_RATE, ECE = range(len(FIGURES))
_BINS = 10
_DIGITS = 4
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one head in one language; ``None`` where the rows do not allow the figure.

    ``auroc_within`` averages the AUROC inside each source that has both classes, by positives: a model that only tells
    the sources apart scores .5 there. ``f1`` and ``false_positive_rate`` are those at ``threshold``. ``ap``, ``f1`` and
    ``ece`` (ten bins of equal width) are weighted; the weights say for which prevalence.
    """

    rows: int
    positives: int
    auroc: float | None
    auroc_within: float | None
    ap: float | None
    f1: float | None
    false_positive_rate: float | None
    ece: float
    threshold: float

    def to_json(self) -> dict[str, Any]:
        """By name."""
        return asdict(self)


def measure(
    truth: Array,
    probability: Array,
    threshold: float,
    weights: Array | None = None,
    sources: Sequence[str] | None = None,
) -> Measured:
    """Measure probabilities against the truth (both of one length, truth boolean); uniform weights unless given."""
    values, level = np.unique(probability, return_inverse=True)
    counted, weighted = (
        _of_one(values, level, truth, probability >= threshold, each)
        for each in (np.ones(len(truth)), np.ones(len(truth)) if weights is None else weights)
    )
    return Measured(
        rows=len(truth),
        positives=int(truth.sum()),
        auroc=rounded(counted[AUROC]),
        auroc_within=None if sources is None else _within(truth, probability, sources),
        ap=rounded(weighted[AP]),
        f1=rounded(weighted[F1]),
        false_positive_rate=rounded(counted[FALSE_POSITIVE_RATE]),
        ece=float(round(weighted[ECE], _DIGITS)),
        threshold=threshold,
    )


def figures(values: Array, positive: Array, negative: Array, flagged: tuple[Array, Array]) -> Array:
    """The figures (n × 5, as :data:`FIGURES` names them) of n weightings of the same scores; NaN where there is none.

    ``values`` (k) are the scores in order, each once; ``positive`` and ``negative`` (n × k) what weighs on each;
    ``flagged`` (n, n) what of the positives and of the negatives is flagged. Equal scores share their ranks.
    """
    positives, negatives = positive.sum(axis=1), negative.sum(axis=1)
    found, wrong = flagged
    with np.errstate(divide="ignore", invalid="ignore"):
        below = np.cumsum(negative, axis=1) - negative / 2
        auroc = (positive * below).sum(axis=1) / (positives * negatives)
        right = np.cumsum(positive[:, ::-1], axis=1)
        taken = right + np.cumsum(negative[:, ::-1], axis=1)
        ap = (positive[:, ::-1] * right / np.maximum(taken, _TINY)).sum(axis=1) / positives
        f1 = np.where(positives > 0, 2 * found / (found + wrong + positives), np.nan)
        false_positive_rate = wrong / negatives
        _, starts = np.unique(_bins(values), return_index=True)
        gaps = np.add.reduceat((positive + negative) * values - positive, starts, axis=1)
        ece = np.abs(gaps).sum(axis=1) / (positives + negatives)
    return np.stack([auroc, ap, f1, false_positive_rate, ece], axis=1)


def _of_one(values: Array, level: Array, truth: Array, flagged: Array, weights: Array) -> Array:
    positive, negative = (np.bincount(level, weights * part, minlength=len(values))[None] for part in (truth, ~truth))
    found, wrong = (np.array([weights[flagged & part].sum()]) for part in (truth, ~truth))
    one: Array = figures(values, positive, negative, (found, wrong))[0]
    return one


def expected_calibration_error(truth: Array, probability: Array, weights: Array) -> float:
    """Weighted mean distance between probability and frequency over ten bins of equal width."""
    gap = np.bincount(_bins(probability), weights * (probability - truth), minlength=_BINS)
    return float(np.abs(gap).sum() / weights.sum())


def rounded(value: Any) -> float | None:
    """To four digits; ``None`` for NaN."""
    return None if np.isnan(value) else round(float(value), _DIGITS)


def _bins(probability: Array) -> Array:
    bins: Array = np.minimum((probability * _BINS).astype(int), _BINS - 1)
    return bins


def _within(truth: Array, probability: Array, sources: Sequence[str]) -> float | None:
    from sklearn.metrics import roc_auc_score

    names = np.array(sources)
    total = positives = 0.0
    for name in np.unique(names):
        here = names == name
        if truth[here].any() and not truth[here].all():
            count = float(truth[here].sum())
            total += count * roc_auc_score(truth[here], probability[here])
            positives += count
    return rounded(total / positives) if positives else None
