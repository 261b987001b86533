"""What the store in memory keeps of a post, and of what waits for a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from threading import RLock
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from uuid import uuid4

from moderation.domain.decision import Decision
from moderation.domain.review import COMPARED, Lease, Recorded, ReviewItem, Waiting
from moderation.storage.records import check_lease, loads
from moderation.storage.reviewed import SOON, Facts, Place, views_of

Key = tuple[str, int]
P = ParamSpec("P")
R = TypeVar("R")


class _Locked(Protocol):
    _lock: RLock


S = TypeVar("S", bound=_Locked)


def alone(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Let only one thread at a time into the methods of a store."""

    @wraps(method)
    def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._lock:
            return method(self, *args, **kwargs)

    return run


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
    decided_at: float = 0.0
    first: str = ""  # what was decided first, where something else stands now
    items: dict[str, Item] = field(default_factory=dict)  # by kind
    verdicts: list[Given] = field(default_factory=list)

    @property
    def item(self) -> Item | None:
        """The item that the pipeline asked for."""
        return self.items.get("review")

    @property
    def judged(self) -> bool:
        """Whether a person's verdict stands, or is about to."""
        return any(given.record.of is None and given.record.state in {"held", "standing"} for given in self.verdicts)


@dataclass(slots=True)
class Given:
    """A verdict: as it is read, as the audit covers it, and the first of those that were given with it."""

    record: Recorded
    body: str
    batch: int
    key: str | None

    @property
    def id(self) -> int:
        """Its number."""
        return self.record.id

    def become(self, state: str) -> None:
        """Come further."""
        self.record = replace(self.record, state=state)


@dataclass(slots=True)
class Item:
    """One look that a person must take, or took, at a post."""

    id: int
    of: Revision
    kind: str
    desk: str
    lane: str
    rank: int
    priority: float
    due_at: float
    span: int
    created_at: float
    about: Facts
    state: str = "open"
    sealed: str | None = None
    text: str = ""
    lent: bool = False
    views: float | None = None
    fence: int = 0
    lease: Lease | None = None
    claimed_at: float = 0.0
    kept_reason: str = ""
    passes: list[tuple[str, str, str, float]] = field(default_factory=list)

    @property
    def order(self) -> tuple[float, ...]:
        """In which the items of the walked lanes are claimed."""
        return (self.rank, -self.priority, self.created_at, self.id)

    @property
    def due(self) -> tuple[float, int]:
        """In which items are claimed that have a time."""
        return (self.due_at, self.id)

    @property
    def place(self) -> Place:
        """What a verdict about it says of it."""
        return Place(self.id, self.kind, *self.of.key, self.desk, self.about.language, self.claimed_at)

    def soon(self, now: float) -> bool:
        """Whether the last part of its time has begun."""
        return self.due_at <= now + SOON * self.span

    def free(self, now: float) -> bool:
        """Whether nobody holds it."""
        return self.lease is None or self.lease.expires_at <= now

    def give(self, reviewer: str, expires_at: float, now: float) -> Lease:
        """Lease it."""
        self.fence += 1
        self.lease = Lease(uuid4().hex, reviewer, self.fence, expires_at)
        self.claimed_at = now
        return self.lease

    def held(self, lease: Lease, now: float) -> str:
        """Who holds it, if this very lease does."""
        return check_lease(self.id, self.state, self.lease, lease, now)

    def close(self, state: str) -> None:
        """End its lease, in another state."""
        self.state, self.lease = state, None

    def waiting(self, now: float) -> Waiting:
        """As it stands in line."""
        blind = self.kind in COMPARED or self.sealed is not None
        held = not self.free(now)
        return Waiting(self.id, self.desk, self.priority, self.created_at, self.about.needs, blind, self.lent, held)

    def seen(self, now: float) -> ReviewItem:
        """As a reviewer sees it."""
        post: dict[str, Any] = loads(self.of.body)
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
            post=post,
            decision=loads(self.of.decided),
            kind=self.kind,
            category=self.about.category,
            language=self.about.language,
            needs=self.about.needs,
            views=views_of(post) if self.views is None else self.views,
            claimed_at=self.claimed_at,
            sealed=None if self.sealed is None else loads(self.sealed),
            text=self.text,
            lent=self.lent,
            campaign=self.about.campaign,
        )
