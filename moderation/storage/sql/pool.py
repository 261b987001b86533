"""What the pool shows: publications, figures, records, exports, the audit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, TextClause, bindparam, case, func, select, text, update

from moderation.domain.decision import ACTING
from moderation.domain.pool import Backlog, PoolStatus, PostRecord, Publication
from moderation.storage.audit import Link, problems
from moderation.storage.records import dumps, loads, publication, review_json
from moderation.storage.rejudged import KIND
from moderation.storage.sql import tables as t
from moderation.storage.sql.chain import link_of
from moderation.storage.sql.database import Part, marks, reads
from moderation.storage.sql.items import ITEM, item_of
from moderation.storage.sql.standing import STANDING
from moderation.storage.sql.values import among

_PAGE = 1000
_UNPUBLISHED = text("published_at IS NULL")
# The first that came in, as the order of intake has it.
_OLDEST = select(t.posts.c.received_at).where(t.posts.c.seq == select(func.min(t.waiting.c.post)).scalar_subquery())
_MARK = (
    update(t.outbox)
    .where(among(t.outbox.c.seq, "seqs"), t.outbox.c.published_at.is_(None))
    .values(published_at=bindparam("now"))
)
_AGAIN = t.outbox.c.seq > bindparam("after"), t.outbox.c.published_at.is_not(None)
_FORGOTTEN = select(t.outbox.c.seq).where(*_AGAIN).limit(1)
_UNMARK = update(t.outbox).where(*_AGAIN).values(published_at=None)
_oldest = select(t.outbox.c.seq).where(_UNPUBLISHED).order_by(t.outbox.c.seq).limit(bindparam("limit"))
_PUBLICATIONS = (
    select(
        t.outbox.c.seq,
        t.posts.c.id,
        t.posts.c.revision,
        STANDING.label("body"),
        t.verdicts.c.body.label("verdict"),
    )
    .join_from(t.outbox, t.decisions, t.decisions.c.post == t.outbox.c.post)
    .join(t.posts, t.posts.c.seq == t.outbox.c.post)
    .outerjoin(t.rejudgements, t.rejudgements.c.id == t.outbox.c.rejudgement)
    .outerjoin(t.verdicts, t.verdicts.c.id == t.outbox.c.verdict)
    .where(t.outbox.c.seq.in_(_oldest))
    .order_by(t.outbox.c.seq)
)


class PoolPart(Part):
    """Everything that reads, and the outbox."""

    def unpublished(self, limit: int) -> list[Publication]:
        """Oldest first; nothing leaves the store that a power cut could take back."""
        found = self._unpublished(limit)
        if found:
            self._database.flush()
        return found

    @reads
    def _unpublished(self, connection: Connection, limit: int) -> list[Publication]:
        return [
            _of_verdict(seq, post_id, revision, publication(loads(verdict)))
            if verdict
            else Publication(seq, post_id, revision, "decision", body)
            for seq, post_id, revision, body, verdict in connection.execute(_PUBLICATIONS, {"limit": limit}).all()
        ]

    @marks
    def mark_published(self, connection: Connection, seqs: Sequence[int], now: float) -> None:
        """They reached the stream."""
        connection.execute(_MARK, {"seqs": seqs, "now": now})

    def unmark_published(self, after: int) -> int:
        """Put those with a higher number back; there are seldom any, and to look locks nobody out."""
        return self._unmark(after) if self._forgotten(after) else 0

    @reads
    def _forgotten(self, connection: Connection, after: int) -> bool:
        return connection.execute(_FORGOTTEN, {"after": after}).first() is not None

    @marks
    def _unmark(self, connection: Connection, after: int) -> int:
        return int(connection.execute(_UNMARK, {"after": after}).rowcount)

    @reads
    def status(self, connection: Connection, now: float) -> PoolStatus:
        """Counts for a person; ``rules`` has those that act."""
        languages: dict[str, Counter[str]] = {}
        actions: Counter[str] = Counter()
        posts: Counter[str] = Counter(pending=_count(connection, t.waiting))
        made = (t.decisions.c.language, t.decisions.c.action, t.decisions.c.state)
        for (language, action, state), number in _counts(connection, *made):
            languages.setdefault(language, Counter())[action] += number
            actions[action] += number
            posts[state] += number
        posts["buried"] = _count(connection, t.posts) - posts.total()
        desks: dict[str, dict[str, int]] = {}
        at = (t.review_items.c.desk, t.review_items.c.lane)
        for (desk, lane), number in _counts(connection, *at, where=text("state = 'open'")):
            desks.setdefault(desk, {})[lane] = number
        acting = t.decision_rules.c.status.in_(ACTING)
        oldest = connection.execute(_OLDEST).scalar()
        return PoolStatus(
            posts={state: number for state, number in posts.items() if number},
            actions=dict(actions),
            languages={language: dict(by_action) for language, by_action in languages.items()},
            desks=desks,
            rules={rule: number for (rule,), number in _counts(connection, t.decision_rules.c.rule, where=acting)},
            dead_letters=_count(connection, t.dead_letters),
            unpublished=_count(connection, t.outbox, where=_UNPUBLISHED),
            oldest_pending_s=None if oldest is None else now - oldest,
            shed=_count(connection, t.shed),
        )

    @reads
    def count_pending(self, connection: Connection) -> int:
        """How many posts wait for a decision."""
        return _count(connection, t.waiting)

    @reads
    def backlog(self, connection: Connection, now: float) -> Backlog:
        """What waits."""
        item = t.review_items.c
        late = func.sum(case((item.due_at < now, 1), else_=0))
        waiting = select(item.desk, item.lane, func.count(), late).where(text("state = 'open'"))
        rows = connection.execute(waiting.group_by(item.desk, item.lane)).all()
        oldest = connection.execute(_OLDEST).scalar()
        return Backlog(
            pending=_count(connection, t.waiting),
            oldest_pending_s=None if oldest is None else now - oldest,
            unpublished=_count(connection, t.outbox, where=_UNPUBLISHED),
            dead_letters=_count(connection, t.dead_letters),
            open={(desk, lane): number for desk, lane, number, _ in rows},
            overdue={(desk, lane): int(number) for desk, lane, _, number in rows if number},
        )

    @reads
    def show(self, connection: Connection, post_id: str) -> list[PostRecord]:
        """All revisions of a post, newest first."""
        revisions = (
            select(t.posts, t.waiting.c.unit, t.decisions.c.state, STANDING.label("decision"))
            .outerjoin(t.waiting, t.waiting.c.post == t.posts.c.seq)
            .outerjoin(t.decisions, t.decisions.c.post == t.posts.c.seq)
            .outerjoin(t.rejudgements, t.rejudgements.c.post == t.posts.c.seq)
            .where(t.posts.c.id == post_id)
            .order_by(t.posts.c.revision.desc())
        )
        asked = ITEM.where(t.posts.c.id == post_id, t.review_items.c.kind == "review")
        items = {row.post: row for row in connection.execute(asked)}
        given = (
            select(t.verdicts.c.post, t.verdicts.c.body)
            .join_from(t.verdicts, t.posts, t.posts.c.seq == t.verdicts.c.post)
            .where(t.posts.c.id == post_id)
            .order_by(t.verdicts.c.id)
        )
        verdicts: dict[int, list[Mapping[str, Any]]] = {}
        for row in connection.execute(given):
            verdicts.setdefault(row.post, []).append(loads(row.body))
        return [
            PostRecord(
                post=loads(row.body),
                state=row.state or ("pending" if row.unit else "buried"),
                received_at=row.received_at,
                decision=loads(row.decision) if row.decision else None,
                review=review_json(item_of(items[row.seq], now=0.0)) if row.seq in items else None,
                verdicts=tuple(verdicts.get(row.seq, ())),
            )
            for row in connection.execute(revisions)
        ]

    def export(self) -> Iterator[Mapping[str, Any]]:
        """Every decision in order of intake, read a page at a time so that a slow reader holds nothing open."""
        page = self._decisions_after(0)
        while page:
            yield from (loads(body) for _, body in page)
            page = self._decisions_after(page[-1][0])

    def audit_problems(self) -> Iterator[str]:
        """What is wrong with the audit chain and with what it covers, one line a finding."""
        return problems(self._links(), self._records_of, self._kept())

    @reads
    def _decisions_after(self, connection: Connection, last: int) -> list[tuple[int, str]]:
        post = t.decisions.c.post
        standing = select(post, STANDING.label("body")).outerjoin(t.rejudgements, t.rejudgements.c.post == post)
        page = standing.where(post > last).order_by(post).limit(_PAGE)
        return [(row.post, row.body) for row in connection.execute(page)]

    def _links(self) -> Iterator[Link]:
        page = self._links_after(0)
        while page:
            yield from page
            page = self._links_after(page[-1].seq)

    @reads
    def _links_after(self, connection: Connection, last: int) -> list[Link]:
        page = select(t.audit).where(t.audit.c.seq > last).order_by(t.audit.c.seq).limit(_PAGE)
        return [link_of(row) for row in connection.execute(page)]

    @reads
    def _records_of(self, connection: Connection, link: Link) -> list[str]:
        table, number = _COVERED[link.kind]
        named = select(number, table.c.body).where(among(number, "members"))
        bodies = {key: body for key, body in connection.execute(named, {"members": link.members})}  # noqa: C416
        return [bodies[member] for member in link.members if member in bodies]

    @reads
    def _kept(self, connection: Connection) -> dict[str, int]:
        return {kind: _count(connection, table) for kind, (table, _) in _COVERED.items()}


# What a link of each kind covers: the table and the column that its members name.
_COVERED = {
    "commit": (t.decisions, t.decisions.c.post),
    "verdict": (t.verdicts, t.verdicts.c.id),
    KIND: (t.rejudgements, t.rejudgements.c.id),
}


def _of_verdict(seq: int, post_id: str, revision: int, body: Mapping[str, Any]) -> Publication:
    return Publication(seq, post_id, revision, body["kind"], dumps(body))


def _count(connection: Connection, table: Table, where: TextClause | None = None) -> int:
    counted = select(func.count()).select_from(table)
    number: int = connection.execute(counted if where is None else counted.where(where)).scalar_one()
    return number


def _counts(
    connection: Connection, *by: ColumnElement[str], where: ColumnElement[bool] | TextClause | None = None
) -> Iterator[tuple[tuple[str, ...], int]]:
    grouped = select(*by, func.count()).group_by(*by).order_by(*by)
    for *values, number in connection.execute(grouped if where is None else grouped.where(where)):
        yield tuple(values), number
