"""Whatever is done to a pool, the store in SQLite and the one in memory answer alike."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from moderation.domain.decision import Action, Decision
from moderation.domain.errors import ModerationError
from moderation.domain.pool import DeadLetter
from moderation.domain.ports import Store
from moderation.domain.post import Post
from moderation.domain.review import Lease, ReviewItem, Verdict
from moderation.storage.memory import MemoryStore
from moderation.storage.sql import SqlStore
from tests.support.builders import a_decision, a_match, a_need, a_post, an_ask

KEYS = [(f"p-{n}", revision) for n in range(4) for revision in (1, 2)]
DESKS = ("zh", "en", None)
keys = st.sampled_from(KEYS)
some_posts = st.lists(
    st.builds(lambda key, text: a_post(key[0], key[1], text), keys, st.sampled_from(["one", "one", "two"])), max_size=5
)
needs = st.none() | st.builds(
    a_need, st.sampled_from(["zh", "en", "both"]), st.sampled_from([0.5, 1.0, 2.0]), st.sampled_from(["harm", "life"])
)
some_decisions = st.lists(
    st.builds(
        lambda key, action, need, language, shed: a_decision(
            a_post(*key), action, need, language=language, matches=(a_match(),) if need else (), shed=shed
        ),
        keys,
        st.sampled_from(Action),
        needs,
        st.sampled_from(["en", "zh-Hans"]),
        st.sampled_from([(), ("reader",)]),
    ),
    max_size=5,
)
units = st.sampled_from(["u", "v"])
desks = st.sampled_from(["zh", "en"])
verdicts = st.builds(Verdict, st.sampled_from(["allow", "limit", "remove"]), st.none(), st.just("read"))


class Twins(RuleBasedStateMachine):
    """Two stores, one history. Ids that each makes up (of leases and fresh units) are matched by their place."""

    empty: Path

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(self.empty, self.folder / "pool.sqlite3")
        self.stores: tuple[Store, Store] = (MemoryStore(), SqlStore.at(self.folder / "pool.sqlite3"))
        self.now = 100.0
        self.leases: list[tuple[int, tuple[Lease, Lease]]] = []
        self.fresh: list[tuple[str, str]] = []

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        shutil.rmtree(self.folder)

    def both(self, ask: Callable[[Store, int], Any]) -> tuple[Any, Any]:
        """What each store answers, errors being answers too; time goes on."""
        self.now += 1.0
        answers = []
        for n, store in enumerate(self.stores):
            try:
                answers.append(ask(store, n))
            except ModerationError as error:
                answers.append((type(error), str(error)))
        return answers[0], answers[1]

    def alike(self, ask: Callable[[Store, int], Any]) -> Any:
        memory, sql = self.both(ask)
        assert memory == sql
        return memory

    @rule(posts=some_posts, unit=units)
    def add_posts(self, posts: list[Post], unit: str) -> None:
        self.alike(lambda store, _: store.add_posts(posts, unit, self.now))

    @rule(unit=units)
    def begin(self, unit: str) -> None:
        self.alike(lambda store, _: store.begin(unit, self.now))

    @rule(n=st.integers(0, 20))
    def begin_a_fresh_one(self, n: int) -> None:
        if self.fresh:
            ids = self.fresh[n % len(self.fresh)]
            self.alike(lambda store, twin: store.begin(ids[twin], self.now))

    @rule(decisions=some_decisions, unit=units)
    def commit(self, decisions: list[Decision], unit: str) -> None:
        self.alike(lambda store, _: store.commit(unit, decisions, self.now))

    @rule(key=keys, unit=units)
    def bury(self, key: tuple[str, int], unit: str) -> None:
        self.alike(lambda store, _: store.bury(unit, key, "poison", self.now))

    @rule(posts=some_posts, known=st.booleans())
    def add_dead_letters(self, posts: list[Post], known: bool) -> None:
        letters = [DeadLetter("line", "r", json.dumps(p.to_json()), p.id if known else None) for p in posts]
        self.alike(lambda store, _: store.add_dead_letters(letters, self.now))

    @rule(ids=st.none() | st.lists(st.integers(1, 5), max_size=3), unit=units)
    def retry(self, ids: list[int] | None, unit: str) -> None:
        self.alike(lambda store, _: store.retry(ids, unit, self.now))

    @rule(age=st.integers(0, 20), limit=st.integers(1, 4))
    def take_stale(self, age: int, limit: int) -> None:
        memory, sql = self.both(lambda store, _: store.take_stale(self.now - age, limit, self.now))
        assert [unit.posts for unit in memory] == [unit.posts for unit in sql]
        self.fresh += [(one.id, other.id) for one, other in zip(memory, sql, strict=True)]

    @rule(age=st.integers(0, 20), limit=st.integers(1, 4))
    def take_shed(self, age: int, limit: int) -> None:
        self.alike(lambda store, _: store.take_shed(self.now - age, limit, self.now))

    @rule(decisions=some_decisions)
    def revise(self, decisions: list[Decision]) -> None:
        self.alike(lambda store, _: store.revise(decisions, self.now))

    @rule(key=keys)
    def spare(self, key: tuple[str, int]) -> None:
        self.alike(lambda store, _: store.spare(key, "ValueError", self.now))

    @rule(limit=st.integers(0, 4))
    def publish(self, limit: int) -> None:
        seqs = [publication.seq for publication in self.alike(lambda store, _: store.unpublished(limit))]
        self.alike(lambda store, _: store.mark_published(seqs, self.now))

    @rule(desk=desks, limit=st.integers(1, 3), ttl=st.sampled_from([1.0, 5.0, 50.0]))
    def claim(self, desk: str, limit: int, ttl: float) -> None:
        memory, sql = self.both(lambda store, _: store.claim(an_ask(desk, ttl_s=ttl), limit, self.now))
        assert [unnamed(item) for item in memory] == [unnamed(item) for item in sql]
        for one, other in zip(memory, sql, strict=True):
            self.leases.append((one.id, (one.lease, other.lease)))

    @rule(n=st.integers(0, 20), verdict=verdicts)
    def decide(self, n: int, verdict: Verdict) -> None:
        if self.leases:
            item, leases = self.leases[-1 - n % len(self.leases)]
            self.alike(lambda store, twin: store.decide(item, leases[twin], verdict, self.now))

    @rule(n=st.integers(0, 20))
    def release(self, n: int) -> None:
        if self.leases:
            item, leases = self.leases[-1 - n % len(self.leases)]
            self.alike(lambda store, twin: store.release(item, leases[twin], self.now))

    @invariant()
    def what_they_show_is_alike(self) -> None:
        self.alike(lambda store, _: store.status(self.now))
        self.alike(lambda store, _: (store.count_pending(), store.pending(KEYS), store.load(self.now)))
        self.alike(lambda store, _: list(store.export()))
        self.alike(lambda store, _: store.unpublished(99))
        self.alike(lambda store, _: store.dead_letters(99))
        self.alike(lambda store, _: [unnamed(item) for desk in DESKS for item in store.queue(desk, 99, self.now)])
        self.alike(lambda store, _: [without_lease(record) for post_id, _ in KEYS for record in store.show(post_id)])
        assert self.both(lambda store, _: list(store.audit_problems())) == ([], [])


def unnamed(item: ReviewItem) -> ReviewItem:
    """An item without the made-up id of its lease."""
    return replace(item, lease=item.lease and replace(item.lease, id=""))


def without_lease(record: Any) -> Any:
    review = record.review and {**record.review, "lease": bool(record.review["lease"])}
    return replace(record, review=review)


@pytest.mark.slow
def test_the_twins_answer_alike(migrated_file: Path) -> None:
    Twins.empty = migrated_file
    run_state_machine_as_test(Twins, settings=settings(max_examples=12, stateful_step_count=30, deadline=None))
