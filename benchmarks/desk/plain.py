"""The plain claim: sort what is open by priority and mark the first, as a queue in one table does it."""

from __future__ import annotations

import time

from sqlalchemy import create_engine, text

_CLAIMS = 40
_COPY = (
    "CREATE TABLE plain_items AS "
    "SELECT id, desk, state, priority, expires_at, CAST(NULL AS TEXT) AS holder FROM review_items"
)
_CLAIM = text(
    "UPDATE plain_items SET holder = 'rev', expires_at = :until WHERE id = ("
    "SELECT id FROM plain_items WHERE state = 'open' AND desk IN ('zh', 'both') AND expires_at <= :now "
    "ORDER BY priority DESC LIMIT 1)"
)


def claims(url: str) -> list[float]:
    """Seconds of each of some claims by one reviewer who has the store to themselves."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text(_COPY))
    took = []
    for _ in range(_CLAIMS):
        before = time.monotonic()
        with engine.begin() as connection:
            connection.execute(_CLAIM, {"now": time.time(), "until": time.time() + 300})
        took.append(time.monotonic() - before)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE plain_items"))
    engine.dispose()
    return took
