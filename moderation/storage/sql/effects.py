"""What verdicts do to posts, and what taking them back does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from moderation.storage.records import AFTER_VERDICT, loads
from moderation.storage.reviewed import state_after
from moderation.storage.sql import tables as t
from moderation.storage.sql.values import numbers

_GIVEN = select(t.verdicts.c.id, t.verdicts.c.post, t.verdicts.c.body).where(t.verdicts.c.id.in_(numbers("ids")))
_LOCK = (
    select(t.decisions.c.post, t.decisions.c.action)
    .where(t.decisions.c.post.in_(numbers("seqs")))
    .order_by(t.decisions.c.post)
    .with_for_update(key_share=True)
)
_REPLACE = (
    update(t.verdicts)
    .where(t.verdicts.c.post.in_(numbers("seqs")), t.verdicts.c.state == "standing", t.verdicts.c.of.is_(None))
    .values(state="reversed")
)


def lock_posts(connection: Connection, seqs: Sequence[int]) -> None:
    """Keep everybody else from judging posts, by number, until the transaction ends."""
    if connection.dialect.name != "sqlite":  # whose writers are alone
        connection.execute(_LOCK, {"seqs": seqs}).all()


def give_effect(connection: Connection, ids: Sequence[int]) -> None:
    """Let verdicts stand, in this order: of one post the last counts, and what stood before does not."""
    rows = {row.id: row for row in connection.execute(_GIVEN, {"ids": ids})}
    left = [rows[number] for number in ids]
    while left:
        first = {row.post: row for row in reversed(left)}
        connection.execute(_REPLACE, {"seqs": list(first)})
        _become(connection, [row.id for row in first.values()], "standing")
        _state_posts(connection, {row.post: AFTER_VERDICT[loads(row.body)["action"]] for row in first.values()})
        left = [row for row in left if first[row.post].id != row.id]


def restore(connection: Connection, taken_back: Sequence[Row[Any]]) -> dict[int, str]:
    """Take verdicts back; for those that stood, by number, the action of the decision, which holds again."""
    stood = {row.id: row.post for row in taken_back if row.state == "standing"}
    actions = {row.post: row.action for row in connection.execute(_LOCK, {"seqs": list(stood.values())})}
    _become(connection, list(stood), "reversed")
    _become(connection, [row.id for row in taken_back if row.id not in stood], "undone")
    _state_posts(connection, {post: state_after(action) for post, action in actions.items()})
    return {number: actions[post] for number, post in stood.items()}


def publish(connection: Connection, ids: Iterable[int]) -> None:
    """Write verdicts that took effect into the outbox, in this order; the caller holds the chain's lock."""
    ordered = list(ids)
    posts = {row.id: row.post for row in connection.execute(_GIVEN, {"ids": ordered})}
    if ordered:
        connection.execute(insert(t.outbox), [{"post": posts[number], "verdict": number} for number in ordered])


def _become(connection: Connection, ids: Sequence[int], state: str) -> None:
    if ids:
        named = update(t.verdicts).where(t.verdicts.c.id.in_(numbers("ids"))).values(state=state)
        connection.execute(named, {"ids": ids})


def _state_posts(connection: Connection, states: dict[int, str]) -> None:
    for state in sorted(set(states.values())):
        alike = [post for post, each in states.items() if each == state]
        named = update(t.decisions).where(t.decisions.c.post.in_(numbers("seqs"))).values(state=state)
        connection.execute(named, {"seqs": alike})
