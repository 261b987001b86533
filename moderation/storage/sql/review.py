"""The desks' queues: claims, leases, what is given back or on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from heapq import merge
from itertools import islice
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, bindparam, distinct, exists, func, insert, or_, select, update

from moderation.domain.review import DESKS, REASONS, Ask, Lease, ReviewItem, Waiting
from moderation.storage import reviewed
from moderation.storage.records import check_desk, dumps, loads, no_item, storable, storable_values
from moderation.storage.sql import tables as t
from moderation.storage.sql.database import Part, keeps, marks, reads
from moderation.storage.sql.intake import Key
from moderation.storage.sql.items import FREE, ITEM, OUTDATED, change, held, items_of, new_item
from moderation.storage.sql.lanes import Found, by_priority, by_time, covered, offered, walk
from moderation.storage.sql.standing import STANDING
from moderation.storage.sql.values import among

_SPARE = 8
"""So many more items than asked for are looked for at once, for others may lease some in between."""

_free = (
    select(t.review_items.c.id)
    .where(
        t.review_items.c.id == bindparam("item"),
        t.review_items.c.fence == bindparam("seen"),
        t.review_items.c.state == "open",
        t.review_items.c.expires_at <= bindparam("now"),
    )
    .with_for_update(skip_locked=True)
)
_TAKE = (
    update(t.review_items)
    .where(t.review_items.c.id == _free.scalar_subquery())
    .values(
        fence=t.review_items.c.fence + 1,
        lease=bindparam("to"),
        reviewer=bindparam("who"),
        expires_at=bindparam("until"),
        claimed_at=bindparam("now"),
    )
)
_POST = (
    select(t.posts.c.seq, t.posts.c.body, STANDING.label("decision"), OUTDATED.label("outdated"))
    .join_from(t.posts, t.decisions, t.decisions.c.post == t.posts.c.seq)
    .outerjoin(t.rejudgements, t.rejudgements.c.post == t.posts.c.seq)
)
_PASS = ("reviewer", "reason", "note", "at")
_PASSES = (
    select(t.passed.c.item, *(t.passed.c[name] for name in _PASS))
    .where(t.passed.c.at >= bindparam("since"), t.passed.c.at < bindparam("until"))
    .order_by(t.passed.c.at, t.passed.c.item)
)
_PASSES_OF = _PASSES.where(t.passed.c.reviewer == bindparam("name"))
# Apart, since SQLite looks up one end of an index, and reads all of it for both.
_ENDS = select(
    select(func.min(t.decisions.c.post)).scalar_subquery(), select(func.max(t.decisions.c.post)).scalar_subquery()
)
_PASSED = func.count(distinct(t.passed.c.reviewer))


class ReviewPart(Part):
    """Items and their leases."""

    @reads
    def queue(
        self, connection: Connection, desk: str | None, limit: int, now: float, lane: str | None = None
    ) -> list[ReviewItem]:
        """Open items, leased ones too, in the order in which they are claimed."""
        reviewed.check_line(desk, lane)
        return items_of(connection, [row.id for row in self._in_line(connection, desk, limit, now, lane)], now)

    @reads
    def line(self, connection: Connection, desk: str, limit: int, now: float, lane: str | None = None) -> list[Waiting]:
        """The first of them, without their posts."""
        reviewed.check_line(desk, lane)
        return [
            Waiting(
                row.id,
                row.desk,
                row.priority,
                row.created_at,
                row.needs,
                bool(row.blind),
                bool(row.lent),
                row.expires_at > now,
            )
            for row in self._in_line(connection, desk, limit, now, lane)
        ]

    def claim(self, ask: Ask, limit: int, now: float) -> list[ReviewItem]:
        """Lease the next items that nobody holds.

        Where a writer keeps all others waiting, items are looked for before the transaction that leases them.
        """
        reviewed.check_ask(ask)
        if not self._backend.one_writer:
            return self._claim_at_once(ask, limit, now)
        claimed: dict[int, str] = {}
        while wanted := limit - len(claimed):
            found = self._look(ask, wanted + _SPARE, now)
            claimed |= self._lease(ask, found, wanted, now) if found else {}
            if len(found) < wanted + _SPARE:
                break
        # A lease may have run out, and the item be another's, before it is read.
        read = self._read(list(claimed), now) if claimed else []
        return [item for item in read if item.lease and item.lease.id == claimed[item.id]]

    @reads
    def item(self, connection: Connection, item_id: int, now: float) -> ReviewItem:
        """One item."""
        for item in items_of(connection, [item_id], now):
            return item
        raise no_item(item_id)

    @marks
    def renew(self, connection: Connection, item_id: int, lease: Lease, expires_at: float, now: float) -> Lease:
        """Hold an item longer."""
        row = held(connection, item_id, lease, now)
        change(connection, item_id, expires_at=expires_at)
        return replace(lease, reviewer=row.reviewer, expires_at=expires_at)

    @marks
    def release(self, connection: Connection, item_id: int, lease: Lease, now: float) -> None:
        """Give an item back."""
        held(connection, item_id, lease, now)
        change(connection, item_id, **FREE)

    @keeps
    def skip(self, connection: Connection, item_id: int, lease: Lease, reason: str, note: str, now: float) -> int:
        """Give an item back, for ever unless who does is only busy."""
        reviewed.check_reason(reason)
        row = held(connection, item_id, lease, now)
        if reason != "busy":
            _pass(connection, row, reason, note, now)
        counted = select(_PASSED).where(t.passed.c.item == item_id, t.passed.c.reason.in_(REASONS))
        passed: int = connection.execute(counted).scalar_one()
        lead = {"lane": "lead"} if passed >= reviewed.ENOUGH_PASSES else {}
        change(connection, item_id, **FREE, **lead)
        return passed

    @keeps
    def escalate(self, connection: Connection, item_id: int, lease: Lease, note: str, now: float) -> None:
        """Give an item to the leads."""
        _pass(connection, held(connection, item_id, lease, now), "escalated", note, now)
        change(connection, item_id, **FREE, lane="lead")

    @keeps
    def second(
        self, connection: Connection, item_id: int, lease: Lease, desk: str, opinion: Mapping[str, Any], now: float
    ) -> None:
        """Give an item to a desk for a second opinion."""
        check_desk(desk)
        row = held(connection, item_id, lease, now)
        _pass(connection, row, "second", "", now)
        lane = reviewed.WALKED[row.rank] if row.lane == "lead" else row.lane
        change(connection, item_id, **FREE, desk=desk, lane=lane, sealed=dumps(storable_values(opinion)))

    @keeps
    def ask_review(
        self,
        connection: Connection,
        key: Key,
        kind: str,
        desk: str,
        due_at: float,
        now: float,
        *,
        sealed: Mapping[str, Any] | None = None,
        text: str = "",
        lane: str | None = None,
    ) -> int:
        """Open an item of a kind for a decided post."""
        lane = reviewed.lane_of(kind, lane)
        reviewed.check_item_desk(desk)
        # Under the chain's lock no newer revision is being decided, and nobody else opens the same item.
        self._backend.lock_chain(connection)
        named = _POST.where(t.posts.c.id == key[0], t.posts.c.revision == key[1])
        post = connection.execute(named).one_or_none()
        if post is None:
            raise reviewed.no_post(key)
        same = select(t.review_items).where(t.review_items.c.post == post.seq, t.review_items.c.kind == kind)
        before = connection.execute(same.with_for_update()).one_or_none()
        reviewed.check_unasked(key, kind, before.state if before else None)
        if post.outdated:
            raise reviewed.replaced(key)
        about = reviewed.facts(loads(post.decision))
        row = new_item(post.seq, about, kind, desk, lane, due_at - now, now)
        row |= {"due_at": due_at, "text": storable(text), "sealed": None if sealed is None else dumps(dict(sealed))}
        if before:
            change(connection, before.id, **{**row, "fence": before.fence, "views": None, **FREE})
            return int(before.id)
        opened = insert(t.review_items).values(row).returning(t.review_items.c.id)
        return int(connection.execute(opened).scalar_one())

    @reads
    def draw(self, connection: Connection, at: float, languages: Sequence[str], now: float) -> Key | None:
        """A decided post without an item, near where one was drawn."""
        first, last = connection.execute(_ENDS).one()
        if first is None or not languages:
            return None
        start = first + int(at * (last - first + 1))
        near = {"start": start, "end": start + reviewed.NEAR}
        row = connection.execute(_undecided(frozenset(languages)), near).one_or_none()
        return (row.id, row.revision) if row else None

    @keeps
    def views(self, connection: Connection, per_minute: Mapping[str, float], now: float) -> int:
        """Set views, and priorities by them."""
        posts = ITEM.where(among(t.posts.c.id, "ids"), t.review_items.c.state == "open")
        rows = connection.execute(posts.with_for_update(of=t.review_items), {"ids": list(per_minute)}).all()
        for row in rows:
            views = per_minute[row.post_id]
            priority = reviewed.priority_at(views, loads(row.post_body), loads(row.decision_body))
            change(connection, row.id, views=views, priority=priority)
        return len(rows)

    @reads
    def passed(self, connection: Connection, item_id: int) -> list[Mapping[str, Any]]:
        """Who passed on an item and why, oldest first."""
        if not connection.execute(select(exists().where(t.review_items.c.id == item_id))).scalar_one():
            raise no_item(item_id)
        columns = [t.passed.c[name] for name in _PASS]
        passes = connection.execute(select(*columns).where(t.passed.c.item == item_id).order_by(t.passed.c.id))
        return [dict(zip(_PASS, row, strict=True)) for row in passes]

    @reads
    def arrivals(self, connection: Connection, since: float, until: float) -> dict[tuple[str, int], int]:
        """How many reviews and appeals were opened, by desk and hour."""
        item = t.review_items.c
        opened = select(item.desk, item.created_at).where(item.created_at >= since, item.created_at < until)
        rows = connection.execute(opened.where(item.kind.in_(reviewed.ASKED)))
        return dict(Counter((desk, int(created_at // 3600)) for desk, created_at in rows))

    @reads
    def passes(
        self, connection: Connection, since: float, until: float, reviewer: str | None = None
    ) -> list[Mapping[str, Any]]:
        """All that was passed on in a time, oldest first."""
        passes = _PASSES if reviewer is None else _PASSES_OF
        found = connection.execute(passes, {"since": since, "until": until, "name": reviewer})
        return [dict(zip(("item", *_PASS), row, strict=True)) for row in found.all()]

    def _in_line(
        self, connection: Connection, desk: str | None, limit: int, now: float, lane: str | None
    ) -> list[Found]:
        self._backend.walk_in_order(connection)
        found: dict[int, Found] = {}
        for each in (lane,) if lane else ("life", "due", "harm"):
            order = by_priority if each in reviewed.WALKED else by_time
            walks = [walk(connection, at, each, limit + len(found), now) for at in ((desk,) if desk else DESKS)]
            found.update((row.id, row) for row in merge(*walks, key=order) if row.id not in found)
            if len(found) >= limit:
                break
        return list(islice(found.values(), limit))

    @marks
    def _claim_at_once(self, connection: Connection, ask: Ask, limit: int, now: float) -> list[ReviewItem]:
        claimed: dict[int, str] = {}
        while wanted := limit - len(claimed):
            found = self._offered(connection, ask, wanted + _SPARE, now)
            claimed |= _take(connection, ask, found, wanted, now)
            if len(found) < wanted + _SPARE:
                break
        return items_of(connection, list(claimed), now) if claimed else []

    @reads
    def _look(self, connection: Connection, ask: Ask, limit: int, now: float) -> list[Found]:
        return self._offered(connection, ask, limit, now)

    @marks
    def _lease(
        self, connection: Connection, ask: Ask, found: Sequence[Found], limit: int, now: float
    ) -> dict[int, str]:
        return _take(connection, ask, found, limit, now)

    @reads
    def _read(self, connection: Connection, ids: Sequence[int], now: float) -> list[ReviewItem]:
        return items_of(connection, ids, now)

    def _offered(self, connection: Connection, ask: Ask, limit: int, now: float) -> list[Found]:
        self._backend.walk_in_order(connection)
        return offered(connection, ask, limit, now)


def _take(connection: Connection, ask: Ask, found: Sequence[Found], limit: int, now: float) -> dict[int, str]:
    """Lease the first of the items that are still free; their leases."""
    taken: dict[int, str] = {}
    for row in found:
        if len(taken) == limit:
            break
        lease = uuid4().hex
        until = now + ask.ttl_s.get(row.category or "*", ask.ttl_s["*"])
        given = {"to": lease, "who": ask.reviewer.name, "until": until, "now": now}
        if connection.execute(_TAKE, {"item": row.id, "seen": row.fence, **given}).rowcount:
            taken[row.id] = lease
    return taken


def _pass(connection: Connection, item: Row[Any], reason: str, note: str, now: float) -> None:
    given = {"item": item.id, "reviewer": item.reviewer, "reason": reason, "note": storable(note), "at": now}
    connection.execute(insert(t.passed).values(given))


@lru_cache
def _undecided(languages: frozenset[str]) -> Select[Any]:
    """The first decided post near a place that nobody was asked about, in one of these languages."""
    found = (
        select(t.posts.c.id, t.posts.c.revision)
        .join_from(t.decisions, t.posts, t.posts.c.seq == t.decisions.c.post)
        .where(t.decisions.c.post >= bindparam("start"), t.decisions.c.post < bindparam("end"))
        .where(~exists().where(t.review_items.c.post == t.decisions.c.post), ~OUTDATED)
    )
    if "*" not in languages:
        found = found.where(or_(*(covered(t.decisions.c.language, tag) for tag in sorted(languages))))
    return found.order_by(t.decisions.c.post).limit(1)
