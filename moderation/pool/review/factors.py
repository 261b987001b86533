"""Why an item stands where it stands: the factors of its priority, with handling times that are measured.

Matches and reviews are those of a decision's JSON.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from moderation.domain.decision import chief
from moderation.domain.review import Look, ReviewItem
from moderation.domain.review_ports import Verdicts
from moderation.domain.taxonomy import Severity, Taxonomy
from moderation.policy.decide import UNSCORED, priority
from moderation.pool.review.view import Factors

NEWEST = 200
"""Verdicts of a category whose handling times count."""

LEAST = 20
"""Verdicts from which on their median is taken for the taxonomy's."""

_READ = 2000  # the newest of all categories, among which they are looked for
_FRESH_S = 60.0
_SHORTEST_S = 1.0  # a script may decide in no time, which no priority can be divided by
_MARGIN_S = 900.0  # the longest lease: what took longer was not one look


def severity_of(decision: Mapping[str, Any]) -> Severity:
    """How bad it is; at least medium where a part of the flow failed."""
    first = chief(decision)
    severity = Severity[first["severity"]] if first else Severity.informational
    return max(severity, Severity.medium) if decision["unavailable"] else severity


class Handling(NamedTuple):
    """The median seconds that a review takes, and the number of verdicts behind it (0: the taxonomy's)."""

    seconds: float
    measured: int


class Clocked:
    """Handling times by category, from the newest verdicts; those that came since are read once a minute."""

    def __init__(self, store: Verdicts, taxonomy: Taxonomy, clock: Callable[[], float]) -> None:
        self._store = store
        self._default = Handling(taxonomy.handling_s, 0)
        self._clock = clock
        self._read_at = float("-inf")
        self._newest: list[Look] = []
        self._known: Mapping[str | None, Handling] = {}

    def __getitem__(self, category: str | None) -> Handling:
        """Of a category; the taxonomy's where too few were measured."""
        return self.known().get(category, self._default)

    def known(self) -> Mapping[str | None, Handling]:
        """All that are measured; None is what was allowed, which cites no category."""
        now = self._clock()
        if now - self._read_at >= _FRESH_S:
            last = self._newest[0].id if self._newest else 0
            since = self._store.looks(last, _READ)
            if since:
                self._newest = [*since, *self._newest][:_READ]
                self._known = handling_by_category(self._newest)
            self._read_at = now
        return self._known


def handling_by_category(newest: Sequence[Look]) -> dict[str | None, Handling]:
    """Medians of the newest verdicts of each category that has enough of them; one of a campaign counts once."""
    seconds: defaultdict[str | None, list[float]] = defaultdict(list)
    looks: set[tuple[str, float]] = set()
    for look in newest:
        took = look.at - look.claimed_at
        if look.of is None and (look.reviewer, look.at) not in looks and 0 < took <= _MARGIN_S:
            looks.add((look.reviewer, look.at))
            seconds[look.category].append(took)
    return {
        category: Handling(max(round(median(taken[:NEWEST]), 1), _SHORTEST_S), len(taken[:NEWEST]))
        for category, taken in seconds.items()
        if len(taken) >= LEAST
    }


def factors_of(item: ReviewItem, handling: Handling) -> Factors:
    """Take the priority of an item apart."""
    first = chief(item.decision)
    probability = item.decision["scores"].get(first["category"], UNSCORED) if first else UNSCORED
    severity = severity_of(item.decision)
    return Factors(
        score=priority(probability, severity, item.views, handling.seconds),
        probability=probability,
        severity=int(severity),
        weight=1 << severity,
        views_per_minute=item.views,
        handling_s=handling.seconds,
        measured=handling.measured,
    )
