"""Two classifiers on the same labelled texts: which is better, where, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from moderation.domain.ports import Classifier
from moderation.training.evaluate import ALL, Cell, Column, Progress, columns, read
from moderation.training.intervals import bootstrap, interval
from moderation.training.labelled import Example
from moderation.training.measure import AUROC, ECE, F1, FALSE_POSITIVE_RATE, FIGURES, rounded

_COMPARED = {AUROC: 1, F1: 1, FALSE_POSITIVE_RATE: -1, ECE: -1}  # figure → 1 where more is better
_FEWEST = 10  # violating rows and benign rows, without which a difference is not called one


class Mark(StrEnum):
    """What B is beside A. ``few``: too few rows to tell; ``lost``, ``new``: only A, only B gives a score there."""

    better = "better"
    worse = "worse"
    same = "same"
    few = "few"
    lost = "lost"
    new = "new"


BAD = frozenset({Mark.worse, Mark.lost})


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of one category in one language, of A and of B, and B − A with its 95% interval.

    ``figure`` and the numbers are none where the mark is ``lost`` or ``new``.
    """

    category: str
    language: str
    rows: int
    positives: int
    figure: str | None
    a: float | None
    b: float | None
    difference: float | None
    interval: tuple[float | None, float | None] | None
    mark: Mark


def compare(examples: Sequence[Example], a: Classifier, b: Classifier, progress: Progress) -> list[Compared]:
    """Each figure of each category × language (and ``all``) that both cover, on the same rows and resamples.

    The operating points are each classifier's own. B is better or worse where the interval of the difference has not
    0 in it: 95% of one figure, so that of forty figures without a difference two are marked.
    """
    readings = [read(examples, a, progress), read(examples, b, progress)]
    both = columns(examples, readings, _by_language)
    found: list[Compared] = []
    with progress("figures", len(both)) as advance:
        for cell, column in both.items():
            found += _figures(cell, column)
            advance(1)
    of_a, of_b = (columns(examples, [each], _by_language) for each in readings)
    found += [_only(cell, column, Mark.lost) for cell, column in of_a.items() if cell not in of_b]
    found += [_only(cell, column, Mark.new) for cell, column in of_b.items() if cell not in of_a]
    return found


def _by_language(example: Example) -> tuple[tuple[str, str | None], ...]:
    return (example.language, ALL), (ALL, ALL)


def _figures(cell: Cell, column: Column) -> list[Compared]:
    a, b = bootstrap(column.truth, *column.scored)
    positives = int(column.truth.sum())
    negatives = len(column.truth) - positives
    found = []
    for place, sign in _COMPARED.items():
        difference = rounded(b[0, place] - a[0, place])
        if difference is None:
            continue
        ends = interval(b[1:, place] - a[1:, place])
        enough = negatives >= _FEWEST and (positives >= _FEWEST or place == FALSE_POSITIVE_RATE)
        found.append(
            Compared(
                cell.category,
                cell.language,
                len(column.truth),
                positives,
                FIGURES[place],
                rounded(a[0, place]),
                rounded(b[0, place]),
                difference,
                ends,
                _mark(sign, ends) if enough else Mark.few,
            )
        )
    return found


def _mark(sign: int, ends: tuple[float | None, float | None]) -> Mark:
    low, high = sorted(sign * (end or 0.0) for end in ends)
    if low > 0:
        return Mark.better
    return Mark.worse if high < 0 else Mark.same


def _only(cell: Cell, column: Column, mark: Mark) -> Compared:
    positives = int(column.truth.sum())
    return Compared(cell.category, cell.language, len(column.truth), positives, None, None, None, None, None, mark)
