"""Seats: Erlang C as others have published it, what shifts will meet, what they would have met."""

from datetime import UTC, datetime

import pytest

from moderation.pool.review.shifts import Rota, Shifts, parse_hours
from moderation.pool.review.staffing import erlang_c, forecast, replay, seats_needed, started_share

HOUR = 3600
MIDNIGHT = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp())
DAY = Shifts((Rota("S1", "zh", 2, *parse_hours("00:00-08:00")),))
ALWAYS = Shifts((Rota("S1", "zh", 2, *parse_hours("00:00-24:00")),))


@pytest.mark.parametrize(
    ("load", "seats", "waits"),
    [
        # The README of the R package ErlangC: 100 calls of 180 s in half an hour.
        (10, 14, 0.1741319),
        (10, 11, 0.6821182),
        # By hand: A²/2 · 2/(2-A) over 1 + A + the same, with A = 1, is 1/3; with A = 2 and three seats 4/9.
        (1, 2, 1 / 3),
        (2, 3, 4 / 9),
        (0.5, 1, 0.5),  # one seat waits as often as it is busy
        (0, 1, 0),
        (3, 3, 1),  # no steady state: whoever comes waits
        (4, 3, 1),
    ],
)
def test_the_probability_of_waiting_is_the_published_one(load: float, seats: int, waits: float) -> None:
    assert erlang_c(load, seats) == pytest.approx(waits, abs=5e-8)


def test_erlang_c_of_a_thousand_seats_overflows_nowhere() -> None:
    assert 0 < erlang_c(980, 1000) < erlang_c(990, 1000) < 1


@pytest.mark.parametrize(("seats", "share"), [(14, 0.88835), (11, 0.3896138), (10, 0)])
def test_the_share_started_in_time_is_the_published_one(seats: int, share: float) -> None:
    assert started_share(10, seats, handle_s=180, within_s=20) == pytest.approx(share, abs=5e-7)


@pytest.mark.parametrize(
    ("per_hour", "handle_s", "expected"),
    [
        # 90% within 10 minutes, occupancy at most 85%, shrinkage 30%
        (180, 40, (3, 5)),  # 2.0 erlang
        (120, 40, (2, 3)),
        (300, 55, (6, 9)),  # 4.6 erlang: a night desk that reads another language with a gloss
        (153, 40, (2, 3)),  # 1.7 erlang: two seats are busy for exactly 85%
        (154, 40, (3, 5)),
        (1, 40, (1, 2)),
        (0, 40, (0, 0)),
    ],
)
def test_seats_for_a_desk(per_hour: float, handle_s: float, expected: tuple[int, int]) -> None:
    assert seats_needed(per_hour, handle_s) == expected


def test_the_share_in_time_asks_for_seats_where_occupancy_does_not() -> None:
    """The published example: 200 an hour of 180 s, 80% within 20 s; 12 seats would be busy for 83%."""
    assert seats_needed(200, 180, started_within_s=20, share=0.8) == (14, 20)


# The forecast --------------------------------------------------------------------------------------------------------
def evenly(per_hour: int, days: int = 14, until: int = MIDNIGHT) -> dict[int, int]:
    return dict.fromkeys(range(until // HOUR - days * 24, until // HOUR), per_hour)


def test_a_shift_finds_what_came_while_its_desk_was_closed() -> None:
    now = MIDNIGHT + 8 * HOUR
    (coming,) = forecast("zh", 10, evenly(90, until=now), DAY, 40, now, hours=24)
    assert coming.shift.name == "S1@2026-11-21"
    assert coming.waiting == pytest.approx(10 + 16 * 90)
    assert coming.arrivals == pytest.approx(8 * 90)
    assert coming.planned == 2
    # Two seats take 2 · 90 · 85% = 153 an hour.
    assert coming.backlog == pytest.approx(1450 + 8 * 90 - 8 * 153)
    # To start on 720 and to clear 1,450 within 8 hours: 271 an hour, 3.0 erlang.
    assert coming.needed == (4, 6)


def test_a_shift_that_works_counts_from_now_and_works_off_its_backlog_to_nothing() -> None:
    now = MIDNIGHT + 4 * HOUR
    first, second = forecast("zh", 100, evenly(30, until=now), ALWAYS, 40, now, hours=24)
    assert first.waiting == 100
    assert first.arrivals == pytest.approx(20 * 30)
    assert first.backlog == 0
    assert second.waiting == 0
    assert second.to_json()["needed"] == {"seats": 1, "rostered": 2}


def test_each_hour_of_the_day_is_expected_to_bring_what_it_brought() -> None:
    evening = {hour: 240 if hour % 24 == 20 else 0 for hour in evenly(0)}
    shifts = Shifts(
        (Rota("early", "zh", 1, *parse_hours("08:00-16:00")), Rota("late", "zh", 1, *parse_hours("16:00-24:00")))
    )
    early, late = forecast("zh", 0, evening, shifts, 40, MIDNIGHT, hours=24)
    assert (early.arrivals, late.arrivals) == (0, pytest.approx(240))


def test_overlapping_shifts_help_each_other() -> None:
    rotas = (Rota("A", "zh", 1, *parse_hours("00:00-08:00")), Rota("B", "zh", 1, *parse_hours("04:00-12:00")))
    first, second = forecast("zh", 0, evenly(60), Shifts(rotas), 40, MIDNIGHT, hours=12)
    assert (first.planned, second.planned) == (1.5, 1.5)


def test_a_desk_that_nothing_came_to_needs_nobody() -> None:
    (shift,) = forecast("zh", 0, {}, DAY, 40, MIDNIGHT, hours=8)
    assert (shift.arrivals, shift.backlog, shift.needed) == (0, 0, (0, 0))
    assert forecast("en", 5, {}, DAY, 40, MIDNIGHT) == []


def test_the_hour_that_is_not_over_counts_for_nothing() -> None:
    arrivals = evenly(90) | {MIDNIGHT // HOUR: 1}
    (shift,) = forecast("zh", 0, arrivals, DAY, 40, MIDNIGHT + 60, hours=8)
    assert shift.arrivals == pytest.approx(8 * 90)


# The replay ----------------------------------------------------------------------------------------------------------
def test_even_arrivals_under_capacity_never_wait() -> None:
    seen = replay("zh", evenly(90), ALWAYS, 40, MIDNIGHT)
    assert seen.arrivals == 14 * 24 * 90
    assert (seen.in_time, seen.longest_wait_s, seen.left, seen.hours_short) == (
        pytest.approx(1),
        0,
        pytest.approx(0),
        0,
    )
    assert seen.dispersion == 0  # a clock is no Poisson process


def test_a_burst_that_the_mean_would_hide_makes_people_wait() -> None:
    """On average 92 an hour, for which two seats are enough; but once 918 came within one."""
    burst = MIDNIGHT // HOUR - 30
    seen = replay("zh", evenly(90) | {burst: 918}, ALWAYS, 40, MIDNIGHT)
    assert (seen.busiest, seen.busiest_at) == (918, burst * HOUR)
    assert seen.peak == pytest.approx(918 - 153, abs=1)
    assert seen.peak_at == burst * HOUR + HOUR - 300
    assert seen.hours_short == 1
    assert seen.dispersion is not None
    assert seen.dispersion > 1
    # The last of the hour meet 765 before them: 5 hours of two seats.
    assert seen.longest_wait_s == pytest.approx(5 * HOUR, abs=600)
    assert seen.in_time is not None
    assert seen.in_time == pytest.approx(0.936, abs=0.003)  # all wait until it is worked off, 12 hours later
    assert seats_needed(seen.arrivals / 14 / 24, 40).seats == 2


def test_what_comes_to_a_closed_desk_waits_for_it_and_is_not_held_against_those_who_work() -> None:
    seen = replay("zh", {hour: 9 for hour in evenly(0) if hour % 24 == 10}, DAY, 40, MIDNIGHT)
    assert seen.while_open == 0
    assert seen.in_time is None
    assert seen.longest_wait_s == 14 * HOUR
    assert seen.left == 9  # the last day's
    assert seen.to_json()["in_time"] is None


def test_nothing_is_replayed_of_an_empty_pool() -> None:
    seen = replay("zh", {}, DAY, 40, MIDNIGHT)
    assert (seen.arrivals, seen.in_time, seen.dispersion, seen.peak) == (0, None, None, 0)
    assert seen.to_json()["busiest"] == 0


def test_shifts_need_not_begin_at_a_round_time() -> None:
    shifts = Shifts((Rota("S1", "zh", 2, *parse_hours("00:07-08:03")),))
    late = MIDNIGHT + 8 * HOUR + 100  # within the last minutes
    first, second = forecast("zh", 0, evenly(90, until=late), shifts, 40, late, hours=30)
    assert first.arrivals == 0
    assert second.arrivals == pytest.approx(90 * 7.93, rel=0.02)
