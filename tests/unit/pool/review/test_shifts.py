"""Shifts: who works when, over midnight, over changed clocks, overlapping, or not at all."""

from datetime import UTC, datetime
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.errors import NotFound, UsageError
from moderation.pool.review.shifts import DAY_S, Place, Rota, Shifts, parse_hours
from moderation.settings import load_shifts

BEIJING = Place("Asia/Shanghai", {"en": "Beijing", "zh": "北京"})
ANGELES = Place("America/Los_Angeles", {"en": "Los Angeles", "zh": "洛杉矶"})
DAY = Rota("S1", "zh", 2, *parse_hours("00:00-08:00"), places=(BEIJING,))
NIGHT = Rota("N", "en", 1, *parse_hours("22:00-06:00"), places=(ANGELES,))


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("desk", "moment", "name", "opens_in", "closes_in"),
    [
        ("zh", "2026-11-20 00:00", "S1@2026-11-20", 0, 8 * 3600),  # it works from its first second
        ("zh", "2026-11-20 07:59:59", "S1@2026-11-20", 0, 1),
        ("zh", "2026-11-20 08:00", None, 16 * 3600, 0),  # and not at its end
        ("zh", "2026-11-20 23:00", None, 3600, 0),
        ("en", "2026-11-20 23:00", "N@2026-11-20", 0, 7 * 3600),  # before midnight
        ("en", "2026-11-21 01:00", "N@2026-11-20", 0, 5 * 3600),  # after it, under the day on which it began
        ("en", "2026-11-21 06:00", None, 16 * 3600, 0),
    ],
)
def test_a_desk_works_from_the_start_of_its_shift_up_to_its_end(
    desk: str, moment: str, name: str | None, opens_in: float, closes_in: float
) -> None:
    shifts = Shifts((DAY, NIGHT))
    shift = shifts.now(desk, at(moment))
    assert (shift.name if shift else None) == name
    assert shifts.opens_in(desk, at(moment)) == opens_in
    assert (shift.end - at(moment) if shift else 0) == closes_in
    assert (shifts.seats(desk, at(moment)) > 0) is (name is not None)


def test_hours_are_shown_in_utc_and_where_people_sit() -> None:
    shift = DAY.on(int(at("2026-11-20") // DAY_S))
    assert shift is not None
    assert shift.hours("en") == "00:00-08:00 UTC (Beijing 08:00-16:00)"
    assert shift.hours("zh") == "00:00-08:00 UTC (北京 08:00-16:00)"


@pytest.mark.parametrize(
    ("moment", "local"),
    [
        ("2026-03-06", "14:00-22:00"),  # winter
        ("2026-03-08", "15:00-23:00"),  # clocks went forward at 10:00 UTC, before it begins
        ("2026-10-30", "15:00-23:00"),  # summer
        ("2026-11-01", "14:00-22:00"),  # clocks went back at 09:00 UTC
        ("2026-11-30", "14:00-22:00"),
    ],
)
def test_local_hours_move_with_the_clocks_of_los_angeles(moment: str, local: str) -> None:
    shift = Shifts((NIGHT,)).now("en", at(moment) + 22 * 3600)
    assert shift is not None
    assert shift.end - shift.start == 8 * 3600
    assert shift.hours("en") == f"22:00-06:00 UTC (Los Angeles {local})"


def test_a_shift_during_which_clocks_change_is_as_long_as_ever() -> None:
    early = Rota("E", "en", 1, *parse_hours("08:00-16:00"), places=(ANGELES,))
    spring, autumn = (Shifts((early,)).now("en", at(f"2026-{day} 08:00")) for day in ("03-08", "11-01"))
    assert spring is not None
    assert autumn is not None
    assert spring.end - spring.start == autumn.end - autumn.start == 8 * 3600
    assert (
        spring.hours("en") == "08:00-16:00 UTC (Los Angeles 00:00-09:00)"
    )  # standard time at its start, summer at its end
    assert autumn.hours("en") == "08:00-16:00 UTC (Los Angeles 01:00-08:00)"
    assert spring.to_json()["local"][0]["start"] == "2026-03-08T00:00:00-08:00"
    assert spring.to_json()["local"][0]["end"] == "2026-03-08T09:00:00-07:00"


def test_of_overlapping_shifts_the_one_that_ends_last_counts_and_seats_add_up() -> None:
    early, late = (Rota(name, "zh", seats, *parse_hours(hours)) for name, seats, hours in OVERLAPPING)
    shifts = Shifts((late, early))
    both = at("2026-11-20 07:00")
    working = shifts.now("zh", both)
    assert working is not None
    assert working.name == "late@2026-11-20"
    assert shifts.seats("zh", both) == 5
    assert shifts.seats("zh", at("2026-11-20 05:00")) == 2
    assert working.end - both == 7 * 3600
    first = shifts.now("zh", at("2026-11-20 01:00"))
    assert first is not None
    assert shifts.after(first) == working  # hands over to what works when it ends


OVERLAPPING = [("early", 2, "00:00-08:00"), ("late", 3, "06:00-14:00")]


def test_a_shift_hands_over_to_the_next_of_its_desk_though_hours_lie_between() -> None:
    shifts = Shifts((DAY, NIGHT))
    shift = shifts.named("S1@2026-11-20", 0)
    coming = shifts.after(shift)
    assert coming is not None
    assert coming.name == "S1@2026-11-21"


def test_weekdays_are_those_on_which_a_shift_begins() -> None:
    friday = Rota("F", "en", 1, *parse_hours("22:00-06:00"), weekdays=frozenset({4}))
    shifts = Shifts((friday,))
    assert shifts.now("en", at("2026-11-21 05:00")) is not None  # Saturday morning, begun on Friday
    assert shifts.now("en", at("2026-11-20 05:00")) is None
    coming = shifts.next("en", at("2026-11-20 22:00"))  # the one that begins now is not the next
    assert coming is not None
    assert coming.name == "F@2026-11-27"
    assert shifts.opens_in("en", at("2026-11-21 06:00")) == 6 * DAY_S + 16 * 3600


def test_a_desk_without_shifts_never_opens() -> None:
    shifts = Shifts((DAY,))
    assert shifts.next("en", at("2026-11-20")) is None
    assert shifts.opens_in("en", at("2026-11-20")) == inf
    assert shifts.seats("en", at("2026-11-20")) == 0


@pytest.mark.parametrize(
    ("moment", "ttl_s", "granted"),
    [
        ("2026-11-20 07:00", 900, 900),
        ("2026-11-20 07:50", 900, 600),  # of the last quarter of an hour
        ("2026-11-20 06:00", 10_000, 7_200),  # a lease that is set to be long
        ("2026-11-20 12:00", 900, 900),  # somebody works while the desk is closed
    ],
)
def test_no_lease_outlives_the_shift(moment: str, ttl_s: float, granted: float) -> None:
    assert Shifts((DAY,)).lease_s("zh", at(moment), ttl_s) == granted


def test_all_that_works_in_a_time_is_found_in_order() -> None:
    shifts = Shifts((DAY, NIGHT))
    found = shifts.between(at("2026-11-20 05:00"), at("2026-11-21 00:00"))
    assert [shift.name for shift in found] == ["N@2026-11-19", "S1@2026-11-20", "N@2026-11-20"]
    assert [shift.name for shift in shifts.between(at("2026-11-20 08:00"), at("2026-11-21 00:00"), "zh")] == []


def test_a_shift_is_found_by_name_or_by_its_last_beginning() -> None:
    shifts = Shifts((DAY, NIGHT))
    now = at("2026-11-21 01:00")
    assert shifts.named("N@2026-11-02", now).start == at("2026-11-02 22:00")
    assert shifts.named("N", now).name == "N@2026-11-20"
    assert shifts.named("S1", now).name == "S1@2026-11-21"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("S9", "no shift `S9`; configs/shifts.yaml has S1, F"),
        ("S1@yesterday", "such as S1@2026-11-20"),
        ("S1@2026-13-01", "such as S1@2026-11-20"),
        ("F@2026-11-21", "write a day on which it begins"),  # a Saturday
    ],
)
def test_a_name_without_a_shift_says_what_there_is(name: str, said: str) -> None:
    friday = Rota("F", "en", 1, *parse_hours("22:00-06:00"), weekdays=frozenset({4}))
    with pytest.raises(NotFound, match=said):
        Shifts((DAY, friday)).named(name, at("2026-11-21"))


@given(
    hours=st.tuples(st.integers(0, 287), st.integers(1, 288)),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    moment=st.integers(0, 4_000_000_000),
)
def test_a_closed_desk_opens_when_it_says(hours: tuple[int, int], days: frozenset[int], moment: int) -> None:
    shifts = Shifts((Rota("R", "zh", 1, hours[0] * 300, hours[1] * 300, weekdays=days),))
    opens_in = shifts.opens_in("zh", moment)
    assert opens_in <= 8 * DAY_S
    assert shifts.now("zh", moment + opens_in) is not None
    assert opens_in == 0 or shifts.now("zh", moment + opens_in - 1) is None


@pytest.mark.parametrize(
    ("hours", "begins", "length"),
    [("00:00-08:00", 0, 8), ("16:00-24:00", 16, 8), ("22:30-06:30", 22.5, 8), ("08:00-08:00", 8, 24)],
)
def test_hours_are_read(hours: str, begins: float, length: float) -> None:
    assert parse_hours(hours) == (begins * 3600, length * 3600)


@pytest.mark.parametrize("hours", ["8-16", "08:00", "24:00-08:00", "08:60-09:00", "08:00-25:00", "０8:00-09:00"])
def test_hours_that_are_none_are_refused(hours: str) -> None:
    with pytest.raises(ValueError, match="16:00-24:00"):
        parse_hours(hours)


# The file ------------------------------------------------------------------------------------------------------------
def test_with_the_shipped_shifts_each_desk_is_closed_at_times() -> None:
    shifts = load_shifts()
    wednesday = at("2026-11-18")
    opened = {
        desk: [hour for hour in range(24) if shifts.seats(desk, wednesday + hour * 3600)] for desk in ("zh", "en")
    }
    assert opened == {"zh": list(range(16)), "en": [*range(8), *range(16, 24)]}
    shift = shifts.named("S3", wednesday)
    assert shift.hours("zh") == "16:00-24:00 UTC (洛杉矶 08:00-16:00)"


PLACES = "places: {Asia/Shanghai: {en: Beijing, zh: 北京}}\n"
WRONG = [
    ("shifts: {S1: {desk: zh, seats: 2, utc: 8-16}}\n", ":1:", "write hours as 16:00-24:00"),
    (f"{PLACES}shifts:\n  S1: {{desk: zh, seats: 0, utc: 00:00-08:00}}\n", ":3:", "shifts.S1.seats"),
    (f"{PLACES}shifts:\n  S1: {{desk: de, seats: 1, utc: 00:00-08:00}}\n", ":3:", "shifts.S1.desk"),
    ("shifts:\n  S1: {desk: zh, seats: 1, utc: 00:00-08:00, weekdays: [monday]}\n", ":2:", "weekdays"),
    ("shifts:\n  S1: {desk: zh, seats: 1, utc: 00:00-08:00, weekdays: []}\n", ":2:", "weekdays"),
    (f"{PLACES}shifts:\n  S1: {{desk: zh, seats: 1, utc: 00:00-08:00, local: [Asia/Tokyo]}}\n", ":3:", "places"),
    ("places: {Asia/Peking: {en: Beijing, zh: 北京}}\nshifts: {}\n", ":1:", "no such time zone"),
    ("places: {../zone: {en: Nowhere, zh: 无}}\nshifts: {}\n", ":1:", "no such time zone"),
    ("places: {Asia/Shanghai: {en: Beijing}}\nshifts: {}\n", ":1:", "zh"),
    ("shifts: {S@1: {desk: zh, seats: 1, utc: 00:00-08:00}}\n", ":1:", "S@1"),
]


@pytest.mark.parametrize(("text", "line", "said"), WRONG)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, text: str, line: str, said: str) -> None:
    (tmp_path / "shifts.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load_shifts(tmp_path)
    assert f"shifts.yaml{line}" in str(error.value)
    assert said in str(error.value)


def test_a_file_without_shifts_closes_every_desk(tmp_path: Path) -> None:
    (tmp_path / "shifts.yaml").write_text("shifts: {}\n", encoding="utf-8")
    assert load_shifts(tmp_path) == Shifts()
