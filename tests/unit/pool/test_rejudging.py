"""Shed posts are judged in full: a group at a time, each once, and a bad one costs only itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from moderation.domain.decision import Action, Decision
from moderation.domain.errors import ServiceUnavailable
from moderation.domain.post import Post
from moderation.pool.rejudging import GROUP, LEASE_S, Rejudging, groups_of
from moderation.storage.memory import MemoryStore
from tests.support.builders import a_decision, held, posts


@dataclass
class Judge:
    """Holds every third post in full, and fails where it is told to."""

    fails_on: Callable[[Post], bool] = lambda _: False
    error: Exception = field(default_factory=lambda: ValueError("boom"))
    unavailable: tuple[str, ...] = ()
    seen: list[str] = field(default_factory=list)

    def __call__(self, posts: Sequence[Post]) -> list[Decision]:
        self.seen += [post.id for post in posts]
        if any(map(self.fails_on, posts)):
            raise self.error
        action = Action.hold if self.unavailable else Action.approve
        return [
            held(post) if int(post.id[2:]) % 3 == 0 else a_decision(post, action, unavailable=self.unavailable)
            for post in posts
        ]


def with_shed(number: int) -> MemoryStore:
    store = MemoryStore()
    store.add_posts(posts(number), "u", 1.0)
    store.commit("u", [a_decision(post, shed=("reader",)) for post in posts(number)], 1.0)
    store.mark_published([one.seq for one in store.unpublished(9999)], 1.0)
    return store


def test_a_group_at_a_time_until_none_is_left() -> None:
    store, judge = with_shed(GROUP + 3), Judge()
    rejudging = Rejudging(store, judge, lambda: 1000.0)
    assert rejudging() == len(range(0, GROUP, 3))
    assert (len(judge.seen), store.load(1000.0).shed) == (GROUP, 3)
    assert rejudging() == 1
    assert rejudging() == 0
    assert judge.seen == [post.id for post in posts(GROUP + 3)]
    assert store.load(1000.0).shed == 0
    assert [one.post_id for one in store.unpublished(999)] == [f"p-{n}" for n in range(0, GROUP + 3, 3)]


def test_a_post_that_makes_it_fail_keeps_its_decision_and_the_others_are_judged() -> None:
    store = with_shed(9)
    rejudging = Rejudging(store, Judge(fails_on=lambda post: post.id == "p-6"), lambda: 1000.0)
    assert rejudging() == 2
    assert store.load(1000.0).shed == 0
    (letter,) = store.dead_letters(9)
    assert letter.post_id == "p-6"
    assert letter.reason.startswith("ValueError at pool/test_rejudging.py")
    assert [store.show(f"p-{n}")[0].state for n in (3, 4, 6)] == ["held", "live", "live"]


def test_a_service_that_is_away_is_no_fault_of_the_posts() -> None:
    store = with_shed(4)
    away = Judge(fails_on=lambda _: True, error=ServiceUnavailable("away"))
    with pytest.raises(ServiceUnavailable):
        Rejudging(store, away, lambda: 1000.0)()
    assert (store.load(1000.0).shed, store.dead_letters(9)) == (4, [])
    assert Rejudging(store, Judge(), lambda: 1000.0)() == 0, "somebody may be at it still"
    assert Rejudging(store, Judge(), lambda: 1001.0 + LEASE_S)() == 2


def test_a_judgement_without_all_parts_replaces_none_and_the_post_waits_on() -> None:
    store = with_shed(5)
    assert Rejudging(store, Judge(unavailable=("classifier",)), lambda: 1000.0)() == 2
    assert store.load(1000.0).shed == 3
    assert [one["action"] for one in store.export()] == ["hold", "approve", "approve", "hold", "approve"]
    Rejudging(store, Judge(), lambda: 2000.0)()
    assert store.load(2000.0).shed == 0


def test_a_post_whose_worker_is_lost_again_and_again_is_found_and_keeps_its_decision() -> None:
    store, now, singles = with_shed(4), 0.0, Judge()

    def dies(batch: Sequence[Post]) -> list[Decision]:
        singles.seen.append(",".join(post.id for post in batch))
        if any(post.id == "p-1" for post in batch):
            raise KeyboardInterrupt  # what the process does not survive
        return singles(batch)

    for _ in range(12):
        now += LEASE_S + 1
        try:
            Rejudging(store, dies, lambda at=now: at)()
        except KeyboardInterrupt:
            continue
    assert singles.seen[:3] == ["p-0,p-1,p-2,p-3"] * 2 + ["p-0"]
    assert store.load(now).shed == 0
    (letter,) = store.dead_letters(9)
    assert letter.post_id == "p-1"
    assert "3 times" in letter.reason
    assert len([names for names in singles.seen if "p-1" in names]) == 3


@pytest.mark.parametrize(
    ("shed", "groups", "why"),
    [(0, 0, "nothing to do"), (1, 1, "one is a group"), (257, 2, "two groups"), (10**6, 40, "as many as can be done")],
)
def test_so_many_groups_are_called_for_as_can_be_judged_until_the_next_look(shed: int, groups: int, why: str) -> None:
    assert groups_of(shed, 5.0, 2) == groups, why
