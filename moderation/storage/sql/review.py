"""The desks' queues: claims, leases, verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, insert, select, text, update

from moderation.domain.review import Lease, ReviewItem, Verdict
from moderation.storage.audit import merkle_root
from moderation.storage.records import (
    AFTER_VERDICT,
    check_desk,
    check_lease,
    check_verdict,
    dumps,
    loads,
    no_item,
    verdict_json,
)
from moderation.storage.sql import tables as t
from moderation.storage.sql.chain import extend_chain
from moderation.storage.sql.database import Part, marks, reads, writes
from moderation.storage.sql.shed import STANDING
from moderation.storage.sql.values import numbers

ITEM = (
    select(
        t.review_items,
        t.posts.c.id.label("post_id"),
        t.posts.c.revision,
        t.posts.c.body.label("post_body"),
        STANDING.label("decision_body"),
    )
    .join_from(t.review_items, t.decisions, t.decisions.c.post == t.review_items.c.post)
    .outerjoin(t.rejudgements, t.rejudgements.c.post == t.review_items.c.post)
    .join(t.posts, t.posts.c.seq == t.review_items.c.post)
)
"""Items with what a reviewer reads."""

_ITEMS = ITEM.where(t.review_items.c.id.in_(numbers("ids")))


class ReviewPart(Part):
    """The review side of the pool."""

    @reads
    def queue(self, connection: Connection, desk: str | None, limit: int, now: float) -> list[ReviewItem]:
        """Open items, leased ones too, in the order in which they are claimed."""
        if desk is not None:
            check_desk(desk)
        self._backend.walk_in_order(connection)
        ids = connection.execute(_waiting(desk).limit(limit)).scalars().all()
        return self._items(connection, ids, now)

    @marks
    def claim(
        self, connection: Connection, desk: str, reviewer: str, limit: int, ttl_s: float, now: float
    ) -> list[ReviewItem]:
        """Lease the next items of a desk that nobody holds."""
        check_desk(desk)
        self._backend.walk_in_order(connection)
        free = _waiting(desk).where(t.review_items.c.expires_at <= now).limit(limit).with_for_update(skip_locked=True)
        ids = connection.execute(free).scalars().all()
        for item_id in ids:
            lease = {"lease": uuid4().hex, "reviewer": reviewer, "expires_at": now + ttl_s}
            mine = update(t.review_items).where(t.review_items.c.id == item_id)
            connection.execute(mine.values(fence=t.review_items.c.fence + 1, **lease))
        return self._items(connection, ids, now)

    @reads
    def item(self, connection: Connection, item_id: int, now: float) -> ReviewItem:
        """One item; :class:`NotFound`."""
        for item in self._items(connection, [item_id], now):
            return item
        raise no_item(item_id)

    @marks
    def release(self, connection: Connection, item_id: int, lease: Lease, now: float) -> None:
        """Give an item back; :class:`LeaseLost`, :class:`AlreadyDecided`, :class:`NotFound`."""
        self._held(connection, item_id, lease, now)
        _close(connection, item_id, "open")

    @writes
    def decide(self, connection: Connection, item_id: int, lease: Lease, verdict: Verdict, now: float) -> None:
        """Record a verdict with all its effects; errors as :meth:`release`."""
        check_verdict(verdict)
        held = self._held(connection, item_id, lease, now)
        body = dumps(verdict_json(held.post_id, held.revision, verdict, held.reviewer, now))
        recorded = insert(t.verdicts).values(item=item_id, body=body).returning(t.verdicts.c.id)
        verdict_id = connection.execute(recorded).scalar_one()
        _close(connection, item_id, "decided")
        judged = update(t.decisions).where(t.decisions.c.post == held.post)
        connection.execute(judged.values(state=AFTER_VERDICT[verdict.action]))
        # The chain is everybody's, so it is locked last. Should a commit that supersedes this very item hold it, each
        # waits for the other: PostgreSQL ends one of the two, which is done again.
        self._backend.lock_chain(connection)
        connection.execute(insert(t.outbox).values(post=held.post, verdict=verdict_id))
        extend_chain(connection, "verdict", now, [verdict_id], merkle_root([body]))

    def _items(self, connection: Connection, ids: Sequence[int], now: float) -> list[ReviewItem]:
        items = {row.id: item_of(row, now) for row in connection.execute(_ITEMS, {"ids": ids})}
        return [items[item_id] for item_id in ids if item_id in items]

    def _held(self, connection: Connection, item_id: int, lease: Lease, now: float) -> Row[Any]:
        """The item, locked, if this very lease holds it."""
        named = ITEM.where(t.review_items.c.id == item_id).with_for_update(of=t.review_items)
        row = connection.execute(named).one_or_none()
        if row is None:
            raise no_item(item_id)
        check_lease(item_id, row.state, _lease_of(row), lease, now)
        return row


def item_of(row: Row[Any], now: float) -> ReviewItem:
    """A row of :data:`ITEM`; a lease that has expired is none."""
    lease = _lease_of(row)
    return ReviewItem(
        id=row.id,
        post_id=row.post_id,
        revision=row.revision,
        desk=row.desk,
        lane=row.lane,
        priority=row.priority,
        due_at=row.due_at,
        created_at=row.created_at,
        state=row.state,
        lease=lease if lease and lease.expires_at > now else None,
        post=loads(row.post_body),
        decision=loads(row.decision_body),
    )


def _lease_of(row: Row[Any]) -> Lease | None:
    return Lease(row.lease, row.reviewer, row.fence, row.expires_at) if row.lease else None


def _waiting(desk: str | None) -> Select[int]:
    conditions = [text(condition) for condition in t.waits_at(desk)]
    return select(t.review_items.c.id).where(*conditions).order_by(*t.CLAIM_ORDER)


def _close(connection: Connection, item_id: int, state: str) -> None:
    free = {"state": state, "lease": None, "reviewer": None, "expires_at": 0.0}
    connection.execute(update(t.review_items).where(t.review_items.c.id == item_id).values(free))
