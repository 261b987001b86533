"""Many values as one parameter, whatever their number: a statement is built, compiled and prepared once.

``column.in_(numbers("seqs"))`` is executed with ``{"seqs": [1, 2]}``, ``keys("keys")`` with
``{"keys": [("n-1", 1)]}``. They travel as JSON, so they may hold text and whole numbers, but not floats: those might
not come out as they went in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Text,
    bindparam,
    cast,
    literal_column,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from moderation.storage.records import dumps


def numbers(name: str) -> Select[int]:
    """A select of the whole numbers in the parameter ``name``."""
    return select(cast(cast(_items(name), Text), BigInteger).label("number"))


def rows(name: str, **types: type[Text | Integer | BigInteger]) -> Subquery:
    """The rows in the parameter ``name``, with named columns, in the order in which they were given."""
    item = _items(name)
    parts = [cast(_JsonPart(item, literal_column(str(n))), type_) for n, type_ in enumerate(types.values())]
    return select(*(part.label(column) for part, column in zip(parts, types, strict=True))).subquery(name)


def keys(name: str) -> Select[str, int]:
    """A select of the pairs (post id, revision) in the parameter ``name``."""
    return select(rows(name, id=Text, revision=Integer))


def _items(name: str) -> ColumnElement[Any]:
    return _JsonItems(bindparam(name, type_=_JsonArray())).table_valued("value").c.value


class _JsonArray(TypeDecorator[Any]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[Any] | None, dialect: object) -> str:
        return dumps(list(value or ()))


class _JsonItems(FunctionElement[Any]):
    name = "json_items"
    inherit_cache = True


@compiles(_JsonItems, "sqlite")
def _json_each(element: _JsonItems, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_JsonItems, "postgresql")
def _jsonb_array_elements(element: _JsonItems, compiler: SQLCompiler, **options: Any) -> str:
    return f"jsonb_array_elements(CAST({compiler.process(element.clauses, **options)} AS JSONB))"


class _JsonPart(FunctionElement[str]):
    """The n-th part of a JSON array, as text."""

    name = "json_part"
    type = Text()
    inherit_cache = True


@compiles(_JsonPart, "sqlite")
def _json_extract(element: _JsonPart, compiler: SQLCompiler, **options: Any) -> str:
    item, n = (compiler.process(clause, **options) for clause in element.clauses)
    return f"json_extract({item}, '$[{n}]')"


@compiles(_JsonPart, "postgresql")
def _arrow(element: _JsonPart, compiler: SQLCompiler, **options: Any) -> str:
    item, n = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({item} ->> {n})"
