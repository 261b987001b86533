"""The pool in a database, through SQLAlchemy Core: one code for SQLite and PostgreSQL."""

from moderation.storage.sql.store import SqlStore

__all__ = ["SqlStore"]
