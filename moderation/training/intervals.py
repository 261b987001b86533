"""How sure figures are: the bootstrap, on which the same rows are drawn for every model that scored them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from moderation.training.measure import Array, figures, rounded

RESAMPLES = 200
_SEED = 1
_ENDS = (2.5, 97.5)
_AT_ONCE = 4_000_000  # numbers that a few matrices may have: bounds the memory, not the result


class Scored(NamedTuple):
    """What one model says of n rows: probabilities (n), and which of the rows it flags (n, boolean)."""

    probability: Array
    flagged: Array


class _Model(NamedTuple):
    """``spread`` (groups × k) leads each group of rows to its one of the k scores; ``flagged`` (groups) is 0 or 1."""

    values: Array
    spread: csr_array
    flagged: Array


def bootstrap(truth: Array, *models: Scored) -> list[Array]:
    """For each model (1 + resamples) × 5 figures: first those of the rows as they are, then those of each resample.

    Each resample draws as many violating and as many benign rows as there are, so that neither vanishes, and the same
    for all models: row by row, the differences of two results are those of the models. Rows that all models score and
    flag alike are one group, of which a multinomial draw says how often it comes. Source: Efron and Tibshirani 1993,
    "An Introduction to the Bootstrap".
    """
    levels = [np.unique(model.probability, return_inverse=True) for model in models]
    flags = [model.flagged.astype(np.int64) for model in models]
    codes = np.ravel_multi_index(
        [part for (_, level), flag in zip(levels, flags, strict=True) for part in (level, flag)],
        [size for values, _ in levels for size in (len(values), 2)],
    )
    _, first, group = np.unique(codes, return_index=True, return_inverse=True)
    groups = [
        _Model(values, _spread(level[first], len(values)), flag[first])
        for (values, level), flag in zip(levels, flags, strict=True)
    ]
    counts = [np.bincount(group[part], minlength=len(first)) for part in (truth, ~truth)]
    results = [[_figures(model, counts[0][None], counts[1][None])] for model in groups]
    rng = np.random.default_rng(_SEED)
    step = max(1, _AT_ONCE // len(first))
    for start in range(0, RESAMPLES, step):
        drawn = [_draw(count, min(step, RESAMPLES - start), rng) for count in counts]
        for result, model in zip(results, groups, strict=True):
            result.append(_figures(model, *drawn))
    return [np.concatenate(result) for result in results]


def interval(resampled: Array) -> tuple[float | None, float | None]:
    """The 95% percentile interval of one figure over the resamples, to four digits; (None, None) without the figure.

    A share of exactly 0 or 1 has no width here; and the calibration error of a resample is larger than that of the
    file, all the more on few rows, so that its interval lies high.
    """
    low, high = np.percentile(resampled, _ENDS)
    return rounded(low), rounded(high)


def _draw(counts: Array, times: int, rng: np.random.Generator) -> Array:
    total = counts.sum()
    if total == 0:
        return np.zeros((times, len(counts)), dtype=np.int64)
    drawn: Array = rng.multinomial(total, counts / total, size=times)
    return drawn


def _figures(model: _Model, positive: Array, negative: Array) -> Array:
    flagged = positive @ model.flagged, negative @ model.flagged
    return figures(model.values, positive @ model.spread, negative @ model.spread, flagged)


def _spread(level: Array, levels: int) -> csr_array:
    return csr_array((np.ones(len(level)), (np.arange(len(level)), level)), shape=(len(level), levels))
