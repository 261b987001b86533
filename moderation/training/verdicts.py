"""Calibrating anew on reviewers' verdicts: how often what the models suspect is upheld where they are used.

A line in the score is not bent by which posts were reviewed as long as the score chose them: what was upheld at .8 is
known, whoever else was never looked at. Posts that something else chose (a rule, reports) weigh as they were chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from moderation.classifiers.recalibration import Correction, Recalibration, log_odds
from moderation.classifiers.text import language_of
from moderation.domain.errors import RefusedPost, UsageError
from moderation.domain.ports import Classifier
from moderation.domain.post import Post
from moderation.domain.review import VERDICTS
from moderation.domain.taxonomy import CATEGORIES
from moderation.training.evaluate import Progress, read
from moderation.training.labelled import Example, read_objects, text_of
from moderation.training.measure import Array, expected_calibration_error, rounded

LEAST = 50
"""Verdicts of one category in one language, below which no line is fitted."""
FOLDS = 5
_SEED = 1
_ALLOW = VERDICTS[0]
_IDENTITY = (1.0, 0.0)
_DIGITS = 6
# Standard deviations of a normal prior around the line that changes nothing: it hardly weighs beside fifty verdicts,
# and keeps the line finite where a threshold parts them without an error.
_LOOSE = np.array([1.0, 3.0])


class Ruled(NamedTuple):
    """What a reviewer made of one category of one post; ``weight`` says for how many posts it stands."""

    text: str
    language: str
    category: str
    upheld: bool
    weight: float


class Outcome(StrEnum):
    """What became of the line of a category in a language."""

    refitted = "refitted"
    few = "few"
    one_sided = "one_sided"
    reversed = "reversed"
    no_better = "no_better"
    no_score = "no_score"


@dataclass(frozen=True, slots=True)
class Refit:
    """The line of one category in one language, none unless ``refitted``.

    ``ece_before`` and ``ece_after`` (cross-fitted: each verdict is judged by a line that has not seen it) are None
    where nothing could be fitted.
    """

    category: str
    language: str
    verdicts: int
    upheld: int
    outcome: Outcome
    line: Correction | None = None
    ece_before: float | None = None
    ece_after: float | None = None


def read_ruled(path: Path) -> list[Ruled]:
    """Read JSON Lines of either form; :class:`UsageError` names file and line.

    - ``{"text", "lang", "category", "upheld": true | false}``, and ``weight`` (1) where the row stands for more posts;
    - what ``moderation pool show ID --json`` prints. An allowed post breaks no category, one that was limited or
      removed breaks the verdict's category and says nothing of the others. Records without verdict are left out.
    """
    found: list[Ruled] = []
    for number, record in read_objects(path):
        where = f"{path}:{number}"
        found += _of_the_store(record, where) if "verdicts" in record else [_ruled(record, where)]
    if not found:
        form = '{"text": …, "lang": …, "category": …, "upheld": true}'
        raise UsageError(f"{path}: has no verdicts; each line must be {form}")
    return found


def calibrate(ruled: Sequence[Ruled], classifier: Classifier, progress: Progress) -> list[Refit]:
    """Fit a line for each category × language with enough verdicts."""
    posts = list(dict.fromkeys((each.text, each.language) for each in ruled))
    readings = read([Example(text, language, None, {}) for text, language in posts], classifier, progress)
    scores = dict(zip(posts, readings, strict=True))
    cells: dict[tuple[str, str], list[tuple[float | None, bool, float]]] = {}
    for each in ruled:
        reading = scores[each.text, each.language].get(each.category)
        row = (None if reading is None else reading.probability, each.upheld, each.weight)
        cells.setdefault((each.category, language_of(each.language)), []).append(row)
    return [_refit(*cell, cells[cell]) for cell in sorted(cells, key=lambda cell: (CATEGORIES.index(cell[0]), cell[1]))]


def lines(refits: Sequence[Refit]) -> Recalibration:
    """The lines that were fitted."""
    found: dict[str, dict[str, Correction]] = {}
    for refit in refits:
        if refit.line:
            found.setdefault(refit.category, {})[refit.language] = refit.line
    return found


def refit(logits: Array, truth: Array, weights: Array) -> Correction | None:
    """The line on the log-odds of the probabilities that fits the verdicts (all of one length, truth boolean) best.

    ``None`` where a higher score would mean less harm. Only the proportions of the weights count.
    """
    from scipy.optimize import minimize

    share = weights / weights.mean()

    def loss(line: Array) -> tuple[float, Array]:
        score = line[0] * logits + line[1]
        pull = (line - _IDENTITY) / _LOOSE
        gap = share * (1 / (1 + np.exp(-score)) - truth)
        value = float((share * (np.logaddexp(0, score) - truth * score)).sum() + (pull**2).sum() / 2)
        return value, np.array([(gap * logits).sum(), gap.sum()]) + pull / _LOOSE

    slope, offset = (round(float(part), _DIGITS) for part in minimize(loss, _IDENTITY, jac=True, method="BFGS").x)
    return Correction(slope, offset) if slope > 0 else None


def _refit(category: str, language: str, rows: Sequence[tuple[float | None, bool, float]]) -> Refit:
    scored = [(score, upheld, weight) for score, upheld, weight in rows if score is not None]
    found = Refit(category, language, len(rows), sum(upheld for _, upheld, _ in rows), Outcome.no_score)
    if not scored:
        return found
    if len(scored) < LEAST:
        return replace(found, outcome=Outcome.few)
    probability, truth, weights = (np.array(column) for column in zip(*scored, strict=True))
    if min(truth.sum(), (~truth).sum()) < FOLDS:  # a fold without both outcomes judges nothing
        return replace(found, outcome=Outcome.one_sided)
    logits = np.array([log_odds(score) for score in probability])
    line, after = refit(logits, truth, weights), _cross_fitted(probability, logits, truth, weights)
    if line is None or after is None:
        return replace(found, outcome=Outcome.reversed)
    old, new = (expected_calibration_error(truth, each, weights) for each in (probability, after))
    measured = replace(found, ece_before=rounded(old), ece_after=rounded(new))
    if new >= old:
        return replace(measured, outcome=Outcome.no_better)
    return replace(measured, outcome=Outcome.refitted, line=line)


def _cross_fitted(probability: Array, logits: Array, truth: Array, weights: Array) -> Array | None:
    """What lines fitted on the other folds make of the probabilities; None where one of them is reversed."""
    rng = np.random.default_rng(_SEED)
    fold = np.empty(len(truth), dtype=np.int64)
    for part in (truth, ~truth):
        fold[part] = rng.permutation(part.sum()) % FOLDS
    after = np.empty(len(truth))
    for number in range(FOLDS):
        held = fold == number
        line = refit(logits[~held], truth[~held], weights[~held])
        if line is None:
            return None
        after[held] = [line(score) for score in probability[held]]
    return after


def _ruled(record: Mapping[str, Any], where: str) -> Ruled:
    text, language, category = (text_of(record, name, where) for name in ("text", "lang", "category"))
    upheld, weight = record.get("upheld"), record.get("weight", 1.0)
    if category not in CATEGORIES:
        raise UsageError(f"{where}: no category `{category}`; there are {', '.join(CATEGORIES)}")
    if not isinstance(upheld, bool):
        raise UsageError(f"{where}: `upheld` must be true or false")
    if not isinstance(weight, int | float) or isinstance(weight, bool) or not weight > 0:
        raise UsageError(f"{where}: `weight` must be a number above 0")
    return Ruled(text, language, category, upheld, float(weight))


def _of_the_store(record: Mapping[str, Any], where: str) -> Iterator[Ruled]:
    try:
        if not record["verdicts"]:
            return
        action, category = record["verdicts"][-1]["action"], record["verdicts"][-1]["category"]
        text = "\n".join(text for _, text in Post.parse(record["post"]).fields())
        language, scores = str(record["decision"]["language"]["tag"]), frozenset(record["decision"]["scores"])
    except (KeyError, TypeError, RefusedPost):
        raise UsageError(f"{where}: is not what `moderation pool show ID --json` prints") from None
    harms = (each for each in CATEGORIES if each in scores) if action == _ALLOW else (category,)
    for each in harms:
        if each in CATEGORIES:
            yield Ruled(text, language, each, action != _ALLOW, 1.0)
