"""Nothing is lost between the queues, the work takes the time that it must, and surge does what the product does."""

import numpy as np
import pytest

from moderation.pool.surge import State, Thresholds
from moderation.simulation.arrivals import Posts, draw
from moderation.simulation.scenario import Cost, Outage
from moderation.simulation.workers import Judged, Limits, run_workers
from tests.unit.simulation.building import CALM, DAY_S, LIMITS, ground, scenario, waiting_at_once

COST = Cost(detect=100, judge=700, slow=200, around=0)
HURRIED_SOON = Thresholds(
    busy_pending=500,
    busy_oldest_s=1e9,
    surge_pending=1_000,
    surge_oldest_s=1e9,
    leave=0.5,
    calm_s=10,
    reach_per_minute=10,
)


def run(posts: Posts, end: float = DAY_S, limits: Limits = LIMITS, **workers: object) -> Judged:
    plant = scenario(**{"us_per_post": COST, "message_s": 0.0, **workers}).workers
    return run_workers(posts, plant, limits, ground().routes, end)


POSTS = draw(scenario(), seed=1)
ALL_AT_ONCE = waiting_at_once(POSTS)
SECONDS = len(POSTS.at) * 1e-3
"""Of CPU, for all: a millisecond each."""


def test_every_post_is_decided_once_it_was_submitted() -> None:
    judged = run(POSTS)
    late = POSTS.at > DAY_S - 60
    assert np.isfinite(judged.decided[~late]).all()
    assert (judged.decided >= judged.submitted).all()
    assert (judged.submitted[~late] >= POSTS.at[~late]).all()


def test_what_is_not_decided_when_the_time_is_over_waits() -> None:
    judged = run(ALL_AT_ONCE, end=SECONDS / 4, processes={"*": 2})
    decided = np.isfinite(judged.decided).sum()
    assert 0 < decided < len(POSTS.at)
    assert np.isfinite(judged.submitted).all()


@pytest.mark.parametrize(
    ("processes", "cores", "around", "seconds"),
    [
        ({"*": 1}, 2, 0, SECONDS),
        ({"*": 2}, 2, 0, SECONDS / 2),
        ({"*": 4}, 2, 0, SECONDS / 2),  # more processes than cores help nothing
        ({"*": 2}, 2, 1000, SECONDS),  # half of the cores go to the broker
        ({"*": 1}, 2, 1000, SECONDS),  # which has a core of its own here
    ],
)
def test_a_drain_takes_what_cores_and_processes_allow(
    processes: dict[str, int], cores: int, around: float, seconds: float
) -> None:
    cost = COST.model_copy(update={"around": around})
    judged = run(ALL_AT_ONCE, processes=processes, cores=cores, us_per_post=cost)
    assert judged.decided.max() == pytest.approx(seconds, rel=0.05)


def test_a_route_without_processes_waits_and_the_others_go_on() -> None:
    judged = run(POSTS, processes={"intake": 1, "zh": 1, "en": 0})
    english = POSTS.language == POSTS.languages.index("en")
    assert np.isinf(judged.decided[english]).all()
    assert np.isfinite(judged.decided[~english & (POSTS.at < DAY_S - 60)]).all()


def test_producers_wait_where_the_pool_is_full() -> None:
    judged = run(ALL_AT_ONCE, limits=LIMITS._replace(high_water=1_000))
    moments = np.sort(np.concatenate([judged.submitted, judged.decided]))
    pending = [(judged.submitted <= moment).sum() - (judged.decided <= moment).sum() for moment in moments[::97]]
    assert max(pending) <= 1_000
    assert judged.submitted.max() > 0
    assert np.isfinite(judged.decided).all()


def test_nobody_is_hurried_while_all_is_normal() -> None:
    judged = run(ALL_AT_ONCE, limits=LIMITS._replace(surge=CALM))
    assert not judged.hurried.any()
    assert judged.states == ((0.0, State.normal),)


def test_in_a_surge_the_slow_tier_is_left_out_and_made_up_for_when_it_is_over() -> None:
    slow = Cost(detect=100, judge=700, slow=2000, around=0)
    hurried = run(ALL_AT_ONCE, limits=LIMITS._replace(surge=HURRIED_SOON), us_per_post=slow)
    steady = run(ALL_AT_ONCE, us_per_post=slow)
    assert [state for _, state in hurried.states][1:] == [State.surge, State.busy, State.normal]
    assert 0 < hurried.hurried.sum() < POSTS.slow.sum()
    assert not hurried.hurried[~POSTS.slow].any()
    assert hurried.decided.max() < 0.8 * steady.decided.max()
    assert np.isfinite(hurried.rejudged[hurried.hurried]).all()
    assert np.isinf(hurried.rejudged[~hurried.hurried]).all()
    assert hurried.rejudged[hurried.hurried].min() > hurried.states[-1][0]


def test_in_a_surge_new_authors_who_reach_many_wait_for_the_established() -> None:
    judged = run(ALL_AT_ONCE, limits=LIMITS._replace(surge=HURRIED_SOON), processes={"*": 1})
    chinese = POSTS.language == POSTS.languages.index("zh")
    wide = POSTS.views >= HURRIED_SOON.reach_per_minute
    first, last = chinese & POSTS.established & ~wide, chinese & ~POSTS.established & wide
    assert np.median(judged.decided[first]) < np.median(judged.decided[last])
    assert not judged.hurried[last & (judged.decided > judged.states[1][0])].any()


def test_in_an_outage_nothing_is_decided_and_afterwards_all_is() -> None:
    judged = run(POSTS, outages=[Outage(from_hour=5, hours=2)])
    assert not ((judged.decided > 5.01 * 3600) & (judged.decided < 7 * 3600)).any()
    assert np.isfinite(judged.decided[POSTS.at < DAY_S - 60]).all()
