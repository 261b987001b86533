"""What two verdicts about the same post show."""

from __future__ import annotations

import pytest

from moderation.pool.review.pairs import LEAST_PAIRS, contested, errors_by_basis, pairs
from tests.unit.pool.review.bench import NOW, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def twice(bench: Bench, first: tuple[str, str], second: tuple[str, str], desks: tuple[str, str] = ("zh", "en")) -> None:
    """A post that two people judged: action and basis each."""
    post_id = f"p-{bench.now:.0f}"
    bench.flag(post_id)
    bench.decide(post_id, first[0], by="wei", basis=first[1], desk="zh")
    bench.reread(post_id, second[0], by="bo", basis=second[1], desk=desks[1])


def test_a_blind_verdict_pairs_with_the_one_in_force_before_it(bench: Bench) -> None:
    bench.flag("a")
    bench.decide("a", "remove", by="wei")
    appeal = bench.reread("a", "limit", by="chen", desk="zh", kind="appeal")
    blind = bench.reread("a", "allow", by="bo", desk="en")
    bench.reread("a", "remove", by="dan", desk="zh", kind="golden")
    (pair,) = pairs(bench.store, 0.0)
    assert (pair.first.id, pair.second.id, pair.agree) == (appeal.id, blind.id, False)


def test_a_verdict_that_was_undone_pairs_with_nothing(bench: Bench) -> None:
    bench.flag("a")
    undone = bench.decide("a", "remove", by="wei", settle=False)
    bench.store.undo(undone.id, "wei", "a mistake", bench.now, 1.0)
    bench.reread("a", "allow", by="bo", desk="en")
    assert pairs(bench.store, 0.0) == []


def test_pairs_are_those_of_a_time(bench: Bench) -> None:
    twice(bench, ("remove", "read"), ("remove", "read"))
    later = bench.now
    twice(bench, ("remove", "read"), ("remove", "read"))
    assert [len(pairs(bench.store, *span)) for span in ((NOW,), (later,), (NOW, later))] == [2, 1, 1]


def test_an_error_is_to_act_where_a_native_read_does_not_or_the_reverse(bench: Bench) -> None:
    twice(bench, ("remove", "read"), ("allow", "gloss"))
    twice(bench, ("allow", "gloss"), ("remove", "read"))
    twice(bench, ("remove", "read"), ("limit", "gloss"))  # their level may allow no more: not an error
    twice(bench, ("remove", "read"), ("remove", "gloss"))
    twice(bench, ("remove", "read"), ("remove", "read"))
    twice(bench, ("allow", "pattern"), ("remove", "translation"))  # nobody read it natively
    assert errors_by_basis(bench.store, 0.0) == {"gloss": (0.5, 4), "read": (0.0, 1)}


def test_what_the_desks_differ_on_is_contested_once_enough_is_known(bench: Bench) -> None:
    for n in range(LEAST_PAIRS - 1):
        twice(bench, ("remove", "read"), ("remove" if n % 2 else "allow", "gloss"))
    rule = {row.id: row for row in contested(bench.store, 0.0)}
    assert not rule["scam.lure"].contested, "too few"
    twice(bench, ("remove", "read"), ("allow", "gloss"))
    found = contested(bench.store, 0.0)
    assert [(row.kind, row.id, row.differ, row.contested) for row in found] == [
        ("category", "scam", (11, 20), True),
        ("rule", "scam.lure", (11, 20), True),
    ]


def test_what_they_agree_on_is_not_contested_however_much_is_known(bench: Bench) -> None:
    for n in range(LEAST_PAIRS + 5):
        twice(bench, ("remove", "read"), ("remove" if n else "allow", "gloss"))
    assert not any(row.contested for row in contested(bench.store, 0.0))


def test_two_people_of_one_desk_contest_nothing(bench: Bench) -> None:
    twice(bench, ("remove", "read"), ("allow", "read"), desks=("zh", "zh"))
    assert contested(bench.store, 0.0) == []
