"""Random walks of several reviewers through the queue: every store does what a model of ten lines says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from moderation.domain.errors import AlreadyDecided, LeaseLost
from moderation.domain.ports import Store
from moderation.domain.review import Ask, Lease, Verdict
from moderation.domain.reviewer import Reviewer
from moderation.storage.memory import MemoryStore
from moderation.storage.sql import SqlStore
from tests.support.builders import a_post, held
from tests.support.postgres import PostgresServer

LANES = ("life", "due", "harm")
TTL_S, HOLD_S, DUE_S = 100.0, 20.0, 3600
PEOPLE = {"ada": ("zh",), "bo": ("en",), "chen": ("zh", "en")}
STATES = {"allow": "live", "limit": "limited", "remove": "removed", "ban": "removed"}
THIRD_SKIP = 3

desks = st.sampled_from(["zh", "en", "both"])
people = st.sampled_from(sorted(PEOPLE))


@dataclass
class Model:
    """One item as it must be."""

    post: str
    desk: str
    lane: str
    priority: float
    created_at: float
    state: str = "open"
    post_state: str = "held"
    lease: Lease | None = None
    passed: set[str] = field(default_factory=set)
    verdict: int | None = None
    effect: tuple[float, str] | None = None

    @property
    def due_at(self) -> float:
        return self.created_at + DUE_S

    def free(self, now: float) -> bool:
        return self.lease is None or self.lease.expires_at <= now


class QueueMachine(RuleBasedStateMachine):
    """Three people claim, skip, decide, undo, escalate, or are too late, while posts come in and time goes by."""

    open_store: Callable[[], Store]
    leases: Bundle[tuple[int, Lease]] = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.store = type(self).open_store()
        self.items: dict[int, Model] = {}
        self.now = 1_000_000.0
        self.number = 0

    def teardown(self) -> None:
        self.store.close()

    @rule(desk=desks, lane=st.sampled_from(["life", "harm", "harm"]), priority=st.sampled_from([0.5, 1.0, 1.0, 7.0]))
    def a_post_is_flagged(self, desk: str, lane: str, priority: float) -> None:
        self.number += 1
        post = a_post(f"p-{self.number}")
        self.store.add_posts([post], post.id, self.now)
        self.store.commit(post.id, [held(post, desk, priority, lane)], self.now)
        self.items[self.number] = Model(post.id, desk, lane, priority, self.now)

    @rule(seconds=st.sampled_from([1.0, HOLD_S, TTL_S + 1, DUE_S * 0.85]))
    def time_goes_by(self, seconds: float) -> None:
        self.now += seconds

    @rule(target=leases, who=people, limit=st.integers(1, 3), data=st.data())
    def somebody_claims(self, who: str, limit: int, data: st.DataObject) -> object:
        desk = data.draw(st.sampled_from(PEOPLE[who]))
        ask = Ask(Reviewer(who), desk, LANES, {"*": TTL_S})
        claimed = self.store.claim(ask, limit, self.now)
        assert [item.id for item in claimed] == self._offered(who, desk)[:limit]
        for item in claimed:
            assert item.lease is not None
            assert (item.lease.reviewer, item.lease.expires_at) == (who, self.now + TTL_S)
            self.items[item.id].lease = item.lease
        return multiple(*((item.id, item.lease) for item in claimed))

    def _offered(self, who: str, desk: str) -> list[int]:
        mine = {
            n: item
            for n, item in self.items.items()
            if item.state == "open" and item.desk in {desk, "both"} and who not in item.passed and item.free(self.now)
        }
        return self._order(mine)

    def _order(self, items: dict[int, Model]) -> list[int]:
        def by_priority(n: int) -> tuple[float, float, int]:
            return -items[n].priority, items[n].created_at, n

        life = sorted((n for n in items if items[n].lane == "life"), key=by_priority)
        harm = sorted((n for n in items if items[n].lane == "harm"), key=by_priority)
        soon = [n for n in harm if items[n].created_at + 0.8 * DUE_S <= self.now < items[n].due_at]
        soon.sort(key=lambda n: (items[n].due_at, n))
        return [*life, *soon, *(n for n in harm if n not in soon)]

    def _try(self, n: int, lease: Lease, act: Callable[[], object]) -> bool:
        """Whether the act went through; it must where this lease holds, and must not otherwise."""
        item = self.items[n]
        if item.state == "decided":
            with pytest.raises(AlreadyDecided):
                act()
            return False
        if item.lease is None or item.lease.id != lease.id or item.lease.expires_at <= self.now:
            with pytest.raises(LeaseLost):
                act()
            return False
        act()
        return True

    @rule(held_item=leases, action=st.sampled_from(sorted(STATES)), at_once=st.booleans())
    def somebody_decides(self, held_item: tuple[int, Lease], action: str, at_once: bool) -> None:
        n, lease = held_item
        item = self.items[n]
        recorded = []

        def act() -> None:
            verdict = Verdict(action, None if action == "allow" else "scam", "read")
            hold_s = 0.0 if at_once else HOLD_S
            recorded.extend(self.store.decide(n, lease, verdict, self.now, hold_s=hold_s))

        if self._try(n, lease, act):
            item.state, item.lease, item.verdict = "decided", None, recorded[0].id
            if at_once:
                item.post_state = STATES[action]
            else:
                item.effect = (self.now + HOLD_S, STATES[action])

    @rule(held_item=leases)
    def somebody_gives_it_back(self, held_item: tuple[int, Lease]) -> None:
        n, lease = held_item
        if self._try(n, lease, lambda: self.store.release(n, lease, self.now)):
            self.items[n].lease = None

    @rule(held_item=leases)
    def somebody_reads_on(self, held_item: tuple[int, Lease]) -> None:
        n, lease = held_item
        item = self.items[n]
        if self._try(n, lease, lambda: self.store.renew(n, lease, self.now + TTL_S, self.now)):
            assert item.lease is not None
            item.lease = Lease(lease.id, item.lease.reviewer, lease.fence, self.now + TTL_S)

    @rule(held_item=leases)
    def somebody_skips(self, held_item: tuple[int, Lease]) -> None:
        n, lease = held_item
        item = self.items[n]
        if self._try(n, lease, lambda: self.store.skip(n, lease, "language", "", self.now)):
            item.passed.add(lease.reviewer)
            item.lease = None
            if len(item.passed) >= THIRD_SKIP:
                item.lane = "lead"

    @rule(held_item=leases)
    def somebody_escalates(self, held_item: tuple[int, Lease]) -> None:
        n, lease = held_item
        if self._try(n, lease, lambda: self.store.escalate(n, lease, "", self.now)):
            self.items[n].lease = None
            self.items[n].lane = "lead"

    @rule(target=leases, data=st.data(), who=people)
    def somebody_undoes(self, data: st.DataObject, who: str) -> object:
        decided = sorted(n for n, item in self.items.items() if item.verdict is not None)
        if not decided:
            return multiple()
        n = data.draw(st.sampled_from(decided))
        item = self.items[n]
        assert item.verdict is not None
        self.store.undo(item.verdict, who, "a mistake", self.now, TTL_S)
        lease = self.store.item(n, self.now).lease
        assert lease is not None
        assert lease.reviewer == who
        item.state, item.lease, item.verdict, item.effect, item.post_state = "open", lease, None, None, "held"
        return n, lease

    @rule()
    def effects_are_due(self) -> None:
        due = [item for item in self.items.values() if item.effect and item.effect[0] <= self.now]
        assert self.store.settle(self.now) == len(due)
        for item in due:
            assert item.effect is not None
            item.post_state, item.effect = item.effect[1], None

    @invariant()
    def the_queue_is_the_model(self) -> None:
        shown = [item.id for item in self.store.queue(None, 100, self.now)]
        assert shown == self._order({n: item for n, item in self.items.items() if item.state == "open"})
        for n, model in self.items.items():
            item = self.store.item(n, self.now)
            assert (item.state, item.lane) == (model.state, model.lane)
            assert (item.lease.id if item.lease else None) == (
                None if model.free(self.now) or model.lease is None else model.lease.id
            )
            assert self.store.show(model.post)[0].state == model.post_state

    @invariant()
    def the_audit_is_whole(self) -> None:
        assert list(self.store.audit_problems()) == []


def walk(open_store: Callable[[], Store], examples: int) -> None:
    machine = type("Machine", (QueueMachine,), {"open_store": staticmethod(open_store)})
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=quiet),
    )


@pytest.mark.slow
def test_the_queue_in_memory() -> None:
    walk(MemoryStore, 100)


@pytest.fixture
def files(migrated_file: Path) -> Iterator[Callable[[], Store]]:
    with TemporaryDirectory() as folder:

        def fresh() -> Store:
            file = Path(folder) / uuid4().hex
            shutil.copyfile(migrated_file, file)
            return SqlStore.at(file)

        yield fresh


@pytest.mark.slow
def test_the_queue_in_sqlite(files: Callable[[], Store]) -> None:
    walk(files, 10)


@pytest.mark.slow
def test_the_queue_in_postgresql(postgres_server: PostgresServer, migrated_database: str) -> None:
    def fresh() -> Store:
        postgres_server.empty(migrated_database)
        return SqlStore(postgres_server.url_of(migrated_database))

    walk(fresh, 6)
