"""The calibration of both tiers together: who is covered, the gate of the second reader, lines, operating points.

All of it is fitted on the calibration half of what training did not see, and measured on the other half.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from moderation.classifiers.calibration import DIGITS, KIND
from moderation.classifiers.fast import FastModel
from moderation.classifiers.reader import Reader
from moderation.classifiers.tiers import cued
from moderation.training.calibrate import PREVALENCE, deployment_weights, fit_line, operating_points
from moderation.training.data import Row
from moderation.training.measure import measure
from moderation.training.sources import HEADS

Array = np.ndarray[Any, Any]
Report = Callable[[str], None]
Fits = Mapping[str, tuple[float, ...]]
"""Language → the numbers of its line."""

# A head is kept for a language with so many positives in training that orders what is held out well enough. Where a
# language has too few held-out positives to tell, how the head orders those of all languages decides.
_LEAST_TRAINED = 40
_LEAST_HELD_OUT = 6
_LEAST_AUROC = 0.7
_LEAST_AUROC_OF_ALL = 0.8
_FEW = 30  # held-out positives; fewer are not halved: they calibrate and are reported, and the card says so
_OWN_LINE = 60  # positives and negatives from which on a language has a line of its own, not that of all languages
_OWN_SHARE = 300  # the same for how much the second reader counts
_READ = 0.085  # share of a stream's posts that the second reader may read
_PLAIN = 5.0  # a post without a cue must be so many times as suspect
_LEAST_SUSPECT = np.geomspace(0.004, 0.5, 60)
_VIOLATING = 0.125
_BATCH = 1024
_HALF = 0.5


class _Held(NamedTuple):
    """What training did not see, as columns of one length."""

    texts: list[str]
    tags: list[str]
    langs: Array
    ordinary: Array
    taught: Array
    calibrating: Array
    sources: Array
    truth: Mapping[str, Array]


def calibrate(fast: FastModel, reader: Reader, rows: Sequence[Row], report: Report) -> dict[str, Any]:
    """What ``model.json`` of a ``calibration`` says, with figures for the card."""
    held = _columns([row for row in rows if row.split != "train" and row.values])
    report(f"calibration: {len(held.texts):,} texts")
    raw, with_cue = _scores(fast, held)
    trained = {
        head: Counter(row.lang for row in rows if row.split == "train" and row.values.get(head)) for head in HEADS
    }
    covered = {head: _covered(held, head, raw[:, column], trained[head]) for column, head in enumerate(HEADS)}
    alone = {head: _alone(held, head, raw[:, n], covered[head]) for n, head in enumerate(HEADS)}
    covered = {head: list(fits) for head, fits in alone.items()}
    odds = {head: _log_odds(held, alone[head], raw[:, [n]]) for n, head in enumerate(HEADS)}
    suspicion = _probability(np.fmax.reduce([np.full(len(raw), -np.inf), *odds.values()]))
    everywhere = np.ones(len(suspicion), dtype=np.bool_)
    whole = _gate(held, suspicion, with_cue, everywhere)
    # Languages that take little of the stream may be read more: each its share.
    gates = {tag: min(whole, _gate(held, suspicion, with_cue, here)) for tag, here in _by_language(held, everywhere)}
    limits = np.array([gates[tag] for tag in held.tags])
    asked = suspicion >= np.where(with_cue, *limits.T)
    report(f"calibration: the second reader reads {asked.sum():,} of them")
    read = _read(fast, reader, held, asked)
    lines: dict[str, dict[str, Any]] = {}
    for column, head in enumerate(HEADS):
        both = _both(held, head, odds[head], read[:, column], asked, alone[head])
        together = _log_odds(held, both, np.stack([raw[:, column], read[:, column]], axis=1))
        probability = _probability(np.where(asked, together, odds[head])).round(DIGITS)
        for tag in covered[head]:
            points, figures = _measured(held, head, tag, probability)
            lines.setdefault(head, {})[tag] = {
                "fast": list(alone[head][tag]),
                "both": list(both[tag]),
                **points,
                "trained_on": trained[head][tag],
                "measured": figures,
            }
    read_of = {tag: round(float(asked[here].mean()), 4) for tag, here in _by_language(held, held.ordinary)}
    spoken = {tag for fits in alone.values() for tag in fits}
    gate = _described(whole) | {"languages": {tag: _described(gates[tag]) for tag in sorted(spoken)}}
    return {"kind": KIND, "gate": gate, "read_of_everyday": read_of, "lines": lines}


def _columns(rows: Sequence[Row]) -> _Held:
    return _Held(
        texts=[row.text for row in rows],
        tags=[row.lang for row in rows],
        langs=np.array([row.lang for row in rows]),
        ordinary=np.array([row.ordinary for row in rows]),
        taught=np.array([row.source == "teaching" for row in rows]),
        calibrating=np.array([row.split == "calibrate" for row in rows]),
        sources=np.array([row.source for row in rows]),
        truth={head: np.array([int(row.values.get(head, -1)) for row in rows]) for head in HEADS},
    )


def _scores(fast: FastModel, held: _Held) -> tuple[Array, Array]:
    """Raw scores of the fast tier (rows × heads), and whether a cue is there."""
    raw, judged = [], []
    for start in range(0, len(held.texts), _BATCH):
        texts, tags = held.texts[start : start + _BATCH], held.tags[start : start + _BATCH]
        reading = fast.read(texts, tags)
        raw.append(fast.score(reading, tags))
        judged.append(cued(reading))
    return np.concatenate(raw), np.concatenate(judged)


def _read(fast: FastModel, reader: Reader, held: _Held, asked: Array) -> Array:
    """Raw scores of the second reader where it is asked, 0 elsewhere."""
    read = np.zeros((len(asked), len(HEADS)))
    places = np.flatnonzero(asked)
    for start in range(0, len(places), _BATCH):
        chosen = places[start : start + _BATCH]
        texts = [held.texts[place] for place in chosen]
        reading = fast.read(texts, [held.tags[place] for place in chosen])
        read[chosen] = reader(texts, range(len(texts)), reading)
    return read


def _covered(held: _Held, head: str, raw: Array, trained: Mapping[str, int]) -> list[str]:
    """The languages that earn the head, by all that is held out: the labelled rows or the taught ones."""
    truth = held.truth[head] == 1
    known = ~held.ordinary & (held.truth[head] >= 0)
    of_all = _auroc(truth, raw, known & held.taught) or 0.0
    earned = []
    for tag, here in _by_language(held, known):
        if trained[tag] < _LEAST_TRAINED:
            continue
        figures = [_auroc(truth, raw, here & kind) for kind in (held.taught, ~held.taught)]
        told = [figure for figure in figures if figure is not None]
        if max(told) >= _LEAST_AUROC if told else of_all >= _LEAST_AUROC_OF_ALL:
            earned.append(tag)
    return earned


def _auroc(truth: Array, scores: Array, here: Array) -> float | None:
    """``None`` where there are too few of either kind to tell."""
    from sklearn.metrics import roc_auc_score

    positives = int(truth[here].sum())
    if min(positives, int(here.sum()) - positives) < _LEAST_HELD_OUT:
        return None
    return float(roc_auc_score(truth[here], scores[here]))


def _calibrating(held: _Held, head: str, here: Array) -> Array:
    """The rows among ``here`` that calibrate: one half, or all where there are few positives."""
    few = (held.truth[head][here] == 1).sum() < _FEW
    half: Array = here if few else here & held.calibrating
    return half


def _alone(held: _Held, head: str, raw: Array, covered: Sequence[str]) -> Fits:
    """A line of the fast tier for each covered language: its own where it has the rows, else that of all together."""
    known = _calibrating(held, head, (held.truth[head] >= 0) & np.isin(held.langs, covered))
    pooled = fit_line(raw[known], held.truth[head][known] == 1, _weights(held, head, known)) if covered else None
    if pooled is None:
        return {}
    found = {}
    for tag in covered:
        here = known & (held.langs == tag)
        own = None
        if _fewer(held, head, here) >= _OWN_LINE:
            own = fit_line(raw[here], held.truth[head][here] == 1, _weights(held, head, here))
        found[tag] = own or pooled
    return found


def _both(held: _Held, head: str, base: Array, read: Array, asked: Array, alone: Fits) -> Fits:
    """What the second reader adds to the fast tier's log-odds where it was asked.

    The fast tier keeps its slope: among posts that were chosen by its score it looks worse than it is, and a line that
    was free would give the order of all posts away.
    """
    known = _calibrating(held, head, (held.truth[head] >= 0) & np.isin(held.langs, list(alone)))
    truth = held.truth[head] == 1

    def line(rows: Array, slope: float | None = None) -> tuple[float, float] | None:
        # A stream's weights are those of all posts; among the chosen ones violations are far more than in a stream.
        weights = np.zeros(len(rows))
        weights[rows] = _weights(held, head, rows)
        chosen = rows & asked
        return fit_line(read[chosen], truth[chosen], weights[chosen], base[chosen], slope)

    pooled = line(known) if alone else None
    found = {}
    for tag, (slope, offset) in alone.items():
        here = known & (held.langs == tag)
        fewer = _fewer(held, head, here & asked)
        own = None
        if pooled is not None and fewer >= _OWN_LINE:
            own = line(here, None if fewer >= _OWN_SHARE else pooled[0])
        added = own or pooled or (0.0, 0.0)
        found[tag] = (slope, added[0], round(offset + added[1], 6))
    return found


def _fewer(held: _Held, head: str, here: Array) -> int:
    """How many rows there are of the rarer kind."""
    positives = int((held.truth[head][here] == 1).sum())
    return min(positives, int(here.sum()) - positives)


def _weights(held: _Held, head: str, here: Array) -> Array:
    """Deployment weights of rows, over all languages at once."""
    return deployment_weights(held.truth[head][here] == 1, held.ordinary[here], held.taught[here], PREVALENCE[head])


def _log_odds(held: _Held, fits: Fits, scores: Array) -> Array:
    """By each row's language (rows,), of its scores (rows × 1 or 2); not a number where it is not covered."""
    found = np.full(len(scores), np.nan)
    for tag, here in _by_language(held, np.isin(held.langs, list(fits))):
        line = np.array(fits[tag])
        found[here] = scores[here] @ line[:-1] + line[-1]
    return found


def _probability(log_odds: Array) -> Array:
    probability: Array = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -700, 700)))
    return probability


def _gate(held: _Held, suspicion: Array, with_cue: Array, among: Array) -> tuple[float, float]:
    """The least suspicion, with a cue and without, with which at most the allowed share of a stream is read.

    What more likely violates than not is read in any case. Look-alikes that were written for this project are in no
    stream: they do not count.
    """
    rows = among & ~held.taught
    violating = np.any([held.truth[head] == 1 for head in HEADS], axis=0)
    weights = np.zeros(len(rows))
    if rows.any():
        none_taught = np.zeros(int(rows.sum()), dtype=np.bool_)
        weights[rows] = deployment_weights(violating[rows], held.ordinary[rows], none_taught, _VIOLATING)
    for least in _LEAST_SUSPECT.tolist():
        plain = min(_HALF, _PLAIN * least)
        if (weights * (suspicion >= np.where(with_cue, least, plain))).sum() <= _READ * weights.sum():
            break
    return round(least, DIGITS), round(plain, DIGITS)


def _described(gate: tuple[float, float]) -> dict[str, float]:
    return dict(zip(("cued", "plain"), gate, strict=True))


def _measured(held: _Held, head: str, tag: str, probability: Array) -> tuple[dict[str, Any], dict[str, Any]]:
    """Operating points by the calibration half, figures by the other."""
    known = (held.langs == tag) & (held.truth[head] >= 0)
    half = _calibrating(held, head, known)
    points = operating_points(held.truth[head][half] == 1, probability[half], _weights(held, head, half))
    threshold = points["p90"] or _HALF
    few = bool(half.sum() == known.sum())
    there = known if few else known & ~held.calibrating
    hard = there & ~held.ordinary
    truth = held.truth[head] == 1
    on_hard = measure(truth[hard], probability[hard], threshold, None, held.sources[hard].tolist())
    on_all = measure(truth[there], probability[there], threshold, _weights(held, head, there))
    taught = _auroc(truth, probability, there & held.taught)
    everyday = there & held.ordinary
    figures = on_hard.to_json() | {
        "ap": on_all.ap,
        "f1": on_all.f1,
        "ece": on_all.ece,
        "few": few,
        "auroc_taught": None if taught is None else round(taught, DIGITS),
        "false_positive_rate_everyday": round(float((probability[everyday] >= threshold).mean()), DIGITS)
        if everyday.any()
        else None,
    }
    return points, figures


def _by_language(held: _Held, among: Array) -> list[tuple[str, Array]]:
    return [(str(tag), among & (held.langs == tag)) for tag in np.unique(held.langs[among])]
