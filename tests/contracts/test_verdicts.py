"""What people decide: effects that wait, what is taken back, campaigns, the past of posts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moderation.domain.decision import Action, Decision
from moderation.domain.errors import AlreadyDecided, CampaignChanged, LeaseLost, NotFound, UsageError
from moderation.domain.ports import Store
from moderation.domain.review import Lease, Look, ReviewItem, Search, Verdict
from moderation.domain.signal import Campaign
from tests.support.builders import a_decision, a_match, a_need, a_post, an_ask, held

REMOVE = Verdict("remove", "scam", "read", "surely 好", "2026-11-01", "zh")
LIMIT = Verdict("limit", "scam", "gloss")
ALLOW = Verdict("allow", None, "read")
HOLD_S = 20.0


def decided(store: Store, *decisions: Decision, now: float = 1.0, **fields: Any) -> None:
    posts = [a_post(one.post_id, one.revision, **fields) for one in decisions]
    store.add_posts(posts, "unit", now)
    assert store.commit("unit", decisions, now) == len(decisions)


def campaign_of(number: int, campaign: str = "c-1", start: int = 0) -> list[Decision]:
    signal = Campaign(campaign, number, 1, 0.0, {})
    return [held(a_post(f"m-{n}"))._replace(campaign=signal) for n in range(start, start + number)]


def claim(store: Store, now: float = 10.0, **ask: Any) -> tuple[ReviewItem, Lease]:
    (item,) = store.claim(an_ask(**{"ttl_s": 1000.0, **ask}), 1, now)
    assert item.lease is not None
    return item, item.lease


def states(store: Store, *ids: str) -> list[str]:
    return [store.show(post_id)[0].state for post_id in ids]


def published(store: Store) -> list[tuple[str, str, str]]:
    return [(one.kind, one.post_id, one.body["action"]) for one in store.unpublished(99)]


class TestRecording:
    def test_a_verdict_is_kept_whole(self, store: Store) -> None:
        decided(store, held(a_post()))
        item, lease = claim(store, reviewer="ada")
        (given,) = store.decide(item.id, lease, REMOVE, 30.5, hold_s=HOLD_S, load=4.0, desk="zh")
        assert (given.id, given.item, given.kind, given.post_id, given.revision) == (1, item.id, "review", "p-1", 1)
        assert (given.action, given.category, given.basis, given.note) == ("remove", "scam", "read", "surely 好")
        assert (given.reviewer, given.desk, given.language) == ("ada", "zh", "en")
        assert (given.at, given.claimed_at, given.effective_at, given.load) == (30.5, 10.0, 50.5, 4.0)
        assert (given.policy_version, given.policy_lang) == ("2026-11-01", "zh")
        assert (given.state, given.campaign, given.of, given.fresh) == ("held", None, None, True)
        assert store.verdict(given.id) == given
        assert store.of_post("p-1", 1) == store.verdicts() == [given]
        with pytest.raises(NotFound, match="D-2"):
            store.verdict(2)

    def test_the_audit_says_where_it_covers_a_verdict(self, store: Store) -> None:
        decided(store, *campaign_of(3))
        item, lease = claim(store)
        also = [("m-0", 1), ("m-1", 1), ("m-2", 1)]
        given = store.decide(item.id, lease, REMOVE, 11.0, campaign="c-1", also=also, hold_s=HOLD_S)
        undone = store.undo(given[0].id, "ada", "", 11.0, 60.0)  # in the same instant
        first, then = store.seal(given[0].id), store.seal(undone.id)
        assert {store.seal(one.id) for one in given} == {first}
        assert (first.seq, then.seq, then.prev) == (2, 3, first.hash)
        assert len(first.hash) == 64
        with pytest.raises(NotFound, match="D-99"):
            store.seal(99)

    def test_how_long_somebody_looked(self, store: Store) -> None:
        decided(store, *(held(a_post(f"p-{n}")) for n in range(3)))
        for n, verdict in enumerate((REMOVE, ALLOW, LIMIT)):
            item, lease = claim(store, 10.0 + n, reviewer="ada")
            store.decide(item.id, lease, verdict, 30.0 + n, hold_s=HOLD_S)
        store.undo(2, "bob", "", 34.0, 60.0)
        assert store.looks(0, 9) == [
            Look(4, "bob", 11.0, 34.0, None, 2),
            Look(3, "ada", 12.0, 32.0, "scam", None),
            Look(2, "ada", 11.0, 31.0, None, None),
            Look(1, "ada", 10.0, 30.0, "scam", None),
        ]
        assert [look.id for look in store.looks(0, 2)] == [4, 3]
        assert [look.id for look in store.looks(3, 9)] == [4]

    def test_a_key_decides_once(self, store: Store) -> None:
        decided(store, held(a_post()))
        item, lease = claim(store)
        (first,) = store.decide(item.id, lease, REMOVE, 11.0, key="k-1")
        (again,) = store.decide(item.id, Lease("", "", 0, 0.0), ALLOW, 12.0, key="k-1")
        assert (again.id, again.action, again.fresh) == (first.id, "remove", False)
        with pytest.raises(AlreadyDecided):
            store.decide(item.id, lease, REMOVE, 12.0, key="k-2")
        assert len(store.verdicts()) == 1

    def test_a_key_lends_back_once(self, store: Store) -> None:
        decided(store, held(a_post(), "zh"))
        item, lease = claim(store, lanes=("loan",), loan_over=0.0)
        assert store.keyed("k-1") == []
        first = store.lend_back(item.id, lease, LIMIT, 11.0, key="k-1")
        again = store.lend_back(item.id, lease, LIMIT, 12.0, key="k-1")
        assert (first.fresh, again) == (True, replace(first, fresh=False))
        assert store.keyed("k-1") == [again]
        with pytest.raises(LeaseLost):
            store.lend_back(item.id, lease, LIMIT, 12.0, key="k-2")
        assert len(store.verdicts()) == 1

    def test_verdicts_are_found_by_time_reviewer_and_kind(self, store: Store) -> None:
        decided(store, *(held(a_post(f"p-{n}")) for n in range(4)))
        for n in range(4):
            item, lease = claim(store, reviewer=("ada", "bo")[n % 2])
            store.decide(item.id, lease, ALLOW, 20.0 + n)
        store.ask_review(("p-0", 1), "random", "en", 99.0, 25.0)
        item, lease = claim(store, 25.0, lanes=("random",), reviewer="cy")
        store.decide(item.id, lease, ALLOW, 26.0)
        found = lambda **how: [one.id for one in store.verdicts(**how)]  # noqa: E731
        assert found() == [1, 2, 3, 4, 5]
        assert found(since=21.0, until=23.0) == [2, 3]
        assert found(reviewer="ada") == [1, 3]
        assert found(kinds=("random", "blind")) == [5]
        assert found(after=2, limit=2) == [3, 4]
        assert found(newest=True, limit=2) == [5, 4]


class TestEffect:
    def test_a_held_verdict_does_nothing_until_its_time(self, store: Store) -> None:
        decided(store, held(a_post()))
        item, lease = claim(store)
        store.decide(item.id, lease, Verdict("ban", "scam", "read"), 11.0, hold_s=HOLD_S)
        assert (states(store, "p-1"), store.item(item.id, 12.0).state) == (["held"], "decided")
        assert store.settle(30.9) == 0
        assert len(store.unpublished(9)) == 1
        assert store.settle(31.0) == 1
        assert store.settle(31.0) == 0
        assert states(store, "p-1") == ["removed"]
        assert published(store)[1:] == [("verdict", "p-1", "ban")]
        assert store.verdict(1).state == "standing"
        assert list(store.audit_problems()) == []

    @pytest.mark.parametrize("kind", ["blind", "golden"])
    def test_what_is_only_compared_does_nothing(self, store: Store, kind: str) -> None:
        decided(store, a_decision(a_post(), Action.remove))
        store.ask_review(("p-1", 1), kind, "en", 99.0, 2.0, sealed={"action": "remove"})
        item, lease = claim(store, lanes=(kind,))
        (given,) = store.decide(item.id, lease, ALLOW, 11.0)
        assert (given.state, given.kind) == ("silent", kind)
        assert store.settle(1e9) == 0
        assert (states(store, "p-1"), len(store.unpublished(9))) == (["removed"], 1)
        assert list(store.audit_problems()) == []

    def test_a_later_verdict_of_a_post_replaces_the_earlier_when_it_takes_effect(self, store: Store) -> None:
        decided(store, held(a_post()))
        item, lease = claim(store, reviewer="ada")
        store.decide(item.id, lease, REMOVE, 11.0)
        store.ask_review(("p-1", 1), "appeal", "en", 99.0, 12.0)
        item, lease = claim(store, 12.0, lanes=("appeal",), reviewer="bo")
        store.decide(item.id, lease, ALLOW, 13.0, hold_s=HOLD_S)
        assert [one.state for one in store.of_post("p-1", 1)] == ["standing", "held"]
        store.settle(40.0)
        assert [one.state for one in store.of_post("p-1", 1)] == ["reversed", "standing"]
        assert states(store, "p-1") == ["live"]
        assert len(store.show("p-1")[0].verdicts) == 2

    def test_of_two_that_are_due_at_once_the_later_counts(self, store: Store) -> None:
        decided(store, held(a_post()))
        store.ask_review(("p-1", 1), "random", "en", 99.0, 2.0)
        first, lease = claim(store)
        store.decide(first.id, lease, REMOVE, 11.0, hold_s=HOLD_S)
        second, lease = claim(store, lanes=("random",), reviewer="bo")
        store.decide(second.id, lease, ALLOW, 12.0, hold_s=HOLD_S)
        assert store.settle(99.0) == 2
        assert (states(store, "p-1"), [one.state for one in store.verdicts()]) == (["live"], ["reversed", "standing"])
        assert published(store)[1:] == [("verdict", "p-1", "remove"), ("verdict", "p-1", "allow")]


class TestTakingBack:
    def test_before_its_effect_a_verdict_is_undone_and_nothing_was_published(self, store: Store) -> None:
        decided(store, held(a_post()))
        item, lease = claim(store, reviewer="ada")
        (given,) = store.decide(item.id, lease, REMOVE, 11.0, hold_s=HOLD_S)
        record = store.undo(given.id, "ada", "wrong key", 20.0, 120.0)
        assert (record.action, record.of, record.note, record.reviewer, record.at) == (
            "undo",
            1,
            "wrong key",
            "ada",
            20.0,
        )
        assert (record.state, record.load, record.item, record.kind) == ("standing", 0.0, item.id, "review")
        assert store.verdict(given.id).state == "undone"
        assert store.settle(1e9) == 0
        assert (states(store, "p-1"), len(store.unpublished(9))) == (["held"], 1)
        again = store.item(item.id, 21.0)
        assert again.lease is not None
        assert (again.state, again.lease.reviewer, again.lease.fence, again.lease.expires_at) == (
            "open",
            "ada",
            2,
            140.0,
        )
        with pytest.raises(LeaseLost):
            store.decide(item.id, lease, REMOVE, 22.0)
        store.decide(item.id, again.lease, ALLOW, 22.0)
        assert states(store, "p-1") == ["live"]
        assert list(store.audit_problems()) == []

    def test_after_its_effect_the_decision_holds_again_and_that_is_published(self, store: Store) -> None:
        decided(store, a_decision(a_post(), Action.limit, a_need(), matches=(a_match(),)))
        item, lease = claim(store)
        (given,) = store.decide(item.id, lease, REMOVE, 11.0)
        record = store.undo(given.id, "lead", "quotes a film", 500.0, 60.0)
        assert (record.action, record.note, store.verdict(given.id).state) == ("reverse", "quotes a film", "reversed")
        assert states(store, "p-1") == ["limited"]
        reversal = store.unpublished(9)[-1]
        assert (reversal.kind, dict(reversal.body)) == (
            "reversal",
            {
                "kind": "reversal",
                "post_id": "p-1",
                "revision": 1,
                "decided_at": "1970-01-01T00:08:20.000Z",
                "action": "limit",
            },
        )
        assert list(store.audit_problems()) == []

    def test_what_does_not_count_any_more_is_not_taken_back_again(self, store: Store) -> None:
        decided(store, held(a_post()))
        item, lease = claim(store)
        store.decide(item.id, lease, REMOVE, 11.0)
        undone = store.undo(1, "rev", "a mistake", 12.0, 60.0)
        for number in (1, undone.id):
            with pytest.raises(AlreadyDecided):
                store.undo(number, "rev", "a mistake", 13.0, 60.0)
        with pytest.raises(NotFound):
            store.undo(99, "rev", "a mistake", 13.0, 60.0)

    @pytest.mark.parametrize("now", [29.9, 30.0], ids=["settled by a clock ahead", "due"])
    def test_what_has_taken_effect_is_taken_back_only_with_a_reason(self, store: Store, now: float) -> None:
        decided(store, held(a_post()))
        item, lease = claim(store)
        (given,) = store.decide(item.id, lease, REMOVE, 10.0, hold_s=HOLD_S)
        store.settle(30.0)
        with pytest.raises(UsageError, match="say why") as refused:
            store.undo(given.id, "rev", " ", now, 60.0)
        assert "理由" in refused.value.say("zh")
        assert (states(store, "p-1"), len(store.verdicts())) == (["removed"], 1)
        assert store.undo(given.id, "rev", "a joke", now, 60.0).action == "reverse"

    def test_a_silent_verdict_is_undone_without_a_word(self, store: Store) -> None:
        decided(store, a_decision(a_post()))
        store.ask_review(("p-1", 1), "golden", "en", 99.0, 2.0)
        item, lease = claim(store, lanes=("golden",))
        store.decide(item.id, lease, REMOVE, 11.0)
        assert store.undo(1, "rev", "a mistake", 12.0, 60.0).action == "undo"
        assert store.item(item.id, 13.0).state == "open"
        assert (states(store, "p-1"), len(store.unpublished(9))) == (["live"], 1)

    def test_an_item_of_an_older_revision_does_not_come_back(self, store: Store) -> None:
        decided(store, held(a_post(revision=1)))
        item, lease = claim(store)
        store.decide(item.id, lease, REMOVE, 11.0)
        decided(store, a_decision(a_post(revision=2)))
        store.undo(1, "rev", "a mistake", 12.0, 60.0)
        assert (store.item(item.id, 13.0).state, store.item(item.id, 13.0).lease) == ("superseded", None)
        assert store.queue(None, 9, 13.0) == []

    def test_who_undoes_does_not_take_it_from_another(self, store: Store) -> None:
        decided(store, held(a_post(), "zh"))
        item, lease = claim(store, lanes=("loan",), loan_over=0.0)
        given = store.lend_back(item.id, lease, LIMIT, 11.0)
        _, lease = claim(store, 12.0, desk="zh", reviewer="native")
        store.undo(given.id, "rev", "a mistake", 13.0, 60.0)
        assert store.item(item.id, 14.0).lease == lease
        assert states(store, "p-1") == ["held"]


class TestCampaigns:
    def test_one_decision_covers_all_members_with_a_record_each(self, store: Store) -> None:
        decided(store, *campaign_of(3), a_decision(a_post("m-9"))._replace(campaign=campaign_of(1)[0].campaign))
        item, lease = claim(store)
        members = store.campaign("c-1")
        assert [(m.post_id, m.state, m.held_by) for m in members] == [
            ("m-0", "open", "rev"),
            ("m-1", "open", None),
            ("m-2", "open", None),
            ("m-9", "live", None),
        ]
        assert members[3].item is None
        also = [(m.post_id, m.revision) for m in members]
        given = store.decide(item.id, lease, REMOVE, 11.0, campaign="c-1", also=also, key="k", load=2.0)
        assert [(one.id, one.post_id, one.campaign) for one in given] == [
            (1, "m-0", "c-1"),
            (2, "m-1", "c-1"),
            (3, "m-2", "c-1"),
            (4, "m-9", "c-1"),
        ]
        assert states(store, "m-0", "m-1", "m-2", "m-9") == ["removed"] * 4
        assert [(m.state, m.item) for m in store.campaign("c-1")] == [("decided", n) for n in (1, 2, 3, 4)]
        again = store.decide(item.id, lease, REMOVE, 12.0, key="k")
        assert [(one.id, one.fresh) for one in again] == [(n, False) for n in (1, 2, 3, 4)]
        assert len(store.unpublished(99)) == 8
        assert list(store.audit_problems()) == []

    def test_all_of_it_is_taken_back_at_once(self, store: Store) -> None:
        decided(store, *campaign_of(3))
        item, lease = claim(store)
        store.decide(item.id, lease, REMOVE, 11.0, campaign="c-1", also=[("m-1", 1), ("m-2", 1)])
        store.ask_review(("m-2", 1), "appeal", "en", 99.0, 12.0)
        appeal, lease = claim(store, 12.0, lanes=("appeal",), reviewer="bo")
        store.decide(appeal.id, lease, ALLOW, 13.0)
        record = store.undo(2, "lead", "satire", 14.0, 60.0)
        assert (record.of, record.post_id) == (2, "m-1")
        assert states(store, "m-0", "m-1", "m-2") == ["held", "held", "live"], "the appeal's verdict stays"
        assert [store.item(number, 15.0).state for number in (1, 2, 3)] == ["open", "open", "decided"]
        leases = [store.item(number, 15.0).lease for number in (1, 2)]
        assert [one.reviewer if one else None for one in leases] == [None, "lead"]
        assert list(store.audit_problems()) == []

    @pytest.mark.parametrize("how", ["escalate", "second"])
    def test_a_campaign_takes_no_member_from_the_leads_nor_from_a_second_opinion(self, store: Store, how: str) -> None:
        decided(store, *campaign_of(3))
        item, lease = claim(store, reviewer="ann")
        if how == "escalate":
            store.escalate(item.id, lease, "a threat?", 11.0)
        else:
            store.second(item.id, lease, "zh", {"action": "limit", "reviewer": "ann"}, 11.0)
        assert [member.state for member in store.campaign("c-1")] == ["apart", "open", "open"]
        mine, lease = claim(store, 12.0, reviewer="bo")
        with pytest.raises(CampaignChanged, match="m-0"):
            store.decide(mine.id, lease, ALLOW, 13.0, campaign="c-1", also=[("m-0", 1), ("m-2", 1)])
        assert store.verdicts() == []
        assert len(store.decide(mine.id, lease, ALLOW, 14.0, campaign="c-1", also=[("m-2", 1)])) == 2
        assert store.item(item.id, 15.0).state == "open"

    def test_of_a_campaign_only_what_was_read_weighs(self, store: Store) -> None:
        decided(store, *campaign_of(3))
        item, lease = claim(store)
        also = [("m-1", 1), ("m-2", 1)]
        given = store.decide(item.id, lease, REMOVE, 11.0, campaign="c-1", also=also, opened=[("m-2", 1)], load=2.0)
        assert [(one.post_id, one.load) for one in given] == [("m-0", 2.0), ("m-1", 0.0), ("m-2", 2.0)]
        assert [one.load for one in store.verdicts()] == [2.0, 0.0, 2.0]

    @pytest.mark.parametrize("trouble", ["held", "decided", "replaced", "unknown", "pending"])
    def test_where_a_member_cannot_be_decided_nothing_is_written(self, store: Store, trouble: str) -> None:
        decided(store, *campaign_of(3))
        item, lease = claim(store)
        key = ("m-1", 1)
        if trouble in {"held", "decided"}:
            other, others = claim(store, reviewer="bo")
            assert other.post_id == "m-1"
            if trouble == "decided":
                store.decide(other.id, others, ALLOW, 11.0)
        elif trouble == "replaced":
            decided(store, a_decision(a_post("m-1", 2)))
        elif trouble == "pending":
            store.add_posts([a_post("m-8")], "u", 1.0)
            key = ("m-8", 1)
        else:
            key = ("nobody", 1)
        before = store.verdicts(), store.unpublished(99)
        with pytest.raises(CampaignChanged, match=key[0]):
            store.decide(item.id, lease, REMOVE, 12.0, campaign="c-1", also=[("m-2", 1), key])
        assert (store.verdicts(), store.unpublished(99)) == before
        assert store.item(item.id, 12.0).lease == lease

    def test_what_the_reviewer_holds_and_what_nobody_holds_any_more_joins(self, store: Store) -> None:
        decided(store, *campaign_of(3))
        first, _ = claim(store, ttl_s=5.0, reviewer="gone")
        second, _ = claim(store)
        third, lease = claim(store)
        also = [(first.post_id, 1), (second.post_id, 1), (third.post_id, 1)]
        assert len(store.decide(third.id, lease, ALLOW, 100.0, campaign="c-1", also=also)) == 3

    def test_only_the_newest_revisions_are_members(self, store: Store) -> None:
        decided(store, *campaign_of(2))
        decided(store, a_decision(a_post("m-0", 2)))
        assert [member.post_id for member in store.campaign("c-1")] == ["m-1"]
        assert store.campaign("c-2") == []
        assert store.queue("en", 9, 2.0)[0].campaign == "c-1"


class TestHistory:
    def test_bodies_are_those_of_decided_posts(self, store: Store) -> None:
        decision = held(a_post())
        decided(store, decision)
        store.add_posts([a_post("q")], "u", 1.0)
        keys = [("p-1", 1), ("p-1", 2), ("q", 1)]
        assert store.bodies(keys) == {("p-1", 1): (a_post().to_json(), decision.to_json())}
        assert store.bodies([]) == {}

    def test_what_of_an_author_was_flagged(self, store: Store) -> None:
        decided(
            store,
            held(a_post("a")),
            a_decision(a_post("b")),
            a_decision(a_post("c"), Action.limit),
            author={"id": "u1"},
        )
        decided(store, a_decision(a_post("d")), author={"id": "u1"})
        decided(store, held(a_post("e")), author={"id": "u2"})
        decided(store, held(a_post("f")))
        store.ask_review(("d", 1), "appeal", "en", 99.0, 2.0)
        item, lease = claim(store)
        (given,) = store.decide(item.id, lease, REMOVE, 11.0)
        found = store.of_author("u1", 9)
        assert [(member.post_id, member.state, member.item) for member, _ in found] == [
            ("d", "live", None),
            ("c", "limited", None),
            ("a", "removed", item.id),
        ]
        assert [verdicts for _, verdicts in found] == [[], [], [given]]
        assert len(store.of_author("u1", 2)) == 2
        assert store.of_author("nobody", 9) == []

    def test_the_pool_is_searched(self, store: Store) -> None:
        signal = Campaign("c-1", 2, 1, 0.0, {})
        decided(store, held(a_post("a")), now=10.0, author={"id": "u1"})
        shadow = a_decision(a_post("b"), language="zh-Hant", matches=(a_match("spam.x", "shadow", "spam"),))
        decided(store, shadow, now=20.0)
        decided(store, a_decision(a_post("c"), Action.remove, language="yue")._replace(campaign=signal), now=30.0)
        store.add_posts([a_post("d")], "u", 40.0)

        def found(**wanted: Any) -> list[str]:
            return [hit["post_id"] for hit in store.search(Search(**wanted), 9)]

        assert found() == ["c", "b", "a"]
        assert found(language="zh") == ["c", "b"]
        assert found(language="zh-Hant") == ["b"]
        assert found(category="scam") == ["a"]
        assert found(category="spam") == [], "a rule that does not act puts no post into its category"
        assert found(rule="spam.x") == ["b"]
        assert found(state="removed") == found(campaign="c-1") == ["c"]
        assert found(author="u1") == ["a"]
        assert found(since=20.0, until=30.0) == ["b"]
        assert found(state="held", language="zh") == []
        (hit,) = store.search(Search(), 1, before=store.search(Search(), 2)[1]["seq"])
        assert hit["decision"] == held(a_post("a")).to_json()
        assert (hit["post_id"], hit["revision"], hit["state"], hit["decided_at"]) == ("a", 1, "held", 10.0)


def test_a_held_verdict_is_not_overruled_by_a_full_judgement(store: Store) -> None:
    decided(store, held(a_post())._replace(shed=("reader",)))
    item, lease = claim(store)
    store.decide(item.id, lease, REMOVE, 11.0, hold_s=HOLD_S)
    assert store.revise([a_decision(a_post())], 12.0) == 0
    store.settle(99.0)
    assert states(store, "p-1") == ["removed"]


def test_a_full_judgement_overrules_what_was_undone_and_what_is_only_compared(store: Store) -> None:
    decided(store, held(a_post())._replace(shed=("reader",)))
    store.ask_review(("p-1", 1), "blind", "en", 99.0, 2.0)
    for lanes, name in ((("harm",), "ada"), (("blind",), "bo")):
        item, lease = claim(store, lanes=lanes, reviewer=name)
        store.decide(item.id, lease, REMOVE, 11.0, hold_s=HOLD_S)
    store.undo(1, "ada", "a mistake", 12.0, 60.0)
    assert store.revise([a_decision(a_post())], 13.0) == 1
    assert states(store, "p-1") == ["live"]
    assert list(store.audit_problems()) == []
