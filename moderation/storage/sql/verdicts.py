"""What was decided by people: verdicts, their effect, and how they are taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, text, update

from moderation.domain.review import COMPARED, Lease, Look, Recorded, Seal, Verdict
from moderation.storage import reviewed
from moderation.storage.audit import merkle_root
from moderation.storage.records import check_verdict, dumps, loads
from moderation.storage.sql import tables as t
from moderation.storage.sql.chain import extend_chain, link_of
from moderation.storage.sql.database import Part, keeps, reads
from moderation.storage.sql.effects import give_effect, lock_posts, publish, restore
from moderation.storage.sql.intake import Key
from moderation.storage.sql.items import FREE, ITEM, change, checked, close, locked, place_of
from moderation.storage.sql.members import members_of
from moderation.storage.sql.reopening import lease_again, reopen
from moderation.storage.sql.values import numbers

GIVEN = select(t.verdicts, t.review_items.c.desk, t.review_items.c.language).join_from(
    t.verdicts, t.review_items, t.review_items.c.id == t.verdicts.c.item
)
"""Verdicts with what records of an older schema do not tell."""

_OF_KEY = GIVEN.where(t.verdicts.c.key == bindparam("key"))
_WRITE = insert(t.verdicts).returning(t.verdicts.c.id, sort_by_parameter_order=True)
_DUE = (
    select(t.verdicts.c.id)
    .where(text(t.HELD), t.verdicts.c.effective_at <= bindparam("now"))
    .order_by(t.verdicts.c.effective_at, t.verdicts.c.id)
)
_LOOKS = (
    select(*(t.verdicts.c[name] for name in ("id", "reviewer", "claimed_at", "at", "of", "body")))
    .where(t.verdicts.c.id > bindparam("after"))
    .order_by(t.verdicts.c.id.desc())
    .limit(bindparam("limit"))
)
_LINKS_OF_ITS_TIME = (
    select(t.audit)
    .where(t.audit.c.at == select(t.verdicts.c.at).where(t.verdicts.c.id == bindparam("id")).scalar_subquery())
    .order_by(t.audit.c.seq.desc())
)
_ANY_DUE = _DUE.limit(1)
_LOCK_DUE = _DUE.with_for_update(skip_locked=True)


class VerdictPart(Part):
    """Verdicts of items."""

    @keeps
    def decide(
        self,
        connection: Connection,
        item_id: int,
        lease: Lease,
        verdict: Verdict,
        now: float,
        *,
        hold_s: float = 0.0,
        load: float = 0.0,
        key: str | None = None,
        desk: str | None = None,
        campaign: str | None = None,
        also: Sequence[Key] = (),
        opened: Collection[Key] = (),
    ) -> list[Recorded]:
        """Record a verdict of an item, and the same of other members of its campaign."""
        check_verdict(verdict)
        row = locked(connection, item_id)
        if before := _keyed(connection, key):
            return before
        row = checked(row, lease, now)
        rows = [row, *members_of(connection, self._backend, row, also, now)]
        state = "silent" if row.kind in COMPARED else "held"
        lock_posts(connection, [each.post for each in rows])
        places = [place_of(each, desk or each.desk) for each in rows]
        weights = [load] + [load if (each.post_id, each.revision) in opened else 0.0 for each in rows[1:]]
        records = [
            reviewed.verdict_json(place, verdict, row.reviewer, now, weight, campaign)
            for place, weight in zip(places, weights, strict=True)
        ]
        effective_at = now + hold_s
        ids = self._write(connection, rows, records, now, effective_at, state, key)
        close(connection, [each.id for each in rows], "decided")
        effect = state == "held" and hold_s <= 0
        if effect:
            give_effect(connection, ids)
        # The chain is everybody's, so it is locked last. Should a commit that supersedes this very item hold it, each
        # waits for the other: PostgreSQL ends one of the two, which is done again.
        self._backend.lock_chain(connection)
        if effect:
            publish(connection, ids)
        self._audit(connection, ids, records, now)
        courses = [
            reviewed.Course(number, now, each.claimed_at, effective_at, "standing" if effect else state)
            for number, each in zip(ids, rows, strict=True)
        ]
        return list(map(reviewed.recorded, records, courses, places))

    @keeps
    def lend_back(
        self,
        connection: Connection,
        item_id: int,
        lease: Lease,
        verdict: Verdict,
        now: float,
        *,
        load: float = 0.0,
        key: str | None = None,
    ) -> Recorded:
        """Limit a post for the other desk, whose queue keeps the item."""
        check_verdict(verdict)
        row = locked(connection, item_id)
        if before := _keyed(connection, key):
            return before[0]
        row = checked(row, lease, now)
        lock_posts(connection, [row.post])
        place = place_of(row, reviewed.other(row.desk))
        records = [reviewed.verdict_json(place, verdict, row.reviewer, now, load, None)]
        ids = self._write(connection, [row], records, now, now, "held", key)
        change(connection, item_id, **FREE, lent=1, views=0.0, priority=0.0)
        give_effect(connection, ids)
        self._backend.lock_chain(connection)
        publish(connection, ids)
        self._audit(connection, ids, records, now)
        return _recorded(connection, ids)[0]

    def settle(self, now: float) -> int:
        """Give every verdict whose time has come its effect; there is seldom any, and to look locks nobody out."""
        return self._settle(now) if self._due(now) else 0

    @keeps
    def undo(
        self, connection: Connection, verdict_id: int, reviewer: str, reason: str, now: float, ttl_s: float
    ) -> Recorded:
        """Take back a verdict and all that were given with it."""
        named = GIVEN.where(t.verdicts.c.id == verdict_id).with_for_update(of=t.verdicts)
        given = connection.execute(named).one_or_none()
        if given is None:
            raise reviewed.no_verdict(verdict_id)
        reviewed.check_counts(recorded_of(given))
        batch = [row for row in _batch(connection, given, lock=True) if reviewed.counts(recorded_of(row))]
        reviewed.check_reason_given(map(recorded_of, batch), reason, now)
        items = {row.id: row for row in _items(connection, [row.item for row in batch])}
        lock_posts(connection, [row.post for row in batch])
        restored = restore(connection, batch)
        records = [
            reviewed.taken_back_json(row.id, _whole(row), reviewer, reason, now, restored.get(row.id)) for row in batch
        ]
        taken = [row.id for row in batch]
        ids = self._write(connection, [items[row.item] for row in batch], records, now, now, "standing", None, taken)
        self._backend.lock_chain(connection)
        publish(connection, [number for number, record in zip(ids, records, strict=True) if "restores" in record])
        self._audit(connection, ids, records, now)
        reopen(connection, list(items.values()))
        lease_again(connection, given.item, reviewer, ttl_s, now)
        (made,) = _recorded(connection, [ids[taken.index(verdict_id)]])
        return made

    @reads
    def keyed(self, connection: Connection, key: str) -> list[Recorded]:
        """What an idempotency key has decided."""
        return _keyed(connection, key)

    @reads
    def verdict(self, connection: Connection, verdict_id: int) -> Recorded:
        """One verdict."""
        for one in _recorded(connection, [verdict_id]):
            return one
        raise reviewed.no_verdict(verdict_id)

    @reads
    def looks(self, connection: Connection, after: int, limit: int) -> list[Look]:
        """Of the newest verdicts."""
        rows = connection.execute(_LOOKS, {"after": after, "limit": limit}).all()
        return [
            Look(number, reviewer, claimed_at, at, loads(body)["category"], of)
            for number, reviewer, claimed_at, at, of, body in rows
        ]

    @reads
    def seal(self, connection: Connection, verdict_id: int) -> Seal:
        """Where the audit chain covers a verdict."""
        links = connection.execute(_LINKS_OF_ITS_TIME, {"id": verdict_id})
        return reviewed.seal_of(verdict_id, map(link_of, links))

    @reads
    def verdicts(
        self,
        connection: Connection,
        since: float = 0.0,
        until: float | None = None,
        *,
        reviewer: str | None = None,
        kinds: Sequence[str] = (),
        after: int = 0,
        limit: int | None = None,
        newest: bool = False,
    ) -> list[Recorded]:
        """Verdicts in order of id, or the newest first."""
        listed = _listed(until is not None, reviewer is not None, tuple(kinds), newest, limit)
        given = {"after": after, "since": since, "until": until, "name": reviewer}
        return [recorded_of(row) for row in connection.execute(listed, given).all()]

    @reads
    def of_post(self, connection: Connection, post_id: str, revision: int) -> list[Recorded]:
        """All that people decided about a revision, oldest first."""
        seq = select(t.posts.c.seq).where(t.posts.c.id == post_id, t.posts.c.revision == revision)
        named = GIVEN.where(t.verdicts.c.post == seq.scalar_subquery()).order_by(t.verdicts.c.id)
        return [recorded_of(row) for row in connection.execute(named)]

    @reads
    def _due(self, connection: Connection, now: float) -> bool:
        return connection.execute(_ANY_DUE, {"now": now}).first() is not None

    @keeps
    def _settle(self, connection: Connection, now: float) -> int:
        ids = connection.execute(_LOCK_DUE, {"now": now}).scalars().all()
        give_effect(connection, ids)
        self._backend.lock_chain(connection)
        publish(connection, ids)
        return len(ids)

    def _write(
        self,
        connection: Connection,
        items: Sequence[Row[Any]],
        records: Sequence[Mapping[str, Any]],
        now: float,
        effective_at: float,
        state: str,
        key: str | None,
        taken_back: Sequence[int] = (),
    ) -> list[int]:
        """Write verdicts of items; their numbers. The key is the first one's."""
        rows = [
            {
                "item": item.id,
                "post": item.post,
                "kind": item.kind,
                "reviewer": record["reviewer"],
                "at": now,
                "claimed_at": item.claimed_at,
                "effective_at": effective_at,
                "state": state,
                "of": taken_back[n] if taken_back else None,
                "key": key if n == 0 else None,
                "body": dumps(record),
            }
            for n, (item, record) in enumerate(zip(items, records, strict=True))
        ]
        ids = list(connection.execute(_WRITE, rows).scalars())
        if len(ids) > 1:
            several = update(t.verdicts).where(t.verdicts.c.id.in_(numbers("ids"))).values(batch=ids[0])
            connection.execute(several, {"ids": ids})
        return ids

    def _audit(
        self, connection: Connection, ids: Sequence[int], records: Sequence[Mapping[str, Any]], now: float
    ) -> None:
        extend_chain(connection, "verdict", now, ids, merkle_root(map(dumps, records)))


def recorded_of(row: Row[Any]) -> Recorded:
    """A row of :data:`GIVEN`."""
    record = loads(row.body)
    place = reviewed.Place(
        row.item, row.kind, record["post_id"], record["revision"], row.desk, row.language, row.claimed_at
    )
    course = reviewed.Course(row.id, row.at, row.claimed_at, row.effective_at, row.state)
    return reviewed.recorded(record, course, place)


def _whole(row: Row[Any]) -> dict[str, Any]:
    """A record with what one of an older schema does not tell."""
    older = {"item": row.item, "kind": row.kind, "desk": row.desk, "language": row.language, "campaign": None}
    return {**older, "policy_version": None, "policy_lang": None, **loads(row.body)}


@lru_cache
def _listed(until: bool, reviewer: bool, kinds: tuple[str, ...], newest: bool, limit: int | None) -> Select[Any]:
    """Verdicts of a time; made once for all who ask alike, since each claim does."""
    given = t.verdicts.c
    found = GIVEN.where(given.id > bindparam("after"), given.at >= bindparam("since"))
    if until:
        found = found.where(given.at < bindparam("until"))
    if reviewer:
        found = found.where(given.reviewer == bindparam("name"))
    if kinds:
        found = found.where(given.kind.in_(kinds))
    return found.order_by(given.id.desc() if newest else given.id).limit(limit)


def _recorded(connection: Connection, ids: Sequence[int]) -> list[Recorded]:
    named = GIVEN.where(t.verdicts.c.id.in_(numbers("ids"))).order_by(t.verdicts.c.id)
    return [recorded_of(row) for row in connection.execute(named, {"ids": ids})]


def _keyed(connection: Connection, key: str | None) -> list[Recorded]:
    before = None if key is None else connection.execute(_OF_KEY, {"key": key}).one_or_none()
    return [replace(recorded_of(one), fresh=False) for one in _batch(connection, before)] if before else []


def _batch(connection: Connection, row: Row[Any], *, lock: bool = False) -> Sequence[Row[Any]]:
    """All verdicts that were given with one."""
    same = t.verdicts.c.id == row.id if row.batch is None else t.verdicts.c.batch == row.batch
    named = GIVEN.where(same).order_by(t.verdicts.c.id)
    return connection.execute(named.with_for_update(of=t.verdicts) if lock else named).all()


def _items(connection: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    named = ITEM.where(t.review_items.c.id.in_(numbers("ids"))).order_by(t.review_items.c.id)
    return connection.execute(named.with_for_update(of=t.review_items), {"ids": ids}).all()
