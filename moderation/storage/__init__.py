"""Where the pool is kept: in memory, in SQLite or in PostgreSQL, all held to the same contract tests."""

from __future__ import annotations

from pathlib import Path

from moderation.domain.errors import UsageError
from moderation.domain.ports import Store


def open_store(url: str | None, home: Path) -> Store:
    """The store behind a URL; None is the SQLite file ``pool.sqlite3`` in ``home``, which is made where absent.

    Nothing connects yet. Raises :class:`UsageError` for a URL that is not memory, SQLite or PostgreSQL.
    """
    if url == "memory://":
        from moderation.storage.memory import MemoryStore

        return MemoryStore()
    from moderation.storage.sql import SqlStore

    if url is None:
        home = home.absolute()
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"{home}: cannot be made ({error.strerror}); set MODERATION_HOME to another folder"
            ) from error
        return SqlStore.at(home / "pool.sqlite3")
    return SqlStore(url)
