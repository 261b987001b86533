"""The lanes of a desk's queue: each is a walk along one index, which reads about as many rows as it gives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Row,
    Select,
    TextClause,
    bindparam,
    case,
    exists,
    literal,
    not_,
    or_,
    select,
    text,
    union_all,
)

from moderation.domain.language import ALSO_UNDER
from moderation.domain.review import COMPARED, OF_OTHERS, Ask
from moderation.domain.reviewer import LEVELS
from moderation.storage.reviewed import PASSED_IN_LEAD, SOON, WALKED, other, sees_all
from moderation.storage.sql import tables as t

Condition = ColumnElement[bool] | TextClause
Found = Row[Any]

_item = t.review_items.c
_OFFERED = (_item.id, _item.rank, _item.priority, _item.created_at, _item.due_at, _item.category, _item.fence)
_blind = or_(_item.kind.in_(COMPARED), _item.sealed.is_not(None)).label("blind")
_WAITING = (
    *(_item.id, _item.desk, _item.priority, _item.created_at, _item.needs, _blind, _item.lent, _item.expires_at),
    *(_item.rank, _item.due_at),
)
_FIRST_SPAN = "SELECT {lane}, (SELECT span FROM review_items WHERE {where} AND lane = {lane} ORDER BY span LIMIT 1)"
_SPANS = """
WITH RECURSIVE spans(lane, span) AS (
    {first}
    UNION ALL
    SELECT spans.lane, (
        SELECT span FROM review_items WHERE {where} AND lane = spans.lane AND span > spans.span ORDER BY span LIMIT 1
    ) FROM spans WHERE spans.span IS NOT NULL
)
SELECT lane, span FROM spans WHERE span IS NOT NULL
"""


class Suiting(NamedTuple):
    """What makes an item one to offer to somebody; ``reads`` are levels by language tag, None where all are offered."""

    most: int
    categories: tuple[str, ...]
    no: tuple[str, ...]
    reads: tuple[tuple[str, int], ...] | None


# Each statement is made once for all claims of a kind, since to make it takes longer than to execute it. Without a
# suiting it finds all open items, leased ones too, and how they wait.


def walk(connection: Connection, desk: str, lane: str, limit: int, now: float) -> Sequence[Found]:
    """The first open items of a desk's lane (``due`` is one, of harm only), in order."""
    given = {"limit": limit, "now": now}
    if lane == "due":
        return _soon(connection, desk, ("harm",), None, given)
    return connection.execute(_walking(desk, lane, None), given).all()


def offered(connection: Connection, ask: Ask, limit: int, now: float) -> list[Found]:
    """What a claim may lease, in the order of its lanes; less than ``limit`` only where there is no more."""
    reviewer = ask.reviewer
    levels = tuple(sorted((tag, LEVELS.index(level)) for tag, level in reviewer.reads.items()))
    no = tuple(sorted(reviewer.no))
    suiting = Suiting(ask.most, tuple(ask.categories), no, None if sees_all(reviewer) else levels)
    found: dict[int, Found] = {}
    for lane in ask.lanes:
        # What an earlier lane has found may come again in this one.
        given = {"limit": limit + len(found), "now": now, "name": reviewer.name}
        for row in _of_lane(connection, ask, lane, suiting, given):
            found.setdefault(row.id, row)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def by_time(row: Found) -> tuple[float, int]:
    """In which order items come that have a time."""
    return row.due_at, row.id


def by_priority(row: Found) -> tuple[int, float, float, int]:
    """In which order the others come."""
    return row.rank, -row.priority, row.created_at, row.id


def covered(column: ColumnElement[str], tag: str) -> ColumnElement[bool]:
    """Whether a column of language tags has one that a tag covers."""
    under = [each for each, above in ALSO_UNDER.items() if tag in above]
    return or_(*(_begins(column, each) for each in (tag, *under)))


def _of_lane(
    connection: Connection, ask: Ask, lane: str, suiting: Suiting, given: Mapping[str, Any]
) -> Sequence[Found]:
    if lane == "due":
        return _soon(connection, ask.desk, ("harm", "appeal"), suiting, given)
    if lane == "loan":
        return _loans(connection, ask, suiting, given)
    if lane != "cost":
        return connection.execute(_walking(ask.desk, lane, suiting), given).all()
    loans = {row.id: row for row in _loans(connection, ask, suiting, given)}

    def cost(row: Found) -> tuple[float, float, int]:
        return -row.priority / (ask.loan_slower if row.id in loans else 1.0), row.created_at, row.id

    own = connection.execute(_walking(ask.desk, "harm", suiting), given).all()
    return sorted((*own, *loans.values()), key=cost)[: given["limit"]]


def _loans(connection: Connection, ask: Ask, suiting: Suiting, given: Mapping[str, Any]) -> Sequence[Found]:
    if ask.loan_over is None:
        return []
    return connection.execute(_lending(other(ask.desk), suiting), {**given, "over": ask.loan_over}).all()


def _soon(
    connection: Connection, desk: str, lanes: Collection[str], suiting: Suiting | None, given: Mapping[str, Any]
) -> list[Found]:
    """Items in the last part of their time, the first due first; appeals also when it is over.

    Of items that were given the same time, the first due are the first that are soon due: for each such time there is
    one walk. There are as many as the taxonomy has.
    """
    spans = connection.execute(_spans(desk, tuple(lanes))).all()
    if not spans:
        return []
    times: dict[str, float] = {}
    for n, (_, span) in enumerate(spans):
        times |= {f"span_{n}": span, f"until_{n}": given["now"] + SOON * span}
    walks = connection.execute(_soon_due(desk, tuple(lane for lane, _ in spans), suiting), {**given, **times})
    return sorted(walks.all(), key=by_time)[: given["limit"]]


@lru_cache
def _spans(desk: str, lanes: tuple[str, ...]) -> TextClause:
    where = f"{t.waits_at(desk)} AND {t.TIMED}"
    first = " UNION ALL ".join(_FIRST_SPAN.format(where=where, lane=f"'{lane}'") for lane in lanes)
    return text(_SPANS.format(where=where, first=first))


@lru_cache
def _walking(desk: str, lane: str, suiting: Suiting | None) -> Select[Any]:
    waits = t.waits_at(desk)
    of_lane: tuple[Condition, ...] = text(f"{waits} AND {t.SPECIAL}"), _item.lane == lane
    order: tuple[ColumnElement[Any], ...] = t.DUE_ORDER
    if lane in WALKED:
        of_lane, order = (text(f"{waits} AND {t.WALKED}"), _item.rank == WALKED.index(lane)), t.CLAIM_ORDER
    return _first(suiting, order, *of_lane, *_conditions(suiting, PASSED_IN_LEAD if lane == "lead" else None))


@lru_cache
def _lending(desk: str, suiting: Suiting) -> Select[Any]:
    over = _item.priority > bindparam("over")
    return _first(suiting, t.LOAN_ORDER, text(t.lent_by(desk)), over, *_conditions(suiting))


@lru_cache
def _soon_due(desk: str, lanes: tuple[str, ...], suiting: Suiting | None) -> CompoundSelect[Any]:
    """One walk for each lane and time: the parameters ``span_0``, ``until_0`` and so on."""
    where = text(f"{t.waits_at(desk)} AND {t.TIMED}")
    walks: list[Select[Any]] = []
    for n, lane in enumerate(lanes):
        due = [_item.span == bindparam(f"span_{n}"), _item.due_at <= bindparam(f"until_{n}")]
        if lane != "appeal":
            due.append(_item.due_at > bindparam("now"))
        alike = _first(suiting, t.DUE_ORDER, where, _item.lane == lane, *due, *_conditions(suiting))
        walks.append(select(alike.subquery()))
    return union_all(*walks)


def _first(suiting: Suiting | None, order: Collection[ColumnElement[Any]], *conditions: Condition) -> Select[Any]:
    columns = _OFFERED if suiting else _WAITING
    return select(*columns).where(*conditions).order_by(*order).limit(bindparam("limit"))


def _conditions(suiting: Suiting | None, hiding: str | None = None) -> list[Condition]:
    """What an item must fulfil; ``hiding`` is the reason of a pass that hides it, None: any."""
    if suiting is None:
        return []
    opted_out = select(t.opt_outs.c.category).where(t.opt_outs.c.reviewer == bindparam("name"))
    passed = exists().where(t.passed.c.item == _item.id, t.passed.c.reviewer == bindparam("name"))
    if hiding is not None:
        passed = passed.where(t.passed.c.reason == hiding)
    decided = exists().where(t.verdicts.c.post == _item.post, t.verdicts.c.reviewer == bindparam("name"))
    conditions: list[Condition] = [
        _item.expires_at <= bindparam("now"),
        not_(passed),
        or_(_item.category.is_(None), _item.category.not_in(opted_out)),
        or_(_item.kind.not_in(OF_OTHERS), not_(decided)),
    ]
    if suiting.most < len(LEVELS) - 1:
        conditions.append(_item.needs <= suiting.most)
    if suiting.categories:
        conditions.append(_item.category.in_(suiting.categories))
    if suiting.no:
        conditions.append(or_(_item.category.is_(None), _item.category.not_in(suiting.no)))
    if suiting.reads is not None:
        conditions.append(_item.needs <= _level(dict(suiting.reads)))
    return conditions


def _level(reads: dict[str, int]) -> ColumnElement[int]:
    """:meth:`Reviewer.level` of an item's language: of the longest tag that begins it, of one above it, or ``*``."""
    rest = literal(reads.pop("*", 0), Integer)
    begins = [(_begins(_item.language, tag), reads[tag]) for tag in sorted(reads, key=len, reverse=True)]
    above = [
        (_begins(_item.language, tag), reads[above])
        for tag in sorted(ALSO_UNDER, key=len, reverse=True)
        for above in ALSO_UNDER[tag]
        if above in reads
    ]
    whens = [*begins, *above]
    return case(*whens, else_=rest) if whens else rest


def _begins(column: ColumnElement[str], tag: str) -> ColumnElement[bool]:
    return or_(column == tag, column.startswith(f"{tag}-", autoescape=True))
