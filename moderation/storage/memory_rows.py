"""What the store in memory keeps of a post, and of what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.domain.decision import Decision
from moderation.domain.review import Lease, ReviewItem
from moderation.storage.records import loads

Key = tuple[str, int]


@dataclass(slots=True)
class Revision:
    """One revision of a post. Bodies are JSON text, so that nothing is shared with a caller."""

    seq: int
    key: Key
    body: str
    digest: str
    unit: str
    received_at: float
    enqueued_at: float
    state: str = "pending"
    decision: Decision | None = None
    decided: str = ""
    first: str = ""  # what was decided first, where something else stands now
    item: Item | None = None
    verdict: str | None = None


@dataclass(slots=True)
class Item:
    """One post that waits, or waited, for a person."""

    id: int
    of: Revision
    desk: str
    lane: str
    priority: float
    due_at: float
    created_at: float
    state: str = "open"
    fence: int = 0
    lease: Lease | None = None

    @property
    def order(self) -> tuple[bool, float, float, int]:
        """In which items are claimed."""
        return (self.lane != "life", -self.priority, self.created_at, self.id)

    def free(self, now: float) -> bool:
        """Whether nobody holds it."""
        return self.lease is None or self.lease.expires_at <= now

    def close(self, state: str) -> None:
        """End its lease, in another state."""
        self.state, self.lease = state, None

    def seen(self, now: float) -> ReviewItem:
        """As a reviewer sees it."""
        return ReviewItem(
            id=self.id,
            post_id=self.of.key[0],
            revision=self.of.key[1],
            desk=self.desk,
            lane=self.lane,
            priority=self.priority,
            due_at=self.due_at,
            created_at=self.created_at,
            state=self.state,
            lease=None if self.free(now) else self.lease,
            post=loads(self.of.body),
            decision=loads(self.of.decided),
        )
