"""How good scores are: discrimination, precision at prevalence, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
_BINS = 10
_DIGITS = 4


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
    from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

    weights = np.ones(len(truth)) if weights is None else weights
    both = bool(truth.any() and not truth.all())
    flagged = probability >= threshold
    return Measured(
        rows=len(truth),
        positives=int(truth.sum()),
        auroc=_rounded(roc_auc_score(truth, probability)) if both else None,
        auroc_within=None if sources is None else _within(truth, probability, sources),
        ap=_rounded(average_precision_score(truth, probability, sample_weight=weights)) if truth.any() else None,
        f1=_rounded(f1_score(truth, flagged, sample_weight=weights, zero_division=0.0)) if truth.any() else None,
        false_positive_rate=_rounded(flagged[~truth].mean()) if not truth.all() else None,
        ece=_rounded(expected_calibration_error(truth, probability, weights)),
        threshold=threshold,
    )


def expected_calibration_error(truth: Array, probability: Array, weights: Array) -> float:
    """Weighted mean distance between probability and frequency over ten bins of equal width."""
    bins = np.minimum((probability * _BINS).astype(int), _BINS - 1)
    gap = np.bincount(bins, weights * (probability - truth), minlength=_BINS)
    return float(np.abs(gap).sum() / weights.sum())


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
    return _rounded(total / positives) if positives else None


def _rounded(value: Any) -> float:
    return round(float(value), _DIGITS)
