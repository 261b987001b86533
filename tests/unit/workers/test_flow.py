"""The workers' use cases over the store in memory: a bad post costs only itself, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from moderation.domain.decision import Decision
from moderation.domain.errors import ServiceUnavailable
from moderation.domain.language import Language
from moderation.domain.pool import Publication
from moderation.domain.post import Post
from moderation.domain.review import Verdict
from moderation.pool.flow import Detected, Flow, PostJson, explain
from moderation.pool.intake import take_in
from moderation.pool.surge import State, Triage, sampled
from moderation.storage.memory import MemoryStore
from tests.support.builders import a_decision, a_post, an_ask, held, posts


@dataclass
class Judge:
    """Stands where the pipeline does: decides anything but what it cannot bear."""

    fails_on: Callable[[Post], bool] = lambda _: False
    error: Exception = field(default_factory=lambda: ValueError("boom"))
    seen: list[int] = field(default_factory=list)

    def detect(self, posts: Sequence[Post]) -> list[Language]:
        self._bear(posts)
        return [Language("zh" if post.id.endswith("1") else "en") for post in posts]

    def judge(
        self, posts: Sequence[Post], languages: Sequence[Language], hurried: Collection[int] = ()
    ) -> list[Decision]:
        self._bear(posts)
        return [a_decision(post, shed=("reader",) if n in hurried else ()) for n, post in enumerate(posts)]

    def _bear(self, posts: Sequence[Post]) -> None:
        self.seen.append(len(posts))
        if any(self.fails_on(post) for post in posts):
            raise self.error


@dataclass
class Queues:
    """A broker that keeps what it is given."""

    detects: list[tuple[str, list[PostJson]]] = field(default_factory=list)
    judges: list[tuple[str, str, list[Detected]]] = field(default_factory=list)
    publishes: int = 0

    def detect(self, unit: str, posts: Sequence[PostJson]) -> None:
        self.detects.append((unit, list(posts)))

    def judge(self, route: str, unit: str, detected: Sequence[Detected]) -> None:
        self.judges.append((route, unit, list(detected)))

    def publish(self) -> None:
        self.publishes += 1


@dataclass
class Paper:
    """An outlet that keeps what was published."""

    flagged: bool = False
    taken: bool = False
    entries: list[Publication] = field(default_factory=list)
    lost: bool = False

    def want(self) -> bool:
        before, self.flagged = self.flagged, True
        return not before

    def wanted(self) -> bool:
        return self.flagged

    def begin(self) -> bool:
        if self.taken:
            return False
        self.taken, self.flagged = True, False
        return True

    def last(self) -> int | None:
        return self.entries[-1].seq if self.entries else None

    def append(self, publications: Sequence[Publication]) -> bool:
        if not self.lost:
            self.entries += publications
        return not self.lost

    def end(self) -> None:
        self.taken = False


@pytest.fixture
def store() -> Iterator[MemoryStore]:
    store = MemoryStore()
    yield store
    store.close()


def a_flow(store: MemoryStore, judge: Judge | None = None, here: Collection[str] = ()) -> Flow:
    pipeline: Any = judge or Judge()
    return Flow(store, pipeline, Queues(), Paper(), lambda language: language.tag, here, clock=lambda: 100.0)


def add(store: MemoryStore, number: int, unit: str = "u") -> list[PostJson]:
    batch = posts(number)
    store.add_posts(batch, unit, 0.0)
    return [post.to_json() for post in batch]


def detected(batch: Sequence[PostJson]) -> list[Detected]:
    return [(Post.parse(post), Language("en")) for post in batch]


def test_detection_sends_one_message_a_route(store: MemoryStore) -> None:
    flow = a_flow(store)
    flow.detect("u", add(store, 12), again=False)
    assert {(route, unit, len(some)) for route, unit, some in flow.send.judges} == {
        ("en", "u.en", 10),
        ("zh", "u.zh", 2),
    }


def test_a_route_that_is_served_here_is_judged_without_a_second_message(store: MemoryStore) -> None:
    flow = a_flow(store, here={"en"})
    flow.detect("u", add(store, 12), again=False)
    assert [(route, unit, len(some)) for route, unit, some in flow.send.judges] == [("zh", "u.zh", 2)]
    assert len(list(store.export())) == 10
    assert flow.send.publishes == 1


def test_a_group_that_kills_its_worker_where_it_is_judged_is_taken_apart_at_the_third_delivery(
    store: MemoryStore,
) -> None:
    judge = Judge(error=SystemExit(), fails_on=lambda post: post.id == "p-2")  # as near as a test comes to SIGKILL
    flow = a_flow(store, judge, here={"en", "zh"})
    batch = add(store, 4)

    def deliver(unit: str, some: Sequence[PostJson], tries: int) -> None:
        judge.detect = Judge().detect  # type: ignore[method-assign]
        for again in range(tries):
            with suppress(SystemExit):
                flow.detect(unit, some, again=bool(again))

    deliver("u", batch, 3)
    singles = flow.send.detects
    assert [unit for unit, _ in singles] == ["u.0", "u.1", "u.2", "u.3"]
    for unit, some in singles:
        deliver(unit, some, 3)
    assert [letter.post_id for letter in store.dead_letters(10)] == ["p-2"]
    assert len(list(store.export())) == 3


def test_a_post_is_judged_once_however_often_its_message_comes(store: MemoryStore) -> None:
    judge = Judge()
    flow = a_flow(store, judge)
    batch = detected(add(store, 4))
    flow.judge("u.en", batch)
    flow.judge("u.en", batch)
    assert judge.seen == [4]
    assert len(list(store.export())) == 4


def test_only_one_call_for_a_publisher_waits(store: MemoryStore) -> None:
    flow = a_flow(store)
    batch = detected(add(store, 4))
    flow.judge("u.1", batch[:2])
    flow.judge("u.2", batch[2:])
    assert flow.send.publishes == 1


@pytest.mark.parametrize("bad", [0, 3, 6])
def test_a_post_that_fails_is_buried_and_the_others_are_decided(store: MemoryStore, bad: int) -> None:
    flow = a_flow(store, Judge(fails_on=lambda post: post.id == f"p-{bad}"))
    flow.judge("u.en", detected(add(store, 7)))
    assert {decision["post_id"] for decision in store.export()} == {f"p-{n}" for n in range(7)} - {f"p-{bad}"}
    (letter,) = store.dead_letters(10)
    assert letter.post_id == f"p-{bad}"
    assert letter.reason.startswith("ValueError at workers/test_flow.py")
    assert letter.reason.endswith("boom")
    assert store.count_pending() == 0


def test_a_post_that_fails_detection_is_buried_and_the_others_go_on(store: MemoryStore) -> None:
    flow = a_flow(store, Judge(fails_on=lambda post: post.id == "p-2"))
    flow.detect("u", add(store, 4), again=False)
    assert [letter.post_id for letter in store.dead_letters(10)] == ["p-2"]
    assert sum(len(some) for _, _, some in flow.send.judges) == 3


def test_an_outage_is_no_fault_of_a_post(store: MemoryStore) -> None:
    flow = a_flow(store, Judge(fails_on=lambda _: True, error=ServiceUnavailable("away")))
    with pytest.raises(ServiceUnavailable):
        flow.judge("u.en", detected(add(store, 4)))
    assert store.dead_letters(10) == []
    assert store.count_pending() == 4


def test_the_third_try_takes_a_unit_apart_and_buries_a_single_post(store: MemoryStore) -> None:
    flow = a_flow(store)
    batch = detected(add(store, 3))
    for _ in range(2):  # two workers were lost at it
        store.begin("u.en", 0.0)
    flow.judge("u.en", batch)
    singles = flow.send.judges
    assert [(unit, len(some)) for _, unit, some in singles] == [("u.en.0", 1), ("u.en.1", 1), ("u.en.2", 1)]
    assert store.count_pending() == 3
    for _ in range(2):
        store.begin("u.en.1", 0.0)
    for _, unit, some in singles:
        flow.judge(unit, some)
    assert [letter.post_id for letter in store.dead_letters(10)] == ["p-1"]
    assert "worker was lost" in store.dead_letters(10)[0].reason
    assert len(list(store.export())) == 2


def test_the_third_delivery_takes_a_unit_apart_before_its_language_is_detected(store: MemoryStore) -> None:
    judge = Judge()
    flow = a_flow(store, judge)
    batch = add(store, 3)
    flow.detect("u", batch, again=True)
    assert judge.seen == [3]
    assert flow.send.detects == []
    store.begin("u", 0.0)  # the second delivery did not end
    flow.detect("u", batch, again=True)
    assert [unit for unit, _ in flow.send.detects] == ["u.0", "u.1", "u.2"]


def test_everything_decided_is_published_once_and_in_order(store: MemoryStore) -> None:
    flow = a_flow(store)
    flow.judge("u.en", detected(add(store, 1200)))
    flow.publish()
    flow.publish()
    assert [one.post_id for one in flow.outlet.entries] == [f"p-{n}" for n in range(1200)]
    assert store.unpublished(1) == []


def test_a_verdict_is_published_once_it_cannot_be_undone_any_more(store: MemoryStore) -> None:
    flow = a_flow(store)  # at 100 s
    store.add_posts(posts(2), "u", 0.0)
    store.commit("u", [held(post) for post in posts(2)], 1.0)
    for item, hold_s in zip(store.claim(an_ask(), 2, 90.0), (10.0, 11.0), strict=True):
        assert item.lease is not None
        store.decide(item.id, item.lease, Verdict("remove", "scam", "read"), 90.0, hold_s=hold_s)
    flow.publish()
    assert [(one.kind, one.post_id) for one in flow.outlet.entries[2:]] == [("verdict", "p-0")]
    assert [store.show(post.id)[0].state for post in posts(2)] == ["removed", "held"]


def test_where_nothing_else_happens_the_sweeper_gives_verdicts_their_effect(store: MemoryStore) -> None:
    flow = a_flow(store)
    store.add_posts(posts(1), "u", 0.0)
    store.commit("u", [held(posts(1)[0])], 1.0)
    flow.publish()
    ((number, lease),) = [(item.id, item.lease) for item in store.claim(an_ask(), 1, 50.0)]
    assert lease is not None
    store.decide(number, lease, Verdict("remove", "scam", "read"), 60.0, hold_s=20.0)
    flow.sweep(before=0.0)
    assert flow.send.publishes == 1
    flow.publish()
    assert [one.kind for one in flow.outlet.entries] == ["decision", "verdict"]


def test_what_the_outlet_has_forgotten_is_published_again(store: MemoryStore) -> None:
    flow = a_flow(store)
    flow.judge("u.en", detected(add(store, 5)))
    flow.publish()
    del flow.outlet.entries[2:]  # a Redis that was killed before its file was written
    flow.publish()
    assert [one.post_id for one in flow.outlet.entries] == [f"p-{n}" for n in range(5)]


def test_a_publisher_that_was_superseded_marks_nothing(store: MemoryStore) -> None:
    flow = a_flow(store)
    flow.judge("u.en", detected(add(store, 3)))
    flow.outlet.lost = True
    flow.publish()
    assert len(store.unpublished(10)) == 3


def test_while_another_publishes_nobody_else_does(store: MemoryStore) -> None:
    flow = a_flow(store)
    flow.judge("u.en", detected(add(store, 3)))
    flow.outlet.begin()
    flow.publish()
    assert flow.outlet.entries == []


def test_the_sweeper_enqueues_what_was_left_behind_and_calls_the_publisher(store: MemoryStore) -> None:
    flow = a_flow(store)
    batch = add(store, 5)
    flow.judge("u.en", detected(batch[:2]))
    assert flow.sweep(before=50.0) == 3
    ((_, swept),) = flow.send.detects
    assert [post["id"] for post in swept] == ["p-2", "p-3", "p-4"]
    assert flow.send.publishes == 2
    assert flow.sweep(before=50.0) == 0


def test_bad_posts_at_the_door_become_dead_letters_with_their_place(store: MemoryStore) -> None:
    values = [{"id": "a", "text": "x"}, {"id": "b"}, 7, {"id": "a", "text": "other"}, {"id": "a", "text": "x"}]
    taken = take_in(store, list(enumerate(values, 1)), "u", "there", 0.0)
    assert [post.id for post in taken.accepted] == ["a"]
    assert taken.repeated == 1
    assert [(refusal.line, refusal.field) for refusal in taken.refused] == [(2, "text"), (3, "post"), (4, "id")]
    assert {letter.source for letter in store.dead_letters(10)} == {"there:2", "there:3", "there:4"}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("boom"), True),
        (ValueError("index out of range"), True),
        (ValueError("cannot parse `meet me`"), False),  # a word of the post
        (ValueError("unexpected 微"), False),  # a character of the post
        (ValueError("unexpected 家"), True),
        (KeyError(), True),
    ],
)
def test_a_reason_never_quotes_the_post(error: Exception, told: bool) -> None:
    post = {"id": "p", "text": "meet me on 微信", "title": "", "media": [], "extra": {}}
    reason = explain(error, post)
    assert reason.startswith(type(error).__name__)
    assert (str(error) in reason) is told


def test_in_a_surge_posts_are_judged_in_a_hurry_however_their_group_is_halved(store: MemoryStore) -> None:
    batch = [a_post(f"p-{n}", views_per_minute=500 if n % 3 == 0 else 1) for n in range(12)]
    store.add_posts(batch, "u", 0.0)
    flow = replace(
        a_flow(store, Judge(fails_on=lambda post: post.id == "p-5")), triage=Triage(lambda: State.surge, 10.0)
    )
    flow.judge("u", [(post, Language("en")) for post in batch])
    shed = {one["post_id"] for one in store.export() if "shed" in one}
    assert shed == {post.id for n, post in enumerate(batch) if n % 3 and n != 5 and not sampled(post.id)}
    assert store.load(100.0).shed == len(shed)
