"""Who works, and what they leave for one another: reviewers, opt-outs, handovers, kept items, corrections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from moderation.domain.review import Correction, Handover, Lease, ReviewItem
from moderation.domain.reviewer import Reviewer
from moderation.storage import reviewed
from moderation.storage.records import dumps, loads, storable
from moderation.storage.sql import tables as t
from moderation.storage.sql.database import Part, marks, reads, writes
from moderation.storage.sql.items import ITEM, change, held, item_of, items_of

_ITEM = t.review_items.c


class RosterPart(Part):
    """The people of the desks."""

    @writes
    def add_reviewer(
        self, connection: Connection, reviewer: Reviewer, token_id: str, token_hash: str, now: float
    ) -> None:
        """Add somebody, or give them another role and token."""
        values = {
            "role": reviewer.role,
            "desks": dumps(reviewer.desks),
            "reads": dumps(dict(reviewer.reads)),
            "token_id": token_id,
            "token_hash": token_hash,
            "added_at": now,
            "revoked_at": None,
        }
        known = self._backend.insert(t.reviewers).values(name=reviewer.name, **values)
        connection.execute(known.on_conflict_do_update(index_elements=[t.reviewers.c.name], set_=values))
        if reviewer.no:
            _opt_out(connection, reviewer.name, reviewer.no)

    @writes
    def revoke_reviewer(self, connection: Connection, name: str, now: float) -> None:
        """End somebody's token."""
        holds = t.reviewers.c.name == name, t.reviewers.c.revoked_at.is_(None)
        ended = update(t.reviewers).where(*holds).values(token_id=None, token_hash="", revoked_at=now)
        if not connection.execute(ended).rowcount:
            raise reviewed.no_reviewer(name)

    @reads
    def reviewers(self, connection: Connection) -> list[Reviewer]:
        """All whose token holds, by name."""
        holds = select(t.reviewers).where(t.reviewers.c.revoked_at.is_(None))
        no: dict[str, list[str]] = {}
        for name, category in connection.execute(select(t.opt_outs)):
            no.setdefault(name, []).append(category)
        found = [_reviewer(row, sorted(no.get(row.name, ()))) for row in connection.execute(holds)]
        return sorted(found, key=lambda reviewer: reviewer.name)  # as Python sorts, whatever the database's collation

    @reads
    def reviewer_of(self, connection: Connection, token_id: str) -> tuple[Reviewer, str] | None:
        """Whose token it is, and its hash."""
        row = connection.execute(select(t.reviewers).where(t.reviewers.c.token_id == token_id)).one_or_none()
        return (_reviewer(row, _opted_out(connection, row.name)), row.token_hash) if row else None

    @writes
    def opt_out(self, connection: Connection, name: str, categories: Sequence[str]) -> None:
        """Set the categories that somebody does not want to see."""
        _opt_out(connection, name, categories)

    @reads
    def opted_out(self, connection: Connection, name: str) -> tuple[str, ...]:
        """Those categories."""
        return _opted_out(connection, name)

    @writes
    def save_handover(self, connection: Connection, handover: Handover, before: Handover) -> bool:
        """Keep a digest in place of the one before."""
        same = self._locked_handover(connection, handover.shift, handover.desk) == before
        if same:
            _keep_handover(connection, handover)
        return same

    @writes
    def add_note(self, connection: Connection, shift: str, desk: str, note: Mapping[str, str]) -> Handover:
        """Add to the notes of a digest."""
        handover = reviewed.noted(self._locked_handover(connection, shift, desk), note)
        _keep_handover(connection, handover)
        return handover

    @reads
    def handovers(self, connection: Connection, desk: str | None, limit: int) -> list[Handover]:
        """The newest first."""
        newest = select(t.handovers).order_by(t.handovers.c.id.desc()).limit(limit)
        rows = connection.execute(newest if desk is None else newest.where(t.handovers.c.desk == desk))
        return list(map(_handover, rows))

    @marks
    def keep(
        self, connection: Connection, item_id: int, lease: Lease, shift: str, reason: str, expires_at: float, now: float
    ) -> None:
        """Keep an item for the shift that comes."""
        held(connection, item_id, lease, now)
        _lease(connection, item_id, reviewed.holder(shift), expires_at, now)
        change(connection, item_id, kept_reason=storable(reason))

    @reads
    def kept(self, connection: Connection, shift: str, now: float) -> list[tuple[ReviewItem, str]]:
        """The items that are kept for a shift, with the reason."""
        rows = connection.execute(_kept(ITEM, shift, now))
        return [(item_of(row, now), row.kept_reason) for row in rows]

    @marks
    def take_kept(
        self, connection: Connection, shift: str, reviewer: str, ttl_s: float, now: float
    ) -> list[ReviewItem]:
        """Lease all that is kept for a shift to one of its reviewers."""
        ids = connection.execute(_kept(select(_ITEM.id), shift, now).with_for_update(skip_locked=True)).scalars().all()
        for item_id in ids:
            _lease(connection, item_id, reviewer, now + ttl_s, now)
        return items_of(connection, ids, now)

    @writes
    def correct(self, connection: Connection, correction: Correction) -> int:
        """Keep a correction of a gloss."""
        names = ("post_id", "language", "surface", "shown", "expected", "reviewer", "at")
        words = reviewed.correction(correction)
        kept = insert(t.corrections).values({name: getattr(words, name) for name in names})
        return int(connection.execute(kept.returning(t.corrections.c.id)).scalar_one())

    def corrections(self) -> Iterator[Correction]:
        """All of them, oldest first."""
        return iter(self._corrections())

    @reads
    def _corrections(self, connection: Connection) -> list[Correction]:
        rows = connection.execute(select(t.corrections).order_by(t.corrections.c.id))
        return [Correction(**row._asdict()) for row in rows]

    def _locked_handover(self, connection: Connection, shift: str, desk: str) -> Handover:
        """A digest that nobody else changes until the transaction ends; made, and empty, where there was none."""
        new = self._backend.insert(t.handovers).values(_handover_row(Handover(shift, desk, {})))
        connection.execute(new.on_conflict_do_nothing())
        named = select(t.handovers).where(t.handovers.c.shift == shift, t.handovers.c.desk == desk)
        return _handover(connection.execute(named.with_for_update()).one())


def _handover(row: Row[Any]) -> Handover:
    return Handover(row.shift, row.desk, loads(row.body), row.published_at, row.acked_at, row.acked_by)


def _handover_row(handover: Handover) -> dict[str, Any]:
    return {
        "shift": handover.shift,
        "desk": handover.desk,
        "body": dumps(dict(handover.body)),
        "published_at": handover.published_at,
        "acked_at": handover.acked_at,
        "acked_by": handover.acked_by,
    }


def _keep_handover(connection: Connection, handover: Handover) -> None:
    same = t.handovers.c.shift == handover.shift, t.handovers.c.desk == handover.desk
    connection.execute(update(t.handovers).where(*same).values(_handover_row(handover)))


def _kept(what: Select[Any], shift: str, now: float) -> Select[Any]:
    kept = what.where(_ITEM.state == "open", _ITEM.reviewer == reviewed.holder(shift), _ITEM.expires_at > now)
    return kept.order_by(*t.CLAIM_ORDER)


def _lease(connection: Connection, item_id: int, reviewer: str, expires_at: float, now: float) -> None:
    given = {"lease": uuid4().hex, "reviewer": reviewer, "expires_at": expires_at, "claimed_at": now}
    change(connection, item_id, fence=_ITEM.fence + 1, **given)


def _reviewer(row: Row[Any], no: Sequence[str]) -> Reviewer:
    reads: Mapping[str, str] = loads(row.reads)
    return Reviewer(row.name, row.role, tuple(orjson.loads(row.desks)), reads, tuple(no))


def _opt_out(connection: Connection, name: str, categories: Sequence[str]) -> None:
    connection.execute(delete(t.opt_outs).where(t.opt_outs.c.reviewer == name))
    if chosen := sorted(set(categories)):
        connection.execute(insert(t.opt_outs), [{"reviewer": name, "category": category} for category in chosen])


def _opted_out(connection: Connection, name: str) -> tuple[str, ...]:
    named = select(t.opt_outs.c.category).where(t.opt_outs.c.reviewer == name)
    return tuple(sorted(connection.execute(named).scalars()))
