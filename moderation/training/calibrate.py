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

Array = np.ndarray[Any, Any]

PREVALENCE: Mapping[str, float] = {
    "hate": 0.035,
    "harassment": 0.03,
    "profanity": 0.015,
    "violence": 0.01,
    "sexual": 0.008,
    "spam": 0.005,
    "ad_diversion": 0.007,
    "scam": 0.005,
    "self_harm": 0.003,
    "illegal_goods": 0.003,
    "privacy": 0.001,
    "impersonation": 0.001,
    "misinformation": 0.002,
}
PRECISIONS: Mapping[str, float] = {"p90": 0.90, "p95": 0.95}
_FEWEST_FLAGGED = 10  # true positives above an operating point; fewer say nothing about a precision
_DIGITS = 4


def deployment_weights(truth: Array, ordinary: Array, taught: Array, prevalence: float) -> Array:
    """A weight for each row; they add up to the number of rows.

    Where some rows were written for this project and others were labelled, either kind weighs half of the violating and
    half of the hard ones: the labelled sets are larger, and each judges its own topics alone.
    """
    hard = ~truth & ~ordinary
    weights = np.zeros(len(truth))
    kinds = [kind for kind in (hard, ~truth & ordinary) if kind.any()]
    for kind, share in ((truth, prevalence), *((kind, (1.0 - prevalence) / len(kinds)) for kind in kinds)):
        halves = [part for part in (kind & taught, kind & ~taught) if part.any()]
        for part in halves:
            weights[part] = share / len(halves) / part.sum()
    scaled: Array = weights * (len(truth) / weights.sum())
    return scaled


def fit_line(
    score: Array, truth: Array, weights: Array, base: Array | float = 0.0, slope: float | None = None
) -> tuple[float, float] | None:
    """Platt's line by weighted maximum likelihood: log-odds = ``base`` + slope · score + offset.

    A ``slope`` that is given is kept. ``None`` when a higher score would mean less harm, or all rows are of one kind.
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    if truth.all() or not truth.any():
        return None
    spread = float(score.std()) or 1.0
    signs = np.where(truth, -1.0, 1.0)
    share = weights / weights.sum()

    def loss(line: Array) -> tuple[float, Array]:
        steep = line[0] if slope is None else slope * spread
        margins = signs * (base + steep * (score / spread) + line[-1])
        pull = share * signs * expit(margins)
        down = np.array([(pull * score).sum() / spread, pull.sum()])
        return float((share * np.logaddexp(0.0, margins)).sum()), down if slope is None else down[1:]

    found = minimize(loss, np.zeros(2 if slope is None else 1), jac=True, method="BFGS").x
    steep = float(found[0]) / spread if slope is None else slope
    return (round(steep, 6), round(float(found[-1]), 6)) if steep > 0 else None


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
