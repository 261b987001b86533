"""Who works at the desks, and what they leave for one another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from moderation.domain.errors import NotFound, UsageError
from moderation.domain.ports import Store
from moderation.domain.review import Correction, Handover
from moderation.domain.reviewer import Reviewer
from tests.support.builders import a_post, an_ask, held

ADA = Reviewer("ada", "reviewer", ("zh",), {"zh": "R3", "*": "R1"})
BO = Reviewer("bo", "lead", ("zh", "en"), {"*": "R3"})


class TestReviewers:
    def test_whoever_is_added_is_known_by_their_token(self, store: Store) -> None:
        assert store.reviewers() == []
        store.add_reviewer(BO, "t-2", "hash-2", 1.0)
        store.add_reviewer(ADA, "t-1", "hash-1", 2.0)
        assert store.reviewers() == [replace(ADA, no=()), BO]
        assert store.reviewer_of("t-1") == (ADA, "hash-1")
        assert store.reviewer_of("t-3") is None

    def test_a_new_token_ends_the_old_one(self, store: Store) -> None:
        store.add_reviewer(ADA, "t-1", "hash-1", 1.0)
        store.add_reviewer(replace(ADA, role="lead"), "t-2", "hash-2", 2.0)
        assert store.reviewer_of("t-1") is None
        assert store.reviewer_of("t-2") == (replace(ADA, role="lead"), "hash-2")
        assert len(store.reviewers()) == 1

    def test_whose_token_ended_is_nobody_until_they_are_added_again(self, store: Store) -> None:
        store.add_reviewer(ADA, "t-1", "hash-1", 1.0)
        store.revoke_reviewer("ada", 2.0)
        assert (store.reviewers(), store.reviewer_of("t-1")) == ([], None)
        for name in ("ada", "nobody"):
            with pytest.raises(NotFound, match=name):
                store.revoke_reviewer(name, 3.0)
        store.add_reviewer(ADA, "t-1", "hash-1", 4.0)
        assert store.reviewers() == [ADA]

    def test_opt_outs_are_everybodys_own_and_stay(self, store: Store) -> None:
        store.opt_out("local", ["violence", "hate", "hate"])
        assert (store.opted_out("local"), store.opted_out("ada")) == (("hate", "violence"), ())
        store.add_reviewer(replace(ADA, no=("sexual",)), "t-1", "h", 1.0)
        store.add_reviewer(ADA, "t-2", "h", 2.0)
        assert store.reviewers()[0].no == store.opted_out("ada") == ("sexual",)
        store.opt_out("ada", [])
        assert store.reviewer_of("t-2") == (ADA, "h")


class TestHandovers:
    def test_a_digest_takes_the_place_of_an_earlier_one_of_its_shift_and_desk(self, store: Store) -> None:
        first = Handover("S3@2026-11-20", "zh", {"open": 3, "notes": ["好"]})
        for one in (first, replace(first, desk="en"), replace(first, shift="S1@2026-11-21")):
            assert store.save_handover(one, replace(one, body={}))
        acked = replace(first, body={"open": 4}, published_at=5.0, acked_at=6.5, acked_by="bo")
        assert store.save_handover(acked, first)
        assert not store.save_handover(first, first), "what was read before holds no more"
        assert store.handovers("zh", 9) == [replace(first, shift="S1@2026-11-21"), acked]
        assert [one.desk for one in store.handovers(None, 2)] == ["zh", "en"]

    def test_notes_are_added_and_one_after_the_publication_changes_nothing(self, store: Store) -> None:
        shift, desk = "S3@2026-11-20", "zh"
        assert store.add_note(shift, desk, {"by": "ann"}) == Handover(shift, desk, {"notes": [{"by": "ann"}]})
        added = store.add_note(shift, desk, {"by": "bo", "text": "a\x00b\udcff"})
        assert [*added.body["notes"]] == [{"by": "ann"}, {"by": "bo", "text": "a\\x00b\\udcff"}]
        published = replace(added, body={"open": 3, **added.body}, published_at=5.0)
        assert store.save_handover(published, added)
        with pytest.raises(UsageError, match="is published"):
            store.add_note(shift, desk, {"by": "cy"})
        assert store.handovers(desk, 9) == [published]

    def test_of_notes_at_once_none_is_lost(self, store: Store) -> None:
        with ThreadPoolExecutor(4) as crowd:
            list(crowd.map(lambda n: store.add_note("S3@2026-11-20", "zh", {"by": f"r{n}"}), range(12)))
        (kept,) = store.handovers("zh", 9)
        assert sorted(note["by"] for note in kept.body["notes"]) == sorted(f"r{n}" for n in range(12))


class TestKept:
    def test_what_is_kept_for_a_shift_is_taken_by_one_of_its_reviewers(self, store: Store) -> None:
        posts = [a_post(f"p-{n}") for n in range(3)]
        store.add_posts(posts, "u", 1.0)
        store.commit("u", [held(post, priority=n) for n, post in enumerate(posts)], 1.0)
        items = store.claim(an_ask(reviewer="ada"), 2, 10.0)
        for item in items:
            assert item.lease is not None
            store.keep(item.id, item.lease, "S1", f"wait for {item.post_id}", 900.0, 11.0)
        assert [(item.post_id, reason) for item, reason in store.kept("S1", 12.0)] == [
            ("p-2", "wait for p-2"),
            ("p-1", "wait for p-1"),
        ]
        assert store.kept("S2", 12.0) == []
        lease = store.item(items[0].id, 12.0).lease
        assert lease is not None
        assert (lease.reviewer, lease.fence, lease.expires_at) == ("shift:S1", 2, 900.0)
        assert [item.post_id for item in store.claim(an_ask(), 9, 12.0)] == ["p-0"]
        taken = store.take_kept("S1", "bo", 60.0, 13.0)
        assert [(item.post_id, item.lease and item.lease.reviewer) for item in taken] == [("p-2", "bo"), ("p-1", "bo")]
        assert (store.kept("S1", 14.0), store.take_kept("S1", "cy", 60.0, 14.0)) == ([], [])

    def test_what_nobody_takes_goes_back_when_its_time_is_over(self, store: Store) -> None:
        store.add_posts([a_post()], "u", 1.0)
        store.commit("u", [held(a_post())], 1.0)
        (item,) = store.claim(an_ask(), 1, 10.0)
        assert item.lease is not None
        store.keep(item.id, item.lease, "S1", "", 50.0, 11.0)
        assert store.kept("S1", 50.0) == []
        assert store.take_kept("S1", "bo", 60.0, 50.0) == []
        assert len(store.claim(an_ask(), 1, 50.0)) == 1


def test_words_that_no_database_keeps_are_kept_escaped(store: Store) -> None:
    assert store.correct(Correction("p", "zh", "x", "a\x00b", "c\udcffd", "ann", 1.0)) == 1
    (kept,) = store.corrections()
    assert (kept.shown, kept.expected) == ("a\\x00b", "c\\udcffd")
    store.add_posts([a_post()], "u", 1.0)
    store.commit("u", [held(a_post())], 1.0)
    (item,) = store.claim(an_ask(), 1, 10.0)
    assert item.lease is not None
    store.keep(item.id, item.lease, "S1", "a\x00b\udcff", 99.0, 11.0)
    assert store.kept("S1", 12.0)[0][1] == "a\\x00b\\udcff"
    (taken,) = store.take_kept("S1", "bo", 60.0, 13.0)
    assert taken.lease is not None
    store.second(taken.id, taken.lease, "zh", {"action": None, "note": "a\x00b\udcff"}, 14.0)
    assert store.item(taken.id, 15.0).sealed == {"action": None, "note": "a\\x00b\\udcff"}


def test_corrections_are_kept_in_order(store: Store) -> None:
    wrong = Correction("p-1", "zh", "上岸", "reached the shore", "passed the exam", "ada", 5.0)
    assert [store.correct(wrong), store.correct(replace(wrong, surface="加微"))] == [1, 2]
    assert list(store.corrections()) == [replace(wrong, id=1), replace(wrong, surface="加微", id=2)]
