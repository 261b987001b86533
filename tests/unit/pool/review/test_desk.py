from dataclasses import replace
from itertools import count

import pytest

from moderation.domain.decision import Action
from moderation.domain.errors import (
    AlreadyDecided,
    Forbidden,
    LeaseLost,
    NotFound,
    OverLoad,
    UsageError,
)
from moderation.domain.reviewer import Reviewer
from moderation.pool.review import order
from moderation.pool.review.desk import Desk, Office
from tests.support.builders import a_decision, a_post
from tests.unit.pool.review.offices import (
    ALWAYS,
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
    commit,
    put,
    verdict,
)


def work(desk: Desk, clock: Clock, number: int) -> None:
    """Decide so many items, ten seconds each."""
    for _ in range(number):
        item, lease = claim_one(desk, lane="harm")
        clock.now += 10
        desk.decide(item.id, lease, verdict((item.category and "limit") or "allow", item.category))


def test_a_reviewer_claims_reads_and_decides() -> None:
    clock = Clock()
    office = an_office(clock)
    put(office, "calm", priority=1.0)
    put(office, "seen", priority=9.0)
    desk = Desk(office, NATIVE, "zh")
    assert [item.post_id for item in desk.queue(10)] == ["seen", "calm"]
    item, lease = claim_one(desk)
    assert item.post_id == "seen"
    assert desk.view(item.id).item.lease == lease
    outcome = desk.decide(item.id, lease, verdict("remove"))
    assert outcome.undo_until == NOON + 20
    assert not outcome.held
    assert office.store.show("seen")[0].state == "held"
    clock.now += 20
    desk.standing()
    assert office.store.show("seen")[0].state == "removed"


def test_nothing_is_offered_where_nothing_waits() -> None:
    assert Desk(an_office(), NATIVE, "zh").claim() == []


@pytest.mark.parametrize(
    ("asked", "posts"),
    [
        ({}, ["life", "hate", "scam"]),
        ({"categories": ("scam",)}, ["scam"]),
        ({"most": "R1"}, ["scam"]),  # the others take a gloss to limit
        ({"lane": "life"}, ["life"]),
        ({"lane": "harm"}, ["hate", "scam"]),
        ({"lane": "appeal"}, []),
    ],
)
def test_a_claim_takes_what_it_asks_for(asked: dict[str, object], posts: list[str]) -> None:
    office = an_office()
    put(office, "scam", category="scam", priority=1.0)
    put(office, "hate", category="hate", priority=2.0)
    put(office, "life", category="violence", lane="life", priority=0.5)
    found = Desk(office, NATIVE, "zh").claim(9, **asked)  # type: ignore[arg-type]
    assert [item.post_id for item in found] == posts


@pytest.mark.parametrize(
    "call",
    [
        lambda desk: desk.claim(categories=("weather",)),
        lambda desk: desk.claim(lane="fast"),
        lambda desk: desk.view(1, ("everything",)),
        lambda desk: desk.opt_out(["weather"]),
        lambda desk: Desk(desk.office, NATIVE, "fr"),
    ],
)
def test_what_is_unknown_is_refused_with_what_there_is(call: object) -> None:
    office = an_office()
    put(office, "p")
    with pytest.raises(UsageError, match=r"no (category|lane|part|desk) .*; there are "):
        call(Desk(office, NATIVE, "zh"))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        ("reader", "claim"),
        ("auditor", "queue"),
        ("auditor", "claim"),
        ("reviewer", "lead"),
        ("reviewer", "golden"),
    ],
)
def test_every_method_asks_the_role(role: str, refused: str) -> None:
    desk = Desk(an_office(), Reviewer("x", role=role), "zh")
    calls = {
        "claim": desk.claim,
        "queue": lambda: desk.queue(1),
        "lead": lambda: desk.claim(lane="lead"),
        "golden": lambda: desk.claim(lane="golden"),  # who could ask for it would know that it is one
    }
    with pytest.raises(Forbidden):
        calls[refused]()


def test_nobody_claims_at_a_desk_that_is_not_theirs() -> None:
    with pytest.raises(Forbidden, match="ann works at desk zh, not at en"):
        Desk(an_office(), NATIVE, "en").claim()


def test_who_is_over_their_load_claims_nothing_until_the_next_shift() -> None:
    clock = Clock(NOON)
    office = an_office(clock, SHIFTS, replace(LIMITS, load_limit=2.0))
    put(office, "p0", "p1", "p2", "p3", "p4")
    desk = Desk(office, NATIVE, "zh")
    work(desk, clock, 4)  # each of severity high weighs a half
    with pytest.raises(OverLoad, match="2 of 2"):
        desk.claim()
    assert desk.standing().load == 2.0
    clock.now += 20 * 3600  # 08:00 of the next day
    assert desk.standing().load == 0.0
    assert len(desk.claim()) == 1


@pytest.mark.parametrize(
    ("now", "lease_s", "lasts"),
    [
        (NOON, None, 120.0),  # three times 40 seconds
        (NOON, 77.0, 77.0),
        (NOON + 4 * 3600 - 30, 77.0, 30.0),  # what is set ends with the shift, too
        (NOON + 4 * 3600 - 50, None, 50.0),  # the shift ends in 50 seconds
        (NOON + 5 * 3600, None, 120.0),  # no shift is on
    ],
)
def test_how_long_a_lease_lasts(now: float, lease_s: float | None, lasts: float) -> None:
    office = an_office(Clock(now), SHIFTS, replace(LIMITS, lease_s=lease_s))
    put(office, "p")
    _, lease = claim_one(Desk(office, NATIVE, "zh"))
    assert lease.expires_at == now + lasts


def test_a_slow_category_has_longer_leases() -> None:
    clock = Clock()
    office = an_office(clock)
    desk = Desk(office, NATIVE, "zh")
    put(office, *(f"p{n}" for n in range(21)))
    for _ in range(20):
        item, lease = claim_one(desk, lane="harm")
        clock.now += 80
        desk.decide(item.id, lease, verdict())
    _, lease = claim_one(Desk(office, Reviewer("bo", desks=("zh",)), "zh"))
    assert lease.expires_at == clock.now + 240


def test_a_lease_is_renewed_released_and_lost() -> None:
    clock = Clock()
    office = an_office(clock)
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    clock.now += 100
    renewed = desk.renew(item.id, lease)
    assert renewed.expires_at == clock.now + 120
    desk.release(item.id, renewed)
    with pytest.raises(LeaseLost):
        desk.decide(item.id, renewed, verdict())
    again, lease = claim_one(desk)
    assert again.id == item.id
    clock.now += 121
    with pytest.raises(LeaseLost):
        desk.renew(item.id, lease)


def test_a_lease_is_only_its_reviewers() -> None:
    office = an_office()
    put(office, "p")
    item, lease = claim_one(Desk(office, NATIVE, "zh"))
    thief = Desk(office, Reviewer("eve", desks=("zh",)), "zh")
    for deed in (thief.release, thief.renew, thief.escalate, lambda *at: thief.decide(*at, verdict())):
        with pytest.raises(LeaseLost, match="of eve"):
            deed(item.id, lease)


def test_what_is_decided_is_decided() -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    desk.decide(item.id, lease, verdict())
    for deed in (desk.release, desk.renew, desk.escalate, lambda *at: desk.decide(*at, verdict())):
        with pytest.raises(AlreadyDecided):
            deed(item.id, lease)


@pytest.mark.parametrize(("reason", "again"), [("busy", True), ("language", False), ("wellbeing", False)])
def test_only_who_is_busy_is_offered_an_item_again(reason: str, again: bool) -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    desk.release(item.id, lease, reason)
    assert bool(desk.claim()) is again
    assert desk.standing().skipped == (not again)
    assert len(Desk(office, LEAD, "zh").claim()) == (not again)


def test_there_is_no_skipping_without_a_reason() -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    with pytest.raises(UsageError, match="no reason to skip; there are language"):
        desk.skip(item.id, lease, "boring")


def test_a_pause_gives_back_what_is_held() -> None:
    office = an_office()
    put(office, "p0", "p1", "p2")
    desk = Desk(office, NATIVE, "zh")
    first, lease = claim_one(desk)
    desk.claim(2)
    desk.decide(first.id, lease, verdict())
    desk.pause()
    assert len(Desk(office, LEAD, "zh").claim(9)) == 2
    desk.pause()  # there is nothing left to give back


def test_who_opts_out_of_a_category_is_not_offered_it() -> None:
    office = an_office()
    put(office, "p", category="sexual")
    desk = Desk(office, NATIVE, "zh")
    desk.opt_out(["sexual", "hate"])
    assert desk.reviewer.no == ("hate", "sexual")
    assert office.store.opted_out("ann") == ("hate", "sexual")
    assert desk.claim() == []
    desk.opt_out([])
    assert len(desk.claim()) == 1


def test_an_escalated_item_is_the_leads() -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    desk.escalate(item.id, lease, "is this satire?")
    assert desk.claim() == []
    lead = Desk(office, LEAD, "zh")
    assert lead.claim() == []  # only who asks for that lane
    item, lease = claim_one(lead, lane="lead")
    assert [one["note"] for one in lead.view(item.id).passed] == ["is this satire?"]
    lead.decide(item.id, lease, verdict("allow"))


def test_a_wrong_gloss_is_kept_with_what_it_means() -> None:
    office = an_office()
    put(office, "p", post={"text": "hello Yueqiu"})
    desk = Desk(office, NATIVE, "zh")
    claim_one(desk)
    assert desk.correct(1, "Yueqiu", "the moon", "a forum") == 1
    (kept,) = office.store.corrections()
    assert (kept.surface, kept.shown, kept.expected, kept.language, kept.reviewer) == (
        "Yueqiu", "the moon", "a forum", "zh-Hans", "ann",
    )  # fmt: skip
    for surface, expected in (("nowhere", "x"), ("", "x"), ("hello", " ")):
        with pytest.raises(UsageError):
            desk.correct(1, surface, "", expected)


def test_the_head_of_the_screen() -> None:
    clock = Clock()
    office = an_office(clock, SHIFTS)
    put(office, "p0", "p1", "later", due_in_s=9000)
    put(office, "soon", due_in_s=1800)
    put(office, "theirs", desk="en", language="en")
    clock.now += 60
    desk = Desk(office, NATIVE, "zh")
    work(desk, clock, 1)
    standing = desk.standing()
    assert (standing.shift, standing.closes_in_s) == ("S2", 4 * 3600 - 70)
    assert standing.shift_hours == dict.fromkeys(("en", "zh"), "08:00-16:00 UTC")
    assert (standing.open, standing.due_1h, standing.oldest_s) == (3, 1, 70.0)
    assert (standing.decided, standing.load, standing.load_limit, standing.break_in_s) == (1, 0.5, 120.0, 2990.0)
    assert (standing.other_open, standing.other_opens_in_s) == (False, 4 * 3600 - 70)
    assert standing.last is not None
    assert standing.undo_s == 20.0
    clock.now += 20
    assert (desk.standing().last, desk.standing().undo_s) == (None, 0.0)


def test_the_head_counts_what_was_kept_for_the_shift() -> None:
    office = an_office(Clock(), SHIFTS)
    put(office, "p")
    desk = Desk(office, NATIVE, "zh")
    item, lease = claim_one(desk)
    shift = SHIFTS.now("zh", NOON)
    assert shift is not None
    office.store.keep(item.id, lease, shift.name, "a lawyer is asked", NOON + 1800, NOON)
    assert desk.standing().kept == 1


def test_an_unknown_item_is_not_found() -> None:
    with pytest.raises(NotFound):
        Desk(an_office(), NATIVE, "zh").view(7)


# what is mixed in -----------------------------------------------------------------------------------------------------


def named_for(lane: str) -> tuple[Reviewer, int]:
    """Somebody into whose eleventh claim of the shift a lane is mixed."""
    since = NOON - NOON % 86_400
    name = next(f"r{n}" for n in count() if order.mixed_lane(f"r{n}", since, order.UNMIXED, key=KEY) == lane)
    return Reviewer(name, desks=("zh",)), order.UNMIXED


@pytest.mark.parametrize("lane", ["random", "golden", "blind", "appeal"])
def test_what_is_measured_is_mixed_in_after_ten_claims(lane: str) -> None:
    clock = Clock()
    office = an_office(clock, ALWAYS)
    who, first = named_for(lane)
    put(office, *(f"p{n}" for n in range(first + 2)), due_in_s=86_400)
    quiet = a_post("quiet", text="good morning")
    commit(office, [quiet], [a_decision(quiet, Action.approve, language="zh-Hans")])
    if lane != "random":
        sealed = {"action": "allow"} if lane != "appeal" else None
        office.store.ask_review(("quiet", 1), lane, "zh", NOON + 86_400, NOON, sealed=sealed)
    desk = Desk(office, who, "zh")
    for _ in range(first):
        item, lease = claim_one(desk)
        assert item.post_id != "quiet"
        clock.now += 10
        desk.decide(item.id, lease, verdict())
    item, lease = claim_one(desk)
    assert (item.post_id, item.kind) == ("quiet", "blind" if lane == "golden" else lane)
    desk.decide(item.id, lease, verdict("allow"))
    clock.now += 20
    desk.standing()
    assert office.store.item(item.id, clock.now).state == "decided"


def test_nothing_is_drawn_where_nothing_waits() -> None:
    clock = Clock()
    office = an_office(clock, ALWAYS)
    who, first = named_for("random")
    put(office, *(f"p{n}" for n in range(first)))
    quiet = a_post("quiet")
    commit(office, [quiet], [a_decision(quiet, Action.approve, language="zh-Hans")])
    desk = Desk(office, who, "zh")
    work(desk, clock, first)
    assert desk.claim() == []


def test_a_post_is_drawn_only_in_a_language_that_its_reader_reads() -> None:
    clock = Clock()
    office = an_office(clock, ALWAYS)
    who, first = named_for("random")
    put(office, *(f"p{n}" for n in range(first + 1)))
    quiet = a_post("quiet")
    commit(office, [quiet], [a_decision(quiet, Action.approve, language="th")])
    desk = Desk(office, replace(who, reads={"zh": "R3", "th": "R2"}), "zh")
    work(desk, clock, first)
    item, _ = claim_one(desk)
    assert item.post_id == f"p{first}"


def test_a_batch_is_mixed_as_single_claims_are() -> None:
    clock = Clock()
    office = an_office(clock, ALWAYS)
    who, first = named_for("golden")
    put(office, *(f"p{n}" for n in range(first + 4)))
    quiet = a_post("quiet")
    commit(office, [quiet], [a_decision(quiet, Action.approve, language="zh-Hans")])
    office.store.ask_review(("quiet", 1), "golden", "zh", NOON + 86_400, NOON, sealed={"action": "allow"})
    desk = Desk(office, who, "zh")
    work(desk, clock, first)
    found = desk.claim(3)
    assert len(found) == 3
    assert "quiet" in {item.post_id for item in found}


def test_who_skips_what_is_mixed_in_is_not_given_its_like_at_once() -> None:
    clock = Clock()
    office = an_office(clock, ALWAYS)
    since = NOON - NOON % 86_400

    def lanes(name: str) -> list[str | None]:
        return [order.mixed_lane(name, since, order.UNMIXED + n, key=KEY) for n in range(2)]

    who = Reviewer(next(f"r{n}" for n in count() if lanes(f"r{n}") == ["golden", None]), desks=("zh",))
    put(office, *(f"p{n}" for n in range(order.UNMIXED + 2)))
    for post_id in ("g1", "g2"):
        quiet = a_post(post_id)
        commit(office, [quiet], [a_decision(quiet, Action.approve, language="zh-Hans")])
        office.store.ask_review((post_id, 1), "golden", "zh", NOON + 86_400, NOON, sealed={"action": "allow"})
    desk = Desk(office, who, "zh")
    work(desk, clock, order.UNMIXED)
    item, lease = claim_one(desk)
    assert item.post_id == "g1"
    desk.skip(item.id, lease, "unsure")
    assert claim_one(desk)[0].post_id.startswith("p")


def test_nobody_takes_more_at_once_than_their_shift_has_room_for() -> None:
    office = an_office(rules=replace(LIMITS, load_limit=2.5))
    put(office, *(f"p{n}" for n in range(9)))
    assert len(Desk(office, NATIVE, "zh").claim(9)) == 3


def test_what_the_only_admin_escalates_waits_for_them_with_the_leads() -> None:
    office = an_office()
    put(office, "p")
    desk = Desk(office, Reviewer("local", role="admin"), "zh")
    item, lease = claim_one(desk)
    desk.escalate(item.id, lease, "tomorrow")
    assert desk.claim() == []
    assert [one.id for one in desk.claim(lane="lead")] == [item.id]


def test_a_desk_says_whose_and_which_it_is() -> None:
    office: Office = an_office()
    desk = Desk(office, HELPER, "en")
    assert (desk.reviewer, desk.desk, desk.office) == (HELPER, "en", office)
