"""Items and their leases: what is offered to whom, in which order, and what is given back or on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from moderation.domain.decision import Action, Decision, ReviewNeed
from moderation.domain.errors import LeaseLost, NotFound, UsageError
from moderation.domain.ports import Store
from moderation.domain.review import Ask, Lease, ReviewItem, Verdict, Waiting
from moderation.domain.reviewer import Reviewer
from tests.support.builders import a_decision, a_match, a_post, an_ask, held

ALLOW = Verdict("allow", None, "read")
LIMIT = Verdict("limit", "scam", "gloss")
ALL = ("life", "due", "harm", "appeal", "random", "blind", "golden", "lead")


def flagged(
    post_id: str,
    desk: str = "en",
    *,
    category: str = "scam",
    language: str = "en",
    limit: str = "R0",
    priority: float = 1.0,
    lane: str = "harm",
    due_in_s: int = 3600,
    revision: int = 1,
) -> Decision:
    """A decision that asks for a person who reads the post at a level."""
    need = ReviewNeed(desk, priority, lane, due_in_s, {"limit": limit, "remove": "R3"})
    matches = (a_match(category=category),)
    return a_decision(a_post(post_id, revision), Action.hold, need, language=language, matches=matches)


def decided(store: Store, *decisions: Decision, now: float = 0.0, **fields: Any) -> None:
    posts = [a_post(one.post_id, one.revision, **fields) for one in decisions]
    store.add_posts(posts, "unit", now)
    assert store.commit("unit", decisions, now) == len(decisions)


def claimed(store: Store, ask: Ask, limit: int = 99, now: float = 10.0) -> list[str]:
    return [item.post_id for item in store.claim(ask, limit, now)]


def one(store: Store, now: float = 10.0, **ask: Any) -> tuple[ReviewItem, Lease]:
    (item,) = store.claim(an_ask(**{"lanes": ALL, **ask}), 1, now)
    assert item.lease is not None
    return item, item.lease


class TestItems:
    def test_an_item_says_what_its_decision_says(self, store: Store) -> None:
        decided(store, flagged("p", "zh", category="hate", language="zh-Hant", limit="R2"), views_per_minute=7.5)
        (item,) = store.queue("zh", 9, 1.0)
        assert (item.kind, item.category, item.language, item.needs, item.views) == (
            "review",
            "hate",
            "zh-Hant",
            2,
            7.5,
        )
        assert (item.sealed, item.text, item.lent, item.campaign, item.claimed_at) == (None, "", False, None, 0.0)
        assert not item.blind

    def test_the_category_is_that_of_the_first_of_the_most_severe_rules_that_act(self, store: Store) -> None:
        decision = flagged("p")
        shadow = a_match("hate.x", "shadow", "hate")
        other = a_match("spam.x", "canary", "spam")
        decided(store, decision._replace(matches=(shadow, *decision.matches, other)))
        assert store.queue("en", 9, 1.0)[0].category == "scam"


class TestOrder:
    def test_life_comes_first_then_what_is_soon_due_then_what_weighs_most(self, store: Store) -> None:
        decided(
            store,
            flagged("late", priority=9.0, due_in_s=100),  # overdue: by priority again
            flagged("soon", priority=0.1, due_in_s=1000),
            flagged("sooner", priority=0.1, due_in_s=900),
            flagged("heavy", priority=5.0, due_in_s=86400),
            flagged("life", priority=0.1, lane="life"),
        )
        order = ["life", "sooner", "soon", "late", "heavy"]
        assert [item.post_id for item in store.queue("en", 9, 850.0)] == order
        assert [item.post_id for item in store.queue(None, 9, 850.0)] == order
        assert claimed(store, an_ask(), now=850.0) == order

    @pytest.mark.parametrize(("now", "first"), [(799.0, "heavy"), (800.0, "due"), (999.0, "due"), (1000.0, "heavy")])
    def test_soon_is_the_last_fifth_of_the_time(self, store: Store, now: float, first: str) -> None:
        decided(store, flagged("due", priority=0.1, due_in_s=1000), flagged("heavy", priority=5.0, due_in_s=86400))
        assert claimed(store, an_ask(), 1, now) == [first]

    def test_lanes_are_taken_in_the_order_asked_for(self, store: Store) -> None:
        decided(store, flagged("harm"), flagged("life", lane="life"))
        assert claimed(store, an_ask(lanes=("harm", "life"))) == ["harm", "life"]

    def test_a_lane_that_is_none_is_a_mistake_of_the_caller(self, store: Store) -> None:
        with pytest.raises(UsageError, match="lane"):
            store.claim(an_ask(lanes=("fast",)), 1, 1.0)
        with pytest.raises(UsageError, match="lane"):
            store.queue("en", 1, 1.0, "cost")

    def test_the_time_of_a_lease_goes_by_category(self, store: Store) -> None:
        decided(store, flagged("a", category="hate", priority=2.0), flagged("b"))
        first, second = store.claim(Ask(Reviewer("r"), "en", ttl_s={"hate": 900.0, "*": 120.0}), 2, 10.0)
        assert (first.lease and first.lease.expires_at, second.lease and second.lease.expires_at) == (910.0, 130.0)
        assert first.claimed_at == 10.0


class TestWhoIsOfferedWhat:
    @pytest.mark.parametrize(
        ("language", "limit", "reads", "offered"),
        [
            ("en", "R0", {}, True),  # nothing needs to be read
            ("en", "R1", {}, False),
            ("en", "R2", {"en": "R2"}, True),
            ("en", "R3", {"en": "R2"}, False),
            ("zh-Hant", "R2", {"zh": "R3"}, True),
            ("zh-Hant", "R2", {"zh": "R3", "zh-Hant": "R1"}, False),  # the nearest tag counts
            ("zh-Hant-HK", "R1", {"zh": "R3", "zh-Hant": "R1"}, True),
            ("yue", "R3", {"zh": "R3"}, True),  # Cantonese is read as Chinese
            ("yue", "R3", {"zh": "R3", "yue": "R0"}, False),
            ("hi-Latn", "R2", {"ur-Latn": "R2"}, True),
            ("zha", "R2", {"zh": "R3"}, False),  # another language that begins with the same letters
            ("th", "R2", {"zh": "R3", "*": "R2"}, True),
            ("zh", "R2", {"zh": "R1", "*": "R3"}, False),  # `*` is for the rest
        ],
    )
    def test_what_they_read_well_enough_to_limit(
        self, store: Store, language: str, limit: str, reads: Mapping[str, str], offered: bool
    ) -> None:
        decided(store, flagged("p", language=language, limit=limit))
        assert (Reviewer("r", reads=reads).level(language) >= int(limit[1])) is offered
        assert claimed(store, Ask(Reviewer("r", reads=reads), "en")) == ["p"] * offered

    @pytest.mark.parametrize("role", ["lead", "admin"])
    def test_leads_are_offered_what_they_cannot_read(self, store: Store, role: str) -> None:
        decided(store, flagged("p", language="th", limit="R3"))
        assert claimed(store, Ask(Reviewer("r", role, reads={}), "en")) == ["p"]

    def test_categories_and_levels_that_were_asked_for(self, store: Store) -> None:
        decided(store, flagged("a", category="hate", limit="R3"), flagged("b", category="spam", limit="R1"))
        assert claimed(store, an_ask(categories=("fraud", "scam"))) == []
        assert claimed(store, an_ask(categories=("hate",), most=2)) == []
        assert claimed(store, an_ask(most=1)) == ["b"]
        assert claimed(store, an_ask(categories=("hate",))) == ["a"]

    def test_what_they_opted_out_of(self, store: Store) -> None:
        decided(store, flagged("a", category="hate"), flagged("b", category="spam"))
        store.opt_out("r", ["hate"])
        assert claimed(store, an_ask(reviewer="r")) == ["b"]
        assert claimed(store, Ask(Reviewer("s", no=("hate",)), "en")) == []
        assert claimed(store, an_ask(reviewer="s")) == ["a"]

    def test_nobody_decides_an_appeal_against_themselves_nor_reads_their_own_blind_item(self, store: Store) -> None:
        decided(store, flagged("p"))
        item, lease = one(store, reviewer="ada")
        store.decide(item.id, lease, LIMIT, 11.0)
        appeal = store.ask_review(("p", 1), "appeal", "en", 1000.0, 12.0, text="why?")
        blind = store.ask_review(("p", 1), "blind", "both", 1000.0, 12.0)
        assert claimed(store, an_ask(reviewer="ada", lanes=ALL), now=13.0) == []
        assert [item.id for item in store.claim(an_ask(reviewer="bo", lanes=ALL), 9, 13.0)] == [appeal, blind]


class TestLoans:
    def test_what_may_be_lent_comes_by_priority_with_their_own(self, store: Store) -> None:
        decided(
            store,
            flagged("own", "en", priority=10.0),
            flagged("big", "zh", priority=20.0),
            flagged("near", "zh", priority=13.0),  # 13 / 1.375 < 10
            flagged("life", "zh", priority=30.0, lane="life"),
            flagged("small", "zh", priority=5.0),  # not over what lending costs
            flagged("hard", "zh", priority=99.0, limit="R3"),
        )
        ask = an_ask(lanes=("cost",), loan_over=5.0, loan_slower=1.375)
        assert claimed(store, an_ask(lanes=("loan", "cost"))) == ["own"], "lending has to be asked for"
        store.release(*_held(store), 11.0)
        assert claimed(store, ask, now=12.0) == ["life", "big", "own", "near"]

    def test_loans_alone_come_by_priority(self, store: Store) -> None:
        decided(store, flagged("a", "zh", priority=2.0), flagged("b", "zh", priority=9.0, lane="life"), flagged("c"))
        assert claimed(store, an_ask(lanes=("loan",), loan_over=0.0)) == ["b", "a"]

    def test_what_was_lent_or_waits_for_a_second_opinion_is_not_lent(self, store: Store) -> None:
        decided(store, flagged("lent", "zh"), flagged("second", "en"))
        item, lease = one(store, lanes=("loan",), loan_over=0.0)
        store.lend_back(item.id, lease, LIMIT, 11.0)
        item, lease = one(store, now=12.0)
        store.second(item.id, lease, "zh", {}, 13.0)
        assert claimed(store, an_ask(lanes=("loan",), loan_over=-1.0, reviewer="third"), now=14.0) == []

    def test_a_lent_item_is_limited_at_once_and_waits_at_its_own_desk(self, store: Store) -> None:
        decided(store, flagged("p", "zh", priority=4.0), views_per_minute=2.0)
        item, lease = one(store, lanes=("loan",), loan_over=0.0, reviewer="helper")
        recorded = store.lend_back(item.id, lease, LIMIT, 11.0)
        assert (recorded.state, recorded.action, recorded.desk, recorded.effective_at) == (
            "standing",
            "limit",
            "en",
            11.0,
        )
        assert store.show("p")[0].state == "limited"
        again = store.item(item.id, 12.0)
        assert (again.state, again.lent, again.views, again.priority, again.lease) == ("open", True, 0.0, 0.0, None)
        native, lease = one(store, now=12.0, desk="zh")
        (final,) = store.decide(native.id, lease, ALLOW, 13.0)
        assert [verdict.state for verdict in store.of_post("p", 1)] == ["reversed", "standing"]
        assert [p.body["action"] for p in store.unpublished(9)] == ["hold", "limit", "allow"]
        store.undo(recorded.id + 1, "native", "wrong", 14.0, 60.0)
        assert store.item(item.id, 15.0).lent is False
        assert store.show("p")[0].state == "held"
        assert list(store.audit_problems()) == []
        assert final.item == item.id


def _held(store: Store) -> tuple[int, Lease]:
    item = next(item for item in store.queue(None, 9, 10.0) if item.lease)
    assert item.lease is not None
    return item.id, item.lease


class TestGivingBack:
    def test_a_lease_is_renewed(self, store: Store) -> None:
        decided(store, flagged("p"))
        item, lease = one(store)
        renewed = store.renew(item.id, Lease(lease.id, "", lease.fence, 0.0), 500.0, 60.0)
        assert renewed == Lease(lease.id, lease.reviewer, lease.fence, 500.0)
        assert store.item(item.id, 499.0).lease == renewed
        with pytest.raises(LeaseLost):
            store.renew(item.id, lease, 900.0, 500.0)

    def test_who_skips_is_not_offered_it_again_and_the_third_sends_it_to_the_leads(self, store: Store) -> None:
        decided(store, flagged("p", lane="life"))
        for n, name in enumerate(("a", "b", "c"), 1):
            item, lease = one(store, reviewer=name)
            assert item.lane == "life"
            assert store.skip(item.id, lease, "language", f"note {n}", 10.0 + n) == n
            assert claimed(store, an_ask(reviewer=name, lanes=ALL[:-1])) == []
        assert store.queue(None, 9, 20.0) == []
        assert [item.post_id for item in store.queue("en", 9, 20.0, "lead")] == ["p"]
        assert claimed(store, an_ask(reviewer="d")) == []
        assert claimed(store, an_ask(reviewer="d", lanes=("lead",))) == ["p"]
        assert store.passed(item.id) == [
            {"reviewer": name, "reason": "language", "note": f"note {n}", "at": 10.0 + n}
            for n, name in enumerate(("a", "b", "c"), 1)
        ]

    def test_who_is_busy_passes_on_nothing(self, store: Store) -> None:
        decided(store, flagged("p"))
        item, lease = one(store)
        assert store.skip(item.id, lease, "busy", "", 11.0) == 0
        assert store.passed(item.id) == []
        assert claimed(store, an_ask(), now=12.0) == ["p"]

    def test_a_skip_needs_a_reason_and_the_lease(self, store: Store) -> None:
        decided(store, flagged("p"))
        item, lease = one(store)
        with pytest.raises(UsageError, match="reason"):
            store.skip(item.id, lease, "bored", "", 11.0)
        store.release(item.id, lease, 11.0)
        for act in (
            lambda: store.skip(item.id, lease, "language", "", 12.0),
            lambda: store.escalate(item.id, lease, "", 12.0),
            lambda: store.second(item.id, lease, "zh", {}, 12.0),
            lambda: store.lend_back(item.id, lease, LIMIT, 12.0),
            lambda: store.keep(item.id, lease, "S1", "", 99.0, 12.0),
        ):
            with pytest.raises(LeaseLost):
                act()
        assert store.passed(item.id) == []

    def test_what_only_one_lead_is_left_for_can_be_decided(self, store: Store) -> None:
        decided(store, flagged("escalated"), flagged("skipped"), flagged("sealed"))
        for item in store.claim(an_ask(reviewer="lea"), 3, 10.0):
            assert item.lease is not None
            if item.post_id == "sealed":
                store.second(item.id, item.lease, "en", {}, 11.0)
            if item.post_id == "skipped":
                store.skip(item.id, item.lease, "unsure", "", 11.0)
            if item.post_id == "escalated":
                store.escalate(item.id, item.lease, "later", 11.0)
            else:
                other, lease = one(store, now=12.0, reviewer="bo")
                store.escalate(other.id, lease, "", 13.0)
        assert claimed(store, an_ask(reviewer="lea", lanes=ALL[:-1]), now=20.0) == []
        assert claimed(store, an_ask(reviewer="lea", lanes=("lead",)), now=20.0) == ["escalated", "skipped"]
        assert claimed(store, an_ask(reviewer="cy", lanes=("lead",)), now=20.0) == ["sealed"], "it is another's opinion"

    def test_an_escalated_item_is_for_the_leads(self, store: Store) -> None:
        decided(store, flagged("p"))
        item, lease = one(store)
        store.escalate(item.id, lease, "look at this", 11.0)
        assert claimed(store, an_ask(reviewer="b"), now=12.0) == []
        assert claimed(store, an_ask(reviewer="lead", lanes=("lead",)), now=12.0) == ["p"]
        assert [(p["reviewer"], p["reason"], p["note"]) for p in store.passed(item.id)] == [
            ("rev", "escalated", "look at this")
        ]

    def test_a_second_opinion_goes_sealed_to_a_desk_but_never_to_who_asked(self, store: Store) -> None:
        decided(store, flagged("p", lane="life"))
        item, lease = one(store)
        store.second(item.id, lease, "zh", {"action": "remove", "reviewer": "rev"}, 11.0)
        assert claimed(store, an_ask("zh"), now=12.0) == []
        second, lease = one(store, now=12.0, desk="zh", reviewer="other")
        assert (second.lane, second.sealed, second.blind) == ("life", {"action": "remove", "reviewer": "rev"}, True)
        store.escalate(second.id, lease, "", 13.0)
        lead, lease = one(store, now=14.0, desk="zh", reviewer="lead")
        store.second(lead.id, lease, "en", {}, 15.0)
        assert store.item(item.id, 16.0).lane == "life", "it comes back from the leads to the lane that it was in"


class TestAsking:
    @pytest.mark.parametrize("kind", ["appeal", "random", "blind", "golden"])
    def test_each_kind_waits_in_its_own_lane_and_in_no_other(self, store: Store, kind: str) -> None:
        decided(store, a_decision(a_post("p")))
        number = store.ask_review(("p", 1), kind, "en", 1000.0, 10.0, sealed={"action": "allow"}, text="please")
        item = store.item(number, 11.0)
        assert (item.kind, item.lane, item.desk, item.due_at, item.text) == (kind, kind, "en", 1000.0, "please")
        assert (item.category, item.needs, item.priority, item.sealed) == (None, 0, 0.0, {"action": "allow"})
        assert store.queue("en", 9, 11.0) == []
        assert claimed(store, an_ask(lanes=("life", "due", "harm", "lead", "cost"), loan_over=-1.0), now=11.0) == []
        assert [each.id for each in store.queue("en", 9, 11.0, kind)] == [number]
        assert [each.id for each in store.claim(an_ask(lanes=(kind,)), 9, 11.0)] == [number]

    @pytest.mark.parametrize(("now", "there"), [(809.0, False), (810.0, True), (5000.0, True)])
    def test_an_appeal_is_due_from_the_last_fifth_of_its_time_on(self, store: Store, now: float, there: bool) -> None:
        decided(store, a_decision(a_post("p")))
        store.ask_review(("p", 1), "appeal", "en", 1010.0, 10.0)
        assert claimed(store, an_ask(), now=now) == ["p"] * there

    def test_a_post_has_one_item_of_each_kind(self, store: Store) -> None:
        decided(store, flagged("p"))
        for kind in ("appeal", "blind"):
            number = store.ask_review(("p", 1), kind, "en", 1000.0, 10.0)
            with pytest.raises(UsageError, match=kind):
                store.ask_review(("p", 1), kind, "en", 1000.0, 10.0)
            item, lease = one(store, lanes=(kind,), reviewer=kind)
            store.decide(item.id, lease, ALLOW, 11.0)
        with pytest.raises(UsageError, match="blind"):
            store.ask_review(("p", 1), "blind", "en", 1000.0, 12.0)
        again = store.ask_review(("p", 1), "appeal", "zh", 2000.0, 1000.0, text="again")
        assert again != number
        item = store.item(again, 1001.0)
        assert (item.state, item.desk, item.created_at, item.due_at, item.text) == (
            "open",
            "zh",
            1000.0,
            2000.0,
            "again",
        )
        with pytest.raises(UsageError, match="review"):
            store.ask_review(("p", 1), "review", "en", 1.0, 1.0)

    def test_a_golden_item_is_opened_anew_for_somebody_else(self, store: Store) -> None:
        decided(store, a_decision(a_post()))
        store.ask_review(("p-1", 1), "golden", "en", 99.0, 2.0)
        item, lease = one(store)
        store.decide(item.id, lease, ALLOW, 11.0)
        assert store.ask_review(("p-1", 1), "golden", "en", 99.0, 12.0) == item.id
        assert store.claim(an_ask(lanes=ALL), 9, 13.0) == []
        assert one(store, 13.0, reviewer="else")[0].id == item.id

    def test_a_decided_review_is_opened_anew_and_old_leases_stay_lost(self, store: Store) -> None:
        decided(store, flagged("p"))
        item, lease = one(store)
        store.decide(item.id, lease, ALLOW, 11.0)
        assert store.ask_review(("p", 1), "review", "en", 99.0, 12.0, lane="lead") == item.id
        with pytest.raises(LeaseLost):
            store.decide(item.id, lease, ALLOW, 13.0)
        again, lease = one(store, now=13.0, lanes=("lead",))
        assert lease.fence == 2
        store.decide(again.id, lease, LIMIT, 14.0)
        assert [verdict.state for verdict in store.of_post("p", 1)] == ["reversed", "standing"]

    def test_only_the_newest_decided_revision_is_looked_at(self, store: Store) -> None:
        decided(store, a_decision(a_post("p", 1)), a_decision(a_post("p", 2)))
        store.add_posts([a_post("q")], "u", 1.0)
        with pytest.raises(UsageError, match="newer revision"):
            store.ask_review(("p", 1), "appeal", "en", 9.0, 1.0)
        for key in (("q", 1), ("nobody", 1)):
            with pytest.raises(NotFound):
                store.ask_review(key, "appeal", "en", 9.0, 1.0)
        for wrong in (("wish", "en", None), ("appeal", "fr", None), ("appeal", "en", "fast")):
            with pytest.raises(UsageError):
                store.ask_review(("p", 2), wrong[0], wrong[1], 9.0, 1.0, lane=wrong[2])

    def test_a_newer_revision_closes_all_kinds(self, store: Store) -> None:
        decided(store, flagged("p"))
        numbers = [store.ask_review(("p", 1), kind, "en", 99.0, 1.0) for kind in ("appeal", "blind", "random")]
        decided(store, a_decision(a_post("p", 2)))
        assert {store.item(number, 2.0).state for number in numbers} == {"superseded"}


class TestDrawing:
    def test_a_decided_post_without_an_item_is_drawn(self, store: Store) -> None:
        assert store.draw(0.5, ["*"], 1.0) is None
        decided(store, *(a_decision(a_post(f"p-{n}"), language="zh-Hant" if n % 2 else "th") for n in range(10)))
        assert store.draw(0.0, ["*"], 1.0) == ("p-0", 1)
        assert store.draw(0.5, ["*"], 1.0) == ("p-5", 1)
        assert store.draw(0.99, ["*"], 1.0) == ("p-9", 1)
        assert store.draw(0.2, ["zh", "en"], 1.0) == ("p-3", 1)
        assert store.draw(0.0, ["en"], 1.0) is None
        store.ask_review(("p-5", 1), "random", "en", 9.0, 1.0)
        assert store.draw(0.5, ["*"], 1.0) == ("p-6", 1)

    def test_what_was_flagged_or_replaced_is_not_drawn(self, store: Store) -> None:
        decided(store, flagged("a"), a_decision(a_post("b", 1)), a_decision(a_post("b", 2)))
        store.add_posts([a_post("c")], "u", 1.0)
        assert store.draw(0.0, ["*"], 1.0) == ("b", 2)


@pytest.mark.parametrize("desk", ["zh", "en"])
def test_the_line_is_the_queue_without_its_posts(store: Store, desk: str) -> None:
    decided(
        store,
        flagged("life", "both", lane="life"),
        flagged("a", limit="R2", priority=3.0),
        flagged("b", "zh", priority=2.0),
        now=5.0,
    )
    one(store, lanes=("harm",))
    item, lease = one(store, lanes=("loan",), loan_over=0.0)
    store.lend_back(item.id, lease, LIMIT, 11.0)
    item, lease = one(store, lanes=("life",))
    store.second(item.id, lease, desk, {"action": None}, 11.0)
    for now in (12.0, 9999.0):
        seen = [
            Waiting(i.id, i.desk, i.priority, i.created_at, i.needs, i.blind, i.lent, i.lease is not None)
            for i in store.queue(desk, 2, now)
        ]
        assert store.line(desk, 2, now) == seen
        assert any(each.blind for each in seen)
    assert store.line(desk, 1, 12.0) == store.line(desk, 9, 12.0)[:1]


def test_views_change_the_priority_of_what_waits(store: Store) -> None:
    decided(store, flagged("p", priority=6.0), flagged("q", priority=8.0), views_per_minute=3.0)
    decided(store, flagged("r", priority=1.0))
    assert store.views({"p": 30.0, "r": 7.0, "nobody": 9.0}, 1.0) == 2
    found = {item.post_id: (item.views, item.priority) for item in store.queue("en", 9, 2.0)}
    assert found == {"p": (30.0, 60.0), "q": (3.0, 8.0), "r": (7.0, 7.0)}
    assert claimed(store, an_ask()) == ["p", "q", "r"]


def test_what_was_passed_on_and_what_came_is_told(store: Store) -> None:
    decided(store, flagged("p", category="hate", language="th", limit="R2"), flagged("q", "zh"), flagged("r", "both"))
    item, lease = one(store)
    store.skip(item.id, lease, "language", "no Thai", 20.0)
    told = {"item": item.id, "reviewer": "rev", "reason": "language", "note": "no Thai", "at": 20.0}
    assert store.passes(20.0, 21.0) == [told]
    assert store.passes(0.0, 20.0) == store.passes(21.0, 99.0) == []
    decided(store, a_decision(a_post("s")), flagged("t", "zh"), now=7200.0)
    for kind in ("appeal", "random"):
        store.ask_review(("s", 1), kind, "zh", 9999.0, 7300.0)
    assert store.arrivals(0.0, 7300.5) == {("en", 0): 1, ("zh", 0): 1, ("both", 0): 1, ("zh", 2): 2}
    assert store.arrivals(1.0, 7300.0) == {("zh", 2): 1}


def test_passes_of_an_item_that_is_not_there_are_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.passed(7)


def test_a_plain_decision_needs_nothing_to_be_read(store: Store) -> None:
    decided(store, held(a_post("p")))
    assert claimed(store, Ask(Reviewer("r", reads={}), "en")) == ["p"]
