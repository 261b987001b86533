from collections import Counter

import pytest

from moderation.pool.review.order import MIXED, UNMIXED, chance, lanes, lanes_of, mixed_lane


def test_nothing_is_mixed_into_the_first_ten_claims_of_a_shift() -> None:
    assert {mixed_lane(name, 0.0, done) for name in map(str, range(500)) for done in range(UNMIXED)} == {None}


def test_later_the_lanes_have_their_shares() -> None:
    drawn = Counter(mixed_lane(name, 0.0, done) for name in map(str, range(100)) for done in range(UNMIXED, 110))
    for lane, share in MIXED:
        assert drawn[lane] == pytest.approx(share * 10_000, rel=0.2), lane
    assert drawn[None] == pytest.approx(7800, rel=0.03)


def test_the_same_claim_is_offered_the_same() -> None:
    assert mixed_lane("ann", 5.0, 40) == mixed_lane("ann", 5.0, 40)
    assert len({chance("ann", n) for n in range(1000)}) == 1000
    assert all(0 <= chance("ann", n) < 1 for n in range(1000))


@pytest.mark.parametrize(
    ("mixed", "order"),
    [
        (None, ("life", "due", "cost", "appeal")),
        ("golden", ("life", "golden", "due", "cost", "appeal")),  # a life goes before what is measured
        ("appeal", ("life", "appeal", "due", "cost")),
    ],
)
def test_the_lanes_of_a_claim(mixed: str | None, order: tuple[str, ...]) -> None:
    assert lanes(mixed) == order


def test_who_asks_for_harm_gets_what_is_due_first() -> None:
    assert lanes_of("harm") == ("due", "harm")
    assert lanes_of("lead") == ("lead",)
