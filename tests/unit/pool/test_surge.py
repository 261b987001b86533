"""When workers hurry, when they stop, and whose posts that concerns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.pool import Load
from moderation.domain.post import Post
from moderation.pool.surge import (
    SAMPLE,
    UNHURRIED,
    Standing,
    State,
    Thresholds,
    Triage,
    Turn,
    next_state,
    retry_after_s,
    sampled,
)
from tests.support.builders import a_post

NORMAL, BUSY, SURGE = State
LIMITS = Thresholds(
    busy_pending=100,
    busy_oldest_s=10,
    surge_pending=1000,
    surge_oldest_s=60,
    leave=0.5,
    calm_s=5,
    reach_per_minute=10,
)


def states(looks: Sequence[tuple[float, int, float]], thresholds: Thresholds = LIMITS) -> str:
    """The first letter of the state after each look: (time, pending posts, seconds that the oldest has waited)."""
    standing, seen = Standing(), ""
    for now, pending, oldest_s in looks:
        standing = next_state(standing, Load(pending, oldest_s), thresholds, now)
        seen += standing.state.name[0]
    return seen


@pytest.mark.parametrize(
    ("looks", "expected", "why"),
    [
        ([(0, 0, 0), (1, 99, 9)], "nn", "nothing is over its threshold"),
        ([(0, 100, 0)], "b", "so many pending are enough"),
        ([(0, 1, 10)], "b", "one that has waited for so long is enough"),
        ([(0, 1000, 0), (1, 2000, 70)], "ss", "straight into a surge"),
        ([(0, 100, 0), (1, 1000, 0)], "bs", "step by step"),
        ([(0, 100, 0), (1, 50, 0), (30, 99, 0)], "bbb", "under the threshold, but not under the mark for leaving"),
        ([(0, 100, 0), (1, 49, 0), (5.9, 0, 0)], "bbb", "not calm for long enough"),
        ([(0, 100, 0), (1, 49, 0), (6, 0, 0)], "bbn", "calm for long enough"),
        ([(0, 100, 0), (1, 49, 0), (4, 60, 0), (6, 40, 0), (10, 0, 0), (11, 0, 0)], "bbbbbn", "calm begins anew"),
        ([(0, 1000, 0), (1, 0, 0), (6, 0, 0), (7, 0, 0), (12, 0, 0)], "ssbbn", "down by one step at a time"),
        ([(0, 1000, 0), (1, 400, 0), (6, 400, 0), (60, 400, 0)], "ssbb", "calm enough for busy, not for normal"),
        ([(0, 1000, 0), (1, 0, 31), (60, 0, 31)], "sss", "few, but one of them waits for long"),
        ([(0, 1000, 0), (1, 0, 0), (2, 1000, 0), (6, 0, 0), (7, 0, 0)], "sssss", "a new wave ends the calm"),
        ([(100, 100, 0), (101, 0, 0), (50, 0, 0), (55, 0, 0)], "bbbn", "another worker's clock is behind"),
    ],
)
def test_a_state_is_entered_at_once_and_left_after_a_time_of_calm(
    looks: list[tuple[float, int, float]], expected: str, why: str
) -> None:
    assert states(looks) == expected, why


@given(st.lists(st.tuples(st.integers(0, 2000), st.floats(0, 100)), max_size=60))
def test_however_the_load_goes_a_state_is_left_only_downwards_by_one_and_not_sooner_than_calm(
    loads: list[tuple[int, float]],
) -> None:
    standing = Standing()
    for now, load in enumerate(loads):
        after = next_state(standing, Load(*load), LIMITS, now)
        if after.state < standing.state:
            assert after.state == standing.state - 1
            assert now - standing.since >= LIMITS.calm_s
            recent = [Load(*one) for one in loads[now - int(LIMITS.calm_s) : now + 1]]
            assert all(LIMITS.reached(one, LIMITS.leave) < standing.state for one in recent)
        assert after.state >= LIMITS.reached(Load(*load))
        standing = after


@pytest.mark.parametrize(
    ("state", "oldest_s", "seconds"),
    [(NORMAL, 500, 0), (BUSY, 500, 0), (SURGE, 0, 1), (SURGE, 17.4, 17), (SURGE, 500, 60)],
)
def test_a_producer_waits_in_a_surge_about_as_long_as_the_posts_do(state: State, oldest_s: float, seconds: int) -> None:
    assert retry_after_s(state, Load(1, oldest_s)) == seconds


def by(age_days: float | None, strikes: int | None, views: float | None, post_id: str = "p-1") -> Post:
    return a_post(post_id, author={"age_days": age_days, "strikes": strikes}, views_per_minute=views)


TRIAGE = Triage(lambda: SURGE, LIMITS.reach_per_minute)


@pytest.mark.parametrize(
    ("post", "busy", "surge", "why"),
    [
        (
            by(180, 0, 9.9),
            "first hurried",
            "first hurried",
            "known to be established, without strikes, and seen by few",
        ),
        (by(179, 0, 1), "ordinary", "ordinary hurried", "not established"),
        (by(400, 1, 1), "ordinary", "ordinary hurried", "has a strike"),
        (by(400, 0, 10), "ordinary", "ordinary hurried", "seen by many"),
        (by(400, None, 1), "ordinary", "ordinary hurried", "strikes that are not known are not none"),
        (by(400, 0, None), "ordinary", "ordinary hurried", "a reach that is not known is not low"),
        (by(None, 0, 1), "ordinary", "ordinary hurried", "an age that is not known is not high"),
        (by(None, None, None), "ordinary", "ordinary hurried", "nothing is known"),
        (by(29, 0, 10), "ordinary", "later", "new, and seen by many"),
        (by(None, 0, 10), "ordinary", "later", "perhaps new, and seen by many"),
        (by(30, 0, 10), "ordinary", "ordinary hurried", "not new any more"),
        (by(1, 3, 9), "ordinary", "ordinary hurried", "new, but seen by few"),
        (by(1, 3, None), "ordinary", "ordinary hurried", "new, and nobody knows that many see it"),
    ],
)
def test_who_goes_first_who_waits_and_who_is_hurried(post: Post, busy: str, surge: str, why: str) -> None:
    for state, expected in ((NORMAL, "first"), (BUSY, busy), (SURGE, surge)):
        said = TRIAGE.turn_of(post, state).name + (" hurried" if TRIAGE.hurries(post, state) else "")
        assert said == expected, f"{state.name}: {why}"


def test_one_in_twenty_is_never_hurried_and_always_the_same() -> None:
    posts = [by(400, 0, 1, f"n-{n}") for n in range(20_000)]
    spared = {post.id for post in posts if not TRIAGE.hurries(post, SURGE)}
    assert len(spared) == pytest.approx(20_000 / SAMPLE, rel=0.1)
    assert spared == {post.id for post in posts if sampled(post.id)}
    assert spared == {post.id for post in posts if not TRIAGE.hurries(post, BUSY)}


def test_a_batch_is_told_by_place_and_grouped_by_turn_with_one_question_for_the_state() -> None:
    asked: list[None] = []

    def state() -> State:
        asked.append(None)
        return SURGE

    batch = [by(1, 0, 50, "a"), by(400, 0, 1, "b"), by(1, 0, 1, "c"), by(400, 0, 1, "d")]
    triage = Triage(state, 10)
    assert triage.turns(batch) == [Turn.later, Turn.first, Turn.ordinary, Turn.first]
    assert triage.hurried(batch) == [1, 2, 3]
    groups = {turn: [post.id for post in some] for turn, some in triage.groups(batch).items()}
    assert list(groups.items()) == [(Turn.first, ["b", "d"]), (Turn.ordinary, ["c"]), (Turn.later, ["a"])]
    assert len(asked) == 3


def test_where_there_is_no_surge_nobody_is_hurried_and_nobody_waits() -> None:
    batch: list[Any] = [by(1, 0, 5000), by(400, 0, 1)]
    assert UNHURRIED.hurried(batch) == []
    assert UNHURRIED.groups(batch) == {Turn.first: batch}
