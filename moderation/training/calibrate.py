"""From raw scores to probabilities that hold where the models are used.

The labelled sets are half violations; a stream is not. One post in eight violates something, and each head's share of
that is fixed in :data:`PREVALENCE` (they add up to 1/8). Rows are weighted so that positives weigh their head's
prevalence; the negatives' weight goes half to labelled negatives (hard: found by the same keywords as the positives)
and half to everyday text, where there are both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from moderation.classifiers.heads import Calibration

Array = np.ndarray[Any, Any]

PREVALENCE: Mapping[str, float] = {
    "hate": 0.045,
    "harassment": 0.03,
    "profanity": 0.02,
    "violence": 0.01,
    "sexual": 0.005,
    "spam": 0.004,
    "ad_diversion": 0.005,
    "scam": 0.004,
    "self_harm": 0.002,
}
PRECISIONS: Mapping[str, float] = {"p90": 0.90, "p95": 0.95}
_FEWEST_FLAGGED = 10  # true positives above an operating point; fewer say nothing about a precision
_DIGITS = 4


def deployment_weights(truth: Array, ordinary: Array, prevalence: float) -> Array:
    """A weight for each row; they add up to the number of rows."""
    parts = [(truth, prevalence)]
    negatives = [part for part in (~truth & ~ordinary, ~truth & ordinary) if part.any()]
    parts += [(part, (1.0 - prevalence) / len(negatives)) for part in negatives]
    weights = np.zeros(len(truth))
    for part, share in parts:
        weights[part] = share / max(1, part.sum())
    scaled: Array = weights * (len(truth) / weights.sum())
    return scaled


def fit_platt(raw: Array, truth: Array, weights: Array) -> Calibration | None:
    """Platt's line by weighted logistic regression; ``None`` when a higher score would mean less harm."""
    from sklearn.linear_model import LogisticRegression

    spread = float(raw.std()) or 1.0
    fit = LogisticRegression(C=1e4, max_iter=1000).fit(raw[:, None] / spread, truth, sample_weight=weights)
    slope, offset = float(fit.coef_[0, 0]) / spread, float(fit.intercept_[0])
    return Calibration(round(slope, 6), round(offset, 6)) if slope > 0 else None


def operating_points(truth: Array, probability: Array, weights: Array) -> dict[str, float | None]:
    """The least probability from which on the weighted precision stays reached; ``None`` where it never is."""
    order = np.argsort(-probability, kind="stable")
    right = np.cumsum((weights * truth)[order])
    precision = right / np.maximum(np.cumsum(weights[order]), 1e-12)
    enough = np.cumsum(truth[order]) >= _FEWEST_FLAGGED
    # Rows with one and the same probability are flagged together: only the last of them is a threshold.
    last = np.append(np.diff(probability[order]) != 0, True)
    points: dict[str, float | None] = {}
    for name, wanted in PRECISIONS.items():
        reached = np.flatnonzero((precision >= wanted) & enough & last)
        points[name] = round(float(probability[order][reached[-1]]), _DIGITS) if len(reached) else None
    return points
