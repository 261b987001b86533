"""What a run says: tables by day, desk and severity, and series by the hour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from moderation.domain.taxonomy import Severity
from moderation.pool.surge import State
from moderation.simulation.arrivals import Flags, Floats
from moderation.simulation.desks import READERS
from moderation.simulation.replay import Outcome, late
from moderation.simulation.scenario import HOUR_S, HOURS

_DAY_S = HOURS * HOUR_S


class Wait(NamedTuple):
    """How long items waited, hours, and which share was not decided in time; what still waits counts to the end."""

    items: int
    p50_h: float
    p95_h: float
    late: float


class DeskDay(NamedTuple):
    """One day (from 1) of a desk's items: those that came, were decided, wait at its end; ``wait`` of those that came.

    ``harm``: weighted views a minute · hours that were waited on this day, by all that waited.
    """

    day: int
    desk: str
    arrived: int
    reviewed: int
    backlog: int
    wait: Wait
    harm: float


class WorkersDay(NamedTuple):
    """One day of the workers: posts that came, were decided, wait at its end; most that waited at once; longest wait.

    ``hurried``: of those decided this day, without the slow tier; ``rejudged``: made up for on this day.
    """

    day: int
    arrived: int
    decided: int
    backlog: int
    peak: int
    longest_s: float
    hurried: int
    rejudged: int


class Interval(NamedTuple):
    """From when to when (hours) the workers were in a state other than normal."""

    state: str
    from_h: float
    to_h: float


class Series(NamedTuple):
    """At the end of each hour: what waits, how long the oldest has (hours), and the harm of that hour's waiting."""

    backlog: list[int]
    oldest_h: list[float]
    harm: list[float]


def by_desk(outcome: Outcome) -> list[DeskDay]:
    """Each desk's days, and those of items that are for both where there are any."""
    items, done = outcome.items, outcome.reviewed.done
    overdue = late(items, outcome.reviewed, outcome.end)
    days = []
    for desk, own in _desks(outcome):
        harms = np.diff(_harm(outcome, own, np.arange(0, outcome.end + 1, _DAY_S)))
        for day, harm in enumerate(harms):
            end = (day + 1) * _DAY_S
            came = own & _within(items.at, day)
            days.append(
                DeskDay(
                    day=day + 1,
                    desk=desk,
                    arrived=int(came.sum()),
                    reviewed=int((own & _within(done, day)).sum()),
                    backlog=int((own & (items.at < end) & (done >= end)).sum()),
                    wait=_wait(outcome, came, overdue),
                    harm=float(harm),
                )
            )
    return days


def by_severity(outcome: Outcome) -> dict[tuple[str, str], Wait]:
    """How items of each desk and severity waited, the most severe first; only those that there are."""
    overdue = late(outcome.items, outcome.reviewed, outcome.end)
    waits = {}
    for desk, own in _desks(outcome):
        for severity in reversed(Severity):
            chosen = own & (outcome.items.severity == severity)
            if chosen.any():
                waits[desk, severity.name] = _wait(outcome, chosen, overdue)
    return waits


def by_worker_day(outcome: Outcome) -> list[WorkersDay]:
    """The days of the workers."""
    at, judged = outcome.posts.at, outcome.judged
    waits = np.minimum(judged.decided, outcome.end) - at
    moments = np.concatenate([at, judged.decided])
    order = np.argsort(moments, kind="stable")
    moments = moments[order]
    waiting = np.cumsum(np.where(order < len(at), 1, -1))
    days = []
    for day in range(round(outcome.end / _DAY_S)):
        end = (day + 1) * _DAY_S
        came, decided = _within(at, day), _within(judged.decided, day)
        days.append(
            WorkersDay(
                day=day + 1,
                arrived=int(came.sum()),
                decided=int(decided.sum()),
                backlog=int(((at < end) & (judged.decided >= end)).sum()),
                peak=int(waiting[_within(moments, day)].max(initial=0)),
                longest_s=float(waits[came].max(initial=0)),
                hurried=int((decided & judged.hurried).sum()),
                rejudged=int(_within(judged.rejudged, day).sum()),
            )
        )
    return days


def intervals(outcome: Outcome) -> list[Interval]:
    """When the workers were busy or in surge."""
    states = outcome.judged.states
    ends = [since for since, _ in states[1:]] + [outcome.end]
    return [
        Interval(state.name, since / HOUR_S, end / HOUR_S)
        for (since, state), end in zip(states, ends, strict=True)
        if state is not State.normal
    ]


def series(outcome: Outcome) -> dict[str, Series]:
    """By desk, and for ``workers`` (whose harm is 0: what they have not judged nobody knows)."""
    items, done = outcome.items, outcome.reviewed.done
    edges = np.arange(HOUR_S, outcome.end + 1, HOUR_S)
    drawn = {}
    for desk, own in _desks(outcome):
        harm = np.diff(_harm(outcome, own, np.concatenate([[0.0], edges])))
        drawn[desk] = Series(*_waiting(items.at[own], done[own], edges), [round(float(value), 3) for value in harm])
    backlog, oldest = _waiting(outcome.posts.at, outcome.judged.decided, edges)
    return drawn | {"workers": Series(backlog, oldest, [0.0] * len(edges))}


def _desks(outcome: Outcome) -> Iterator[tuple[str, Flags]]:
    for number, desk in enumerate(READERS):
        own = outcome.items.desk == number
        if own.any() or desk in outcome.seats:
            yield desk, own


def _within(moments: Floats, day: int) -> Flags:
    return (moments >= day * _DAY_S) & (moments < (day + 1) * _DAY_S)


def _wait(outcome: Outcome, chosen: Flags, overdue: Flags) -> Wait:
    if not chosen.any():
        return Wait(0, 0.0, 0.0, 0.0)
    hours = (np.minimum(outcome.reviewed.done, outcome.end) - outcome.items.at)[chosen] / HOUR_S
    p50, p95 = np.quantile(hours, (0.5, 0.95))
    return Wait(len(hours), float(p50), float(p95), float(overdue[chosen].mean()))


def _harm(outcome: Outcome, own: Flags, moments: Floats) -> Floats:
    """Weighted views a minute · hours waited by some items until each moment."""
    at, until, weight = (column[own] for column in (outcome.items.at, outcome.reviewed.limited, outcome.items.weight))
    waited = [float(weight @ np.maximum(np.minimum(until, moment) - at, 0)) for moment in moments]
    return np.array(waited) / HOUR_S


def _waiting(at: Floats, done: Floats, edges: Floats) -> tuple[list[int], list[float]]:
    """At each edge: how many have come and are not done, and how long the oldest of them has waited (hours)."""
    backlog, oldest = [], []
    ended = np.maximum.accumulate(done)  # what came before a place is all done when the latest of it is
    for edge in edges:
        came = int(np.searchsorted(at, edge))
        first = int(np.searchsorted(ended[:came], edge, side="right"))
        backlog.append(int((done[first:came] > edge).sum()))
        oldest.append(round(float(edge - at[first]) / HOUR_S, 4) if first < came else 0.0)
    return backlog, oldest
