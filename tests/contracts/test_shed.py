"""What was shed in a surge waits to be judged in full, once, and what the full judgement changes is kept beside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from moderation.domain.decision import Action, Decision
from moderation.domain.pool import Load
from moderation.domain.ports import Store
from moderation.domain.post import Post
from moderation.domain.review import Lease, Verdict
from moderation.storage import migrations
from moderation.storage.sql import SqlStore
from tests.contracts.test_databases import in_processes, killed_at, review
from tests.support.builders import a_decision, a_match, a_need, a_post, an_ask, held, posts

REMOVE = Verdict(action="remove", category="scam", basis="read")


def shed(post: Post, *arguments: Any, **fields: Any) -> Decision:
    """A decision that was made without the second reader."""
    return a_decision(post, *arguments, shed=("reader",), **fields)


def decided(store: Store, *decisions: Decision, now: float = 1.0) -> None:
    """Take posts in and commit these decisions about them."""
    store.add_posts([a_post(one.post_id, one.revision) for one in decisions], "unit", now)
    assert store.commit("unit", decisions, now) == len(decisions)
    store.mark_published([one.seq for one in store.unpublished(999)], now)


def take(store: Store, before: float = 100.0, limit: int = 99, now: float = 100.0) -> tuple[list[str], int]:
    """The ids that were taken up, and how often they were."""
    taken = store.take_shed(before, limit, now)
    return ([post["id"] for post in taken.posts], taken.tries) if taken else ([], 0)


def lease_of(store: Store, now: float = 10.0, desk: str = "en") -> tuple[int, Lease]:
    (item,) = store.claim(an_ask(desk, "rev-1"), 1, now)
    assert item.lease is not None
    return item.id, item.lease


class TestTaking:
    def test_only_what_was_shed_is_taken_in_order_of_intake(self, store: Store) -> None:
        store.add_posts(posts(4), "u", 1.0)
        first, second, third, fourth = posts(4)
        store.commit("u", [shed(fourth), a_decision(second)], 2.0)
        store.commit("u", [shed(first), a_decision(third)], 2.0)
        assert store.load(3.0).shed == store.status(3.0).shed == 2
        assert take(store) == (["p-0", "p-3"], 1)

    def test_what_is_taken_comes_again_only_when_its_time_is_over(self, store: Store) -> None:
        decided(store, *map(shed, posts(3)))
        assert take(store, before=100.0, limit=2, now=100.0) == (["p-0", "p-1"], 1)
        assert take(store, before=100.0, now=101.0) == (["p-2"], 1)
        assert take(store, before=100.0, now=102.0) == ([], 0)
        assert take(store, before=100.5, now=103.0) == (["p-0", "p-1"], 2)

    def test_from_the_third_time_on_posts_come_singly_and_fresh_ones_come_before_them(self, store: Store) -> None:
        decided(store, *map(shed, posts(2)))
        assert take(store, 10.0, now=10.0) == (["p-0", "p-1"], 1)
        assert take(store, 20.0, now=20.0) == (["p-0", "p-1"], 2)
        decided(store, shed(a_post("late")))
        assert take(store, 30.0, now=30.0) == (["late"], 1)
        assert take(store, 30.0, now=31.0) == (["p-0"], 3)
        assert take(store, 30.0, now=32.0) == (["p-1"], 3)
        assert take(store, 30.0, now=33.0) == ([], 0)

    def test_two_callers_at_once_never_take_the_same(self, store: Store) -> None:
        decided(store, *map(shed, posts(120)))

        def take_all(n: int) -> list[str]:
            mine: list[str] = []
            while taken := take(store, 50.0, 7, 100.0 + n)[0]:
                mine += taken
            return mine

        with ThreadPoolExecutor(4) as pool:
            taken = [post_id for ids in pool.map(take_all, range(4)) for post_id in ids]
        taken += take_all(4)
        assert sorted(taken) == sorted(post.id for post in posts(120))

    def test_a_post_that_cannot_be_judged_in_full_keeps_its_decision_and_is_a_dead_letter(self, store: Store) -> None:
        decided(store, shed(a_post()), a_decision(a_post("q")))
        store.spare(("p-1", 1), "ValueError", 5.0)
        store.spare(("p-1", 1), "again", 6.0)
        store.spare(("q", 1), "was not shed", 6.0)
        (letter,) = store.dead_letters(9)
        assert (letter.source, letter.reason, letter.post_id) == ("rejudging", "ValueError", "p-1")
        assert take(store) == ([], 0)
        assert store.show("p-1")[0].state == "live"
        assert store.retry(None, "v", 7.0) == []

    def test_the_load_is_what_waits_and_since_when(self, store: Store) -> None:
        assert store.load(5.0) == Load(0, 0.0, 0)
        store.add_posts(posts(2), "u", 10.0)
        store.add_posts(posts(3), "u", 14.0)
        assert store.load(15.0) == Load(3, 5.0, 0)
        assert store.load(9.0) == Load(3, 0.0, 0), "another clock is behind"
        store.commit("u", [shed(post) for post in posts(2)], 16.0)
        assert store.load(20.0) == Load(1, 6.0, 2)


class TestRevising:
    @pytest.mark.parametrize(
        ("again", "why"),
        [
            ({}, "nothing is different"),
            ({"scores": {"scam": 0.5}}, "a score is a reason, not an effect"),
            ({"decided_at": "2026-11-21T08:00:00.000Z"}, "later, of course"),
        ],
    )
    def test_a_judgement_that_is_the_same_leaves_everything_as_it_was(
        self, store: Store, again: dict[str, Any], why: str
    ) -> None:
        first = shed(a_post(), Action.hold, a_need(), matches=(a_match(),))
        decided(store, first)
        before, items = list(store.export()), store.queue(None, 9, 3.0)
        fields = {"matches": (a_match(),), **again}
        assert store.revise([a_decision(a_post(), Action.hold, a_need(), **fields)], 3.0) == 0, why
        assert list(store.export()) == before
        assert store.queue(None, 9, 3.0) == items
        assert (store.unpublished(9), store.load(3.0).shed) == ([], 0)

    @pytest.mark.parametrize(
        ("again", "why"),
        [
            (a_decision(a_post(), Action.limit), "another action"),
            (a_decision(a_post(), outcomes={"*": Action.approve, "DE": Action.limit}), "another outcome somewhere"),
            (a_decision(a_post(), review=a_need()), "somebody should look"),
            (a_decision(a_post(), matches=(a_match(status="shadow"),)), "a rule, even if it does not act"),
        ],
    )
    def test_a_judgement_that_differs_stands_and_is_published_after_the_first(
        self, store: Store, again: Decision, why: str
    ) -> None:
        decided(store, shed(a_post()), a_decision(a_post("q")))
        assert store.revise([again], 3.0) == 1, why
        standing = {**again.to_json(), "rejudged": True}
        (published,) = store.unpublished(9)
        assert (published.post_id, published.revision, published.body) == ("p-1", 1, standing)
        assert [one["post_id"] for one in store.export()] == ["p-1", "q"]
        assert next(iter(store.export())) == standing
        (record,) = store.show("p-1")
        assert record.decision == standing
        assert list(store.audit_problems()) == []
        assert store.load(4.0).shed == 0

    def test_both_judgements_are_published_in_their_order(self, store: Store) -> None:
        store.add_posts([a_post()], "u", 1.0)
        store.commit("u", [shed(a_post())], 1.0)
        store.revise([held(a_post())], 3.0)
        assert [(one.body["action"], one.body.get("rejudged")) for one in store.unpublished(9)] == [
            ("approve", None),
            ("hold", True),
        ]

    def test_figures_and_state_follow_the_judgement_that_stands(self, store: Store) -> None:
        decided(store, shed(a_post(), matches=(a_match("old.rule"),)), a_decision(a_post("q")))
        store.revise([a_decision(a_post(), Action.remove, language="de", matches=(a_match("new.rule"),))], 3.0)
        status = store.status(4.0)
        assert status.posts == {"removed": 1, "live": 1}
        assert status.languages == {"de": {"remove": 1}, "en": {"approve": 1}}
        assert status.rules == {"new.rule": 1}
        assert status.shed == 0

    def test_what_does_not_wait_any_more_is_passed_over(self, store: Store) -> None:
        decided(store, shed(a_post()), a_decision(a_post("q")))
        assert store.revise([held(a_post("q")), held(a_post("unknown"))], 3.0) == 0
        assert store.revise([held(a_post()), held(a_post())], 3.0) == 1
        assert store.revise([a_decision(a_post(), Action.remove)], 4.0) == 0
        assert store.revise([], 5.0) == 0
        assert [one["action"] for one in store.export()] == ["hold", "approve"]

    def test_a_verdict_of_a_person_stands(self, store: Store) -> None:
        decided(store, shed(a_post(), Action.hold, a_need()))
        store.decide(*lease_of(store), REMOVE, 11.0)
        before = list(store.export())
        assert store.revise([a_decision(a_post())], 12.0) == 0
        assert store.show("p-1")[0].state == "removed"
        assert list(store.export()) == before
        assert [one.body["kind"] for one in store.unpublished(9)] == ["verdict"]
        assert store.load(12.0).shed == 0

    def test_a_verdict_after_it_wins_as_well(self, store: Store) -> None:
        decided(store, shed(a_post()))
        store.revise([held(a_post())], 3.0)
        (item,) = store.queue(None, 9, 5.0)
        assert item.decision["rejudged"] is True
        store.decide(*lease_of(store), REMOVE, 11.0)
        assert store.show("p-1")[0].state == "removed"
        assert list(store.audit_problems()) == []

    def test_many_at_once_are_one_link_of_the_audit(self, store: Store) -> None:
        decided(store, *map(shed, posts(300)))
        again = [held(post) if n % 3 else a_decision(post) for n, post in enumerate(posts(300))]
        assert store.revise(again[::-1], 3.0) == 200
        assert [one.post_id for one in store.unpublished(999)] == [f"p-{n}" for n in range(300) if n % 3]
        assert list(store.audit_problems()) == []
        assert len(list(store.export())) == 300


class TestReview:
    def test_an_item_is_opened_where_the_full_judgement_asks_for_it(self, store: Store) -> None:
        decided(store, shed(a_post()))
        store.revise([held(a_post(), "zh", 7.0, "life")], 3.0)
        (item,) = store.queue("zh", 9, 4.0)
        assert (item.lane, item.priority, item.created_at, item.due_at) == ("life", 7.0, 3.0, 3603.0)

    @pytest.mark.parametrize(
        ("again", "expected", "why"),
        [
            (("zh", 2.0, "harm"), ("zh", "harm", 2.0), "it comes earlier, and to those who can read it"),
            (("en", 0.5, "life"), ("en", "life", 0.5), "a life comes first"),
            (("zh", 0.5, "harm"), ("en", "harm", 1.0), "it comes later, so the first need stands"),
        ],
    )
    def test_an_open_item_is_raised_but_never_put_back(
        self, store: Store, again: tuple[str, float, str], expected: tuple[str, str, float], why: str
    ) -> None:
        decided(store, shed(a_post(), Action.hold, a_need(), matches=(a_match(),)))
        assert store.revise([held(a_post(), *again)], 500.0) == 1
        (item,) = store.queue(None, 9, 501.0)
        assert (item.desk, item.lane, item.priority) == expected, why
        assert item.due_at == 3601.0, "it was due before"

    def test_an_item_that_somebody_reads_is_left_to_them(self, store: Store) -> None:
        decided(store, shed(a_post(), Action.hold, a_need()))
        item_id, lease = lease_of(store)
        store.revise([held(a_post(), "zh", 9.0, "life")], 12.0)
        assert store.item(item_id, 12.0).desk == "en"
        store.decide(item_id, lease, REMOVE, 13.0)
        assert store.show("p-1")[0].state == "removed"

    def test_an_item_stays_open_where_the_full_judgement_asks_for_none(self, store: Store) -> None:
        decided(store, shed(a_post(), Action.hold, a_need()))
        assert store.revise([a_decision(a_post())], 3.0) == 1
        assert store.show("p-1")[0].state == "live"
        assert len(store.queue(None, 9, 4.0)) == 1

    def test_of_a_revision_that_a_newer_one_has_replaced_nobody_is_asked(self, store: Store) -> None:
        decided(store, shed(a_post()))
        decided(store, a_decision(a_post(revision=2)), now=2.0)
        assert store.revise([held(a_post())], 3.0) == 1
        assert store.queue(None, 9, 4.0) == []
        assert [record.review for record in store.show("p-1")] == [None, None]


@pytest.mark.slow
def test_a_revision_that_is_killed_leaves_nothing_half(sql_url: str) -> None:
    store = SqlStore(sql_url)
    decided(store, shed(a_post("raised"), Action.hold, a_need()), *map(shed, posts(9)))
    again = [held(a_post("raised"), "zh", 5.0, "life"), *map(held, posts(9))]
    before, statement, died = (store.status(9.0), list(store.export())), 0, True
    while died:
        statement += 1
        died = killed_at(statement, lambda: store.revise(again, 2.0))
        if died:
            assert (store.status(9.0), list(store.export())) == before
            assert list(store.audit_problems()) == []
    assert statement > 10
    assert store.status(9.0).posts == {"held": 10}
    assert len(store.unpublished(99)) == 10
    assert store.revise(again, 3.0) == 0
    assert list(store.audit_problems()) == []
    store.close()


@pytest.mark.slow
def test_verdicts_and_full_judgements_at_once_leave_the_pool_whole(sql_store: SqlStore) -> None:
    ids = [f"p-{n}" for n in range(120)]
    decided(sql_store, *(shed(post, Action.hold, a_need()) for post in posts(120)))

    def work(n: int) -> int:
        if n < 2:
            return sum(review(sql_store, 20.0 + turn) for turn in range(30))
        revised = 0
        while taken := sql_store.take_shed(50.0, 7, 100.0):
            revised += sql_store.revise([a_decision(Post.parse(post)) for post in taken.posts], 101.0)
        return revised

    *judged, one, other = in_processes(4, work)
    assert list(sql_store.audit_problems()) == []
    assert len(sql_store.unpublished(999)) == sum(judged) + one + other
    assert sql_store.load(102.0).shed == 0
    for post_id in ids:
        (record,) = sql_store.show(post_id)
        assert record.state == ("removed" if record.verdicts else "live")


@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        ("UPDATE rejudgements SET body = replace(body, 'hold', 'approve')", "its rejudgement records were edited"),
        ("DELETE FROM rejudgements", "1 of its rejudgement records are gone"),
        ("DELETE FROM audit WHERE kind = 'rejudgement'", "1 rejudgement records are covered by no link"),
        ("UPDATE decisions SET body = replace(body, 'approve', 'remove')", "its commit records were edited"),
    ],
)
def test_the_audit_finds_what_is_done_to_a_judgement_that_was_replaced_or_replaces(
    sql_url: str, sql_store: SqlStore, tampering: str, finding: str
) -> None:
    decided(sql_store, shed(a_post()))
    sql_store.revise([held(a_post())], 3.0)
    assert list(sql_store.audit_problems()) == []
    engine = create_engine(sql_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text(tampering))
    engine.dispose()
    assert any(finding in problem for problem in sql_store.audit_problems())


def test_a_store_of_the_first_schema_keeps_what_is_in_it_and_can_shed(sql_url: str, sql_store: SqlStore) -> None:
    decided(sql_store, held(a_post("old")))
    sql_store.close()
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = create_engine(sql_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    engine.dispose()
    store = SqlStore(sql_url)
    assert [one["post_id"] for one in store.export()] == ["old"]
    decided(store, shed(a_post("new")))
    assert take(store) == (["new"], 1)
    assert list(store.audit_problems()) == []
    store.close()
