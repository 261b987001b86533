"""What differs between SQLite and PostgreSQL, in one place: connecting, locking, passing many values, inserting."""

from __future__ import annotations

import os
import sqlite3
from enum import Enum
from random import uniform
from time import monotonic, sleep
from typing import Any, Protocol, cast

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection

BUSY_S = 30
"""Seconds to wait for another writer of an SQLite file before the store counts as unavailable."""

CONNECT_S = 10
"""Seconds to wait for a PostgreSQL server, unless the URL says otherwise."""

# Names of advisory locks on PostgreSQL: any two numbers that other users of the same database do not take.
_SCHEMA_LOCK, _CHAIN_LOCK = 7237001, 7237002


_AGAIN_S, _SELDOM_S = 0.001, 0.016  # between two tries to become the writer of an SQLite file: first, and in the end

_sync = getattr(os, "fdatasync", os.fsync)

_MAKE_ROOM = "make room on the disk; nothing that was acknowledged is lost"


class Mode(Enum):
    """What a transaction does.

    What ``write`` writes is on disk when it returns. So is what ``keep`` writes (a verdict), but the next may begin
    before the disk has it: those who commit at the same time wait together, and no reviewer for another's disk.
    ``mark`` writes what does no harm when it is lost, and with it the last moments before a power cut (a lease, an
    attempt, a mark of publication): it outlives every crash of a process, but does not wait for the disk.
    """

    read = "read"
    write = "write"
    keep = "keep"
    mark = "mark"


_MOVED = {Mode.write: 1000, Mode.keep: 1000, Mode.mark: 20_000}
"""Pages in SQLite's log from which on a commit moves them into the database: who waits for the disk anyway does it."""


def mode_of(connection: Connection) -> Mode:
    """The mode that the connection was asked for."""
    mode: Mode = connection.get_execution_options().get("mode", Mode.read)
    return mode


class Backend(Protocol):
    """A kind of database; ``one_writer``: one that writes keeps all others waiting."""

    @property
    def one_writer(self) -> bool: ...

    def engine(self) -> Engine:
        """A new engine; it connects when first used."""
        ...

    def lock_schema(self, connection: Connection) -> None:
        """Keep every other process from migrating until the transaction ends."""
        ...

    def lock_chain(self, connection: Connection) -> None:
        """Keep every other transaction from extending the audit chain until this one ends."""
        ...

    def walk_in_order(self, connection: Connection) -> None:
        """Have ordered selects of this transaction follow an index instead of sorting."""
        ...

    def flush(self) -> None:
        """Have on disk what was committed; :class:`OSError`."""
        ...

    def insert(self, table: Table) -> Any:
        """An insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
        ...

    def explain(self, error: BaseException) -> str:
        """The driver's reason for an error, with the place and what to do; never a password."""
        ...


def backend_of(url: URL) -> Backend:
    """The backend that a URL names; its scheme has been checked."""
    return _Sqlite(url) if url.get_backend_name() == "sqlite" else _Postgres(url)


class _Sqlite:
    """One file, many readers, one writer at a time (WAL)."""

    one_writer = True

    def __init__(self, url: URL) -> None:
        self._url = url

    def engine(self) -> Engine:
        engine = create_engine(self._url, hide_parameters=True, connect_args={"timeout": BUSY_S})
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
        return engine

    def lock_schema(self, connection: Connection) -> None:
        """Nothing to do: a writer is alone, and orders by an index wherever there is one."""

    lock_chain = lock_schema
    walk_in_order = lock_schema

    def flush(self) -> None:
        # While a connection is open the log stays, and what is no more in it is on disk in the database. SQLite holds
        # no lock on the log that closing it here could end.
        log = os.open(f"{self._url.database}-wal", os.O_RDWR)
        try:
            _sync(log)
        finally:
            os.close(log)

    def insert(self, table: Table) -> sqlite.Insert:
        return sqlite.insert(table)

    def explain(self, error: BaseException) -> str:
        reason = _first_line(error)
        remedies = (remedy for sign, remedy in _SQLITE_REMEDIES.items() if sign in reason)
        remedy = next(remedies, "see that the disk is sound and that no quota is used up")
        return f"the store {self._url.database}: {reason}; {remedy}"


_SQLITE_REMEDIES = {
    "locked": f"another process has been writing to it for over {BUSY_S} s: stop that one, or use PostgreSQL",
    "disk is full": _MAKE_ROOM,
    "unable to open": "see that its folder exists and may be written to, or set MODERATION_HOME",
    "readonly": "see that this user may write to the file and to its folder",
    "not a database": "this file is something else; set MODERATION_HOME or MODERATION_STORE_URL to another place",
}


def _configure(connection: DBAPIConnection, _: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    mode = mode_of(connection)
    if mode is Mode.read:
        connection.exec_driver_sql("BEGIN")
        return
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    if connection.info.get("mode") is not mode:
        driver.execute(f"PRAGMA synchronous = {'FULL' if mode is Mode.write else 'NORMAL'}")
        driver.execute(f"PRAGMA wal_autocheckpoint = {_MOVED[mode]}")
        connection.info["mode"] = mode
    # A writer takes its lock at once: one that had read before could not wait for another without a deadlock.
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        until, wait = monotonic() + BUSY_S, _AGAIN_S
        while _another_writes(driver) and monotonic() < until:
            sleep(uniform(wait / 2, wait))  # noqa: S311
            wait = min(2 * wait, _SELDOM_S)
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout = {1000 * BUSY_S}")


def _another_writes(driver: sqlite3.Connection) -> bool:
    """Try to become the writer. Whoever asks SQLite to wait sleeps for up to 100 ms at a time."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return False


class _Postgres:
    """A server; writers that do not touch the same rows go side by side."""

    one_writer = False

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg")

    def engine(self) -> Engine:
        # Prepared from the second time on: a reviewer claims once a minute, and to plan takes longest.
        given: dict[str, Any] = {"prepare_threshold": 1}
        if "connect_timeout" not in self._url.query:
            given["connect_timeout"] = CONNECT_S
        # A connection that a restarted server has dropped is noticed and replaced before it is used.
        engine = create_engine(self._url, hide_parameters=True, pool_pre_ping=True, connect_args=given)
        event.listen(engine, "connect", _send_lists_as_bytes)
        event.listen(engine, "begin", _relax)
        return engine

    def lock_schema(self, connection: Connection) -> None:
        connection.execute(select(func.pg_advisory_xact_lock(_SCHEMA_LOCK)))

    def lock_chain(self, connection: Connection) -> None:
        connection.execute(select(func.pg_advisory_xact_lock(_CHAIN_LOCK)))

    def walk_in_order(self, connection: Connection) -> None:
        # Statistics lag behind a surge: a planner that takes the queue for a short one reads and sorts all of it. The
        # plan is always the same, and to make it takes longer than to follow it.
        connection.exec_driver_sql("SET LOCAL enable_sort = off; SET LOCAL plan_cache_mode = force_generic_plan")

    def flush(self) -> None:
        """Nothing to do: a commit has waited for the disk."""

    def insert(self, table: Table) -> postgresql.Insert:
        return postgresql.insert(table)

    def explain(self, error: BaseException) -> str:
        reason = _first_line(error)
        place = f"{self._url.host or 'localhost'}:{self._url.port or 5432}/{self._url.database or ''}"
        if self._url.password:
            reason = reason.replace(self._url.password, "***")
        remedy = _POSTGRES_REMEDIES.get(getattr(error, "sqlstate", None) or "", _SEE_THAT_IT_RUNS)
        return f"the store on PostgreSQL {place}: {reason}; {remedy}"


_SEE_THAT_IT_RUNS = (
    "see that PostgreSQL runs there and that MODERATION_STORE_URL names the right user, password and database"
)
# By SQLSTATE, since a server may speak any language.
_POSTGRES_REMEDIES = {
    "53100": _MAKE_ROOM,
    "53300": "give the server more max_connections, or start fewer processes",
}


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]


def _send_lists_as_bytes(connection: DBAPIConnection, _: object) -> None:
    """Of 256 rows in arrays the text form costs the client 126 µs a row, the binary form 3."""
    from psycopg import Connection as PostgresConnection
    from psycopg.types.array import ListBinaryDumper

    cast("PostgresConnection", connection).adapters.register_dumper(list, ListBinaryDumper)


def _relax(connection: Connection) -> None:
    if mode_of(connection) is Mode.mark:
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
