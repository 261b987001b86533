from dataclasses import asdict, replace
from typing import Any

import pytest

from moderation.domain.decision import Note
from moderation.domain.reviewer import Reviewer
from moderation.domain.signal import Campaign
from moderation.domain.taxonomy import Severity
from moderation.pool.review.authors import pseudonym
from moderation.pool.review.desk import PARTS, Desk
from moderation.pool.review.viewing import veiled
from tests.support.builders import a_decision, a_match, a_post
from tests.unit.pool.review.offices import KEY, LEAD, NATIVE, NOON, an_office, claim_one, commit, put, verdict

ANN = {"id": "u-77", "age_days": 3, "strikes": 1, "followers": None, "region": "TH"}


def test_a_view_has_the_parts_that_are_asked_for() -> None:
    office = an_office()
    put(office, "p", post={"author": ANN}, notes=(Note("hello", "a greeting", "问候"),))
    desk = Desk(office, NATIVE, "zh")
    claim_one(desk)
    bare, full = desk.view(1, ()), desk.view(1)
    assert (bare.gloss, bare.notes, bare.reasons, bare.factors, bare.precedents) == ((), (), (), None, ())
    assert bare.author is None
    assert full.gloss[0].sense["en"] == "greeting"
    assert full.notes[0]["idiom"] == "hello"
    assert full.factors is not None
    assert full.precedents[0].action == "remove"
    assert full.author is not None
    assert full.author.pseudonym == pseudonym("u-77", KEY)
    assert [policy.category for policy in full.policies] == ["scam", "hate", "harassment", "profanity", "sexual"]
    assert (full.reading.mine, full.reading.basis) == ("R3", "read")
    assert set(PARTS) >= {"gloss", "why"}


def test_reasons_stand_in_their_order() -> None:
    office = an_office()
    matches = (
        replace(a_match("spam.a", category="spam"), severity=Severity.low),
        a_match("scam.b"),
        a_match("hate.c", "shadow", "hate"),  # it only watches
    )
    put(
        office,
        "p",
        matches=matches,
        scores={"scam": 0.6, "spam": 0.9, "hate": 0.55, "violence": 0.2},
        campaign=Campaign("c-1", 46, 12, NOON, {}),
        unavailable=("exemplars",),
    )
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    desk.decide(item.id, lease, verdict())
    office.store.settle(NOON + 20)
    office.store.ask_review(("p", 1), "appeal", "zh", NOON + 99, NOON, text="we are a charity")
    lead = Desk(office, LEAD, "zh")
    item, _ = claim_one(lead, lane="appeal")
    reasons = lead.view(item.id).reasons
    assert [(reason.kind, reason.id) for reason in reasons] == [
        ("rule", "scam.b"),
        ("rule", "spam.a"),
        ("model", "spam"),
        ("model", "scam"),
        ("model", "hate"),
        ("campaign", "c-1"),
        ("part", "exemplars"),
        ("report", "appeal"),
    ]
    assert reasons[0].spans == (1, 2, 3)  # every match is of the same words
    assert reasons[0].text["zh"] == "承诺收益"
    assert reasons[5].text["en"] == "46 posts by 12 authors"
    assert reasons[7].text["en"] == "we are a charity"


@pytest.mark.parametrize("kind", ["blind", "golden"])
def test_a_blind_item_gives_no_opinion_away(kind: str) -> None:
    office = an_office()
    put(office, "p", campaign=Campaign("c-1", 46, 12, NOON, {}), post={"author": ANN})
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    desk.decide(item.id, lease, verdict("remove", note="a well known lure"))
    office.store.ask_review(("p", 1), kind, "zh", NOON + 99, NOON, sealed={"action": "remove", "reviewer": "ann"})
    lead = Desk(office, LEAD, "zh")
    item, _ = claim_one(lead, lane=kind)
    view = lead.view(item.id)
    assert (item.kind, item.lane, item.blind, item.sealed) == ("blind", "blind", True, {})
    assert view.item == item
    assert (view.factors, view.overflow, view.precedents, view.campaign, view.history, view.passed) == (
        None, None, (), None, (), (),
    )  # fmt: skip
    assert [(reason.kind, reason.score) for reason in view.reasons] == [("rule", None)]
    assert (item.decision["scores"], item.campaign) == ({}, None)
    assert "campaign" not in item.decision
    assert (item.priority, item.decision["review"]["priority"]) == (0.0, 0.0), "the score could be reckoned from it"
    for told in ("ann", "well known lure", "0.8"):
        assert f"{told!r}" not in repr(view)


def test_a_golden_item_looks_like_a_blind_one_wherever_it_is_given() -> None:
    office = an_office()
    put(office, "b", "g")
    for post_id, kind in (("b", "blind"), ("g", "golden")):
        office.store.ask_review((post_id, 1), kind, "zh", NOON + 99, NOON, sealed={"action": "remove", "source": kind})
    lead = Desk(office, LEAD, "zh")

    def seen() -> list[dict[str, Any]]:
        views = [asdict(lead.view(number)) for number in (3, 4)]
        for view in views:
            for name in ("id", "post_id", "post", "decision", "lease", "claimed_at"):
                del view["item"][name]
        return views

    for give in (None, lead.escalate):
        for lane in ("blind", "golden"):
            if give:
                (item,) = lead.claim(lane=lane)
                assert item.lease
                give(item.id, item.lease)
        blind, golden = seen()
        assert blind == golden


def test_who_shows_a_queue_shows_no_opinions_either() -> None:
    office = an_office()
    put(office, "p", post={"author": ANN})
    office.store.ask_review(("p", 1), "golden", "zh", NOON + 99, NOON, sealed={"action": "remove"})
    lead = Desk(office, LEAD, "zh")
    assert lead.queue(9, "golden")[0].sealed == {}
    assert lead.queue(9)[0].post["author"]["id"] == pseudonym("u-77", KEY)


@pytest.mark.parametrize(
    ("post", "shown"),
    [
        ({"author": ANN, "mentions": ["u-77", "@u-77"]}, {"mentions": ["{}", "{}"]}),
        ({"author": ANN, "mentions": ["u-8"]}, {"mentions": [pseudonym("u-8", KEY)]}),  # perhaps the thread's author
        ({"author": ANN, "mentions": [["text", 0, 3]]}, {"mentions": [["text", 0, 3]]}),
        ({"author": ANN, "extra": {"by": {"id": "u-77"}, "url": "x.example/u-77", "n": 77}}, {"extra": {}}),
        ({"author": ANN, "text": "u-77 was here"}, {"text": "u-77 was here"}),  # what is said is what is reviewed
        ({"author": {"id": None}, "mentions": ["u-77"]}, {"mentions": ["{}"]}),
    ],
)
def test_an_author_is_shown_under_a_pseudonym(post: dict[str, Any], shown: dict[str, Any]) -> None:
    def named(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: named(each) for key, each in value.items()}
        if isinstance(value, list):
            return [named(each) for each in value]
        return value.replace("{}", pseudonym("u-77", KEY)) if isinstance(value, str) else value

    body = a_post(**post).to_json()
    found = veiled(body, KEY)
    assert {**found, **named(shown)} == found
    assert found["author"]["id"] == (body["author"]["id"] and pseudonym("u-77", KEY))
    assert {name: found["author"][name] for name in ("age_days", "region")} == {
        name: body["author"][name] for name in ("age_days", "region")
    }


def test_nobody_sees_who_would_rather_not_see_such_posts() -> None:
    office = an_office()
    put(office, "p")
    for name, reason in (("bo", "wellbeing"), ("cy", "unsure")):
        desk = Desk(office, Reviewer(name), "zh")
        item, lease = claim_one(desk)
        desk.skip(item.id, lease, reason, "no")
    for reviewer in (NATIVE, LEAD):
        assert [one["reviewer"] for one in Desk(office, reviewer, "zh").view(1).passed] == ["cy"]


def test_the_thread_above_a_post_is_shown_as_far_as_it_is_known() -> None:
    office = an_office()
    root = a_post("root", text="who wants to earn?", author=ANN, parent_id="unknown")
    reply = a_post("reply", text="me", parent_id="root")
    commit(office, [root, reply], [a_decision(root), a_decision(reply)])
    put(office, "p", post={"parent_id": "reply"})
    desk = Desk(office, NATIVE, "zh")
    claim_one(desk)
    thread = desk.view(1).thread
    assert [post["id"] for post in thread] == ["root", "reply"]
    assert thread[0]["author"]["id"] == pseudonym("u-77", KEY)


def test_members_of_a_campaign_are_shown_under_pseudonyms() -> None:
    office = an_office()
    known = Campaign("c-1", 2, 2, NOON, {})
    put(office, "p0", "p1", post={"author": ANN, "text": "earn 300 a day, write to us"}, campaign=known)
    desk = Desk(office, NATIVE, "zh")
    claim_one(desk)
    campaign = desk.view(1).campaign
    assert campaign is not None
    assert campaign.members == 2
    assert {member.post["author"]["id"] for member in campaign.alike} == {pseudonym("u-77", KEY)}


def test_who_reads_only_sees_an_item_that_somebody_else_holds() -> None:
    office = an_office()
    put(office, "p")
    claim_one(Desk(office, NATIVE, "zh"))
    rea = Desk(office, Reviewer("rea", role="reader", reads={}), "zh")
    view = rea.view(1)
    for item in (view.item, *rea.queue(1)):
        assert item.lease
        assert (item.lease.reviewer, item.lease.id) == ("ann", ""), "who holds it, but not what it takes to use it"
    assert (view.reading.mine, view.reading.basis) == ("R0", "pattern")


def test_the_policies_of_rules_and_of_likely_categories_are_at_hand() -> None:
    office = an_office()
    put(office, "p", category="spam", scores={"violence": 0.2, "scam": 0.7, "spam": 0.1})
    desk = Desk(office, NATIVE, "zh")
    claim_one(desk)
    assert [policy.category for policy in desk.view(1, ()).policies][:4] == ["spam", "scam", "violence", "hate"]
