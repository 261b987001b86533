"""Many values in one statement that is built, compiled and prepared once, whatever their number.

``among(column, "seqs")`` is executed with ``{"seqs": [1, 2]}``, and so are selects of ``numbers("seqs")``: a JSON array
on SQLite, an array on PostgreSQL. Whole rows are written by :func:`fill`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NULLTYPE, TypeDecorator, TypeEngine

from moderation.storage.records import dumps


def numbers(name: str) -> Select[int]:
    """A select of the whole numbers in the parameter ``name``."""
    return select(_items(name, BigInteger).label("number"))


def texts(name: str) -> Select[str]:
    """A select of the texts in the parameter ``name``."""
    return select(_items(name, Text).label("text"))


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a column of whole numbers or texts has one of the values in the parameter ``name``."""
    of = Text if isinstance(column.type, Text) else BigInteger
    return _Among(column, bindparam(name, type_=_Many(of)))


def fill(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, at least one."""
    if _row_by_row(connection):
        connection.exec_driver_sql(_insert_row(table, columns), rows)
    else:
        connection.execute(_insert_all(table, columns), _by_column(columns, rows))


def fill_new(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], key: int
) -> Sequence[Sequence[Any]]:
    """Insert those rows, at least one, that break no uniqueness.

    Gives the number of each and its first ``key`` columns. The table counts its rows by itself, and none is deleted.
    """
    (number,) = table.primary_key
    given_back = (number, *(table.c[name] for name in columns[:key]))
    if _row_by_row(connection):
        # A writer of SQLite is alone: what comes after the last row is its own.
        last = connection.execute(select(func.coalesce(func.max(number), 0))).scalar_one()
        connection.exec_driver_sql(f"{_insert_row(table, columns)} ON CONFLICT DO NOTHING", rows)
        return connection.execute(select(*given_back).where(number > last)).all()
    new = _insert_all(table, columns).on_conflict_do_nothing().returning(*given_back)
    return connection.execute(new, _by_column(columns, rows)).all()


def _row_by_row(connection: Connection) -> bool:
    """Whether a statement executed for each row is the cheapest: where no network and no server is between."""
    return connection.dialect.name == "sqlite"


@cache
def _insert_row(table: Table, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608


@cache
def _insert_all(table: Table, columns: tuple[str, ...]) -> Any:
    arrays = [bindparam(name, type_=ARRAY(table.c[name].type)) for name in columns]
    given = func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
    return postgres_insert(table).from_select(columns, select(*given.c))


def _by_column(columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {name: list(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)}


def _items(name: str, of: type[BigInteger | Text]) -> ColumnElement[Any]:
    given = _Items(bindparam(name, type_=_Many(of))).table_valued("value").c.value
    return cast(given, of)


class _Many(TypeDecorator[Any]):
    """Values of one type: an array where there are arrays, else JSON."""

    impl = Text
    cache_ok = True

    def __init__(self, of: type[BigInteger | Text]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.of) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        given = list(value or ())
        return given if dialect.name == "postgresql" else dumps(given)


class _Among(FunctionElement[Any]):
    name = "among"
    type = NULLTYPE  # SQLAlchemy would compare a Boolean with 1 on SQLite, which then uses no index
    inherit_cache = True


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, given = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({given}))"  # noqa: S608


@compiles(_Among, "postgresql")
def _any(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, given = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY({given})"


class _Items(FunctionElement[Any]):
    name = "items"
    inherit_cache = True


@compiles(_Items, "sqlite")
def _json_each(element: _Items, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Items, "postgresql")
def _unnest(element: _Items, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT unnest({compiler.process(element.clauses, **options)}) AS value)"
