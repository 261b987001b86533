"""The review side of the pool: items, leases, verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DESKS = ("zh", "en")
VERDICTS = ("allow", "limit", "remove")


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to decide one item until ``expires_at`` (Unix seconds).

    Each claim of an item raises its ``fence``; a decision must carry the fence that it was claimed with.
    """

    id: str
    reviewer: str
    fence: int
    expires_at: float


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One post that waits for a person.

    ``state`` is open, decided or superseded (a newer revision came). ``due_at`` and ``created_at`` are Unix seconds.
    ``post`` and ``decision`` are the JSON of the contracts.
    """

    id: int
    post_id: str
    revision: int
    desk: str
    lane: str
    priority: float
    due_at: float
    created_at: float
    state: str
    lease: Lease | None
    post: Mapping[str, Any]
    decision: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer decided. ``action`` is one of :data:`VERDICTS`; ``basis`` says how they read the post."""

    action: str
    category: str | None
    basis: str
    note: str = ""
