"""The other members of a campaign that one verdict is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from moderation.storage.records import loads
from moderation.storage.reviewed import apart, changed_campaign, facts
from moderation.storage.sql import tables as t
from moderation.storage.sql.backends import Backend
from moderation.storage.sql.intake import Key, numbered
from moderation.storage.sql.items import OUTDATED, PLACED, new_item
from moderation.storage.sql.standing import STANDING
from moderation.storage.sql.values import numbers

_ITEMS = (
    PLACED.where(t.review_items.c.post.in_(numbers("seqs")), t.review_items.c.kind == "review")
    .order_by(t.review_items.c.id)
    .with_for_update(of=t.review_items)
)
_UNASKED = (
    select(t.decisions.c.post, STANDING.label("decision"))
    .join_from(t.decisions, t.posts, t.posts.c.seq == t.decisions.c.post)
    .outerjoin(t.rejudgements, t.rejudgements.c.post == t.decisions.c.post)
    .where(t.decisions.c.post.in_(numbers("seqs")), ~OUTDATED)
)


def members_of(
    connection: Connection, backend: Backend, item: Row[Any], also: Sequence[Key], now: float
) -> list[Row[Any]]:
    """The items, locked, of other revisions than an item's, in this order; made where nobody was asked.

    :class:`CampaignChanged` where one is decided, replaced, unknown, with the leads, out for a second opinion, or held
    by another than who holds the item.
    """
    wanted = [key for key in dict.fromkeys(also) if key != (item.post_id, item.revision)]
    if not wanted:
        return []
    seqs = {key: seq for seq, key in numbered(connection, wanted).items()}
    found = _found(connection, list(seqs.values()))
    lost = {key for key in wanted if key not in seqs}
    lost |= {key for key, row in found.items() if not _joins(row, item.reviewer, now)}
    unasked = {key: seq for key, seq in seqs.items() if key not in found}
    opened = _open(connection, backend, item, list(unasked.values()), now)
    lost |= {key for key, seq in unasked.items() if seq not in opened}
    if lost:
        raise changed_campaign(lost)
    found |= _found(connection, list(unasked.values()))
    return [found[key] for key in wanted]


def _joins(row: Row[Any], reviewer: str, now: float) -> bool:
    waits = row.state == "open" and not apart(row.lane, row.sealed)
    return bool(waits and (row.expires_at <= now or row.reviewer == reviewer))


def _found(connection: Connection, seqs: Sequence[int]) -> dict[Key, Row[Any]]:
    return {(row.post_id, row.revision): row for row in connection.execute(_ITEMS, {"seqs": seqs})} if seqs else {}


def _open(connection: Connection, backend: Backend, item: Row[Any], seqs: Sequence[int], now: float) -> set[int]:
    """Open items of posts, by number; those where nobody did so first and that no newer revision has replaced."""
    if not seqs:
        return set()
    rows = [
        new_item(row.post, facts(loads(row.decision)), "review", item.desk, "harm", item.due_at - now, now)
        | {"due_at": item.due_at}
        for row in connection.execute(_UNASKED, {"seqs": seqs})
    ]
    if not rows:
        return set()
    new = backend.insert(t.review_items).on_conflict_do_nothing().returning(t.review_items.c.post)
    return set(connection.execute(new, rows).scalars())
