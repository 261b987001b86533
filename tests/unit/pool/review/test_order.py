from collections import Counter

import pytest

from moderation.pool.review.order import MIXED, UNMIXED, chance, lanes, lanes_of, mixed_lane

KEY = bytes(range(32))


def test_nothing_is_mixed_into_the_first_ten_claims_of_a_shift() -> None:
    assert {mixed_lane(name, 0.0, done, key=KEY) for name in map(str, range(500)) for done in range(UNMIXED)} == {None}


def test_later_the_lanes_have_their_shares() -> None:
    drawn = Counter(
        mixed_lane(name, 0.0, done, key=KEY) for name in map(str, range(100)) for done in range(UNMIXED, 110)
    )
    for lane, share in MIXED:
        assert drawn[lane] == pytest.approx(share * 10_000, rel=0.2), lane
    assert drawn[None] == pytest.approx(7800, rel=0.03)


def test_the_same_claim_is_offered_the_same() -> None:
    assert mixed_lane("ann", 5.0, 40, key=KEY) == mixed_lane("ann", 5.0, 40, key=KEY)
    assert len({chance("ann", n, key=KEY) for n in range(1000)}) == 1000
    assert all(0 <= chance("ann", n, key=KEY) < 1 for n in range(1000))


def test_what_is_mixed_in_cannot_be_foreseen_without_the_key() -> None:
    ours = [mixed_lane("ann", 0.0, n, key=KEY) for n in range(UNMIXED, 200)]
    assert ours != [mixed_lane("ann", 0.0, n, key=b"another key") for n in range(UNMIXED, 200)]


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
