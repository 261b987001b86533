"""What the classifier has to reach, whether it does, and how much faster it is than the baselines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .stages import FAST, WHOLE, Reads
from .timing import LARGEST, Times


class Target(NamedTuple):
    """A bound on a figure: from below, or from above where ``most``."""

    name: str
    bound: float
    unit: str
    most: bool = False

    def verdict(self, measured: float) -> str:
        """One line: the figure, its ratio to the bound, and whether it is met."""
        met = measured <= self.bound if self.most else measured >= self.bound
        sign = "<=" if self.most else ">="
        return (
            f"{self.name}: {measured:,.1f} {self.unit}; target {sign} {self.bound:,g} {self.unit}: "
            f"{measured / self.bound:.2f} ×, {'met' if met else 'MISSED'}"
        )


SPEED = Target(f"{FAST}, batches of {LARGEST}", 25_000, "posts/s")
COST = Target(f"{WHOLE}, batches of {LARGEST}, average over the stream", 120, "µs a post", most=True)
SHARE = Target("read by the second reader", 15, "% of the posts", most=True)


def verdicts(times: Times, read: Reads) -> Iterator[str]:
    """A line for each target."""
    yield SPEED.verdict(1 / times[FAST][LARGEST])
    yield COST.verdict(1e6 * times[WHOLE][LARGEST])
    yield SHARE.verdict(100 * read.read / read.posts)


def ratios(ours: Times, theirs: Times) -> Iterator[str]:
    """How many times as long each baseline takes, where both were measured."""
    for name in (FAST, WHOLE):
        for other, sizes in theirs.items():
            if name in ours:
                times = ", ".join(f"{seconds / ours[name][size]:,.1f} × ({size})" for size, seconds in sizes.items())
                yield f"{other} takes, of the time of {name} (by batch): {times}"
