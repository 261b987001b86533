"""The audit chain's table."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, Row, insert, select

from moderation.storage.audit import Link, extend
from moderation.storage.records import dumps
from moderation.storage.sql import tables as t

_LAST = select(t.audit).order_by(t.audit.c.seq.desc()).limit(1)
_APPEND = insert(t.audit)


def extend_chain(connection: Connection, kind: str, at: float, members: Sequence[int], root: str) -> None:
    """Write the next link; the caller holds the chain's lock."""
    last = connection.execute(_LAST).one_or_none()
    link = extend(link_of(last) if last else None, kind, at, members, root)
    connection.execute(
        _APPEND,
        {
            "seq": link.seq,
            "kind": link.kind,
            "at": link.at,
            "members": dumps(link.members),
            "root": link.root,
            "prev": link.prev,
            "hash": link.hash,
        },
    )


def link_of(row: Row[tuple[int, str, float, str, str, str, str]]) -> Link:
    """A link as its row keeps it."""
    return Link(row.seq, row.kind, row.at, tuple(orjson.loads(row.members)), row.root, row.prev, row.hash)
