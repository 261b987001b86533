from math import inf

import pytest

from moderation.pool.review.desk import Desk
from moderation.pool.review.overflow import ENOUGH, Price, Wait, line_at, loan_over, overflow_sum, price_of
from moderation.pool.review.shifts import Rota, Shifts
from moderation.pool.review.view import Factors
from tests.unit.pool.review.offices import (
    ALWAYS,
    HELPER,
    LIMITS,
    NATIVE,
    NOON,
    SHIFTS,
    Clock,
    an_office,
    claim_one,
    put,
)

ASSUMED = {"read": 0.02, "gloss": 0.04}
NIGHT = NOON + 6 * 3600  # 18:00: desk zh is closed for 14 hours more


def test_the_price_of_a_gloss_is_assumed_until_enough_was_read_twice() -> None:
    few = {"read": (0.01, ENOUGH), "gloss": (0.09, ENOUGH - 1)}
    assert price_of(ASSUMED, few, 5000) == Price(pytest.approx(0.02), 0, 5000)
    enough = {"read": (0.01, ENOUGH), "gloss": (0.09, ENOUGH + 5)}
    assert price_of(ASSUMED, enough, 5000) == Price(pytest.approx(0.08), ENOUGH, 5000)
    assert price_of(ASSUMED, {"gloss": (0.09, 100)}, 5000).samples == 0  # a difference has two sides


def test_a_gloss_that_errs_no_more_costs_nothing() -> None:
    assert price_of(ASSUMED, {"read": (0.05, 50), "gloss": (0.03, 50)}, 5000).views == 0.0


@pytest.mark.parametrize(
    ("shifts", "now", "waiting", "wait"),
    [
        (SHIFTS, NOON, 0, Wait(0.0, 0.0)),  # open, and nothing stands before it
        (SHIFTS, NOON, 6, Wait(0.0, 6 * 40 / 2)),  # open, with a line for two seats
        (SHIFTS, NIGHT, 6, Wait(14 * 3600.0, 6 * 40 / 2)),
        (Shifts((Rota("S3", "en", 1, 0, 86_400),)), NOON, 6, Wait(inf, 6 * 40)),  # nobody ever works there
    ],
)
def test_how_long_an_item_waits_at_its_desk(shifts: Shifts, now: float, waiting: int, wait: Wait) -> None:
    office = an_office(Clock(now), shifts)
    put(office, *(f"p{n}" for n in range(waiting)), priority=2.0)
    put(office, "this", priority=1.0)
    put(office, "behind", "further", priority=0.5)
    line = line_at("zh", office.store, shifts, 40.0, now)
    assert line.wait(waiting + 1) == wait


def test_what_somebody_reads_already_is_not_waited_for() -> None:
    office = an_office()
    put(office, "p0", "p1", "p2")
    Desk(office, NATIVE, "zh").claim(2)
    assert line_at("zh", office.store, ALWAYS, 40.0, NOON).wait(3) == Wait(0.0, 0.0)


def test_both_sides_of_the_sum() -> None:
    office = an_office()
    put(office, "p")
    item = office.store.queue("zh", 1, NOON)[0]
    factors = Factors(9.6, 0.8, 3, 8, 10.0, 40.0, 0)
    found = overflow_sum(item, factors, Wait(600.0, 60.0), Price(0.02, 0, 5000), remove=2)
    assert found.wait_cost == pytest.approx(0.8 * 8 * 10 * 11)
    assert found.price == pytest.approx(100)
    assert (found.wait_s, found.opens_in_s, found.final, found.lends) == (660.0, 600.0, True, True)
    assert not overflow_sum(item, factors, Wait(0.0, 60.0), Price(0.02, 0, 5000), remove=3).final
    assert not overflow_sum(item, factors, Wait(0.0, 60.0), Price(0.02, 0, 5000), remove=3).lends


def test_the_claim_and_the_sum_draw_the_same_line() -> None:
    office = an_office(Clock(NIGHT), SHIFTS)
    put(office, "p")
    price, line = Price(0.02, 0, 5000), line_at("zh", office.store, SHIFTS, 40.0, NIGHT)
    least = loan_over(line, price, 40.0)
    assert least is not None
    harm = least * 40 / 60  # p·S·V of an item with that priority
    assert harm * line.wait(1).seconds / 60 == pytest.approx(price.views)


@pytest.mark.parametrize(
    ("now", "category", "views", "offered"),
    [
        (NIGHT, "scam", 50.0, True),
        (NOON, "scam", 50.0, False),  # its own desk is open and has no line
        (NIGHT, "scam", 0.001, False),  # hardly anybody sees it: a gloss would cost more
        (NIGHT, "self_harm", 50.0, False),  # even to limit it takes a native
    ],
)
def test_a_desk_helps_the_other_where_waiting_costs_more(
    now: float, category: str, views: float, offered: bool
) -> None:
    office = an_office(Clock(now), SHIFTS)
    put(office, "p", category=category, priority=0.8 * 8 * views / (40 / 60), post={"views_per_minute": views})
    desk = Desk(office, HELPER, "en")
    assert bool(desk.claim()) is offered
    if offered:
        overflow = desk.view(1).overflow
        assert overflow is not None
        assert overflow.lends
        assert overflow.native == "zh"


@pytest.mark.parametrize(("before", "lent"), [(0, False), (3, False), (30, True)])
def test_an_open_desk_lends_what_stands_behind_too_much(before: int, lent: bool) -> None:
    office = an_office(Clock(), ALWAYS)
    put(office, *(f"due{n}" for n in range(before)), priority=0.001, due_in_s=60)
    put(office, "p", priority=75.0, due_in_s=86_400, post={"views_per_minute": 7.8})
    office.clock.now += 50  # type: ignore[attr-defined]
    assert [item.post_id for item in Desk(office, HELPER, "en").claim()] == ["p"] * lent
    overflow = Desk(office, HELPER, "en").view(before + 1).overflow
    assert overflow is not None
    assert overflow.lends is lent


def test_the_other_desks_items_stand_behind_ones_own_of_as_much_harm() -> None:
    office = an_office(Clock(NIGHT), SHIFTS)
    put(office, "theirs", priority=130.0)
    put(office, "ours", desk="en", language="en", priority=100.0)
    put(office, "worse", priority=140.0)
    taken = [item.post_id for item in Desk(office, HELPER, "en").claim(3)]
    assert taken == ["worse", "ours", "theirs"]  # 140 / 1.375 = 101.8, 130 / 1.375 = 94.5


def test_a_reviewer_of_both_is_shown_no_sum() -> None:
    office = an_office(Clock(NIGHT), SHIFTS)
    put(office, "p", desk="both")
    item, _ = claim_one(Desk(office, HELPER, "en"))
    assert Desk(office, HELPER, "en").view(item.id).overflow is None


def test_the_settings_price_is_the_default() -> None:
    assert price_of(LIMITS.errors, {}, LIMITS.error_cost).views == pytest.approx(100.0)
