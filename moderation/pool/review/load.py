"""What reading weighs on a reviewer: a verdict by its severity, in a shift a limit, after a while a break.

No trial stands behind the numbers (research page, section 4): they are settings, and the load is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from moderation.domain.errors import OverLoad
from moderation.domain.review import VERDICTS, Recorded, ReviewItem
from moderation.domain.taxonomy import Severity
from moderation.pool.review.factors import severity_of

OFF_SHIFT_S = 8 * 3600.0
"""So far back verdicts count where no shift is on."""

GAP_S = 300.0
"""A pause of so long is a break."""


def load_of(item: ReviewItem) -> float:
    """What the verdict of an item weighs: 1 where its severity is critical, half of it with each step down."""
    return 2.0 ** (severity_of(item.decision) - Severity.critical)


def used(verdicts: Iterable[Recorded]) -> float:
    """What verdicts weigh together."""
    return sum(verdict.load for verdict in verdicts)


def check_load(reviewer: str, weight: float, limit: float) -> None:
    """Raise :class:`OverLoad` where a reviewer has read enough."""
    if weight >= limit:
        raise OverLoad(
            f"{reviewer} has read {weight:.0f} of {limit:.0f} in this shift; stop here and hand over, "
            "or let an operator raise review.load_limit",
            zh=f"{reviewer} 本班的负荷为 {weight:.0f}，上限为 {limit:.0f}；"
            "请停下来交班，或请运维调高 review.load_limit",
        )


def room(weight: float, limit: float) -> int:
    """So many more items may be taken at once: the heaviest weighs 1."""
    return ceil(limit - weight)


def break_in(verdicts: Iterable[Recorded], now: float, after_s: float) -> float | None:
    """Seconds until a break is due, 0 where it is; None where nobody works: the last verdict was a break ago."""
    done = sorted((v for v in verdicts if v.action in VERDICTS), key=lambda v: v.at)
    if not done or now - done[-1].at >= GAP_S:
        return None
    began = done[-1].claimed_at
    for verdict in reversed(done[:-1]):
        if began - verdict.at >= GAP_S:
            break
        began = min(began, verdict.claimed_at)
    return max(after_s - (now - began), 0.0)
