"""Units of pending posts on their way through the workers, up to the decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import uuid4

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from moderation.domain.decision import Decision
from moderation.domain.pool import Unit
from moderation.storage.audit import merkle_root
from moderation.storage.records import AFTER_DECISION, UNIT_SIZE, dumps, loads
from moderation.storage.sql.chain import extend_chain
from moderation.storage.sql.database import Part, marks, reads, writes
from moderation.storage.sql.intake import Key, numbered, write_letter
from moderation.storage.sql.items import open_items
from moderation.storage.sql.judged import write_rules
from moderation.storage.sql.shed import write_shed
from moderation.storage.sql.tables import (
    decisions,
    outbox,
    posts,
    review_items,
    units,
    waiting,
)
from moderation.storage.sql.values import among, fill, numbers, texts

# Two steps, since a planner misjudges how few rows a list names: the numbers of the posts, then those waiting.
_WAITING = select(waiting.c.post).where(among(waiting.c.post, "seqs"))
_TAKE = delete(waiting).where(among(waiting.c.post, "seqs")).returning(waiting.c.post)
_STALE = (
    select(waiting.c.post, waiting.c.unit, posts.c.body)
    .join_from(waiting, posts, posts.c.seq == waiting.c.post)
    .where(waiting.c.enqueued_at < bindparam("before"))
    .order_by(waiting.c.enqueued_at, waiting.c.post)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=waiting)
)
_REGROUP = (
    update(waiting).where(among(waiting.c.post, "seqs")).values(unit=bindparam("to"), enqueued_at=bindparam("now"))
)
_PUBLISH = insert(outbox).from_select(["post"], numbers("seqs"))
_DECISION = ("post", "state", "action", "language", "decided_at", "body", "campaign")
# Few posts have several revisions; only those are looked at more closely. Counting each by itself, a planner without
# statistics cannot take to reading the whole table.
_ids = texts("ids").subquery()
_revisions = select(func.count()).select_from(posts).where(posts.c.id == _ids.c.text).scalar_subquery()
_SEVERAL = select(_ids.c.text).where(_revisions > 1)
_REVISIONS = select(posts.c.seq, posts.c.id, posts.c.revision).where(
    posts.c.id.in_(texts("ids")), exists().where(decisions.c.post == posts.c.seq)
)
_SUPERSEDE = (
    update(review_items)
    .where(among(review_items.c.post, "seqs"), review_items.c.state == "open")
    .values(state="superseded", lease=None, reviewer=None, expires_at=0.0)
)


class WorkPart(Part):
    """Attempts, commits, burials, and what the sweeper takes up again."""

    @marks
    def begin(self, connection: Connection, unit_id: str, now: float) -> int:
        """Count an attempt at a unit."""
        return self._count(connection, unit_id, now)

    @reads
    def pending(self, connection: Connection, keys: Sequence[Key]) -> set[Key]:
        """Those of the keys that are still pending."""
        return _pending(connection, keys)

    @marks
    def attempt(self, connection: Connection, unit_id: str, keys: Sequence[Key], now: float) -> tuple[int, set[Key]]:
        """Count an attempt at a unit of which something is pending; the count, and what is."""
        pending = _pending(connection, keys)
        return (self._count(connection, unit_id, now) if pending else 0), pending

    @writes
    def commit(self, connection: Connection, unit_id: str, given: Sequence[Decision], now: float) -> int:
        """Write what was decided and end the unit; a post that is not pending is passed over."""
        by_key: dict[Key, Decision] = {}
        for decision in given:
            by_key.setdefault((decision.post_id, decision.revision), decision)
        decided = {seq: by_key[key] for seq, key in _take(connection, by_key).items()}
        if decided:
            bodies = {seq: dumps(decision.to_json()) for seq, decision in decided.items()}
            _write_decisions(connection, decided, bodies, now)
            write_rules(connection, decided)
            open_items(connection, decided, now)
            write_shed(connection, decided, now)
            root = merkle_root(bodies.values())
            # From here on one commit at a time, so that outbox and chain are in the order of the commits.
            self._backend.lock_chain(connection)
            _supersede(connection, {decision.post_id for decision in decided.values()})
            connection.execute(_PUBLISH, {"seqs": decided})
            extend_chain(connection, "commit", now, list(decided), root)
        _end(connection, unit_id)
        return len(decided)

    @writes
    def bury(self, connection: Connection, unit_id: str, key: Key, reason: str, now: float) -> None:
        """Move a pending post to the dead letters and end the unit."""
        for seq in _take(connection, [key]):
            write_letter(connection, seq, key, f"unit {unit_id}", reason, now)
        _end(connection, unit_id)

    @marks
    def take_stale(self, connection: Connection, before: float, limit: int, now: float) -> list[Unit]:
        """Regroup at most ``limit`` posts that were enqueued too long ago, oldest first.

        A fresh unit keeps the count of attempts of the unit that its posts were in, so that a post that kills its
        workers is found out however often it is swept up; posts of different counts are kept apart.
        """
        rows = connection.execute(_STALE, {"before": before, "limit": limit}).all()
        begun = select(units.c.id, units.c.attempts).where(units.c.id.in_({row.unit for row in rows}))
        attempts = {row.id: row.attempts for row in connection.execute(begun)}
        fresh: list[Unit] = []
        for count in sorted({attempts.get(row.unit, 0) for row in rows}):
            alike = [row for row in rows if attempts.get(row.unit, 0) == count]
            parts = [alike[start : start + UNIT_SIZE] for start in range(0, len(alike), UNIT_SIZE)]
            fresh += [_regroup(connection, part, count, now) for part in parts]
        if rows:  # the limit may have cut the last of the old units in two: its rest still needs the count
            connection.execute(delete(units).where(units.c.id.in_(attempts.keys() - {rows[-1].unit})))
        return fresh

    def _count(self, connection: Connection, unit_id: str, now: float) -> int:
        first = self._backend.insert(units).values(id=unit_id, attempts=1, begun_at=now)
        again = {"attempts": units.c.attempts + 1, "begun_at": now}
        counted = first.on_conflict_do_update(index_elements=[units.c.id], set_=again)
        attempts: int = connection.execute(counted.returning(units.c.attempts)).scalar_one()
        return attempts


def _pending(connection: Connection, keys: Collection[Key]) -> set[Key]:
    seqs = numbered(connection, keys)
    return {seqs[seq] for (seq,) in connection.execute(_WAITING, {"seqs": seqs}).all()}


def _take(connection: Connection, keys: Collection[Key]) -> dict[int, Key]:
    """End the waiting of posts; those that did wait, by number, in order of intake."""
    seqs = numbered(connection, keys)
    taken = {seq for (seq,) in connection.execute(_TAKE, {"seqs": seqs}).all()}
    return {seq: key for seq, key in seqs.items() if seq in taken}


def _regroup(connection: Connection, rows: Sequence[Row[int, str, str]], attempts: int, now: float) -> Unit:
    unit = Unit(id=uuid4().hex, posts=tuple(loads(row.body) for row in rows))
    connection.execute(_REGROUP, {"seqs": [row.post for row in rows], "to": unit.id, "now": now})
    if attempts:
        connection.execute(insert(units).values(id=unit.id, attempts=attempts))
    return unit


def _write_decisions(
    connection: Connection, decided: Mapping[int, Decision], bodies: Mapping[int, str], now: float
) -> None:
    made = [
        (
            seq,
            AFTER_DECISION[decision.action],
            decision.action.name,
            decision.language.tag,
            now,
            bodies[seq],
            decision.campaign.id if decision.campaign else None,
        )
        for seq, decision in decided.items()
    ]
    fill(connection, decisions, _DECISION, made)


def _supersede(connection: Connection, post_ids: Collection[str]) -> None:
    """Leave open only the items of the newest decided revision, whichever was decided last."""
    several = connection.execute(_SEVERAL, {"ids": post_ids}).scalars().all()
    if not several:
        return
    decided = connection.execute(_REVISIONS, {"ids": several}).all()
    newest: dict[str, int] = {}
    for row in decided:
        newest[row.id] = max(row.revision, newest.get(row.id, row.revision))
    outdated = [row.seq for row in decided if row.revision < newest[row.id]]
    connection.execute(_SUPERSEDE, {"seqs": outdated})


def _end(connection: Connection, unit_id: str) -> None:
    connection.execute(delete(units).where(units.c.id == unit_id))
