from dataclasses import replace

import pytest

from moderation.domain.errors import OverLoad
from moderation.domain.review import Recorded
from moderation.domain.taxonomy import Severity
from moderation.pool.review.desk import Desk
from moderation.pool.review.load import break_in, check_load, load_of, used
from tests.support.builders import a_match
from tests.unit.pool.review.offices import NATIVE, an_office, claim_one, put


def a_verdict(claimed_at: float, at: float, load: float = 1.0, action: str = "allow") -> Recorded:
    return Recorded(
        1, 1, "review", "p", 1, action, None, "read", "", "ann", "zh", "zh", at, claimed_at, at, "standing", load
    )


@pytest.mark.parametrize(
    ("severity", "load"),
    [("critical", 1.0), ("high", 0.5), ("medium", 0.25), ("low", 0.125), ("informational", 0.0625)],
)
def test_a_verdict_weighs_by_its_severity(severity: str, load: float) -> None:
    office = an_office()
    put(office, "p", matches=(replace(a_match(), severity=Severity[severity]),))
    item, _ = claim_one(Desk(office, NATIVE, "zh"))
    assert load_of(item) == load


def test_who_has_read_enough_gets_no_more() -> None:
    check_load("ann", 119.0, 120.0)
    with pytest.raises(OverLoad, match="ann has read 120 of 120 in this shift"):
        check_load("ann", used([a_verdict(0, 1, 60.0), a_verdict(1, 2, 60.0)]), 120.0)


@pytest.mark.parametrize(
    ("work", "now", "left"),
    [
        ([], 0.0, None),  # nobody has worked
        ([(0, 60)], 60.0, 2940.0),  # the clock runs from the first claim
        ([(0, 60), (100, 3100)], 3100.0, 0.0),  # it is time
        ([(0, 60), (100, 3100)], 3500.0, None),  # who pauses for five minutes has had the break
        ([(0, 60), (359, 400)], 400.0, 2600.0),  # 299 seconds are none
        ([(0, 60), (360, 400)], 400.0, 2960.0),  # 300 are
    ],
)
def test_a_break_is_due_after_work_without_a_gap(
    work: list[tuple[float, float]], now: float, left: float | None
) -> None:
    assert break_in([a_verdict(*each) for each in work], now, 3000.0) == left


def test_an_undoing_is_no_work() -> None:
    undone = replace(a_verdict(0, 5000), action="undo")
    assert break_in([a_verdict(0, 60), undone], 60.0, 3000.0) == 2940.0
