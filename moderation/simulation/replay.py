"""One run of a scenario, and the search for the seats that keep the due times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from moderation.domain.review import DESKS
from moderation.domain.taxonomy import Taxonomy
from moderation.simulation.arrivals import Flags, Posts, draw
from moderation.simulation.desks import Items, Reviewed, flagged_items, run_desks
from moderation.simulation.scenario import HOUR_S, HOURS, SEATS, Scenario
from moderation.simulation.workers import Judged, Limits, run_workers

GOAL = 0.95


class Ground(NamedTuple):
    """The configuration that a scenario meets; ``routes`` and ``desks`` by language tag."""

    taxonomy: Taxonomy
    limits: Limits
    routes: Mapping[str, str]
    desks: Mapping[str, str]


class Outcome(NamedTuple):
    """What became of every post and item. ``end`` is in seconds; what happens after it is not known."""

    posts: Posts
    judged: Judged
    items: Items
    reviewed: Reviewed
    seats: SEATS
    end: float


def replay(scenario: Scenario, ground: Ground, seats: SEATS, seed: int) -> Outcome:
    """Run a scenario with these seats; the same seed gives the same posts and items whatever the seats are."""
    end = scenario.days * HOURS * HOUR_S
    posts = draw(scenario, seed)
    judged = run_workers(posts, scenario.workers, ground.limits, ground.routes, end)
    items = flagged_items(posts, judged.decided, ground.taxonomy, ground.desks, scenario.desks)
    return Outcome(posts, judged, items, run_desks(items, seats, scenario.desks.overflow, end), seats, end)


def late(items: Items, reviewed: Reviewed, end: float) -> Flags:
    """Which items were not decided within their due time; one that may still be is not late."""
    return np.minimum(reviewed.done, end) - items.at > items.due_in_s


def constant(staff: Mapping[str, int], days: int) -> SEATS:
    """The same seats around the clock."""
    return {desk: [staff[desk]] * (days * HOURS) for desk in DESKS}


def least_staff(items: Items, days: int) -> dict[str, int | None]:
    """By desk, the fewest seats around the clock that decide 95% of its items within their due time.

    Each desk is alone with its items: what is found does not lean on the other's idle hands. None where no number of
    seats does it, because handling alone takes too long.
    """
    return {
        desk: _fewest(Items(*(column[items.desk == n] for column in items)), desk, days) for n, desk in enumerate(DESKS)
    }


def _fewest(items: Items, desk: str, days: int) -> int | None:
    end = days * HOURS * HOUR_S

    def enough(seats: int) -> bool:
        staff = dict.fromkeys(DESKS, 0) | {desk: seats}
        reviewed = run_desks(items, constant(staff, days), None, end)
        return bool(late(items, reviewed, end).sum() <= (1 - GOAL) * len(items.at))

    too_few, most = -1, 1
    while not enough(most):
        if most > len(items.at):
            return None
        too_few, most = most, most * 2
    while most - too_few > 1:
        middle = (too_few + most) // 2
        too_few, most = (too_few, middle) if enough(middle) else (middle, most)
    return most
