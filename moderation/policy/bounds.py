"""Reads what is said by language, and comparisons with a limit by language."""

from __future__ import annotations

from collections.abc import Mapping

from moderation.policy.model import COMPARATORS, POINTS, Bound
from moderation.policy.reading import Value
from moderation.policy.terms import read_tag


def read_by_language(value: Value) -> list[tuple[str, Value]]:
    """A map by language as (tag, value); anything else stands for every language."""
    if not isinstance(value.value, dict):
        return [("*", value)]
    if not value.value:
        value.fault("R019", "no language, so it can never be true", "write `{zh: …, en: …}`, or one value for all")
    return [(tag, entry) for key, entry in value.mapping().items() if (tag := read_tag(entry, key)) is not None]


def read_bound(
    value: Value, entries: Mapping[str, Value], *, highest: float | None, points: bool = False
) -> Bound | None:
    """The one comparison among some entries; ``points``: whether its limits may be named operating points."""
    found = [key for key in COMPARATORS if key in entries]
    if len(found) != 1:
        given = f"two comparisons: {', '.join(found)}" if found else "no comparison"
        value.fault("R014", given, f"give one of {', '.join(COMPARATORS)}, such as `gte: 0.8`")
        return None
    limits: dict[str, float] = {}
    named: dict[str, str] = {}
    whole = True
    for tag, part in read_by_language(entries[found[0]]):
        if points and isinstance(part.value, str):
            point = _point(part, found[0])
            whole &= point is not None
            named.update({tag: point} if point else {})
        else:
            limit = _limit(part, highest)
            whole &= limit is not None
            limits.update({tag: limit} if limit is not None else {})
    return Bound(found[0], limits, named) if whole and (limits or named) else None


def _point(value: Value, comparator: str) -> str | None:
    if value.value not in POINTS:
        value.fault("R041", f"`{value.value}` is no operating point", f"one of: {', '.join(POINTS)}; or a probability")
        return None
    if comparator not in {"gte", "gt"}:
        value.fault("R041", f"`{value.value}` is the least score", "write `gte`")
        return None
    return str(value.value)


def _limit(value: Value, highest: float | None) -> float | None:
    limit = value.number()
    if limit is not None and (limit < 0 or (highest is not None and limit > highest)):
        allowed = f"from 0 to {highest:g}" if highest is not None else "0 or more"
        value.fault("R015", f"{limit:g} is out of range", f"a limit must be {allowed}")
        return None
    return None if limit is None else float(limit)
