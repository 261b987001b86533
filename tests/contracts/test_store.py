"""What every store keeps to, in memory, in SQLite and in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.domain.decision import Action, Decision
from moderation.domain.errors import AlreadyDecided, LeaseLost, NotFound, UsageError
from moderation.domain.pool import DeadLetter
from moderation.domain.ports import Store
from moderation.domain.post import Post
from moderation.domain.review import Lease, ReviewItem, Verdict
from tests.support.builders import a_decision, a_match, a_need, a_post, an_ask, held, posts

LATE = 1_795_161_600.5  # 2026-11-20T08:00:00.500Z
REMOVE = Verdict(action="remove", category="scam", basis="read")


def decided(store: Store, *decisions: Decision, now: float = 1.0) -> None:
    """Take posts in and commit these decisions about them."""
    known = [a_post(decision.post_id, decision.revision) for decision in decisions]
    store.add_posts(known, "unit", now)
    assert store.commit("unit", decisions, now) == len(decisions)


def states(store: Store, *ids: str) -> list[str]:
    return [store.show(post_id)[0].state for post_id in ids]


def claim_one(store: Store, desk: str = "en", now: float = 10.0, ttl_s: float = 60.0) -> ReviewItem:
    (item,) = store.claim(an_ask(desk, "rev-1", ttl_s), 1, now)
    return item


def lease_of(item: ReviewItem) -> Lease:
    assert item.lease is not None
    return item.lease


class TestIntake:
    def test_new_posts_are_accepted_in_order_and_pending(self, store: Store) -> None:
        given_posts = posts(5)
        intake = store.add_posts(given_posts, "u", 1.0)
        assert intake.accepted == tuple(given_posts)
        assert (intake.repeated, intake.conflicting) == (0, ())
        assert store.count_pending() == 5
        assert store.pending([post.key for post in given_posts]) == {post.key for post in given_posts}

    def test_no_posts_are_no_work(self, store: Store) -> None:
        assert store.add_posts([], "u", 1.0).accepted == ()
        assert store.pending([]) == set()
        assert store.commit("u", [], 1.0) == 0

    def test_a_repeat_is_seen_within_a_call_and_across_calls(self, store: Store) -> None:
        first = store.add_posts([a_post(), a_post()], "u", 1.0)
        again = store.add_posts([a_post()], "v", 2.0)
        assert (len(first.accepted), first.repeated) == (1, 1)
        assert (len(again.accepted), again.repeated) == (0, 1)

    def test_other_content_under_the_same_key_is_a_conflict_within_a_call(self, store: Store) -> None:
        one, two = a_post(text="one"), a_post(text="two")
        intake = store.add_posts([one, two, one], "u", 1.0)
        assert intake.accepted == (one,)
        assert intake.conflicting == (two,)
        assert intake.repeated == 1

    def test_what_the_pool_holds_wins_over_what_comes_first_in_a_call(self, store: Store) -> None:
        one, two = a_post(text="one"), a_post(text="two")
        store.add_posts([one], "u", 1.0)
        intake = store.add_posts([two, one, two], "v", 2.0)
        assert intake.accepted == ()
        assert intake.conflicting == (two, two)
        assert intake.repeated == 1
        assert store.show("p-1")[0].post["text"] == "one"

    def test_a_repeat_of_a_decided_post_stays_decided(self, store: Store) -> None:
        decided(store, a_decision(a_post()))
        assert store.add_posts([a_post()], "v", 2.0).repeated == 1
        assert store.count_pending() == 0

    def test_another_revision_is_another_post(self, store: Store) -> None:
        assert (
            len(store.add_posts([a_post(revision=1), a_post(revision=0), a_post(revision=2)], "u", 1.0).accepted) == 3
        )

    def test_the_order_of_unknown_keys_makes_no_other_content(self, store: Store) -> None:
        store.add_posts([Post.parse({"id": "p", "text": "", "a": 1, "b": {"c": 1, "d": 2}})], "u", 1.0)
        intake = store.add_posts([Post.parse({"id": "p", "text": "", "b": {"d": 2, "c": 1}, "a": 1})], "u", 1.0)
        assert intake.repeated == 1

    def test_thousands_of_posts_go_in_one_call(self, store: Store) -> None:
        many = posts(3000)
        assert store.add_posts(many, "u", 1.0).accepted == tuple(many)
        assert store.commit("u", [a_decision(post) for post in many], 2.0) == 3000

    def test_threads_that_submit_the_same_posts_accept_each_once(self, store: Store) -> None:
        same = posts(200)
        orders = [same, same[::-1], same[100:] + same[:100], same[::2] + same[1::2]]
        with ThreadPoolExecutor(len(orders)) as pool:
            intakes = list(pool.map(lambda order: store.add_posts(order, "u", 1.0), orders))
        accepted = [post.key for intake in intakes for post in intake.accepted]
        assert sorted(accepted) == sorted(post.key for post in same)
        assert sum(intake.repeated for intake in intakes) == 600
        assert not any(intake.conflicting for intake in intakes)

    @pytest.mark.parametrize(
        "text",
        [
            "姐妹们加V看主页",
            "𠮷野家で𩸽を食べる",
            "👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇦",
            "שלום \u202eمرحبا\u202c بكم",
            "e\u0301 \u1112\u1161\u11ab ß ﬁ",
            "a\u200bb\u2060c\ufeffd\u00ad",
            "line\nline\r\n\ttab \x01\x1b[31m\x7f\x85\u2028",
            "quotes ' \" `` \\ \\n \\u0000 %s %(x)s :name $1 {} --",
            "\U0010ffff\uffff\ufffd",
        ],
    )
    def test_text_comes_back_as_it_went_in(self, store: Store, text: str) -> None:
        post = a_post(text=text, title=text, author={"id": text}, extra={"key " + text: [text]})
        store.add_posts([post], "u", 1.0)
        decision = held(post)
        store.commit("u", [decision], 2.0)
        (record,) = store.show(post.id)
        assert record.post == post.to_json()
        assert Post.parse(dict(record.post)) == post
        assert claim_one(store).post == post.to_json()
        assert list(store.export()) == [decision.to_json()]

    def test_numbers_and_empty_values_come_back_as_they_went_in(self, store: Store) -> None:
        extra: dict[str, object] = {
            "big": 2**63 - 1,
            "small": -(2**63),
            "half": 0.1,
            "tiny": 5e-324,
            "none": None,
            "no": False,
            "e": {},
        }
        post = a_post(extra=extra, views_per_minute=12.5, author={"age_days": 0, "followers": 2**53 - 1})
        store.add_posts([post], "u", 1.0)
        assert store.show(post.id)[0].post == post.to_json()


class TestUnits:
    def test_attempts_are_counted_by_unit(self, store: Store) -> None:
        assert [store.begin("a", 1.0), store.begin("a", 2.0), store.begin("b", 3.0), store.begin("a", 4.0)] == [
            1,
            2,
            1,
            3,
        ]

    def test_a_unit_that_ended_begins_anew(self, store: Store) -> None:
        store.add_posts([a_post("p"), a_post("q")], "u", 1.0)
        store.begin("u", 1.0)
        store.commit("u", [a_decision(a_post("p"))], 2.0)
        assert store.begin("u", 3.0) == 1
        store.bury("u", ("q", 1), "poison", 4.0)
        assert store.begin("u", 5.0) == 1

    def test_an_attempt_counts_and_says_what_is_pending(self, store: Store) -> None:
        store.add_posts(posts(3), "u", 1.0)
        store.commit("v", [a_decision(a_post("p-1"))], 2.0)
        keys = [post.key for post in posts(3)]
        assert store.attempt("u", [*keys, ("nobody", 1)], 3.0) == (1, {("p-0", 1), ("p-2", 1)})
        assert store.attempt("u", keys, 4.0) == (2, {("p-0", 1), ("p-2", 1)})
        assert store.begin("u", 5.0) == 3

    def test_an_attempt_at_what_is_no_longer_pending_is_not_counted(self, store: Store) -> None:
        store.add_posts(posts(2), "u", 1.0)
        store.commit("u", [a_decision(post) for post in posts(2)], 2.0)
        assert store.attempt("u", [post.key for post in posts(2)], 3.0) == (0, set())
        assert store.begin("u", 4.0) == 1

    def test_only_pending_keys_are_pending(self, store: Store) -> None:
        store.add_posts(posts(3), "u", 1.0)
        store.commit("u", [a_decision(a_post("p-0"))], 2.0)
        store.bury("u", ("p-1", 1), "poison", 3.0)
        assert store.pending([("p-0", 1), ("p-1", 1), ("p-2", 1), ("p-2", 2), ("nobody", 1)]) == {("p-2", 1)}


class TestCommit:
    @pytest.mark.parametrize(
        ("action", "state"),
        [(Action.approve, "live"), (Action.limit, "limited"), (Action.hold, "held"), (Action.remove, "removed")],
    )
    def test_the_action_sets_the_state(self, store: Store, action: Action, state: str) -> None:
        decided(store, a_decision(a_post(), action))
        assert states(store, "p-1") == [state]

    def test_a_decision_comes_back_as_it_went_in(self, store: Store) -> None:
        decision = a_decision(
            a_post(), Action.hold, a_need("zh", 1 / 3), matches=(a_match(),), scores={"scam": 0.1, "hate": 1e-4}
        )
        decided(store, decision)
        assert store.show("p-1")[0].decision == decision.to_json()
        assert [p.body for p in store.unpublished(9)] == [decision.to_json()]

    def test_the_second_commit_of_a_unit_changes_nothing(self, store: Store) -> None:
        store.add_posts(posts(3), "u", 1.0)
        decisions = [held(post) for post in posts(3)]
        assert store.commit("u", decisions, 2.0) == 3
        before = (store.status(9.0), store.show("p-0"))
        assert store.commit("u", [a_decision(post, Action.remove) for post in posts(3)], 3.0) == 0
        assert (store.status(9.0), store.show("p-0")) == before

    def test_only_what_is_pending_is_decided(self, store: Store) -> None:
        store.add_posts(posts(4), "u", 1.0)
        store.commit("u", [a_decision(a_post("p-0"))], 2.0)
        store.bury("u", ("p-1", 1), "poison", 3.0)
        everything = [a_decision(post, Action.remove) for post in [*posts(4), a_post("never-seen")]]
        assert store.commit("u", everything, 4.0) == 2
        assert states(store, "p-0", "p-1", "p-2", "p-3") == ["live", "buried", "removed", "removed"]
        assert store.show("never-seen") == []

    def test_of_two_decisions_about_one_post_the_first_counts(self, store: Store) -> None:
        store.add_posts([a_post()], "u", 1.0)
        assert store.commit("u", [a_decision(a_post(), Action.limit), a_decision(a_post(), Action.remove)], 2.0) == 1
        assert states(store, "p-1") == ["limited"]

    def test_threads_that_commit_the_same_unit_decide_each_post_once(self, store: Store) -> None:
        same = posts(100)
        store.add_posts(same, "u", 1.0)
        orders = [same, same[::-1], same[50:] + same[:50], same[::2]]
        with ThreadPoolExecutor(len(orders)) as pool:
            new = list(pool.map(lambda order: store.commit("u", [held(post) for post in order], 2.0), orders))
        assert sum(new) == 100
        assert len(list(store.export())) == len(store.unpublished(1000)) == len(store.queue("en", 1000, 3.0)) == 100


class TestSuperseding:
    def test_a_newer_revision_closes_the_open_item_of_an_older_one(self, store: Store) -> None:
        decided(store, held(a_post(revision=1)))
        item = claim_one(store)
        decided(store, held(a_post(revision=3)))
        assert [(i.revision, i.lease) for i in store.queue(None, 9, 11.0)] == [(3, None)]
        assert store.item(item.id, 11.0).state == "superseded"
        with pytest.raises(LeaseLost, match="newer revision"):
            store.decide(item.id, lease_of(item), REMOVE, 11.0)

    def test_a_newer_revision_that_needs_no_review_closes_it_too(self, store: Store) -> None:
        decided(store, held(a_post(revision=1)))
        decided(store, a_decision(a_post(revision=2)))
        assert store.queue(None, 9, 11.0) == []

    def test_an_older_revision_that_is_decided_late_is_not_offered(self, store: Store) -> None:
        decided(store, a_decision(a_post(revision=2)))
        decided(store, held(a_post(revision=1)))
        assert store.queue(None, 9, 11.0) == []
        assert [record.state for record in store.show("p-1")] == ["live", "held"]

    def test_of_many_revisions_in_one_commit_the_newest_is_offered(self, store: Store) -> None:
        decided(store, *(held(a_post(revision=revision)) for revision in (2, 5, 0, 4)))
        assert [item.revision for item in store.queue(None, 9, 11.0)] == [5]

    def test_a_newer_revision_that_is_not_decided_closes_nothing(self, store: Store) -> None:
        decided(store, held(a_post(revision=1)))
        store.add_posts([a_post(revision=2), a_post(revision=3)], "v", 2.0)
        store.bury("v", ("p-1", 3), "poison", 3.0)
        assert [item.revision for item in store.queue(None, 9, 11.0)] == [1]

    def test_an_item_that_was_decided_stays_decided(self, store: Store) -> None:
        decided(store, held(a_post(revision=1)))
        item = claim_one(store)
        store.decide(item.id, lease_of(item), REMOVE, 11.0)
        decided(store, held(a_post(revision=2)))
        assert store.item(item.id, 12.0).state == "decided"

    def test_posts_with_similar_ids_are_left_alone(self, store: Store) -> None:
        decided(store, held(a_post("p", revision=1)), held(a_post("p-1", revision=1)))
        decided(store, held(a_post("p", revision=2)))
        assert sorted(item.post_id for item in store.queue(None, 9, 11.0)) == ["p", "p-1"]


class TestDeadLetters:
    def test_a_buried_post_is_a_dead_letter_with_its_body_and_reason(self, store: Store) -> None:
        post = a_post(text="poison 𠮷")
        store.add_posts([post], "u", 1.0)
        store.bury("u", post.key, "kills its worker", 5.0)
        (letter,) = store.dead_letters(9)
        assert (letter.post_id, letter.revision, letter.reason, letter.created_at) == (
            "p-1",
            1,
            "kills its worker",
            5.0,
        )
        assert json.loads(letter.body) == post.to_json()
        assert states(store, "p-1") == ["buried"]
        assert store.count_pending() == 0

    def test_only_what_is_pending_can_be_buried(self, store: Store) -> None:
        decided(store, a_decision(a_post()))
        store.add_posts([a_post("q")], "u", 1.0)
        for key in [("p-1", 1), ("q", 1), ("q", 1), ("nobody", 1)]:
            store.bury("u", key, "poison", 2.0)
        assert [letter.post_id for letter in store.dead_letters(9)] == ["q"]
        assert states(store, "p-1") == ["live"]

    def test_a_buried_post_that_is_retried_is_pending_and_its_letter_gone(self, store: Store) -> None:
        store.add_posts([a_post()], "u", 1.0)
        store.bury("u", ("p-1", 1), "poison", 2.0)
        assert store.retry(None, "v", 100.0) == [a_post()]
        assert store.dead_letters(9) == []
        assert store.take_stale(100.0, 9, 200.0) == []
        assert store.commit("v", [a_decision(a_post())], 101.0) == 1
        assert store.retry(None, "w", 102.0) == []

    def test_only_the_letters_that_are_named_are_retried(self, store: Store) -> None:
        store.add_posts(posts(3), "u", 1.0)
        for post in posts(3):
            store.bury("u", post.key, "poison", 2.0)
        newest, middle, oldest = store.dead_letters(9)
        assert store.retry([number(middle), 999], "v", 3.0) == [posts(3)[1]]
        assert store.dead_letters(9) == [newest, oldest]
        assert store.retry([], "v", 3.0) == []

    def test_a_refused_line_stays_a_letter(self, store: Store) -> None:
        refused = [
            DeadLetter("posts.jsonl:3", "not JSON", "{oops"),
            DeadLetter("posts.jsonl:4", "text: is missing", '{"id":"x"}', post_id="x"),
            DeadLetter("posts.jsonl:5", "no id", '{"id":"y","text":""}'),
        ]
        store.add_dead_letters(refused, 1.0)
        assert store.retry(None, "u", 2.0) == []
        assert [letter.source for letter in store.dead_letters(9)] == [
            "posts.jsonl:5",
            "posts.jsonl:4",
            "posts.jsonl:3",
        ]

    def test_a_letter_of_a_post_that_never_came_in_brings_it_in(self, store: Store) -> None:
        post = a_post("late")
        store.add_dead_letters([DeadLetter("broker", "too large", json.dumps(post.to_json()), post_id="late")], 1.0)
        assert store.retry(None, "u", 2.0) == [post]
        assert store.pending([post.key]) == {post.key}

    def test_a_letter_of_a_post_that_was_decided_since_is_forgotten(self, store: Store) -> None:
        decided(store, a_decision(a_post()))
        store.add_dead_letters([DeadLetter("x", "y", json.dumps(a_post().to_json()), post_id="p-1")], 1.0)
        assert store.retry(None, "u", 2.0) == []
        assert store.dead_letters(9) == []
        assert states(store, "p-1") == ["live"]

    def test_a_letter_whose_content_differs_from_the_pools_stays(self, store: Store) -> None:
        store.add_posts([a_post(text="one")], "u", 1.0)
        other = json.dumps(a_post(text="two").to_json())
        store.add_dead_letters([DeadLetter("x", "conflict", other, post_id="p-1")], 1.0)
        assert store.retry(None, "v", 2.0) == []
        assert len(store.dead_letters(9)) == 1

    def test_letters_come_newest_first_and_by_the_page(self, store: Store) -> None:
        store.add_dead_letters([DeadLetter(f"line {n}", "r", "b") for n in range(5)], 1.0)
        store.add_dead_letters([], 2.0)
        assert [letter.source for letter in store.dead_letters(2)] == ["line 4", "line 3"]
        assert [letter.source for letter in store.dead_letters(2, 3)] == ["line 1", "line 0"]
        assert store.dead_letters(2, 5) == []

    def test_a_number_is_never_given_twice(self, store: Store) -> None:
        store.add_posts([a_post()], "u", 1.0)
        store.bury("u", ("p-1", 1), "poison", 2.0)
        first = number(store.dead_letters(1)[0])
        store.retry(None, "u", 3.0)
        store.bury("u", ("p-1", 1), "poison", 4.0)
        assert number(store.dead_letters(1)[0]) > first

    def test_a_refused_line_may_hold_anything_and_is_cut_while_a_post_is_kept_whole(self, store: Store) -> None:
        store.add_dead_letters([DeadLetter("a\x00b", "lone \ud800", "x\x00\udfff" + "y" * 100_000)], 1.0)
        (letter,) = store.dead_letters(9)
        assert (letter.source, letter.reason) == ("a\\x00b", "lone \\ud800")
        assert letter.body.startswith("x\\x00\\udfffyyy")
        assert len(letter.body) < 65_600
        post = a_post(extra={"long": "z" * 100_000})
        store.add_posts([post], "u", 1.0)
        store.bury("u", post.key, "poison", 2.0)
        assert store.retry(None, "u", 3.0) == [post]


class TestSweeper:
    def test_only_what_was_enqueued_before_is_taken_and_only_once(self, store: Store) -> None:
        store.add_posts([a_post("old")], "u", 10.0)
        store.add_posts([a_post("new")], "v", 20.0)
        (unit,) = store.take_stale(20.0, 99, 30.0)
        assert [post["id"] for post in unit.posts] == ["old"]
        assert unit.posts == (a_post("old").to_json(),)
        assert unit.id not in {"u", "v"}
        assert store.take_stale(20.0, 99, 30.0) == []
        assert [[p["id"] for p in u.posts] for u in store.take_stale(31.0, 99, 40.0)] == [["new", "old"]]

    def test_what_was_decided_or_buried_is_not_taken(self, store: Store) -> None:
        store.add_posts(posts(3), "u", 1.0)
        store.commit("u", [a_decision(a_post("p-0"))], 2.0)
        store.bury("u", ("p-2", 1), "poison", 2.0)
        assert [[post["id"] for post in unit.posts] for unit in store.take_stale(99.0, 99, 100.0)] == [["p-1"]]

    def test_the_oldest_are_taken_first_up_to_the_limit_in_units_of_at_most_256(self, store: Store) -> None:
        store.add_posts(posts(600), "u", 1.0)
        taken = store.take_stale(99.0, 520, 100.0)
        assert [len(unit.posts) for unit in taken] == [256, 256, 8]
        assert [post["id"] for unit in taken for post in unit.posts] == [f"p-{n}" for n in range(520)]
        assert len({unit.id for unit in taken}) == 3
        assert sum(len(unit.posts) for unit in store.take_stale(99.0, 520, 100.0)) == 80

    def test_a_fresh_unit_can_be_committed(self, store: Store) -> None:
        store.add_posts([a_post()], "u", 1.0)
        (unit,) = store.take_stale(2.0, 9, 3.0)
        assert store.begin(unit.id, 4.0) == 1
        assert store.commit(unit.id, [a_decision(a_post())], 5.0) == 1
        assert store.commit("u", [a_decision(a_post())], 6.0) == 0

    def test_attempts_are_kept_and_posts_of_other_counts_kept_apart(self, store: Store) -> None:
        store.add_posts([a_post("killer")], "suspect", 1.0)
        store.add_posts([a_post("innocent")], "fine", 1.0)
        store.begin("suspect", 2.0)
        store.begin("suspect", 3.0)
        innocent, suspect = store.take_stale(9.0, 9, 10.0)
        assert [unit.posts[0]["id"] for unit in (innocent, suspect)] == ["innocent", "killer"]
        assert (store.begin(innocent.id, 11.0), store.begin(suspect.id, 11.0)) == (1, 3)

    def test_a_unit_that_the_limit_cuts_keeps_its_count_on_both_sides(self, store: Store) -> None:
        store.add_posts(posts(4), "suspect", 1.0)
        store.begin("suspect", 2.0)
        (first,) = store.take_stale(9.0, 3, 10.0)
        (rest,) = store.take_stale(9.0, 3, 10.0)
        assert (len(first.posts), len(rest.posts)) == (3, 1)
        assert (store.begin(first.id, 11.0), store.begin(rest.id, 11.0)) == (2, 2)

    def test_two_sweepers_at_once_never_take_the_same_post(self, store: Store) -> None:
        store.add_posts(posts(400), "u", 1.0)

        def sweep(_: int) -> list[str]:
            taken: list[str] = []
            while units := store.take_stale(50.0, 30, 100.0):
                taken += [post["id"] for unit in units for post in unit.posts]
            return taken

        with ThreadPoolExecutor(4) as pool:
            taken = [post_id for ids in pool.map(sweep, range(4)) for post_id in ids]
        assert len(taken) == len(set(taken))
        rest = [post["id"] for unit in store.take_stale(50.0, 999, 100.0) for post in unit.posts]
        assert sorted(taken + rest) == sorted(post.id for post in posts(400))


class TestPublication:
    def test_decisions_wait_in_the_order_in_which_they_were_committed(self, store: Store) -> None:
        store.add_posts([a_post("a"), a_post("b"), a_post("c")], "u", 1.0)
        store.commit("u", [a_decision(a_post("c"))], 2.0)
        store.commit("u", [a_decision(a_post("a")), a_decision(a_post("b"))], 3.0)
        waiting = store.unpublished(9)
        assert [publication.post_id for publication in waiting] == ["c", "a", "b"]
        assert sorted(waiting, key=lambda p: p.seq) == waiting
        assert [publication.post_id for publication in store.unpublished(2)] == ["c", "a"]

    def test_what_is_published_waits_no_longer(self, store: Store) -> None:
        decided(store, *(a_decision(post) for post in posts(3)))
        first, second, third = store.unpublished(9)
        store.mark_published([second.seq], 5.0)
        assert store.unpublished(9) == [first, third]
        store.mark_published([first.seq, second.seq, third.seq, 999], 6.0)
        store.mark_published([], 6.0)
        assert store.unpublished(9) == []
        assert store.status(7.0).unpublished == 0

    def test_what_the_stream_has_forgotten_is_published_again_in_order(self, store: Store) -> None:
        decided(store, *(a_decision(post) for post in posts(4)))
        waiting = store.unpublished(9)
        assert store.unmark_published(0) == 0
        store.mark_published([one.seq for one in waiting[:3]], 5.0)
        assert store.unmark_published(waiting[2].seq) == 0
        assert store.unmark_published(waiting[0].seq) == 2
        assert store.unpublished(9) == waiting[1:]
        assert store.unmark_published(waiting[0].seq) == 0

    def test_a_verdict_is_published_after_its_decision_and_says_what_holds_now(self, store: Store) -> None:
        decided(store, held(a_post(revision=7)))
        item = claim_one(store, now=LATE - 5)
        store.decide(item.id, lease_of(item), Verdict("remove", "scam", "gloss", note="private"), LATE)
        decision, verdict = store.unpublished(9)
        assert decision.body == held(a_post(revision=7)).to_json()
        assert (verdict.post_id, verdict.revision) == ("p-1", 7)
        assert verdict.body == {
            "kind": "verdict",
            "post_id": "p-1",
            "revision": 7,
            "action": "remove",
            "category": "scam",
            "basis": "gloss",
            "decided_at": "2026-11-20T08:00:00.500Z",
        }


class TestPool:
    def test_an_empty_pool_has_no_figures(self, store: Store) -> None:
        status = store.status(1.0)
        assert (status.posts, status.actions, status.languages, status.desks, status.rules) == ({}, {}, {}, {}, {})
        assert (status.dead_letters, status.unpublished, status.oldest_pending_s) == (0, 0, None)
        assert list(store.export()) == []
        assert store.queue(None, 9, 1.0) == []
        assert store.unpublished(9) == []

    def test_the_figures_count_what_is_there(self, store: Store) -> None:
        store.add_posts(posts(8), "u", 100.0)
        p = posts(8)
        store.commit(
            "u",
            [
                a_decision(p[0]),
                a_decision(p[1], language="zh-Hans"),
                a_decision(p[2], Action.remove, language="zh-Hans", matches=(a_match(), a_match("spam.x", "shadow"))),
                held(p[3], "zh", lane="life"),
                held(p[4], "both"),
                a_decision(p[5], Action.hold, a_need("en"), matches=(a_match("spam.y", "canary"), a_match("spam.y"))),
            ],
            110.0,
        )
        store.bury("u", p[6].key, "poison", 111.0)
        item = claim_one(store, "zh", 112.0)
        store.decide(item.id, lease_of(item), REMOVE, 113.0)
        status = store.status(160.0)
        assert status.posts == {"live": 2, "removed": 2, "held": 2, "buried": 1, "pending": 1}
        assert status.actions == {"approve": 2, "remove": 1, "hold": 3}
        assert status.languages == {"en": {"approve": 1, "hold": 3}, "zh-Hans": {"approve": 1, "remove": 1}}
        assert status.desks == {"both": {"harm": 1}, "en": {"harm": 1}}
        assert status.rules == {"scam.investment": 3, "spam.y": 1}
        assert (status.dead_letters, status.unpublished, status.oldest_pending_s) == (1, 7, 60.0)

    def test_a_post_is_shown_with_all_its_revisions_newest_first(self, store: Store) -> None:
        decided(store, held(a_post(revision=1)), now=5.0)
        item = claim_one(store, now=LATE - 5)
        store.decide(item.id, lease_of(item), Verdict("limit", "spam", "read", note="ok 好"), LATE)
        store.add_posts([a_post(revision=2, text="edited")], "v", 6.0)
        newer, older = store.show("p-1")
        assert (newer.state, newer.received_at, newer.post["text"]) == ("pending", 6.0, "edited")
        assert (newer.decision, newer.review, list(newer.verdicts)) == (None, None, [])
        assert (older.state, older.received_at) == ("limited", 5.0)
        assert older.decision == held(a_post(revision=1)).to_json()
        assert older.review is not None
        assert (older.review["id"], older.review["state"], older.review["lease"]) == (item.id, "decided", None)
        (verdict,) = older.verdicts
        assert (verdict["action"], verdict["category"], verdict["basis"], verdict["note"], verdict["reviewer"]) == (
            "limit",
            "spam",
            "read",
            "ok 好",
            "rev-1",
        )
        assert verdict["decided_at"] == "2026-11-20T08:00:00.500Z"

    def test_an_unknown_post_has_no_records(self, store: Store) -> None:
        assert store.show("nobody") == []

    def test_decisions_are_exported_in_order_of_intake(self, store: Store) -> None:
        many = posts(2100)
        store.add_posts(many, "u", 1.0)
        for part in (many[1500:], many[:700], many[700:1499]):
            store.commit("u", [a_decision(post) for post in part[::-1]], 2.0)
        expected = [post.id for post in many if post.id != "p-1499"]
        assert [decision["post_id"] for decision in store.export()] == expected

    def test_a_caller_cannot_change_the_pool_through_what_it_was_given(self, store: Store) -> None:
        decided(store, held(a_post()))
        item = claim_one(store)
        for given_out in (item.post, item.decision, store.show("p-1")[0].post, store.unpublished(1)[0].body):
            assert isinstance(given_out, dict)
            given_out.clear()
        assert store.item(item.id, 11.0).post == a_post().to_json()
        assert store.unpublished(1)[0].body == held(a_post()).to_json()


class TestReview:
    def test_life_comes_first_then_priority_then_age(self, store: Store) -> None:
        decided(store, held(a_post("low"), priority=0.5), now=1.0)
        decided(store, held(a_post("old"), priority=2.0), now=2.0)
        decided(store, held(a_post("new"), priority=2.0), held(a_post("new-2"), priority=2.0), now=3.0)
        decided(store, held(a_post("life"), priority=0.1, lane="life"), now=4.0)
        order = ["life", "old", "new", "new-2", "low"]
        assert [item.post_id for item in store.queue("en", 9, 5.0)] == order
        assert [item.post_id for item in store.queue(None, 3, 5.0)] == order[:3]
        assert [item.post_id for item in store.claim(an_ask(), 9, 5.0)] == order

    def test_an_item_tells_what_it_is_about(self, store: Store) -> None:
        decided(store, a_decision(a_post(), Action.hold, a_need("zh", 2.5, "harm", 900)), now=100.0)
        (item,) = store.queue("zh", 9, 101.0)
        assert (item.post_id, item.revision, item.desk, item.lane, item.priority) == ("p-1", 1, "zh", "harm", 2.5)
        assert (item.created_at, item.due_at, item.state, item.lease) == (100.0, 1000.0, "open", None)
        assert item.post == a_post().to_json()
        assert store.item(item.id, 101.0) == item

    def test_a_desk_is_offered_its_own_and_what_is_for_both(self, store: Store) -> None:
        decided(store, *(held(a_post(desk), desk, n) for n, desk in enumerate(("zh", "en", "both"))))
        assert [item.desk for item in store.queue("zh", 9, 5.0)] == ["both", "zh"]
        assert [item.desk for item in store.queue("en", 9, 5.0)] == ["both", "en"]
        assert [item.desk for item in store.queue(None, 9, 5.0)] == ["both", "en", "zh"]
        assert [item.desk for item in store.claim(an_ask("zh"), 9, 5.0)] == ["both", "zh"]
        assert [item.desk for item in store.claim(an_ask(), 9, 5.0)] == ["en"]

    def test_a_claimed_item_is_shown_with_its_lease_but_not_claimed_again(self, store: Store) -> None:
        decided(store, held(a_post()))
        item = claim_one(store, now=10.0, ttl_s=60.0)
        lease = lease_of(item)
        assert (lease.reviewer, lease.fence, lease.expires_at) == ("rev-1", 1, 70.0)
        assert store.claim(an_ask(reviewer="rev-2"), 1, 69.0) == []
        assert store.queue("en", 9, 69.0) == [item]
        assert store.item(item.id, 69.0).lease == lease

    def test_an_expired_lease_is_none_and_the_next_claim_raises_the_fence(self, store: Store) -> None:
        decided(store, held(a_post()))
        old = claim_one(store, now=10.0, ttl_s=60.0)
        assert store.item(old.id, 70.0).lease is None
        new = claim_one(store, now=70.0)
        assert lease_of(new).fence == 2
        assert lease_of(new).id != lease_of(old).id
        for late in (store.release, lambda *a: store.decide(a[0], a[1], REMOVE, a[2])):
            with pytest.raises(LeaseLost):
                late(old.id, lease_of(old), 71.0)
        store.decide(new.id, lease_of(new), REMOVE, 71.0)

    def test_an_expired_lease_is_lost_even_if_nobody_else_came(self, store: Store) -> None:
        decided(store, held(a_post()))
        item = claim_one(store, now=10.0, ttl_s=60.0)
        with pytest.raises(LeaseLost, match="expired"):
            store.decide(item.id, lease_of(item), REMOVE, 70.0)
        assert states(store, "p-1") == ["held"]

    @pytest.mark.parametrize("change", [{"fence": 0}, {"fence": 2}, {"id": "another"}])
    def test_a_lease_with_another_fence_or_id_is_refused(self, store: Store, change: dict[str, object]) -> None:
        decided(store, held(a_post()))
        item = claim_one(store)
        mine = lease_of(item)
        forged = Lease(**{"id": mine.id, "reviewer": mine.reviewer, "fence": mine.fence, "expires_at": 1e12, **change})  # type: ignore[arg-type]
        with pytest.raises(LeaseLost):
            store.decide(item.id, forged, REMOVE, 11.0)
        with pytest.raises(LeaseLost):
            store.release(item.id, forged, 11.0)
        assert store.item(item.id, 11.0).lease == mine

    def test_what_a_terminal_remembers_of_its_lease_is_enough(self, store: Store) -> None:
        decided(store, held(a_post()))
        item = claim_one(store)
        store.decide(item.id, Lease(lease_of(item).id, "", lease_of(item).fence, 0.0), REMOVE, 11.0)
        assert store.show("p-1")[0].verdicts[0]["reviewer"] == "rev-1"

    def test_a_released_item_is_free_and_its_old_lease_lost(self, store: Store) -> None:
        decided(store, held(a_post()))
        item = claim_one(store)
        store.release(item.id, lease_of(item), 11.0)
        with pytest.raises(LeaseLost):
            store.release(item.id, lease_of(item), 12.0)
        assert store.item(item.id, 12.0).lease is None
        assert lease_of(claim_one(store, now=12.0)).fence == 2

    @pytest.mark.parametrize(("action", "state"), [("allow", "live"), ("limit", "limited"), ("remove", "removed")])
    def test_a_verdict_sets_the_state(self, store: Store, action: str, state: str) -> None:
        decided(store, held(a_post()))
        item = claim_one(store)
        store.decide(item.id, lease_of(item), Verdict(action, None, "read"), 11.0)
        assert states(store, "p-1") == [state]
        assert store.item(item.id, 12.0).state == "decided"
        assert store.queue("en", 9, 12.0) == []

    def test_nobody_decides_or_releases_what_is_decided(self, store: Store) -> None:
        decided(store, held(a_post()))
        item = claim_one(store)
        store.decide(item.id, lease_of(item), REMOVE, 11.0)
        with pytest.raises(AlreadyDecided):
            store.decide(item.id, lease_of(item), Verdict("allow", None, "read"), 12.0)
        with pytest.raises(AlreadyDecided):
            store.release(item.id, lease_of(item), 12.0)
        assert states(store, "p-1") == ["removed"]
        assert len(store.unpublished(9)) == 2

    def test_an_item_that_is_not_there_is_not_found(self, store: Store) -> None:
        nothing = Lease("x", "r", 1, 99.0)
        with pytest.raises(NotFound):
            store.item(1, 1.0)
        with pytest.raises(NotFound):
            store.release(1, nothing, 1.0)
        with pytest.raises(NotFound):
            store.decide(1, nothing, REMOVE, 1.0)

    def test_a_desk_or_verdict_that_is_none_is_a_mistake_of_the_caller(self, store: Store) -> None:
        decided(store, held(a_post()))
        with pytest.raises(UsageError, match="desk"):
            store.queue("both", 9, 1.0)
        with pytest.raises(UsageError, match="desk"):
            store.claim(an_ask("fr"), 1, 1.0)
        item = claim_one(store)
        with pytest.raises(UsageError, match="verdict"):
            store.decide(item.id, lease_of(item), Verdict("hold", None, "read"), 11.0)

    def test_threads_never_claim_the_same_item(self, store: Store) -> None:
        decided(store, *(held(post, "both" if n % 2 else "en", n % 7) for n, post in enumerate(posts(120))))

        def work(reviewer: int) -> list[int]:
            mine: list[int] = []
            while items := store.claim(an_ask(reviewer=f"rev-{reviewer}", ttl_s=600.0), 3, 5.0):
                mine += [item.id for item in items]
            return mine

        with ThreadPoolExecutor(4) as pool:
            claimed = [item for mine in pool.map(work, range(4)) for item in mine]
        claimed += work(9)
        assert len(claimed) == len(set(claimed)) == 120


class TestAudit:
    def test_the_chain_of_commits_and_verdicts_is_whole(self, store: Store) -> None:
        assert problems(store) == []
        for n in range(1, 8):
            decided(store, *(held(post) for post in posts(n, f"batch{n}")), now=n + 0.1)
        for item in store.claim(an_ask(), 5, 10.0):
            store.decide(item.id, lease_of(item), REMOVE, 11.123456789)
        assert problems(store) == []


def problems(store: Store) -> Sequence[str]:
    return list(store.audit_problems())


def number(letter: DeadLetter) -> int:
    assert letter.id is not None
    return letter.id


_hard = st.text(
    alphabet=st.sampled_from("a\"'\\%\u0301ßمש好𠮷👩\u200d\u202e\ufeff\u1112\x7f\uffff\U0010ffff{}:\n"), max_size=40
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(texts=st.lists(_hard, min_size=1, max_size=6, unique=True))
def test_any_text_comes_back_as_it_went_in(store: Store, texts: list[str]) -> None:
    known = len(list(store.export()))
    added = [a_post(f"h-{known + n}", text=text, extra={text or "k": text}) for n, text in enumerate(texts)]
    assert store.add_posts(added, "u", 1.0).accepted == tuple(added)
    store.commit("u", [a_decision(post, notes=(), language="en") for post in added], 2.0)
    for post in added:
        assert Post.parse(dict(store.show(post.id)[0].post)) == post
