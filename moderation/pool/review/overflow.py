"""When the other desk should review what a desk has no time for: both sides of the sum.

Waiting costs p · S · V · minutes, in weighted views. Reading with a gloss costs the errors that it makes more than a
native reader does. Minutes are those until the native desk opens, and those that it takes for what stands before the
item: a desk that is open and has too much to do lends, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from math import inf

from moderation.domain.review import DESKS, ReviewItem, Waiting
from moderation.domain.review_ports import Queue
from moderation.pool.review.shifts import Shifts
from moderation.pool.review.view import Factors, OverflowSum

SLOWER = 1.375
"""How much longer a gloss takes than reading: assumed, 55 seconds for 40 (configs/wave.yaml)."""

ENOUGH = 30
"""Doubly reviewed items of a basis from which on its measured error counts."""

LOOKED_THROUGH = 200
"""So many items of a line are looked at: who stands further back waits at least as long."""

FINAL = 2  # the level that a gloss is worth

Errors = Mapping[str, tuple[float, int]]
"""Basis → the share of its verdicts that the other desk contradicts, and of how many."""


@dataclass(frozen=True, slots=True)
class Price:
    """``delta``: the error with a gloss less a native's (``samples`` 0: assumed); ``cost``: weighted views an error."""

    delta: float
    samples: int
    cost: float

    @property
    def views(self) -> float:
        """What reading with a gloss costs, in weighted views."""
        return self.delta * self.cost


@dataclass(frozen=True, slots=True)
class Wait:
    """How long an item waits at a desk: until it opens, and for what stands before it there."""

    opens_in_s: float
    before_s: float

    @property
    def seconds(self) -> float:
        """Both together."""
        return self.opens_in_s + self.before_s


def other(desk: str) -> str:
    """The other desk."""
    return DESKS[1 - DESKS.index(desk)]


def price_of(assumed: Mapping[str, float], measured: Errors, cost: float) -> Price:
    """The price of a gloss: from what was measured where that is enough, else from what is assumed."""
    samples = min(measured.get(basis, (0.0, 0))[1] for basis in ("read", "gloss"))
    error = {basis: rate for basis, (rate, _) in measured.items()} if samples >= ENOUGH else assumed
    return Price(max(error["gloss"] - error["read"], 0.0), samples if samples >= ENOUGH else 0, cost)


@dataclass(frozen=True, slots=True)
class Line:
    """What waits at a desk, in the order in which it is claimed (the first :data:`LOOKED_THROUGH`), and for how long.

    ``opens_in_s`` is infinite where the desk never opens; ``seconds`` is what one item takes all its seats together.
    """

    desk: str
    opens_in_s: float
    seconds: float
    items: tuple[Waiting, ...]

    def wait(self, item_id: int) -> Wait:
        """How long an item waits: until the desk opens, and for what stands before it and nobody has taken."""
        before = takewhile(lambda item: item.id != item_id, self.items)
        return Wait(self.opens_in_s, sum(not item.held for item in before) * self.seconds)

    def first(self) -> Waiting | None:
        """The most harmful item that may be lent: not what even to limit takes a native, nor what was lent before."""
        lent = (
            item
            for item in self.items
            if item.desk == self.desk and item.needs <= FINAL and not (item.blind or item.lent or item.held)
        )
        return max(lent, key=lambda item: item.priority, default=None)


def line_at(desk: str, store: Queue, shifts: Shifts, handling_s: float, now: float) -> Line:
    """The line of a desk."""
    opens_in = shifts.opens_in(desk, now)
    seats = shifts.seats(desk, now + opens_in) if opens_in < inf else 0
    return Line(desk, opens_in, handling_s / max(seats, 1), tuple(store.line(desk, LOOKED_THROUGH, now)))


def loan_over(line: Line, price: Price, handling_s: float) -> float | None:
    """The priority over which items of a line are lent, or None.

    A helper takes the most harmful first, so it is that whose wait counts: where it is not lent, nothing is. Priorities
    are p · S · V by the taxonomy's handling time.
    """
    first = line.first()
    if first is None or not (wait := line.wait(first.id).seconds):
        return None
    return price.views / (wait / 60) / (handling_s / 60)


def overflow_sum(item: ReviewItem, factors: Factors, wait: Wait, price: Price, remove: int) -> OverflowSum:
    """Both sides, of one item; ``remove`` is the level (0 to 3) that removing it takes."""
    harm = factors.probability * factors.weight * factors.views_per_minute
    return OverflowSum(
        native=item.desk,
        opens_in_s=wait.opens_in_s,
        wait_s=wait.seconds,
        wait_cost=harm * wait.seconds / 60,
        price=price.views,
        error_delta=price.delta,
        samples=price.samples,
        final=remove <= FINAL,
    )
