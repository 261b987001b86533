from typing import Any

import pytest

from moderation.domain.errors import Forbidden
from moderation.domain.reviewer import Reviewer
from moderation.pool.review.reading import check_reading, needs_of, reading_of, worth
from tests.unit.pool.review.offices import TAXONOMY


def a_decision(read: dict[str, str] | None, category: str | None = "scam") -> dict[str, Any]:
    matches = [{"status": "enforce", "severity": "high", "category": category}] if category else []
    return {"review": None if read is None else {"read": read}, "matches": matches, "unavailable": []}


@pytest.mark.parametrize(
    ("decision", "cites", "needs"),
    [
        (a_decision({"limit": "R2", "remove": "R3"}), None, (1, 2, 3, 3)),
        (a_decision({"limit": "R1", "remove": "R1"}), None, (0, 1, 1, 3)),  # a ban takes a native, whatever the post
        (a_decision({"remove": "R2"}), None, (0, 0, 2, 3)),  # absent is R0, and nothing is less
        (
            a_decision({"limit": "R1", "remove": "R2"}),
            "hate",
            (1, 2, 3, 3),
        ),  # it is removed as hate, which takes a native
        (a_decision({"limit": "R2", "remove": "R3"}), "spam", (1, 2, 3, 3)),  # a mild category opens nothing
        (a_decision(None, "hate"), None, (1, 2, 3, 3)),  # drawn: by what matched
        (a_decision(None, None), None, (1, 2, 3, 3)),  # drawn, and nothing matched
    ],
)
def test_what_an_action_takes(decision: dict[str, Any], cites: str | None, needs: tuple[int, ...]) -> None:
    assert tuple(needs_of(decision, TAXONOMY, cites).values()) == needs


@pytest.mark.parametrize(
    ("basis", "level", "is_worth"),
    [
        ("read", 3, 3),
        ("read", 2, 0),  # who needs a gloss has not read it
        ("gloss", 3, 2),
        ("gloss", 2, 2),
        ("gloss", 1, 1),  # a gloss raises nobody over their level
        ("translation", 3, 2),
        ("pattern", 3, 1),
        ("pattern", 0, 0),
    ],
)
def test_what_a_basis_is_worth(basis: str, level: int, is_worth: int) -> None:
    assert worth(basis, level) == is_worth


def test_a_refusal_says_what_it_takes_what_one_has_and_what_one_may_do() -> None:
    helper = Reviewer("bo", reads={"zh": "R2"})
    needs = needs_of(a_decision({"limit": "R2", "remove": "R3"}), TAXONOMY)
    check_reading(helper, "zh-Hans", "limit", "gloss", needs)
    with pytest.raises(Forbidden) as refused:
        check_reading(helper, "zh-Hans", "remove", "gloss", needs)
    assert str(refused.value) == (
        "remove of a post in zh-Hans takes R3; you read zh-Hans at R2, and basis gloss is worth R2 to you. "
        "You may allow, limit, ask for a second opinion, escalate or skip it"
    )


@pytest.mark.parametrize(("level", "basis"), [("R3", "read"), ("R2", "gloss"), ("R1", "gloss"), ("R0", "pattern")])
def test_the_best_basis_of_a_reviewer(level: str, basis: str) -> None:
    needs = needs_of(a_decision({"limit": "R1", "remove": "R2"}), TAXONOMY)
    reading = reading_of(Reviewer("ann", reads={"*": level}), "th", needs)
    assert (reading.mine, reading.basis) == (level, basis)
    assert reading.needs == {"allow": "R0", "limit": "R1", "remove": "R2", "ban": "R3"}
