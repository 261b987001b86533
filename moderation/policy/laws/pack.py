"""Laws on all files together: ids stand once, nothing is left over, no rule stands in the shadow of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moderation.policy.conditions import LISTS
from moderation.policy.examples import TEST, tests_of
from moderation.policy.laws.base import Pack
from moderation.policy.rules import RuleFile

IDIOMS = "culture/idioms.yaml"
LISTED = "lists/"


def ids_stand_once(pack: Pack) -> None:
    """R007: an id names one rule."""
    first: dict[str, RuleFile] = {}
    for file in pack.files:
        if file.id is not None and first.setdefault(file.id, file) is not file:
            message = f"rule `{file.id}` stands in {first[file.id].value.file} already"
            file.value.child("id").fault("R007", message, "give one of them another id")


def tests_have_their_rule(pack: Pack) -> None:
    """R029: tests stand beside a rule."""
    expected = {tests_of(file.value.file) for file in pack.files}
    for name, value in pack.values.items():
        if name.endswith(TEST) and name not in expected:
            rule = name.removesuffix(TEST) + ".yaml"
            value.fault("R029", f"there is no rule {rule}", "rename the tests after their rule, or remove them")


def lists_are_used(pack: Pack) -> None:
    """R064: a list that no rule names is read by nobody and kept by nobody."""
    used = {name for file in pack.files for name in _references(file.value.value)}
    for name in pack.lists:
        if name not in used:
            value = next(value for file, value in pack.values.items() if file.startswith(f"{LISTED}{name}."))
            value.fault("R064", f"no rule refers to `{LISTS}{name}`", "use it or remove it", warning=True)


def _references(value: Any) -> Iterator[str]:
    match value:
        case str() if value.startswith(LISTS):
            yield value.removeprefix(LISTS)
        case list():
            for item in value:
                yield from _references(item)
        case dict():
            yield from _references(list(value.values()))
        case _:
            return


def idioms_are_reviewed(pack: Pack) -> None:
    """R065: customs change; what an idiom means is looked at again by its day."""
    if IDIOMS not in pack.values:
        return
    for item in pack.values[IDIOMS].items():
        idiom = pack.idioms.get(item.value.get("id", "")) if _is_named(item.value) else None
        if idiom is not None and idiom.review_by is not None and idiom.review_by < pack.today:
            item.child("review_by").fault(
                "R065",
                f"`{idiom.id}` was to be looked at by {idiom.review_by}",
                "ask its community whether it still means this, then set the next day",
                warning=True,
            )


def _is_named(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str) and "review_by" in value
