"""What the desks did, and what waits for them."""

from __future__ import annotations

import pytest

from moderation.domain.errors import UsageError
from moderation.domain.review import Verdict
from moderation.pool.review.shifts import Rota, Shifts
from moderation.pool.review.stats import history, live, waiting
from tests.unit.pool.review.bench import HELD_S, NOW, Bench

HOUR = 3600.0


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_rows_count_by_what_is_asked(bench: Bench) -> None:
    for n, (action, basis, took) in enumerate(
        [("remove", "read", 10.0), ("remove", "gloss", 30.0), ("allow", "gloss", 50.0)]
    ):
        bench.flag(f"p-{n}")
        bench.decide(f"p-{n}", action, basis=basis, took_s=took, load=2.0)
    rows = history(bench.store, ("basis",), NOW, bench.now).rows
    assert [(row.of, row.decided, row.p50_s, row.load) for row in rows] == [
        ({"basis": "gloss"}, 2, 40.0, 4.0),
        ({"basis": "read"}, 1, 10.0, 2.0),
    ]
    assert rows[0].p90_s == pytest.approx(48.0)
    by_two = history(bench.store, ("desk", "category"), NOW, bench.now).rows
    assert [row.of for row in by_two] == [{"desk": "zh", "category": "-"}, {"desk": "zh", "category": "scam"}]


def test_without_verdicts_there_are_no_rows(bench: Bench) -> None:
    assert history(bench.store, ("desk",), 0.0, bench.now).rows == ()


def test_what_was_undone_was_not_decided_and_undoing_is_no_decision(bench: Bench) -> None:
    bench.flag("a")
    undone = bench.decide("a", "remove", settle=False)
    bench.store.undo(undone.id, "ada", "a mistake", bench.now, 1.0)
    assert history(bench.store, ("desk",), NOW, bench.now + 1).rows == ()


def test_a_decision_over_a_campaign_is_one_look(bench: Bench) -> None:
    text = "Part-time work from home, three hundred a day, write to us"
    for post_id in ("a", "b", "c"):
        bench.flag(post_id, text, campaign="C-1")
    bench.flag("slow")
    item = bench.take("a")
    assert item.lease is not None
    verdict = bench.decide("slow", "allow", took_s=100.0)
    assert verdict.claimed_at
    bench.now = item.claimed_at + 200.0
    bench.store.decide(
        item.id, item.lease, Verdict("remove", "scam", "read"), bench.now, campaign="C-1", also=[("b", 1), ("c", 1)]
    )
    (row,) = history(bench.store, ("desk",), NOW, bench.now + 1).rows
    assert row.decided == 4
    assert row.p50_s == pytest.approx(150.0)


def test_overturned_verdicts_count_where_they_were_given(bench: Bench) -> None:
    bench.flag("a")
    bench.decide("a", "remove", basis="gloss")
    bench.reread("a", "allow", by="chen", desk="zh", kind="appeal", basis="read")
    rows = {row.of["basis"]: row for row in history(bench.store, ("basis",), NOW, bench.now).rows}
    assert (rows["gloss"].overturn, rows["read"].overturn) == ((1, 1), (0, 0))
    shown = rows["gloss"].to_json()["overturn"]
    assert (shown["rate"], shown["n"]) == (1.0, 1)
    assert rows["read"].to_json()["overturn"] == {"rate": None, "n": 0, "low": 0.0, "high": 1.0}


def test_what_cannot_be_counted_by_is_refused_with_what_can(bench: Bench) -> None:
    with pytest.raises(UsageError, match="`colour`; there are desk, language, category, basis"):
        history(bench.store, ("colour",), NOW, bench.now)


def test_live_figures_begin_with_the_shift(bench: Bench) -> None:
    bench.flag("before")
    bench.flag("within")
    bench.decide("before", "remove", took_s=10.0)
    began = bench.now
    bench.decide("within", "remove", took_s=10.0)
    rota = Rota("S1", "zh", 3, int(began % 86_400), 7200)
    found = live(bench.store, Shifts((rota,)), bench.now)
    assert [(row.of, row.decided) for row in found.rows] == [({"desk": "zh", "basis": "read"}, 1)]
    bench.now = began + HOUR
    assert live(bench.store, Shifts(), bench.now).rows[0].decided == 2, "no shift: the last eight hours"


def test_what_waits_is_told_by_desk_lane_and_level(bench: Bench) -> None:
    bench.flag("a", needs="R0")
    bench.flag("b", needs="R3", lane="life")
    bench.flag("c", needs="R3", desk="en", language="en")
    bench.flag("done")
    bench.decide("done", "remove")
    bench.store.ask_review(("done", 1), "blind", "en", bench.now + 86_400, bench.now)
    found = waiting(bench.store, bench.now)
    assert found.open == {("en", "blind"): 1, ("en", "harm"): 1, ("zh", "harm"): 1, ("zh", "life"): 1}
    assert found.levels == {("en", "R3"): 1, ("zh", "R0"): 1, ("zh", "R3"): 1}
    assert found.due_1h == {("en", "harm"): 1, ("zh", "harm"): 1, ("zh", "life"): 1}, "the blind item may wait"


def test_what_is_shown_has_the_form_of_the_commands(bench: Bench) -> None:
    bench.flag("a")
    bench.flag("b")
    bench.decide("a", "remove")
    shown = live(bench.store, Shifts(), NOW + 1000).to_json()
    assert (shown["v"], shown["by"], shown["until"]) == (1, ["desk", "basis"], "2025-11-20T01:10:00Z")
    assert shown["rows"][0]["claim_to_decide_s"] == {"p50": 40.0, "p90": 40.0}
    assert shown["backlog"] == {
        "open": 1, "due_1h": 1, "lanes": {"zh": {"harm": 1}}, "due_1h_lanes": {"zh": {"harm": 1}},
        "read": {"zh": {"R0": 1}},
    }  # fmt: skip
    assert "backlog" not in history(bench.store, ("desk",), NOW, NOW + HELD_S).to_json()
