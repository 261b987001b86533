"""What the desks look up about posts: bodies, campaigns, authors, the search of the pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, exists, or_, select

from moderation.domain.decision import ACTING, Action
from moderation.domain.review import Member, Recorded, Search
from moderation.domain.review_ports import Bodies
from moderation.storage import reviewed
from moderation.storage.records import loads
from moderation.storage.sql import tables as t
from moderation.storage.sql.database import Part, reads
from moderation.storage.sql.intake import Key, numbered
from moderation.storage.sql.items import OUTDATED
from moderation.storage.sql.lanes import covered
from moderation.storage.sql.standing import STANDING
from moderation.storage.sql.values import numbers
from moderation.storage.sql.verdicts import GIVEN, recorded_of

_POSTS = (
    select(
        t.posts.c.seq,
        t.posts.c.id.label("post_id"),
        t.posts.c.revision,
        t.posts.c.body,
        t.decisions.c.state,
        t.decisions.c.decided_at,
        STANDING.label("decision"),
    )
    .join_from(t.posts, t.decisions, t.decisions.c.post == t.posts.c.seq)
    .outerjoin(t.rejudgements, t.rejudgements.c.post == t.posts.c.seq)
)
_MEMBERS = _POSTS.add_columns(
    t.review_items.c.id.label("item"),
    t.review_items.c.state.label("item_state"),
    *(t.review_items.c[name] for name in ("lane", "sealed", "reviewer")),
).outerjoin(t.review_items, (t.review_items.c.post == t.posts.c.seq) & (t.review_items.c.kind == "review"))
_NAMED = _POSTS.where(t.posts.c.seq.in_(numbers("seqs")))
_VERDICTS = GIVEN.where(t.verdicts.c.post.in_(numbers("seqs"))).order_by(t.verdicts.c.id)


class HistoryPart(Part):
    """The past of posts."""

    @reads
    def bodies(self, connection: Connection, keys: Sequence[Key]) -> dict[Key, Bodies]:
        """Post and decision of each decided revision."""
        if not keys:
            return {}
        rows = connection.execute(_NAMED, {"seqs": numbered(connection, keys)})
        return {(row.post_id, row.revision): (loads(row.body), loads(row.decision)) for row in rows}

    @reads
    def campaign(self, connection: Connection, campaign: str) -> list[Member]:
        """The newest decided revisions of a campaign, in order of intake."""
        named = _MEMBERS.where(t.decisions.c.campaign == campaign, ~OUTDATED).order_by(t.posts.c.seq)
        return [
            _member(row, reviewed.member_state(row.item_state, row.lane, row.sealed) if row.item_state else row.state)
            for row in connection.execute(named)
        ]

    @reads
    def of_author(self, connection: Connection, author: str, limit: int) -> list[tuple[Member, list[Recorded]]]:
        """What of an author was flagged, the newest first."""
        asked = exists().where(t.review_items.alias("any_item").c.post == t.posts.c.seq)
        flagged = _MEMBERS.where(
            t.posts.c.author == author, or_(t.decisions.c.action != Action.approve.name, asked)
        ).order_by(t.posts.c.seq.desc())
        rows = connection.execute(flagged.limit(limit)).all()
        given: dict[int, list[Recorded]] = {row.seq: [] for row in rows}
        for row in connection.execute(_VERDICTS, {"seqs": given}):
            given[row.post].append(recorded_of(row))
        return [(_member(row, row.state), given[row.seq]) for row in rows]

    @reads
    def search(
        self, connection: Connection, wanted: Search, limit: int, before: int | None = None
    ) -> list[Mapping[str, Any]]:
        """Decided posts, the newest first."""
        matched = t.decision_rules.c
        found = _POSTS
        for name, column in (("state", t.decisions.c.state), ("author", t.posts.c.author)):
            if (value := getattr(wanted, name)) is not None:
                found = found.where(column == value)
        if wanted.campaign is not None:
            found = found.where(t.decisions.c.campaign == wanted.campaign)
        if wanted.language is not None:
            found = found.where(covered(t.decisions.c.language, wanted.language))
        if wanted.rule is not None:
            found = found.where(exists().where(matched.post == t.posts.c.seq, matched.rule == wanted.rule))
        if wanted.category is not None:
            acting = (matched.category == wanted.category) & matched.status.in_(ACTING)
            found = found.where(exists().where(matched.post == t.posts.c.seq, acting))
        if wanted.since is not None:
            found = found.where(t.decisions.c.decided_at >= wanted.since)
        if wanted.until is not None:
            found = found.where(t.decisions.c.decided_at < wanted.until)
        if before is not None:
            found = found.where(t.posts.c.seq < before)
        rows = connection.execute(found.order_by(t.posts.c.seq.desc()).limit(limit))
        return [_hit(row) for row in rows]


def _hit(row: Any) -> dict[str, Any]:
    names = ("seq", "post_id", "revision", "state", "decided_at")
    return {name: getattr(row, name) for name in names} | {"post": loads(row.body), "decision": loads(row.decision)}


def _member(row: Row[Any], state: str) -> Member:
    return Member(
        post_id=row.post_id,
        revision=row.revision,
        item=row.item,
        state=state,
        held_by=row.reviewer,
        post=loads(row.body),
        decision=loads(row.decision),
    )
