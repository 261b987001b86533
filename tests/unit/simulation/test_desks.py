"""Seats take what waits in the product's order; nothing is lost; queues behave as the theory of queues says."""

from collections.abc import Mapping, Sequence
from math import factorial

import numpy as np
import pytest

from moderation.simulation.arrivals import draw
from moderation.simulation.desks import Items, flagged_items, run_desks
from moderation.simulation.replay import constant, late, least_staff
from moderation.simulation.scenario import Overflow
from tests.unit.simulation.building import DAY_S, ground, items, scenario, seats

DEAR, FAIR, FREE = (Overflow(slower=1.4, price=price) for price in (1e12, 100, 0))


def harm(flagged: Items, number: int, overflow: Overflow | None) -> float:
    """Of waiting, where the zh desk is closed for half the day."""
    staff = {"zh": [0] * 12 + [number] * 12, "en": [number] * 24}
    reviewed = run_desks(flagged, staff, overflow, DAY_S)
    return float(flagged.weight @ (np.minimum(reviewed.limited, DAY_S) - flagged.at))


def drawn(seed: int) -> Items:
    wave, posts = scenario(posts=20_000), draw(scenario(posts=20_000), seed)
    return flagged_items(posts, posts.at + 1, ground().taxonomy, ground().desks, wave.desks)


FLAGGED = drawn(seed=1)


def test_every_flagged_post_becomes_an_item_in_the_order_of_its_decision() -> None:
    posts = draw(scenario(), seed=1)
    decided = np.where(posts.at < DAY_S / 2, posts.at + 5, np.inf)
    made = flagged_items(posts, decided, ground().taxonomy, ground().desks, scenario().desks)
    assert len(made.at) == (posts.flagged & np.isfinite(decided)).sum()
    assert (np.diff(made.at) >= 0).all()


def test_what_is_not_reviewed_waits() -> None:
    reviewed = run_desks(FLAGGED, seats(1, 1), None, DAY_S)
    done = np.isfinite(reviewed.done)
    assert 0 < done.sum() < len(done)
    assert (reviewed.done[done] > FLAGGED.at[done]).all()
    assert ((reviewed.by == -1) == ~done).all()


def test_without_seats_all_waits() -> None:
    reviewed = run_desks(FLAGGED, seats(0, 0), FREE, DAY_S)
    assert np.isinf(reviewed.done).all()
    assert np.isinf(reviewed.limited).all()


@pytest.mark.parametrize("overflow", [None, FAIR])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_more_seats_never_make_the_same_items_wait_at_more_harm(seed: int, overflow: Overflow | None) -> None:
    flagged = drawn(seed)
    by_seats = [harm(flagged, number, overflow) for number in (0, 1, 2, 4, 8, 16)]
    assert by_seats == sorted(by_seats, reverse=True)
    assert by_seats[-1] < by_seats[0] / 2


@pytest.mark.parametrize(
    ("columns", "order", "reason"),
    [
        ({}, [0, 1, 2], "of equals the oldest"),
        ({"priority": [1, 2, 3]}, [0, 2, 1], "priority, once the first is in hand"),
        ({"priority": [1, 9, 1], "life": [False, False, True]}, [0, 2, 1], "life safety before priority"),
    ],
)
def test_items_are_taken_in_the_order_of_a_claim(
    columns: dict[str, list[float]], order: list[int], reason: str
) -> None:
    flagged = items(3, at=[0, 1, 2], **columns)
    reviewed = run_desks(flagged, seats(1, 0), None, DAY_S)
    assert np.argsort(reviewed.done).tolist() == order, reason
    assert np.sort(reviewed.done).tolist() == [60, 120, 180]


def test_an_item_of_both_desks_goes_to_whoever_is_free() -> None:
    reviewed = run_desks(items(2, at=[0, 0], desk=[2, 2]), seats(1, 1), None, DAY_S)
    assert reviewed.done.tolist() == [60, 60]
    assert sorted(reviewed.by) == [0, 1]


def test_a_desk_that_closes_finishes_what_it_has_begun() -> None:
    shift = {"zh": [1, 0, 1], "en": [0, 0, 0]}
    flagged = items(3, at=[3590, 3591, 3592])
    assert run_desks(flagged, shift, None, 3 * 3600).done.tolist() == [3650, 7260, 7320]


class TestOverflow:
    ONE = items(1, harm=[3.0])
    CLOSED: Mapping[str, Sequence[int]] = {"zh": [0, 0, 1], "en": [1, 1, 1]}  # 120 minutes, 360 weighted views

    @pytest.mark.parametrize(
        ("price", "done"), [(359, 84), (361, 7260)], ids=["waiting costs more", "reading with a gloss costs more"]
    )
    def test_the_other_desk_helps_where_waiting_costs_more(self, price: float, done: float) -> None:
        reviewed = run_desks(self.ONE, self.CLOSED, Overflow(slower=1.4, price=price), 3 * 3600)
        assert reviewed.done.tolist() == [done]
        assert reviewed.helped == (done == 84)

    def test_nobody_helps_where_overflow_is_off(self) -> None:
        assert run_desks(self.ONE, self.CLOSED, None, 3 * 3600).done.tolist() == [7260]

    def test_what_needs_a_native_reader_is_only_limited_and_comes_back(self) -> None:
        native = self.ONE._replace(final=np.array([False]))
        reviewed = run_desks(native, self.CLOSED, FREE, 3 * 3600)
        assert reviewed.limited.tolist() == [84]
        assert reviewed.done.tolist() == [7260]
        assert reviewed.by.tolist() == [0]
        assert reviewed.helped == 1

    def test_what_a_gloss_cannot_tell_is_not_touched(self) -> None:
        lent = self.ONE._replace(lent=np.array([False]), final=np.array([False]))
        reviewed = run_desks(lent, self.CLOSED, FREE, 3 * 3600)
        assert reviewed.limited.tolist() == reviewed.done.tolist() == [7260]

    def test_an_item_that_is_not_worth_it_stands_in_nobody_s_way(self) -> None:
        two = items(2, at=[0, 0], life=[True, False], harm=[1, 1000])
        reviewed = run_desks(two, self.CLOSED, Overflow(slower=1.4, price=500), 3 * 3600)
        assert reviewed.done.tolist() == [7260, 84]

    def test_a_desk_reads_its_own_first(self) -> None:
        two = items(2, at=[0, 0], desk=[0, 1], priority=[9, 1])
        reviewed = run_desks(two, self.CLOSED, FREE, 3 * 3600)
        assert reviewed.done.tolist() == [144, 60]

    def test_help_lessens_harm(self) -> None:
        assert harm(FLAGGED, 4, FAIR) < harm(FLAGGED, 4, DEAR) / 2
        assert harm(FLAGGED, 4, DEAR) == harm(FLAGGED, 4, None)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (3, 2.1), (8, 6.4)])
def test_random_arrivals_wait_as_erlang_says(servers: int, load: float) -> None:
    """The mean wait of M/M/c: Erlang's C · service time / (servers - load)."""
    chance = np.random.default_rng(5)
    count, service = 60_000, 60.0
    at = np.cumsum(chance.exponential(service / load, count))
    flagged = items(count, at=at, handling_s=chance.exponential(service, count))
    hours = int(at[-1] // 3600) + 10
    reviewed = run_desks(flagged, constant({"zh": servers, "en": 0}, days=hours // 24 + 1), None, hours * 3600.0)
    waited = (reviewed.done - flagged.at - flagged.handling_s).mean()
    all_busy = load**servers / factorial(servers) * servers / (servers - load)
    erlang_c = all_busy / (sum(load**n / factorial(n) for n in range(servers)) + all_busy)
    assert waited == pytest.approx(erlang_c * service / (servers - load), rel=0.1)


class TestLeastStaff:
    def test_one_seat_fewer_is_too_few(self) -> None:
        found = least_staff(FLAGGED, days=1)
        for number, (desk, fewest) in enumerate(found.items()):
            assert fewest is not None
            own = Items(*(column[FLAGGED.desk == number] for column in FLAGGED))
            for short, enough in ((0, True), (1, False)):
                staff = {"zh": 0, "en": 0} | {desk: fewest - short}
                reviewed = run_desks(own, constant(staff, days=1), None, DAY_S)
                assert (late(own, reviewed, DAY_S).mean() <= 0.05) == enough, (desk, short)

    def test_a_desk_without_items_needs_nobody(self) -> None:
        assert least_staff(items(10), days=1) == {"zh": 1, "en": 0}

    def test_no_seats_help_where_handling_takes_longer_than_the_due_time(self) -> None:
        assert least_staff(items(10, due_in_s=[30] * 10), days=1) == {"zh": None, "en": 0}
