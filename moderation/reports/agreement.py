"""How well people agree who judged the same posts without knowing of each other.

Three coefficients, because skewed prevalence depresses the first two (Feinstein and Cicchetti 1990): Cohen's kappa by
scikit-learn, Krippendorff's alpha (nominal) by the package of that name, and Gwet's AC1, which no well-kept library
computes that runs with a current numpy (irrCAC asks for a scipy of its own time), in a few lines of ours.

Each coefficient is (o - e) / (1 - e): the share ``o`` of posts on which they agree, less what chance would give them.
Its interval is Cohen's (1960), who takes ``e`` as known, with Wilson's interval of ``o`` in place of the normal one,
which has no width where all agree: 196 pairs give ±0.1 at o = 0.85 and e = 0.5.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.domain.intervals import wilson
from moderation.domain.language import primary
from moderation.domain.review import VERDICTS
from moderation.pool.review.pairs import Pair

ALL = "*"
"""In place of a category, a language or a pair of desks: all of them together."""

Table = NDArray[np.int64]
"""4 × 4 counts: the first verdict's action (:data:`~moderation.domain.review.VERDICTS`) by the second's."""


class Estimate(NamedTuple):
    """A coefficient, 1 where all agree and 0 where as many as by chance, with its 95% interval.

    All None where it is not defined: kappa and alpha where nobody ever used a second action.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How ``n`` posts of a category and language (primary subtag) were judged by a pair of desks, as ``en-zh``.

    ``observed`` is the share on which they agree. The category is the first verdict's, else the second's, else ``-``.
    """

    category: str
    language: str
    desks: str
    n: int
    observed: float
    kappa: Estimate
    alpha: Estimate
    ac1: Estimate

    def to_json(self) -> dict[str, Any]:
        """For programs; four digits."""
        return {
            "category": self.category,
            "language": self.language,
            "desks": self.desks,
            "n": self.n,
            "observed": round(self.observed, 4),
            **{
                name: {key: None if value is None else round(value, 4) for key, value in estimate._asdict().items()}
                for name, estimate in (("kappa", self.kappa), ("alpha", self.alpha), ("ac1", self.ac1))
            },
        }


def agreement(found: Iterable[Pair]) -> list[Agreement]:
    """Agreement by category × language × desk pair, and with ``*`` for each of them: the sums of all."""
    tables: defaultdict[tuple[str, str, str], Table] = defaultdict(_empty)
    for pair in found:
        first, second = sorted(pair, key=lambda one: one.desk)
        cell = VERDICTS.index(first.action), VERDICTS.index(second.action)
        category = pair.first.category or pair.second.category or "-"
        names = category, primary(first.language), f"{first.desk}-{second.desk}"
        for key in product(*((name, ALL) for name in names)):
            tables[key[0], key[1], key[2]][cell] += 1
    # The totals come first: `*` sorts before letters and before `-`.
    return [_agreement(key, table) for key, table in sorted(tables.items())]


def kappa(table: Table) -> float | None:
    """Cohen's kappa of a table; None where only one action was ever used."""
    from sklearn.metrics import cohen_kappa_score

    if _one_action(table):
        return None
    first, second = np.indices(table.shape).reshape(2, -1)
    return float(cohen_kappa_score(first, second, sample_weight=table.ravel()))


def alpha(table: Table) -> float | None:
    """Krippendorff's alpha of a table, nominal; None where only one action was ever used."""
    from krippendorff import alpha as krippendorff_alpha

    if _one_action(table):
        return None
    units = [row for cell, n in np.ndenumerate(table) for row in [_used(cell)] * int(n)]
    return float(krippendorff_alpha(value_counts=np.array(units), level_of_measurement="nominal"))


def ac1(table: Table) -> float:
    """Gwet's AC1 of a table.

    Source: Gwet 2008, "Computing inter-rater reliability and its variance in the presence of high agreement", British
    Journal of Mathematical and Statistical Psychology 61.
    """
    n = int(table.sum())
    used = (table.sum(axis=0) + table.sum(axis=1)) / (2 * n)
    chance = float((used * (1 - used)).sum()) / (len(VERDICTS) - 1)
    return (float(np.trace(table)) / n - chance) / (1 - chance)


def _agreement(key: tuple[str, str, str], table: Table) -> Agreement:
    n, same = int(table.sum()), int(np.trace(table))
    # Where all agree, both of a post use an action as often as either: what chance gives follows from that alone.
    met = float(((np.diag(table) / n) ** 2).sum())
    return Agreement(
        *key,
        n=n,
        observed=same / n,
        kappa=_estimate(kappa(table), same, n, met),
        alpha=_estimate(alpha(table), same, n, met),
        ac1=_estimate(ac1(table), same, n, (1 - met) / (len(VERDICTS) - 1)),
    )


def _estimate(value: float | None, same: int, n: int, chance: float) -> Estimate:
    """Carry the interval of the observed agreement over to a coefficient; ``chance`` counts only where all agree."""
    if value is None:
        return Estimate()
    scale = (1 - value) / (1 - same / n) if same < n else 1 / (1 - chance)  # 1 / (1 - e)
    low, high = (max(-1.0, 1 - (1 - end) * scale) for end in wilson(same, n))
    return Estimate(value, low, high)


def _one_action(table: Table) -> bool:
    return int(((table.sum(axis=0) + table.sum(axis=1)) > 0).sum()) < 2  # noqa: PLR2004 - two actions


def _used(cell: Sequence[int]) -> list[int]:
    """How often each action was used for a post."""
    return [sum(used == action for used in cell) for action in range(len(VERDICTS))]


def _empty() -> Table:
    return np.zeros((len(VERDICTS), len(VERDICTS)), dtype=np.int64)
