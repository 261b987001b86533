from dataclasses import replace
from typing import Any

import pytest

from moderation.domain.errors import (
    AlreadyDecided,
    CampaignChanged,
    Forbidden,
    LeaseLost,
    NotFound,
    PolicyStale,
    UsageError,
)
from moderation.domain.review import Ask
from moderation.domain.reviewer import Reviewer
from moderation.domain.signal import Campaign
from moderation.pool.review.desk import Desk, Office
from moderation.pool.review.quality import BLIND, chosen
from tests.unit.pool.review.offices import (
    HELPER,
    KEY,
    LEAD,
    LIMITS,
    NATIVE,
    NOON,
    SHIFTS,
    Clock,
    an_office,
    claim_one,
    put,
    verdict,
)

NIGHT = NOON + 6 * 3600


def state(office: Office, post_id: str, after: float = 20.0) -> str:
    """Where a post stands once verdicts have taken effect."""
    office.store.settle(office.clock() + after)
    return office.store.show(post_id)[0].state


# what a verdict must be -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reads", "given", "may"),
    [
        ("R3", verdict("remove", "hate", "read"), True),
        ("R3", verdict("ban", "hate", "read"), True),
        ("R3", verdict("remove", "hate", "gloss"), False),  # a native who has not read it
        ("R2", verdict("limit", "hate", "gloss"), True),
        ("R2", verdict("remove", "hate", "gloss"), False),
        ("R2", verdict("remove", "hate", "read"), False),  # who needs a gloss has not read it
        ("R2", verdict("allow", None, "pattern"), True),
        ("R2", verdict("limit", "hate", "pattern"), False),
    ],
)
def test_level_and_basis_bound_what_may_be_done(reads: str, given: Any, may: bool) -> None:
    office = an_office()
    put(office, "p", category="hate")
    desk = Desk(office, Reviewer("ann", reads={"zh": reads}, desks=("zh",)), "zh")
    item, lease = claim_one(desk)
    if may:
        assert desk.decide(item.id, lease, given).recorded
    else:
        with pytest.raises(Forbidden, match=r"You may .*ask for a second opinion"):
            desk.decide(item.id, lease, given)
        assert office.store.of_post("p", 1) == []


def test_what_is_removed_as_something_graver_takes_what_that_takes() -> None:
    office = an_office()
    put(office, "p", category="spam")
    desk = Desk(office, Reviewer("ann", reads={"zh": "R2"}, desks=("zh",)), "zh")
    item, lease = claim_one(desk)
    with pytest.raises(Forbidden, match=r"remove .* takes R3"):
        desk.decide(item.id, lease, verdict("remove", "hate", "gloss"))
    desk.decide(item.id, lease, verdict("remove", "spam", "gloss"))


def test_a_verdict_cites_the_policy_that_holds() -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    with pytest.raises(PolicyStale, match="scam@2025-01-01 is not the text that holds"):
        desk.decide(item.id, lease, verdict(policy_version="2025-01-01"))
    outcome = desk.decide(item.id, lease, verdict(policy_version="2026-11-01", policy_lang="zh"))
    assert (outcome.recorded[0].policy_version, outcome.recorded[0].policy_lang) == ("2026-11-01", "zh")


def test_who_names_no_version_cites_the_one_that_holds() -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    assert desk.decide(item.id, lease, verdict()).recorded[0].policy_version == "2026-11-01"


def test_a_post_is_only_acted_on_for_a_policy() -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    with pytest.raises(UsageError, match="needs the policy"):
        desk.decide(item.id, lease, verdict(category=None))
    with pytest.raises(UsageError, match="no policy is called"):
        desk.decide(item.id, lease, verdict(category="weather"))


def test_a_rehearsal_changes_nothing() -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    outcome = desk.decide(item.id, lease, verdict(), dry_run=True)
    assert [(one.id, one.action, one.post_id, one.fresh) for one in outcome.recorded] == [(0, "remove", "p", False)]
    assert office.store.of_post("p", 1) == []
    with pytest.raises(LeaseLost):
        desk.decide(item.id, replace(lease, fence=9), verdict(), dry_run=True)
    desk.decide(item.id, lease, verdict())


def test_the_same_key_again_gives_what_it_decided() -> None:
    clock = Clock()
    office = an_office(clock)
    put(office, "p", "q")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    first = desk.decide(item.id, lease, verdict("limit"), key="k-1")
    clock.now += 5
    again = desk.decide(item.id, lease, verdict("remove"), key="k-1")
    assert [replace(one, fresh=False) for one in first.recorded] == list(again.recorded)
    assert again.undo_until == first.undo_until
    with pytest.raises(AlreadyDecided):
        desk.decide(item.id, lease, verdict("limit"), key="k-2")
    other, lease = claim_one(desk)
    with pytest.raises(UsageError, match="key k-1 has decided item 1; nothing was decided about item 2"):
        desk.decide(other.id, lease, verdict("limit"), key="k-1")
    assert office.store.item(other.id, clock.now).state == "open"


def test_a_key_of_somebody_else_decides_nothing_and_shows_nothing() -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    desk.decide(item.id, lease, verdict("limit"), key="k-1")
    with pytest.raises(UsageError, match="key k-1 has decided item 1 for somebody else"):
        Desk(office, HELPER, "en").decide(item.id, replace(lease, reviewer="bo"), verdict("allow"), key="k-1")


@pytest.mark.parametrize(
    "say",
    [
        lambda desk, item, lease, text: desk.decide(item.id, lease, verdict(note=text)),
        lambda desk, item, lease, text: desk.skip(item.id, lease, "unsure", text),
        lambda desk, item, lease, text: desk.escalate(item.id, lease, text),
        lambda desk, item, lease, text: desk.second(item.id, lease, note=text),
        lambda desk, item, lease, text: desk.second(item.id, lease, opinion=verdict(note=text)),
        lambda desk, _item, _lease, text: desk.undo(1, text),
        lambda desk, item, _lease, text: desk.correct(item.id, "x", text, "y"),
        lambda desk, item, _lease, text: desk.correct(item.id, "x", "y", text),
    ],
)
def test_what_is_written_beside_a_decision_has_a_length(say: Any) -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    with pytest.raises(UsageError, match="a note has at most 20,000 characters, this one has 10,000,000"):
        say(desk, item, lease, "长" * 10_000_000)
    assert office.store.item(item.id, NOON).lease == lease


# undoing --------------------------------------------------------------------------------------------------------------


def test_within_its_time_a_verdict_is_undone_without_a_word() -> None:
    clock = Clock()
    office = an_office(clock)
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    number = desk.decide(item.id, lease, verdict()).recorded[0].id
    clock.now += 19
    undone = desk.undo(number)
    assert (undone.action, undone.of) == ("undo", number)
    again = office.store.item(item.id, clock.now)
    assert again.lease is not None
    assert again.lease.reviewer == "ann"
    assert state(office, "p") == "held"
    desk.pause()
    assert office.store.item(item.id, clock.now).lease is None


def test_later_it_is_reversed_with_a_reason() -> None:
    clock = Clock()
    office = an_office(clock)
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    number = desk.decide(item.id, lease, verdict()).recorded[0].id
    clock.now += 20
    assert state(office, "p", after=0) == "removed"
    with pytest.raises(UsageError, match="say why"):
        desk.undo(number)
    assert desk.undo(number, "I misread it").action == "reverse"
    assert office.store.show("p")[0].state == "held"
    with pytest.raises(AlreadyDecided):
        desk.undo(number, "again")


def test_only_a_lead_undoes_what_somebody_else_decided() -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    number = desk.decide(item.id, lease, verdict()).recorded[0].id
    with pytest.raises(Forbidden):
        Desk(office, HELPER, "en").undo(number)
    assert Desk(office, LEAD, "zh").undo(number).reviewer == "lea"


def test_there_must_be_something_to_undo() -> None:
    with pytest.raises(NotFound):
        Desk(an_office(), NATIVE, "zh").undo(7)


# a second opinion -----------------------------------------------------------------------------------------------------


def ask_second(office: Office, opinion: Any) -> None:
    """Let ann ask desk en about a post."""
    put(office, "p")
    ann = Desk(office, NATIVE, "zh")
    item, lease = claim_one(ann)
    ann.second(item.id, lease, opinion=opinion, note="is this a joke?")
    assert ann.claim() == []


@pytest.mark.parametrize(
    ("opinion", "given", "held"),
    [
        (verdict("limit"), verdict("limit", basis="gloss"), False),
        (None, verdict("limit", basis="gloss"), False),  # asked without an opinion of one's own
        (verdict("remove"), verdict("limit", basis="gloss"), True),
        (verdict("limit"), verdict("limit", "spam", "gloss"), False),  # it is the action that counts
    ],
)
def test_a_second_opinion_takes_effect_where_both_agree(opinion: Any, given: Any, held: bool) -> None:
    office = an_office()
    ask_second(office, opinion)
    bo = Desk(office, HELPER, "en")
    item, lease = claim_one(bo)
    outcome = bo.decide(item.id, lease, given)
    assert outcome.held is held
    assert bool(outcome.recorded) is not held
    assert state(office, "p") == ("held" if held else "limited")


def test_whose_second_opinion_is_asked_sees_nothing_of_the_first() -> None:
    office = an_office()
    ask_second(office, verdict("remove"))
    bo = Desk(office, HELPER, "en")
    item, _ = claim_one(bo)
    view = bo.view(item.id)
    assert item.blind
    assert view.item.sealed == {}
    assert "joke" not in repr(view)
    assert (view.passed, view.history, view.precedents, view.factors) == ((), (), (), None)


def test_leads_see_both_opinions_and_choose() -> None:
    office = an_office()
    ask_second(office, verdict("remove"))
    bo = Desk(office, HELPER, "en")
    item, lease = claim_one(bo)
    bo.decide(item.id, lease, verdict("limit", basis="gloss", note="an old meme"))
    lead = Desk(office, LEAD, "en")
    item, lease = claim_one(lead, lane="lead")
    view = lead.view(item.id)
    assert view.item.sealed is not None
    assert (view.item.sealed["action"], view.item.sealed["reviewer"]) == ("remove", "ann")
    assert view.item.sealed["note"] == "is this a joke?"
    assert view.passed[-1]["note"] == "second opinion: limit scam (gloss): an old meme"
    assert not lead.decide(item.id, lease, verdict("allow")).held
    assert state(office, "p") == "live"


def test_an_opinion_that_was_asked_for_is_not_handed_on() -> None:
    office = an_office()
    ask_second(office, None)
    bo = Desk(office, HELPER, "en")
    item, lease = claim_one(bo)
    with pytest.raises(Forbidden, match="an opinion of your own"):
        bo.second(item.id, lease)
    with pytest.raises(UsageError, match="no desk"):
        bo.second(item.id, lease, desk="fr")


def test_nobody_gives_the_second_opinion_on_their_own() -> None:  # a lead may come to hold the item by undoing it
    office = an_office()
    put(office, "p")
    lead = Desk(office, LEAD, "zh")
    item, lease = claim_one(lead)
    lead.second(item.id, lease, opinion=verdict("limit"))
    bo = Desk(office, HELPER, "en")
    item, lease = claim_one(bo)
    number = bo.decide(item.id, lease, verdict("limit", basis="gloss")).recorded[0].id
    lead.undo(number)
    held = office.store.item(item.id, NOON).lease
    assert held is not None
    assert held.reviewer == "lea"
    with pytest.raises(Forbidden, match="what another person makes of your verdict"):
        Desk(office, LEAD, "en").decide(item.id, held, verdict("limit"))
    lead.escalate(item.id, held)
    assert office.store.item(item.id, NOON).lane == "lead"


@pytest.mark.parametrize("kind", ["appeal", "blind"])
def test_nobody_judges_their_own_verdict_however_they_came_to_hold_the_item(kind: str) -> None:
    office = an_office()
    put(office, "p")
    lead, ann = Desk(office, LEAD, "zh"), Desk(office, NATIVE, "zh")
    item, lease = claim_one(lead)
    lead.decide(item.id, lease, verdict("remove"))
    office.store.settle(NOON + 20)
    sealed = {"action": "remove", "reviewer": "ann"} if kind == "blind" else None
    office.store.ask_review(("p", 1), kind, "zh", NOON + 99, NOON, sealed=sealed)
    asked = office.store.queue("zh", 9, NOON, kind)
    assert lead.claim(lane=kind) == []
    (item,) = office.store.claim(Ask(ann.reviewer, "zh", (kind,)), 1, NOON)
    assert [item.id] == [each.id for each in asked]
    assert item.lease
    if kind == "blind":
        with pytest.raises(Forbidden):  # her own opinion is sealed in it
            ann.decide(item.id, item.lease, verdict("allow"))
        return
    number = ann.decide(item.id, item.lease, verdict("allow")).recorded[0].id
    lead.undo(number)
    held = office.store.item(item.id, NOON).lease
    assert held is not None
    with pytest.raises(Forbidden, match="what another person makes of your verdict"):
        lead.decide(item.id, held, verdict("remove"))
    lead.release(item.id, held)
    assert ann.claim(lane=kind) == []


# blind and golden items -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["blind", "golden"])
def test_what_is_measured_has_no_effect(kind: str) -> None:
    office = an_office()
    put(office, "p")
    ann = Desk(office, NATIVE, "zh")
    item, lease = claim_one(ann)
    ann.decide(item.id, lease, verdict("remove"))
    assert state(office, "p") == "removed"
    office.store.ask_review(("p", 1), kind, "zh", NOON + 99, NOON, sealed={"action": "remove"})
    lead = Desk(office, LEAD, "zh")
    item, lease = claim_one(lead, lane=kind)
    outcome = lead.decide(item.id, lease, verdict("allow"))
    assert [one.state for one in outcome.recorded] == ["silent"]
    assert state(office, "p") == "removed"


def test_one_verdict_in_twenty_is_read_again_by_the_other_desk() -> None:
    office = an_office(rules=replace(LIMITS, load_limit=1e9))
    office.store.add_reviewer(replace(HELPER, reads={"*": "R3"}), "t", "h", 0.0)
    desk = Desk(office, NATIVE, "zh")
    put(office, *(f"p{n}" for n in range(60)))
    for item in desk.claim(60, lane="harm"):
        assert item.lease is not None
        desk.decide(item.id, item.lease, verdict())
    blind = office.store.queue("en", 99, NOON, "blind")
    assert len(blind) == sum(chosen(BLIND, KEY, "blind", n) for n in range(1, 61)) > 0
    assert all(item.sealed is not None and item.sealed["reviewer"] == "ann" for item in blind)


# a helper of the other desk -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "action", "state_after", "stays"),
    [
        ("hate", "limit", "limited", True),  # only a native may remove it: the helper limits it for now
        ("scam", "limit", "limited", False),  # a gloss is enough for all of it
        ("scam", "remove", "removed", False),
    ],
)
def test_a_helper_limits_what_only_a_native_may_remove(
    category: str, action: str, state_after: str, stays: bool
) -> None:
    office = an_office(Clock(NIGHT), SHIFTS)
    put(office, "p", category=category, priority=500.0)
    bo = Desk(office, HELPER, "en")
    item, lease = claim_one(bo)
    outcome = bo.decide(item.id, lease, verdict(action, category, "gloss"))
    assert not outcome.held
    assert outcome.recorded[0].desk == "en"
    assert bo.standing().load == outcome.recorded[0].load == 0.5
    assert state(office, "p", after=0 if stays else 20) == state_after
    back = office.store.item(item.id, NIGHT)
    assert (back.state, back.lent) == (("open", True) if stays else ("decided", False))
    assert bo.claim() == []  # it is not lent again
    assert len(Desk(office, NATIVE, "zh").claim()) == stays


@pytest.mark.parametrize("basis", ["gloss", "pattern"])
def test_a_helper_does_not_let_live_what_only_a_native_may_remove(basis: str) -> None:
    office = an_office(Clock(NIGHT), SHIFTS)
    put(office, "p", category="hate", priority=500.0)
    bo = Desk(office, HELPER, "en")
    item, lease = claim_one(bo)
    with pytest.raises(Forbidden, match="lent by desk zh, whose natives alone may remove it: limit it"):
        bo.decide(item.id, lease, verdict("allow", basis=basis))
    assert office.store.of_post("p", 1) == []
    bo.decide(item.id, lease, verdict("limit", "hate", "gloss"))


def test_the_key_of_a_loan_that_went_back_gives_what_it_decided() -> None:
    office = an_office(Clock(NIGHT), SHIFTS)
    put(office, "p", category="hate", priority=500.0)
    bo = Desk(office, HELPER, "en")
    item, lease = claim_one(bo)
    first, again = (bo.decide(item.id, lease, verdict("limit", "hate", "gloss"), key="k").recorded for _ in range(2))
    assert again == (replace(first[0], fresh=False),)


def test_a_helper_who_reads_the_language_decides_for_good() -> None:
    office = an_office(Clock(NIGHT), SHIFTS)
    put(office, "p", category="hate", priority=500.0)
    desk = Desk(office, replace(HELPER, reads={"*": "R3"}), "en")
    item, lease = claim_one(desk)
    desk.decide(item.id, lease, verdict("limit", "hate", "read"))
    assert office.store.item(item.id, NIGHT).state == "decided"


# a campaign -----------------------------------------------------------------------------------------------------------

LURE = "earn 300 a day from home, write to our group now"


def campaign(office: Office, *texts: str, language: str = "zh-Hans") -> None:
    """Posts of one campaign, numbered from 0; the first is the most urgent."""
    known = Campaign("c-1", len(texts), len(texts), NOON, {})
    for n, text in enumerate(texts):
        put(office, f"p{n}", priority=9.0 - n, post={"text": text}, campaign=known, language=language)


def test_one_decision_covers_a_campaign() -> None:
    office = an_office()
    campaign(office, LURE, LURE, LURE)
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    rehearsed = desk.decide(item.id, lease, verdict(), campaign="c-1", expect=3, dry_run=True)
    assert [one.post_id for one in rehearsed.recorded] == ["p0", "p1", "p2"]
    outcome = desk.decide(item.id, lease, verdict(), campaign="c-1", expect=3, key="k")
    assert [one.post_id for one in outcome.recorded] == ["p0", "p1", "p2"]
    assert {one.campaign for one in outcome.recorded} == {"c-1"}
    again = desk.decide(item.id, lease, verdict(), campaign="c-1", expect=3, key="k")
    assert [one.id for one in again.recorded] == [one.id for one in outcome.recorded]
    assert [state(office, f"p{n}") for n in range(3)] == ["removed"] * 3
    desk.undo(outcome.recorded[0].id, "the group is a charity")
    assert [state(office, f"p{n}") for n in range(3)] == ["held"] * 3


def test_other_members_than_were_shown_are_refused() -> None:
    office = an_office()
    campaign(office, LURE, LURE, LURE)
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    with pytest.raises(CampaignChanged, match="has 3 posts to decide, not 4"):
        desk.decide(item.id, lease, verdict(), campaign="c-1", expect=4)
    Desk(office, LEAD, "zh").claim()  # takes p1
    with pytest.raises(CampaignChanged, match="has 2 posts to decide, not 3"):
        desk.decide(item.id, lease, verdict(), campaign="c-1", expect=3)
    outcome = desk.decide(item.id, lease, verdict(), campaign="c-1", expect=2)
    assert [one.post_id for one in outcome.recorded] == ["p0", "p2"]


def test_members_that_differ_are_opened_first() -> None:
    office = an_office()
    campaign(office, LURE, LURE, "our cat is called Mingming, she likes to sleep")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    with pytest.raises(CampaignChanged, match="1 of campaign c-1 differ, open them first: p2"):
        desk.decide(item.id, lease, verdict(), campaign="c-1", expect=3)
    rehearsed = desk.decide(item.id, lease, verdict(), campaign="c-1", expect=3, opened=["p2"], dry_run=True)
    outcome = desk.decide(item.id, lease, verdict(), campaign="c-1", expect=3, opened=["p2"])
    own = outcome.recorded[0].load
    weights = [{one.post_id: one.load for one in each.recorded} for each in (rehearsed, outcome)]
    assert own > 0
    assert weights == [{"p0": own, "p1": 0.0, "p2": own}] * 2, "only what was read weighs"


def test_a_campaign_covers_only_what_its_reviewer_can_read() -> None:
    office = an_office()
    campaign(office, LURE)
    known = Campaign("c-1", 2, 2, NOON, {})
    put(office, "p9", post={"text": LURE}, campaign=known, language="th")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    with pytest.raises(Forbidden, match="in th takes R2; you read th at R0"):
        desk.decide(item.id, lease, verdict(), campaign="c-1", opened=["p9"])


def test_a_campaign_covers_nothing_that_only_natives_of_its_desk_remove() -> None:
    office = an_office(Clock(NIGHT), SHIFTS)
    known = Campaign("c-1", 2, 2, NIGHT, {})
    put(office, "p0", desk="en", language="en", post={"text": LURE}, campaign=known)
    put(office, "p1", category="hate", post={"text": LURE}, campaign=known)
    bo = Desk(office, HELPER, "en")
    item, lease = claim_one(bo)
    with pytest.raises(Forbidden, match="p1 of campaign c-1 is of desk zh"):
        bo.decide(item.id, lease, verdict("limit", "scam", "gloss"), campaign="c-1", opened=["p1"])
    with pytest.raises(Forbidden, match="p1 of campaign c-1 is of desk zh"):
        bo.decide(item.id, lease, verdict("allow", basis="gloss"), campaign="c-1", opened=["p1"])
    assert office.store.show("p1")[0].state == "held"


def test_a_campaign_that_the_item_is_not_in_is_refused() -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    with pytest.raises(UsageError, match="is in no campaign, not in c-7"):
        desk.decide(item.id, lease, verdict(), campaign="c-7")


def test_an_item_that_goes_back_is_limited_alone() -> None:
    office = an_office(Clock(NIGHT), SHIFTS)
    known = Campaign("c-1", 1, 1, NIGHT, {})
    put(office, "p", category="hate", priority=500.0, campaign=known)
    bo = Desk(office, HELPER, "en")
    item, lease = claim_one(bo)
    with pytest.raises(Forbidden, match="limit it alone"):
        bo.decide(item.id, lease, verdict("limit", "hate", "gloss"), campaign="c-1")
