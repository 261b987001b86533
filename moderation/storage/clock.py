"""How far the clocks of the services are from ours: leases, windows and the age of posts are told by several clocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import redis

from moderation.domain.errors import ServiceUnavailable
from moderation.storage.stream import reached

_WITHIN_S = 5


def redis_skew(url: str) -> float:
    """Seconds that the clock of a Redis is ahead of ours (behind: negative), but for what the way there may explain."""
    with redis.Redis.from_url(url, socket_timeout=_WITHIN_S, socket_connect_timeout=_WITHIN_S) as client, reached():
        client.ping()  # to connect takes longer than to ask

        def ask() -> float:
            answer: Any = client.time()
            return float(answer[0]) + float(answer[1]) / 1e6

        return _skew(ask)


def postgres_skew(url: str) -> float:
    """The same of a PostgreSQL, by the store's URL."""
    import psycopg
    from sqlalchemy import make_url

    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(plain, connect_timeout=_WITHIN_S) as connection:

            def ask() -> float:
                row = connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
                return float(row[0]) if row else float("nan")

            return _skew(ask)
    except psycopg.OperationalError as error:
        reason = str(error).partition("\n")[0]
        raise ServiceUnavailable(
            f"PostgreSQL: {reason}; see that it runs and that MODERATION_STORE_URL is right"
        ) from None


def _skew(ask: Callable[[], float]) -> float:
    before = time.time()
    there = ask()
    after = time.time()
    return min(0.0, there - before) if there < before else max(0.0, there - after)
