"""The two desks: what is flagged waits in the product's order for a seat that can take it.

The order is that of a claim (:mod:`moderation.domain.ports`): life safety first, then priority, then age. A desk with a
free seat and nothing of its own helps the other while that is closed, where waiting costs more than reading with a
gloss: it may decide what needs no native reader; of the rest it may only limit, and the item comes back to its desk,
seen by hardly anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from heapq import heappop, heappush
from typing import Any, NamedTuple

import numpy as np
from simpy import Environment

from moderation.domain.review import DESKS
from moderation.domain.taxonomy import Taxonomy
from moderation.policy.decide import BOTH, priority
from moderation.simulation.arrivals import Flags, Floats, Posts, Whole
from moderation.simulation.scenario import HOUR_S, SEATS, Overflow
from moderation.simulation.scenario import Desks as DeskPlan
from moderation.simulation.station import Station, Steps

READERS = (*DESKS, BOTH)
_NATIVE = "R3"


class Items(NamedTuple):
    """What is flagged, in the order in which it was decided; all arrays of one length.

    ``desk`` points into :data:`READERS`. ``weight`` is severity weight · views a minute; ``harm`` is that times the
    probability. ``handling_s`` is for a native reader. ``lent``: a gloss is enough to limit; ``final``: to remove, too.
    """

    at: Floats
    desk: Whole
    life: Flags
    severity: Whole
    priority: Floats
    weight: Floats
    harm: Floats
    due_in_s: Floats
    handling_s: Floats
    lent: Flags
    final: Flags


class Reviewed(NamedTuple):
    """Seconds from the start, infinity where it did not happen; ``limited``: reached few from then on, or decided.

    ``by`` points into :data:`READERS`, -1 where nobody decided. ``helped`` counts the looks of a desk at the other's.
    """

    done: Floats
    limited: Floats
    by: Whole
    helped: int


def flagged_items(posts: Posts, decided: Floats, taxonomy: Taxonomy, desks: Mapping[str, str], plan: DeskPlan) -> Items:
    """The review items of posts; ``desks`` names the desk of each language."""
    chosen = np.flatnonzero(posts.flagged & np.isfinite(decided))
    chosen = chosen[np.argsort(decided[chosen], kind="stable")]
    categories = [taxonomy[name] for name in posts.categories]

    def by_category(values: Sequence[float]) -> Any:
        return np.array(values)[posts.category[chosen]]

    severity = by_category([int(category.severity) for category in categories])
    probability, views = posts.probability[chosen], posts.views[chosen]
    weight = np.exp2(severity) * views
    return Items(
        at=decided[chosen],
        desk=np.array([READERS.index(desks[tag]) for tag in posts.languages])[posts.language[chosen]],
        life=by_category([category.lane == "life" for category in categories]),
        severity=severity,
        priority=np.array(
            [
                priority(p, categories[n].severity, v, taxonomy.handling_s)
                for p, n, v in zip(probability, posts.category[chosen], views, strict=True)
            ]
        ),
        weight=weight,
        harm=probability * weight,
        due_in_s=by_category([taxonomy.due_in_s[category.severity] for category in categories]),
        handling_s=by_category([plan.handling_s.get(category.name, taxonomy.handling_s) for category in categories])
        * posts.pace[chosen],
        lent=by_category([category.read.get("limit") != _NATIVE for category in categories]),
        final=by_category([category.read.get("remove") != _NATIVE for category in categories]),
    )


def run_desks(items: Items, seats: SEATS, overflow: Overflow | None, end: float) -> Reviewed:
    """Let the seats review until ``end`` seconds; ``seats`` by desk and hour."""
    clock = Environment()
    room = _Room(clock, items, seats, overflow)
    clock.process(room.arrive())
    clock.process(room.shift())
    clock.run(until=end)
    return Reviewed(room.done, np.minimum(room.limited, room.done), room.by, room.helped)


_Entry = tuple[bool, float, float, int]
"""Of an item in a queue: not life safety, minus its priority, when it came, its number."""


class _Job(NamedTuple):
    item: int
    desk: int
    helps: bool


class _Room:
    """Both desks: their seats, and what waits for each, in order."""

    def __init__(self, clock: Environment, items: Items, seats: SEATS, overflow: Overflow | None) -> None:
        self.clock = clock
        self.items = items
        self.seats = [list(seats[desk]) for desk in DESKS]
        self.overflow = overflow
        count = len(items.at)
        self.done = np.full(count, np.inf)
        self.limited = np.full(count, np.inf)
        self.by: Whole = np.full(count, -1)
        self.helped = 0
        self.entry: list[_Entry | None] = [None] * count  # by which an item waits now
        self.queues: list[list[_Entry]] = [[] for _ in DESKS]
        self.loans: list[list[tuple[float, _Entry]]] = [[] for _ in DESKS]  # what the other desk may take, by harm
        self.stations = [Station(clock, partial(self._take, desk), self._finish) for desk in range(len(DESKS))]

    def arrive(self) -> Steps:
        """Put each item into the queue of its desk when it is flagged."""
        for n, at in enumerate(self.items.at):
            if at > self.clock.now:
                yield self.clock.timeout(at - self.clock.now)
            self._put(n, self.items.priority[n], lent=bool(self.items.lent[n]))
            self._wake()

    def shift(self) -> Steps:
        """Man the seats, hour by hour."""
        for hour in zip(*self.seats, strict=True):
            for station, number in zip(self.stations, hour, strict=True):
                station.servers = number
            self._wake()
            yield self.clock.timeout(HOUR_S)

    def _wake(self) -> None:
        for station in self.stations:
            station.wake()

    def _put(self, n: int, rank: float, *, lent: bool) -> None:
        entry = (not self.items.life[n], -rank, float(self.items.at[n]), n)
        self.entry[n] = entry
        for desk in self._desks(n):
            heappush(self.queues[desk], entry)
            if lent and len(self._desks(n)) == 1:
                heappush(self.loans[desk], (-float(self.items.harm[n]), entry))

    def _desks(self, n: int) -> Sequence[int]:
        desk = int(self.items.desk[n])
        return (desk,) if desk < len(DESKS) else range(len(DESKS))

    def _take(self, desk: int) -> tuple[_Job, float] | None:
        if (own := self._first(desk)) is not None:
            return _Job(own, desk, helps=False), self._begin(own)
        if self.overflow is not None and (lent := self._lent(1 - desk, self.overflow.price)) is not None:
            return _Job(lent, desk, helps=True), self._begin(lent) * self.overflow.slower
        return None

    def _begin(self, n: int) -> float:
        """Nobody else takes an item from now on; the seconds that it takes a native reader."""
        self.entry[n] = None
        return float(self.items.handling_s[n])

    def _first(self, desk: int) -> int | None:
        """The first that waits for a desk; it stays in the queue."""
        queue = self.queues[desk]
        while queue and self.entry[queue[0][-1]] is not queue[0]:
            heappop(queue)
        return queue[0][-1] if queue else None

    def _lent(self, desk: int, price: float) -> int | None:
        """What waits for a desk at the most harm and may be taken by the other, if that is worth its price."""
        loans = self.loans[desk]
        while loans and self.entry[loans[0][1][-1]] is not loans[0][1]:
            heappop(loans)
        return loans[0][1][-1] if loans and -loans[0][0] * self._minutes(desk) > price else None

    def _minutes(self, desk: int) -> float:
        """Until a desk opens; 0 where it is open, infinity where it never does."""
        hour = int(self.clock.now // HOUR_S)
        opens = next((n for n in range(hour, len(self.seats[desk])) if self.seats[desk][n]), None)
        if opens is None:
            return float("inf")
        return max(opens * HOUR_S - self.clock.now, 0.0) / 60

    def _finish(self, job: _Job) -> None:
        n = job.item
        self.helped += job.helps
        if job.helps and not self.items.final[n]:
            self.limited[n] = self.clock.now
            self._put(n, 0.0, lent=False)
            self.stations[1 - job.desk].wake()
            return
        self.done[n] = self.clock.now
        self.by[n] = job.desk
