"""Transactions on one database: connected when first used, once a process, with errors that say what to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from moderation.domain.errors import ServiceUnavailable
from moderation.storage.sql.backends import Mode, backend_of
from moderation.storage.sql.schema import upgrade

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Part")

_DEADLOCK = "40P01"
_ATTEMPTS = 5


class Database:
    """One database and its transactions.

    Safe to fork: a child opens its own connections and never touches, not even closes, those of its parent. A
    process brings the schema up to date before its first transaction.
    """

    def __init__(self, url: URL) -> None:
        self.backend = backend_of(url)
        self._engines: dict[int, Engine] = {}  # by process id

    def run(self, work: Callable[[Connection], R], mode: Mode) -> R:
        """Do ``work`` in one transaction; once more where PostgreSQL ended it in favour of another."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self._engine().connect().execution_options(mode=mode) as connection, connection.begin():
                    done = work(connection)
                if mode is Mode.keep:
                    self.flush()
            except PoolTimeout as error:
                raise ServiceUnavailable("every connection to the store is in use; start fewer threads") from error
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) == _DEADLOCK and attempt < _ATTEMPTS:
                    continue
                if isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError:
                    raise ServiceUnavailable(self.backend.explain(error.orig or error)) from error
                raise
            return done
        raise AssertionError("the last attempt returns or raises")

    def flush(self) -> None:
        """Have on disk what anybody committed before."""
        try:
            self.backend.flush()
        except OSError as error:
            raise ServiceUnavailable(self.backend.explain(error)) from error

    def close(self) -> None:
        """Close this process's connections; a later transaction opens new ones."""
        engine = self._engines.pop(os.getpid(), None)
        if engine is not None:
            engine.dispose()

    def _engine(self) -> Engine:
        engine = self._engines.get(os.getpid())
        if engine is not None:
            return engine
        opened = self.backend.engine()
        try:
            upgrade(opened, self.backend)
            # Another thread may have been first; no lock, since a fork could copy one that is held.
            engine = self._engines.setdefault(os.getpid(), opened)
        finally:
            if engine is not opened:
                opened.dispose()
        return engine


class Part:
    """A part of the store; its public methods are one transaction each."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._backend = database.backend


def reads(method: Callable[Concatenate[S, Connection, P], R]) -> Callable[Concatenate[S, P], R]:
    """Run a method of a part in one transaction that only reads; the method gets the connection first."""
    return _in_transaction(method, Mode.read)


def writes(method: Callable[Concatenate[S, Connection, P], R]) -> Callable[Concatenate[S, P], R]:
    """Run a method in one transaction; what it writes is on disk when it returns."""
    return _in_transaction(method, Mode.write)


def keeps(method: Callable[Concatenate[S, Connection, P], R]) -> Callable[Concatenate[S, P], R]:
    """Run a method in one transaction; what it writes is on disk when it returns, and others need not wait for that."""
    return _in_transaction(method, Mode.keep)


def marks(method: Callable[Concatenate[S, Connection, P], R]) -> Callable[Concatenate[S, P], R]:
    """Run a method in one transaction that writes what may be done again (:class:`Mode`)."""
    return _in_transaction(method, Mode.mark)


def _in_transaction(method: Callable[Concatenate[S, Connection, P], R], mode: Mode) -> Callable[Concatenate[S, P], R]:
    @wraps(method)
    def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._database.run(lambda connection: method(self, connection, *args, **kwargs), mode)

    return run
