"""Training of the linear heads of one group of languages (``zh``, ``en`` or ``world``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from moderation.classifiers.features import Features
from moderation.classifiers.heads import Calibration
from moderation.classifiers.text import group_of
from moderation.training.calibrate import PREVALENCE, deployment_weights, fit_platt, operating_points
from moderation.training.data import Row
from moderation.training.measure import Measured, measure
from moderation.training.sources import HEADS

Array = np.ndarray[Any, Any]
Report = Callable[[str], None]

KIND = "linear@1"
FEATURES = {
    "zh": Features("char", (1, 3)),
    "en": Features("char_wb", (2, 5)),
    "world": Features("char_wb", (1, 4)),
}
# A head is kept for a language with so many distinct positives. The second row's heads rest on sentences written here
# and on small sets: better than nothing, and the card says so.
_LEAST = dict.fromkeys(HEADS, 200) | dict.fromkeys(("spam", "scam", "ad_diversion", "self_harm"), 25)
_LEAST_AUROC = 0.7  # on the calibration rows; a head that orders a language's posts worse is not offered for it
_SMALL = 600  # with fewer positives the calibration half has too few: cross-validated scores take its place
_FOLDS = 5
# The strength of the penalty, by the search of docs/decisions/0005-classifiers.md.
_ALPHA = {"zh": 3e-6, "en": 3e-6, "world": 1e-6}
_ALPHA_SMALL = 1e-5
_EPOCHS = 8
_INT8 = 127


@dataclass(frozen=True, slots=True)
class Trained:
    """A group's model: what ``model.json`` says of it, and the bytes of its weights."""

    metadata: Mapping[str, Any]
    weights: bytes


@dataclass(frozen=True, slots=True)
class _Table:
    """A group's rows as columns. ``truth[head]``: 1, 0, or −1 for unknown."""

    group: str
    matrix: Any
    truth: Mapping[str, Array]
    langs: Array
    sources: Array
    weights: Array
    opens: Array
    ordinary: Array
    splits: Array


def train_group(rows: Sequence[Row], group: str, seed: int, report: Report = lambda _: None) -> Trained | None:
    """Fit, quantise, calibrate and measure every head that has data; ``None`` when there is none."""
    from safetensors.numpy import save

    mine = [row for row in rows if group_of(row.lang) == group]
    if not mine:
        return None
    report(f"{group}: {len(mine):,} texts")
    table = _tabulate(mine, group)
    heads: dict[str, Any] = {}
    tensors: dict[str, Array] = {}
    for head in HEADS:
        languages = _languages(table, head)
        if not languages:
            continue
        described, quantised = _train_head(table, head, languages, seed)
        if described["languages"]:
            heads[head] = described
            tensors[head] = quantised
            report(f"{group}: {head} for {', '.join(sorted(described['languages']))}")
    if not heads:
        return None
    metadata = {"kind": KIND, "group": group, "features": FEATURES[group].to_json(), "heads": heads}
    return Trained(metadata, save(tensors))


def _tabulate(rows: Sequence[Row], group: str) -> _Table:
    return _Table(
        group=group,
        matrix=FEATURES[group]([row.text for row in rows]),
        truth={head: np.array([int(row.values.get(head, -1)) for row in rows], dtype=np.int8) for head in HEADS},
        langs=np.array([row.lang for row in rows]),
        sources=np.array([row.source for row in rows]),
        weights=np.array([row.weight for row in rows]),
        opens=np.array([row.opens for row in rows]),
        ordinary=np.array([row.ordinary for row in rows]),
        splits=np.array([row.split for row in rows]),
    )


def _languages(table: _Table, head: str) -> list[str]:
    """The languages with enough positives, from sources that are not too narrow, and with negatives."""
    positive = (table.truth[head] == 1) & table.opens
    return [
        str(lang)
        for lang in np.unique(table.langs[positive])
        if (positive & (table.langs == lang)).sum() >= _LEAST[head]
        and ((table.truth[head] == 0) & (table.langs == lang)).any()
    ]


def _train_head(table: _Table, head: str, languages: Sequence[str], seed: int) -> tuple[dict[str, Any], Array]:
    truth = table.truth[head]
    training = np.flatnonzero((table.splits == "train") & (truth >= 0))
    small = (truth == 1).sum() < _SMALL
    weights, bias = _fit(table, training, truth, small, seed)
    scale = float(np.abs(weights).max()) / _INT8
    quantised = np.rint(weights / scale).astype(np.int8)
    exact = table.matrix @ weights + bias
    raw = table.matrix @ (quantised.astype(np.float32) * np.float32(scale)) + bias
    # Where the held-out half has enough positives it calibrates; where it has not, scores of training rows by models
    # that did not see them do, and the whole held-out fifth is left for the report.
    calibrating = training if small else np.flatnonzero((table.splits == "calibrate") & (truth >= 0))
    reporting = (table.splits != "train" if small else table.splits == "report") & (truth >= 0)
    fitted = raw.copy()
    if small:
        fitted[training] = _cross_validated(table, training, truth, seed)
    covered: dict[str, Any] = {}
    for lang in languages:
        here = calibrating[table.langs[calibrating] == lang]
        found = _calibrate(head, fitted[here], truth[here] == 1, table.ordinary[here])
        if found is None:
            continue
        calibration, points = found
        there = np.flatnonzero(reporting & (table.langs == lang))
        measured, false_ordinary = _measure(head, table, there, raw, calibration, points)
        covered[lang] = {
            "slope": calibration.slope,
            "offset": calibration.offset,
            **points,
            "trained_on": {
                "positives": _count(truth, training, table, lang, 1),
                "negatives": _count(truth, training, table, lang, 0),
            },
            "measured": measured.to_json() | {"false_positive_rate_everyday": false_ordinary},
        }
    described = {
        "scale": float(np.float32(scale)),
        "bias": round(bias, 6),
        "cross_validated": bool(small),
        "int8_score_error": round(float(np.abs(raw - exact).max() / max(float(exact.std()), 1e-9)), 4),
        "languages": covered,
    }
    return described, quantised


def _fit(table: _Table, rows: Array, truth: Array, small: bool, seed: int) -> tuple[Array, float]:
    from sklearn.linear_model import SGDClassifier

    model = SGDClassifier(
        loss="log_loss",
        alpha=_ALPHA_SMALL if small else _ALPHA[table.group],
        max_iter=_EPOCHS,
        tol=None,
        average=True,
        random_state=seed,
        class_weight="balanced" if small else None,
    )
    model.fit(table.matrix[rows], truth[rows] == 1, sample_weight=table.weights[rows])
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def _cross_validated(table: _Table, rows: Array, truth: Array, seed: int) -> Array:
    from sklearn.model_selection import StratifiedKFold

    scores = np.zeros(len(rows), dtype=np.float32)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    for fitting, scoring in folds.split(rows, truth[rows]):
        weights, bias = _fit(table, rows[fitting], truth, True, seed)
        scores[scoring] = table.matrix[rows[scoring]] @ weights + bias
    return scores


def _calibrate(
    head: str, raw: Array, truth: Array, ordinary: Array
) -> tuple[Calibration, dict[str, float | None]] | None:
    from sklearn.metrics import roc_auc_score

    hard = ~ordinary
    if not truth.any() or truth[hard].all() or roc_auc_score(truth[hard], raw[hard]) < _LEAST_AUROC:
        return None
    weights = deployment_weights(truth, ordinary, PREVALENCE[head])
    calibration = fit_platt(raw, truth, weights)
    if calibration is None:
        return None
    return calibration, operating_points(truth, _probabilities(calibration, raw), weights)


def _measure(
    head: str, table: _Table, rows: Array, raw: Array, calibration: Calibration, points: Mapping[str, float | None]
) -> tuple[Measured, float | None]:
    truth = table.truth[head][rows] == 1
    probability = _probabilities(calibration, raw[rows])
    ordinary = table.ordinary[rows]
    threshold = points["p90"] or 0.5
    weights = deployment_weights(truth, ordinary, PREVALENCE[head]) if len(rows) else np.ones(0)
    labelled = ~ordinary
    hard = measure(
        truth[labelled], probability[labelled], threshold, weights[labelled], table.sources[rows][labelled].tolist()
    )
    everything = measure(truth, probability, threshold, weights)
    # Everyday text is told apart by its domain alone, so it counts for calibration and not for discrimination.
    measured = Measured(
        hard.rows,
        hard.positives,
        hard.auroc,
        hard.auroc_within,
        everything.ap,
        everything.f1,
        hard.false_positive_rate,
        everything.ece,
        threshold,
    )
    return measured, round(float((probability[ordinary] >= threshold).mean()), 4) if ordinary.any() else None


def _probabilities(calibration: Calibration, raw: Array) -> Array:
    return np.array([calibration(score) for score in raw.tolist()])


def _count(truth: Array, rows: Array, table: _Table, lang: str, value: int) -> int:
    return int(((truth[rows] == value) & (table.langs[rows] == lang)).sum())
