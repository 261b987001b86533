"""What becomes of items whose verdicts were taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, update

from moderation.storage.records import loads
from moderation.storage.reviewed import facts
from moderation.storage.sql import tables as t
from moderation.storage.sql.items import FREE, change, outdated_of


def reopen(connection: Connection, items: Sequence[Row[Any]]) -> None:
    """Let locked items wait again, unless a newer revision has come; under the chain's lock none is being decided."""
    outdated = outdated_of(connection, [item.post for item in items])
    for item in items:
        if item.post in outdated:
            change(connection, item.id, **FREE, state="superseded")
        elif item.state == "decided":
            change(connection, item.id, **FREE, state="open")
        if item.lent:
            change(connection, item.id, lent=0, views=None, priority=facts(loads(item.decision_body)).priority)


def lease_again(connection: Connection, item_id: int, reviewer: str, ttl_s: float, now: float) -> None:
    """Lease an item, unless it waits no more or somebody else holds it."""
    item = t.review_items.c
    free = update(t.review_items).where(item.id == item_id, item.state == "open", item.expires_at <= now)
    lease = {"lease": uuid4().hex, "reviewer": reviewer, "expires_at": now + ttl_s, "claimed_at": now}
    connection.execute(free.values(fence=item.fence + 1, **lease))
