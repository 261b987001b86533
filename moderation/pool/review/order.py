"""In which order a claim looks through the lanes, and what is mixed in so that nobody can tell what is measured."""

from __future__ import annotations

import hmac

MIXED = (("random", 0.05), ("golden", 0.02), ("blind", 0.05), ("appeal", 0.10))
"""What share of the claims looks into which lane before those that are due."""

UNMIXED = 10
"""So many claims of a shift come first, in which nothing is mixed in."""


def chance(*of: object, key: bytes) -> float:
    """A number in [0, 1) that is always the same of the same things, and without the key not to be told."""
    digest = hmac.digest(key, "\0".join(map(str, of)).encode(), "sha256")
    return int.from_bytes(digest[:7], "big") / (1 << 56)


def mixed_lane(reviewer: str, since: float, done: int, *, key: bytes) -> str | None:
    """The lane that is mixed into a reviewer's next claim, who decided or skipped ``done`` since their shift began."""
    if done < UNMIXED:
        return None
    left = chance("lane", reviewer, since, done, key=key)
    for lane, share in MIXED:
        if left < share:
            return lane
        left -= share
    return None


def lanes(mixed: str | None = None) -> tuple[str, ...]:
    """The lanes of a claim: whose life is at stake comes first, whatever is mixed in."""
    rest = ("due", "cost", "appeal")
    return ("life", *rest) if mixed is None else ("life", mixed, *(lane for lane in rest if lane != mixed))


def lanes_of(lane: str) -> tuple[str, ...]:
    """The lanes of a claim that asks for one."""
    return ("due", "harm") if lane == "harm" else (lane,)
