"""Handing over: what the digest tells, in both languages; what is kept and who takes it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from moderation.domain.decision import Action, ReviewNeed
from moderation.domain.errors import LeaseLost, UsageError
from moderation.domain.review import LANES, VERDICTS, Ask, Handover, Lease, Recorded, ReviewItem, Verdict
from moderation.domain.reviewer import Reviewer
from moderation.pool.review.digest import Facts, Overturned, Rules, digest
from moderation.pool.review.digest_text import _WORDS, render
from moderation.pool.review.handover import Handovers
from moderation.pool.review.shifts import Shift, Shifts
from moderation.settings import load_shifts, load_taxonomy
from moderation.storage.memory import MemoryStore
from tests.support.builders import a_decision, a_match, a_need, held, posts

GOLDEN = Path(__file__).parents[3] / "golden" / "review"
TAXONOMY = load_taxonomy()
SHIFTS = load_shifts()
NOW = datetime(2026, 11, 20, 23, 50, tzinfo=UTC).timestamp()
SHIFT = SHIFTS.named("S3", NOW)
COMING = SHIFTS.after(SHIFT)


def a_verdict(number: int, action: str, category: str | None = "scam", **fields: Any) -> Recorded:
    made = Recorded(
        id=number,
        item=number,
        kind="review",
        post_id=f"n-{number}",
        revision=1,
        action=action,
        category=category,
        basis="read",
        note="",
        reviewer="ann",
        desk="en",
        language="en",
        at=NOW - 60,
        claimed_at=NOW - 100,
        effective_at=NOW - 40,
        state="standing",
        load=1.0,
    )
    return replace(made, **fields)


def an_item(number: int, category: str | None = "hate", **fields: Any) -> ReviewItem:
    plain = {"priority": 1.0, "due_at": NOW, "created_at": NOW - 900, "state": "open", "lease": None}
    about = {"post": {}, "decision": {}, "desk": "en", "lane": "harm", "language": "en"}
    return ReviewItem(
        **({"id": number, "post_id": f"n-{number}", "revision": 1, "category": category} | plain | about | fields)
    )


def passed(number: int, reason: str, note: str, by: str = "ann", category: str | None = "hate") -> dict[str, Any]:
    about = {"item": number, "post": f"n-{number}", "category": category}
    return about | {"by": by, "reason": reason, "note": note}


FULL = Facts(
    verdicts=[
        a_verdict(1, "remove"),
        a_verdict(2, "remove", language="th"),
        a_verdict(3, "limit", "hate", state="held"),
        a_verdict(4, "allow", None),
        a_verdict(5, "remove", state="undone"),
        a_verdict(6, "allow", None, kind="blind", state="silent"),
    ],
    passes=[
        passed(12, "escalated", "names a school"),
        passed(13, "second", "is this a threat?", "bo", "violence"),
        passed(14, "unsure", "reclaimed word, 圈内人自称"),
        passed(15, "wellbeing", "would rather not"),
        passed(16, "language", "mostly Thai"),
    ],
    overturned=[
        Overturned(
            a_verdict(7, "remove", "hate"), a_verdict(9, "allow", None, kind="appeal", reviewer="bo", note="quotes it")
        ),
        Overturned(a_verdict(8, "limit", "scam"), a_verdict(10, "reverse", None, of=8, note="wrong post")),
    ],
    differed=[an_item(17, "harassment", lane="lead", sealed={"action": "remove"})],
    kept=[(an_item(18, "self_harm", lane="life"), "helpline calls back at 01:00 UTC"), (an_item(19, None), "")],
    campaigns={"C-1182": 46, "C-1190": 3},
    rules=Rules(60, {"scam.recruitment": 14, "hate.slur": 6}),
    rules_before=Rules(300, {"scam.recruitment": 9, "hate.slur": 28}),
    waiting={"appeal": 7, "harm": 112, "life": 2, "golden": 0},
    due=15,
    levels={"R3": 14, "R2": 100},
)
NOTES: list[Mapping[str, Any]] = [
    {"by": "ann", "lang": "en", "text": "The recruiting wave moved to Telegram.", "at": "2026-11-20T20:00:00Z"},
    {
        "by": "bo",
        "lang": "zh",
        "text": "「日结」先看批量文案",
        "at": "2026-11-20T21:00:00Z",
        "translations": {"en": "For daily pay, look at the campaign first"},
    },
]


def compare(name: str, said: str) -> None:
    """With a golden file; rewrite with UPDATE_GOLDEN=1, and read the difference."""
    golden = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(said, "utf-8")
    assert said == golden.read_text("utf-8")


def told(facts: Facts, lang: str = "en", coming: Shift | None = COMING, notes: Sequence[Mapping[str, Any]] = ()) -> str:
    return render(digest(facts, SHIFT, coming, TAXONOMY, notes, NOW), lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_digest_reads_as_it_should(lang: str) -> None:
    compare(f"handover.{lang}.txt", told(FULL, lang, notes=NOTES))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_digest_of_a_shift_in_which_nothing_happened_is_short(lang: str) -> None:
    compare(f"handover_empty.{lang}.txt", told(Facts(), lang, coming=None))


def test_both_languages_have_every_sentence_with_the_same_values() -> None:
    def values(words: Mapping[str, str]) -> dict[str, set[str | None]]:
        return {name: {field for _, field, _, _ in Formatter().parse(text) if field} for name, text in words.items()}

    assert values(_WORDS["en"]) == values(_WORDS["zh"])
    assert {*LANES, *VERDICTS} <= set(_WORDS["en"])
    assert all(text.strip() for words in _WORDS.values() for text in words.values())


def test_what_was_undone_or_is_only_compared_is_not_decided() -> None:
    decided = digest(FULL, SHIFT, COMING, TAXONOMY, (), NOW)["decided"]
    assert decided["total"] == 4
    assert decided["actions"] == {"remove": 2, "allow": 1, "limit": 1}
    assert decided["categories"] == {"scam": 2, "": 1, "hate": 1}
    assert decided["languages"] == {"en": 3, "th": 1}
    assert decided["undone"] == 1


def test_nobody_learns_who_would_rather_not_see_what() -> None:
    body = digest(FULL, SHIFT, COMING, TAXONOMY, (), NOW)
    assert "would rather not" not in str(body)
    assert "mostly Thai" not in str(body)
    assert "reclaimed word" in str(body)


def test_a_second_opinion_stays_sealed() -> None:
    text = told(FULL)
    assert "Second opinions asked for: 1\n  - item 13, post n-13, Violence, threats and incitement (bo)\n" in text
    assert "is this a threat?" not in str(digest(FULL, SHIFT, COMING, TAXONOMY, (), NOW))


@pytest.mark.parametrize(
    ("matched", "of", "before", "of_before", "rises"),
    [
        (14, 60, 9, 300, True),  # 23% after 3%
        (6, 60, 28, 300, False),  # 10% after 9%
        (1, 3, 1, 300, False),  # 33% after .3%, but one post
        (2, 60, 20, 60, False),  # falls
        (9, 60, 0, 0, False),  # nothing to compare with
        (14, 60, 0, 300, True),  # a new rule
    ],
)
def test_a_rule_rises_where_chance_does_not_explain_it(
    matched: int, of: int, before: int, of_before: int, rises: bool
) -> None:
    facts = Facts(rules=Rules(of, {"r": matched}), rules_before=Rules(of_before, {"r": before}))
    rising = digest(facts, SHIFT, COMING, TAXONOMY, (), NOW)["rising"]
    assert [one["rule"] for one in rising] == (["r"] if rises else [])


def test_the_rest_of_a_long_list_is_counted() -> None:
    facts = Facts(passes=[passed(number, "escalated", "") for number in range(13)])
    text = told(facts)
    assert "Escalated to the leads: 13\n" in text
    assert "item 9," in text
    assert "item 10," not in text
    assert "  - and 3 more\n" in text


def test_what_people_wrote_cannot_act_on_a_terminal_or_fill_a_template() -> None:
    facts = Facts(passes=[passed(1, "escalated", "\x1b[2J{total} \u202eevil", by="a\nb")])
    text = told(facts, notes=[{"by": "ann", "lang": "en", "text": "one\ntwo {by}", "at": ""}])
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "{total}" in text
    assert "one / two {by}" in text
    assert "a / b" in text


# From the store ------------------------------------------------------------------------------------------------------
START = SHIFT.start
ANN = Reviewer("ann", desks=("en",))
TO_DECIDE = Verdict("remove", "scam", "read")


def pool_of(count: int, desk: str = "en") -> MemoryStore:
    """A store with posts that wait at a desk since the shift began."""
    store = MemoryStore()
    waiting = posts(count)
    store.add_posts(waiting, "unit", START)
    store.commit("unit", [held(post, desk) for post in waiting], START)
    return store


def office(store: MemoryStore) -> Handovers:
    return Handovers(store, SHIFTS, TAXONOMY)


def claimed(store: MemoryStore, at: float, count: int = 1) -> list[ReviewItem]:
    return store.claim(Ask(ANN, "en", ttl_s={"*": 900.0}), count, at)


def lease_of(item: ReviewItem) -> Lease:
    assert item.lease is not None
    return item.lease


def test_the_digest_tells_what_the_store_has_recorded() -> None:
    store = pool_of(6)
    first, second, third, fourth = claimed(store, START + 60, 4)
    store.decide(first.id, lease_of(first), TO_DECIDE, START + 90)
    store.skip(second.id, lease_of(second), "unsure", "a joke?", START + 100)
    store.escalate(third.id, lease_of(third), "names a school", START + 110)
    handovers = office(store)
    handovers.keep("en", fourth.id, lease_of(fourth), "calls back", START + 120)
    body = handovers.draft(SHIFT, START + 600).body
    assert body["shift"]["shift"] == "S3@2026-11-20"
    assert body["next"]["shift"] == "S4@2026-11-21"
    assert body["decided"]["actions"] == {"remove": 1}
    assert [one["note"] for one in body["doubts"]["unsure"]] == ["a joke?"]
    assert [one["item"] for one in body["escalated"]] == [third.id]
    assert [(one["item"], one["note"]) for one in body["kept"]] == [(fourth.id, "calls back")]
    assert body["backlog"]["open"] == 5
    assert body["backlog"]["due"] == 5
    assert body["text"]["en"] == render(body, "en")
    assert "calls back" in body["text"]["zh"]


def test_only_the_shift_and_its_desk_count() -> None:
    store = pool_of(4)
    early, late, _, _ = items = claimed(store, START + 60, 4)
    store.decide(early.id, lease_of(early), TO_DECIDE, START + 90)
    store.renew(late.id, lease_of(late), SHIFT.end + 600, START + 90)
    store.decide(late.id, lease_of(late), TO_DECIDE, SHIFT.end + 1)
    store.release(items[2].id, lease_of(items[2]), START + 90)
    by_zh = store.claim(Ask(Reviewer("mei"), "zh", lanes=("loan",), loan_over=0.0), 1, START + 100)
    store.decide(by_zh[0].id, lease_of(by_zh[0]), TO_DECIDE, START + 110, desk="zh")
    assert office(store).draft(SHIFT, SHIFT.end + 60).body["decided"]["total"] == 1


def test_an_item_that_the_other_desk_reads_again_is_told_of_by_its_own() -> None:
    store = pool_of(2)
    asked, _ = claimed(store, START, 2)
    store.second(
        asked.id, lease_of(asked), "zh", {"action": "remove", "reviewer": "ann", "note": "looks real"}, START + 30
    )
    handovers = office(store)
    assert [one["item"] for one in handovers.draft(SHIFT, START + 60).body["seconds"]] == [asked.id]
    zh = SHIFTS.named("S1@2026-11-21", NOW)
    assert handovers.draft(zh, zh.end).body["seconds"] == []
    (again,) = store.claim(Ask(Reviewer("mei"), "zh"), 1, START + 100)
    store.escalate(again.id, lease_of(again), "differs", START + 110)
    assert [one["item"] for one in handovers.draft(SHIFT, START + 120).body["doubts"]["differed"]] == [asked.id]


def test_a_reversal_is_told_of_by_the_desk_whose_verdict_it_was() -> None:
    store = pool_of(1)
    (item,) = claimed(store, START)
    (made,) = store.decide(item.id, lease_of(item), TO_DECIDE, START + 30)
    store.undo(made.id, "ann", "wrong post", START + 300, 60)
    (told_of,) = office(store).draft(SHIFT, START + 400).body["overturned"]
    assert (told_of["was"], told_of["now"], told_of["note"]) == ("remove", None, "wrong post")


def test_notes_are_kept_as_written_and_a_draft_follows_the_facts_until_it_is_published() -> None:
    store = pool_of(2)
    handovers = office(store)
    handovers.note(SHIFT, "ann", "en", "watch the tag", START + 10)
    handovers.note(SHIFT, "bo", "zh", "注意标签", START + 20)
    assert handovers.draft(SHIFT, START + 30).body["decided"]["total"] == 0
    (item,) = claimed(store, START + 40)
    store.decide(item.id, lease_of(item), TO_DECIDE, START + 50)
    published = handovers.publish(SHIFT, START + 60)
    assert published.body["decided"]["total"] == 1
    assert [note["text"] for note in published.body["notes"]] == ["watch the tag", "注意标签"]
    (other,) = claimed(store, START + 70)
    store.decide(other.id, lease_of(other), TO_DECIDE, START + 80)
    assert handovers.publish(SHIFT, START + 90) == handovers.draft(SHIFT, START + 95) == published
    with pytest.raises(UsageError, match="is published"):
        handovers.note(SHIFT, "ann", "en", "too late", START + 100)


class Slow(MemoryStore):
    """While the facts of a digest are gathered somebody leaves a note, and after it is written another."""

    def passes(self, since: float, until: float, reviewer: str | None = None) -> list[Mapping[str, Any]]:
        office(self).note(SHIFT, "ann", "en", "while it was gathered", START + 20)
        return super().passes(since, until, reviewer)

    def save_handover(self, handover: Handover, before: Handover) -> bool:
        if len(handover.body["notes"]) == 1:
            office(self).note(SHIFT, "bo", "zh", "刚写的", START + 30)
        return super().save_handover(handover, before)


def test_a_note_while_somebody_publishes_is_not_lost() -> None:
    handovers = office(Slow())
    published = handovers.publish(SHIFT, START + 40)
    assert [note["by"] for note in published.body["notes"]] == ["ann", "bo"]
    assert "刚写的" in published.body["text"]["zh"]
    assert handovers.draft(SHIFT, START + 50) == published


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (Reviewer("eve", no=("scam",)), "opted out of its category"),
        (Reviewer("eve", reads={"zh": "R3"}), "cannot read it"),
    ],
)
def test_what_is_kept_and_not_for_who_takes_over_goes_back(who: Reviewer, why: str) -> None:
    store = MemoryStore()
    (post,) = posts(1)
    store.add_posts([post], "unit", START)
    need = ReviewNeed("en", 1.0, "harm", 3600, {"limit": "R2", "remove": "R3"})
    store.commit("unit", [a_decision(post, Action.hold, need, matches=(a_match(),))], START)
    handovers = office(store)
    (item,) = claimed(store, NOW)
    assert COMING is not None
    handovers.keep("en", item.id, lease_of(item), "calls back", NOW)
    handovers.publish(SHIFT, NOW + 10)
    _, items = handovers.acknowledge(SHIFT, who, 600, COMING.start)
    assert items == [], why
    assert [one.id for one in claimed(store, COMING.start)] == [item.id]


def test_what_is_kept_is_taken_by_who_acknowledges() -> None:
    store = pool_of(2)
    handovers = office(store)
    (item,) = claimed(store, NOW)
    assert COMING is not None
    assert handovers.keep("en", item.id, lease_of(item), "calls back", NOW) == COMING.start + 1800
    assert item.id not in [one.id for one in claimed(store, NOW + 1, 9)]  # nobody else gets it meanwhile
    with pytest.raises(UsageError, match="publish --shift S3@2026-11-20"):
        handovers.acknowledge(SHIFT, Reviewer("eve"), 600, NOW + 5)
    assert handovers.waiting("en", NOW + 5) is None
    handovers.publish(SHIFT, NOW + 10)
    waiting = handovers.waiting("en", NOW + 20)
    assert waiting is not None
    assert waiting.shift == SHIFT.name
    done, items = handovers.acknowledge(SHIFT, Reviewer("eve"), 600, COMING.start + 60)
    assert (done.acked_by, done.acked_at) == ("eve", COMING.start + 60)
    assert [(one.id, lease_of(one).reviewer) for one in items] == [(item.id, "eve")]
    assert lease_of(items[0]).expires_at == COMING.start + 660
    assert handovers.waiting("en", COMING.start + 70) is None
    again, rest = handovers.acknowledge(SHIFT, Reviewer("fay"), 600, COMING.start + 80)
    assert (again.acked_by, rest) == ("eve", [])


def test_only_who_holds_an_item_keeps_it() -> None:
    store = pool_of(1)
    (item,) = claimed(store, NOW)
    with pytest.raises(LeaseLost, match="of eve"):
        office(store).keep("en", item.id, replace(lease_of(item), reviewer="eve"), "mine now", NOW)
    with pytest.raises(UsageError, match="at most 20,000 characters"):
        office(store).keep("en", item.id, lease_of(item), "x" * 20_001, NOW)
    with pytest.raises(UsageError, match="at most 20,000 characters"):
        office(store).note(SHIFT, "ann", "en", "x" * 20_001, NOW)
    assert store.item(item.id, NOW).lease == lease_of(item)


def test_what_nobody_acknowledges_goes_back_to_the_queue() -> None:
    store = pool_of(1)
    (item,) = claimed(store, NOW)
    until = office(store).keep("en", item.id, lease_of(item), "calls back", NOW)
    assert claimed(store, until - 1) == []
    assert [one.id for one in claimed(store, until)] == [item.id]


def test_an_item_kept_while_the_desk_is_closed_waits_for_its_next_shift() -> None:
    store = pool_of(1)
    closed = COMING.end + 3600 if COMING else 0.0
    (item,) = claimed(store, closed)
    until = office(store).keep("en", item.id, lease_of(item), "calls back", closed)
    assert until == SHIFTS.named("S3@2026-11-21", closed).start + 1800


def test_nothing_is_kept_for_a_desk_that_never_opens() -> None:
    store = pool_of(1)
    (item,) = claimed(store, NOW)
    with pytest.raises(UsageError, match="escalate item"):
        Handovers(store, Shifts(), TAXONOMY).keep("en", item.id, lease_of(item), "calls back", NOW)


def test_rules_that_rise_are_found_among_what_was_reviewed() -> None:
    """The day before one of ten matched the rule, in the shift ten of ten."""
    store = MemoryStore()
    for day, at in (("before", START - 3600), ("now", START + 60)):
        some = posts(12, day)
        store.add_posts(some, day, at)
        rules = ["hate.slur" if day == "before" and n else "scam.recruitment" for n in range(12)]
        needs = a_need("en")
        store.commit(
            day,
            [a_decision(p, Action.hold, needs, matches=(a_match(r),)) for p, r in zip(some, rules, strict=True)],
            at,
        )
        for item in claimed(store, at, 12):
            store.decide(item.id, lease_of(item), TO_DECIDE, at + 10)
    (rising,) = office(store).draft(SHIFT, START + 600).body["rising"]
    assert rising == {"rule": "scam.recruitment", "posts": 12, "share": 1.0, "before": 0.0833}
