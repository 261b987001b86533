"""A Redis and a PostgreSQL of the benchmark's own, as in production: append-only file, every commit on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from moderation.storage.embedded_redis import redis_url
from tests.support.postgres import PostgresServer

STORES = ("sqlite", "postgresql")


@contextmanager
def redis(home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The embedded Redis of a home, and its process."""
    with redis_url(None, home) as url:
        yield url, psutil.Process(int((home / "redis" / "redis.pid").read_text()))


@contextmanager
def store(kind: str) -> Iterator[tuple[str | None, psutil.Process | None]]:
    """The URL of an empty store (None: SQLite in the home), and the process of its server."""
    if kind == "sqlite":
        yield None, None
        return
    server = PostgresServer(durable=True)
    try:
        server.start()
        yield server.url, server.process
    finally:
        server.remove()
