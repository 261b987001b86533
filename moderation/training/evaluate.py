"""Measuring a classifier on labelled texts that it was not trained on, by category, language and source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import numpy as np

from moderation.classifiers.text import language_of
from moderation.domain.language import Language
from moderation.domain.ports import Classifier
from moderation.training.intervals import Scored, bootstrap, interval
from moderation.training.labelled import ANY, Example
from moderation.training.measure import FIGURES, Array, rounded
from moderation.training.sources import HEADS

ALL = "all"
"""In the place of a language and a source: all of them together."""
Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Opened with what is done and how often; gives what to call with each count done."""

_BATCH = 1024
_HALF = 0.5
_POINT = "p90"
_ORDER = {category: place for place, category in enumerate((*HEADS, ANY))}


class Reading(NamedTuple):
    """What a classifier says of one post in one category; ``threshold`` is none where several flag it."""

    probability: float
    flagged: bool
    threshold: float | None


class Cell(NamedTuple):
    """The rows that are measured together; ``source`` is none where the file names none."""

    category: str
    language: str
    source: str | None


class Column(NamedTuple):
    """The rows of a cell: what is true, and what each classifier says (``scored[i]``, ``thresholds[i]``)."""

    truth: Array
    scored: tuple[Scored, ...]
    thresholds: tuple[float | None, ...]


def evaluate(examples: Sequence[Example], classifier: Classifier, progress: Progress) -> list[dict[str, Any]]:
    """Figures with intervals for each category × language × source that is covered, and for ``all`` of a category.

    F1 and false-positive rate are at the operating point p90 of the row's language, or at 0.5 where there is none. The
    category ``any`` is about the post: its score is the largest, it is flagged where any category is, and what nothing
    covers counts as 0. Languages are taken as the file gives them: the classifier is measured here, not the detection.
    """
    cells = columns(examples, [read(examples, classifier, progress)], _by_source)
    rows = []
    with progress("figures", len(cells)) as advance:
        for cell, column in cells.items():
            rows.append(_row(cell, column))
            advance(1)
    return rows


def read(examples: Sequence[Example], classifier: Classifier, progress: Progress) -> list[dict[str, Reading]]:
    """What a classifier says of each post, by category."""
    points = classifier.points
    readings: list[dict[str, Reading]] = []
    with progress("texts", len(examples)) as advance:
        for start in range(0, len(examples), _BATCH):
            batch = examples[start : start + _BATCH]
            languages = [Language(example.language, shares={example.language: 1.0}) for example in batch]
            found = classifier([example.text for example in batch], languages)
            readings += [_reading(scores, points, each.tag) for scores, each in zip(found, languages, strict=True)]
            advance(len(batch))
    return readings


def columns(
    examples: Sequence[Example],
    readings: Sequence[Sequence[Mapping[str, Reading]]],
    places: Callable[[Example], Sequence[tuple[str, str | None]]],
) -> dict[Cell, Column]:
    """The rows of each cell that all classifiers score, cells by category and language, ``all`` last.

    ``places`` gives the (language, source) of the cells to which a post belongs.
    """
    cells: dict[Cell, list[tuple[bool, tuple[Reading, ...]]]] = {}
    for example, *said in zip(examples, *readings, strict=True):
        for category, truth in example.truth.items():
            if all(category in each for each in said):
                row = truth, tuple(each[category] for each in said)
                for place in places(example):
                    cells.setdefault(Cell(category, *place), []).append(row)
    return {cell: _column(cells[cell]) for cell in sorted(cells, key=_place)}


def _by_source(example: Example) -> tuple[tuple[str, str | None], ...]:
    return (example.language, example.source), (ALL, ALL)


def _place(cell: Cell) -> tuple[int, bool, str, str]:
    return _ORDER[cell.category], cell.language == ALL, cell.language, cell.source or ""


def _reading(scores: Mapping[str, float], points: Mapping[str, Any], tag: str) -> dict[str, Reading]:
    readings = {}
    for category, score in scores.items():
        threshold = points.get(category, {}).get(language_of(tag), {}).get(_POINT, _HALF)
        readings[category] = Reading(score, score >= threshold, threshold)
    largest = max(scores.values(), default=0.0)
    readings[ANY] = Reading(largest, any(reading.flagged for reading in readings.values()), None)
    return readings


def _column(rows: Sequence[tuple[bool, tuple[Reading, ...]]]) -> Column:
    scored, thresholds = [], []
    for readings in zip(*(said for _, said in rows), strict=True):
        probability, flagged, threshold = zip(*readings, strict=True)
        scored.append(Scored(np.array(probability), np.array(flagged)))
        thresholds.append(threshold[0] if len(set(threshold)) == 1 else None)
    return Column(np.array([truth for truth, _ in rows]), tuple(scored), tuple(thresholds))


def _row(cell: Cell, column: Column) -> dict[str, Any]:
    (resampled,) = bootstrap(column.truth, *column.scored)
    row = {**cell._asdict(), "rows": len(column.truth), "positives": int(column.truth.sum())}
    for place, name in enumerate(FIGURES):
        row[name] = rounded(resampled[0, place])
        row[f"{name}_interval"] = interval(resampled[1:, place]) if row[name] is not None else None
    return {**row, "threshold": column.thresholds[0]}
