"""Review items as rows: how they are opened, read, locked and closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, select, update

from moderation.domain.decision import Decision
from moderation.domain.review import Lease, ReviewItem
from moderation.storage.records import check_lease, loads, no_item
from moderation.storage.reviewed import Facts, Place, facts, views_of
from moderation.storage.sql import tables as t
from moderation.storage.sql.standing import STANDING
from moderation.storage.sql.values import fill, numbers

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

PLACED = select(t.review_items, t.posts.c.id.label("post_id"), t.posts.c.revision).join_from(
    t.review_items, t.posts, t.posts.c.seq == t.review_items.c.post
)
"""Items with what a verdict says of them."""

FREE: Mapping[str, Any] = {"lease": None, "reviewer": None, "expires_at": 0.0}

_newer = t.posts.alias("newer")
OUTDATED = (
    exists()
    .where(_newer.c.id == t.posts.c.id, _newer.c.revision > t.posts.c.revision)
    .where(t.decisions.alias("of_newer").c.post == _newer.c.seq)
)
"""Whether a newer revision of a post was decided."""

_OUTDATED = select(t.posts.c.seq).where(t.posts.c.seq.in_(numbers("seqs")), OUTDATED)
# Made once, since to make a statement takes longer than to execute it.
_ITEM = ITEM.where(t.review_items.c.id == bindparam("item"))
_ITEMS = ITEM.where(t.review_items.c.id.in_(numbers("ids")))
_LOCKED = PLACED.where(t.review_items.c.id == bindparam("item")).with_for_update(of=t.review_items)
_CLOSE = (
    update(t.review_items)
    .where(t.review_items.c.id.in_(numbers("ids")))
    .values(state=bindparam("to"), lease=None, reviewer=None, expires_at=0.0)
)
_COLUMNS = (
    "post",
    "kind",
    "desk",
    "lane",
    "rank",
    "priority",
    "due_at",
    "span",
    "created_at",
    "state",
    "category",
    "language",
    "needs",
    "campaign",
    "text",
    "lent",
    "fence",
    "expires_at",
    "claimed_at",
    "kept_reason",
)


def outdated_of(connection: Connection, seqs: Iterable[int]) -> set[int]:
    """Those of the posts of which a newer revision was decided."""
    return set(connection.execute(_OUTDATED, {"seqs": list(seqs)}).scalars())


def new_item(post: int, about: Facts, kind: str, desk: str, lane: str, due_in_s: float, now: float) -> dict[str, Any]:
    """The row of an item of a post, by number, that waits from now on."""
    return {
        "post": post,
        "kind": kind,
        "desk": desk,
        "lane": lane,
        "rank": int(lane != "life"),
        "priority": about.priority,
        "due_at": now + due_in_s,
        "span": max(round(due_in_s), 0),
        "created_at": now,
        "state": "open",
        "category": about.category,
        "language": about.language,
        "needs": about.needs,
        "campaign": about.campaign,
        "text": "",
        "lent": 0,
        "fence": 0,
        "expires_at": 0.0,
        "claimed_at": 0.0,
        "kept_reason": "",
    }


def open_items(connection: Connection, decided: Mapping[int, Decision], now: float) -> None:
    """The items that decisions about posts, by number, ask for."""
    asked = [
        new_item(seq, facts(decision.to_json()), "review", need.desk, need.lane, need.due_in_s, now)
        for seq, decision in decided.items()
        if (need := decision.review)
    ]
    if asked:
        fill(connection, t.review_items, _COLUMNS, [tuple(row[name] for name in _COLUMNS) for row in asked])


def items_of(connection: Connection, ids: Sequence[int], now: float) -> list[ReviewItem]:
    """Items in the order of their numbers as given."""
    named, given = (_ITEM, {"item": ids[0]}) if len(ids) == 1 else (_ITEMS, {"ids": ids})
    items = {row.id: item_of(row, now) for row in connection.execute(named, given)}
    return [items[item_id] for item_id in ids if item_id in items]


def item_of(row: Row[Any], now: float) -> ReviewItem:
    """A row of :data:`ITEM`; a lease that has expired is none."""
    lease = lease_of(row)
    post = loads(row.post_body)
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
        post=post,
        decision=loads(row.decision_body),
        kind=row.kind,
        category=row.category,
        language=row.language,
        needs=row.needs,
        views=views_of(post) if row.views is None else row.views,
        claimed_at=row.claimed_at,
        sealed=None if row.sealed is None else loads(row.sealed),
        text=row.text,
        lent=bool(row.lent),
        campaign=row.campaign,
    )


def place_of(row: Row[Any], desk: str | None = None) -> Place:
    """What a verdict about a row of :data:`PLACED` says of it."""
    return Place(row.id, row.kind, row.post_id, row.revision, desk or row.desk, row.language, row.claimed_at)


def lease_of(row: Row[Any]) -> Lease | None:
    """Who has an item, or had it."""
    return Lease(row.lease, row.reviewer, row.fence, row.expires_at) if row.lease else None


def locked(connection: Connection, item_id: int) -> Row[Any]:
    """The item, which nobody else changes until the transaction ends."""
    row = connection.execute(_LOCKED, {"item": item_id}).one_or_none()
    if row is None:
        raise no_item(item_id)
    return row


def held(connection: Connection, item_id: int, lease: Lease, now: float) -> Row[Any]:
    """The item, locked, if this very lease holds it."""
    return checked(locked(connection, item_id), lease, now)


def checked(row: Row[Any], lease: Lease, now: float) -> Row[Any]:
    """A locked item, if this very lease holds it."""
    check_lease(row.id, row.state, lease_of(row), lease, now)
    return row


def change(connection: Connection, item_id: int, **values: Any) -> None:
    """Change columns of an item."""
    connection.execute(update(t.review_items).where(t.review_items.c.id == item_id).values(values))


def close(connection: Connection, ids: Iterable[int], state: str) -> None:
    """End the leases of items, in another state."""
    connection.execute(_CLOSE, {"ids": ids, "to": state})
