"""The store behind one URL."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from moderation.domain.errors import UsageError
from moderation.storage.sql.database import Database
from moderation.storage.sql.history import HistoryPart
from moderation.storage.sql.intake import IntakePart
from moderation.storage.sql.pool import PoolPart
from moderation.storage.sql.review import ReviewPart
from moderation.storage.sql.roster import RosterPart
from moderation.storage.sql.shed import ShedPart
from moderation.storage.sql.verdicts import VerdictPart
from moderation.storage.sql.work import WorkPart


class SqlStore(IntakePart, WorkPart, ShedPart, PoolPart, ReviewPart, VerdictPart, HistoryPart, RosterPart):
    """:class:`~moderation.domain.ports.Store` on SQLite or PostgreSQL.

    Nothing connects before the first method is called, which also migrates the schema. May be used by many threads
    and carried across a fork.
    """

    def __init__(self, url: str | URL) -> None:
        super().__init__(Database(_checked(url)))

    @classmethod
    def at(cls, file: Path) -> SqlStore:
        """The store in an SQLite file."""
        return cls(URL.create("sqlite", database=str(file)))

    def close(self) -> None:
        """Close this process's connections."""
        self._database.close()


_ALLOWED = "it may be memory://, sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"


def _checked(url: str | URL) -> URL:
    # A message never shows the URL: it may hold a password.
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise UsageError(f"the store's URL (MODERATION_STORE_URL) cannot be read; {_ALLOWED}") from None
    name = parsed.get_backend_name()
    if name in {"postgresql", "postgres"}:
        return parsed
    if name != "sqlite":
        raise UsageError(f"the store's URL (MODERATION_STORE_URL) is `{name}://`; {_ALLOWED}")
    if not parsed.database or parsed.database == ":memory:":
        raise UsageError("an SQLite store needs a file, as in sqlite:///pool.sqlite3; memory:// keeps nothing")
    # A daemon may change its folder, and a path must go on meaning the same file.
    return URL.create("sqlite", database=str(Path(parsed.database).absolute()))
