"""Which conditions can be true together: numbers have one value, words are one of some, equal conditions agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import inf

from moderation.policy.expressions import And, AtLeast, Name, Node, Not, Or, evaluate, names
from moderation.policy.model import Among, Bound, Condition, Count, Number, Score, Similar, Speech

_MOST_STEPS = 2_000
"""Guesses after which a condition is taken to be possible: nobody writes one that needs more."""

Assigned = Mapping[str, bool]
Quantity = tuple[str, ...]


class Worlds:
    """The worlds in which a post may be, as far as the conditions of one rule tell them apart."""

    def __init__(self, detect: Mapping[str, Condition], kinds: frozenset[str]) -> None:
        self._kinds = kinds
        self._alias = _aliases(detect)
        self._bounds = {name: said for name, part in detect.items() if (said := _bound_of(part)) is not None}
        self._among = {name: part for name, part in detect.items() if isinstance(part, Among)}

    def are_free(self, node: Node) -> bool:
        """Whether each name stands once and says nothing of another: then all is possible, and all of it counts."""
        used = [self._alias[name] for name, _ in names(node)]
        about = Counter(self._about(name) for name in used if name in self._bounds or name in self._among)
        return (
            len(set(used)) == len(used)
            and max(about.values(), default=1) == 1
            and all(self._consistent({name: value}) for name in used for value in (True, False))
        )

    def allow(self, node: Node) -> bool:
        """Whether a condition is true in some world; yes where that takes too long to find out."""
        steps = 0

        def search(assigned: dict[str, bool]) -> bool:
            nonlocal steps
            steps += 1
            value = evaluate(renamed, assigned.get)
            if value is not None or steps > _MOST_STEPS:
                return value is not False
            name = next(name for name in order if name not in assigned)
            return any(
                self._consistent(further) and search(further)
                for further in ({**assigned, name: choice} for choice in (True, False))
            )

        renamed = _rename(node, self._alias.__getitem__)
        order = list(dict.fromkeys(name for name, _ in names(renamed)))
        return search({})

    def _about(self, name: str) -> Quantity:
        return self._bounds[name][0] if name in self._bounds else (self._among[name].field,)

    def _consistent(self, assigned: Assigned) -> bool:
        quantities: dict[Quantity, list[tuple[Bound, bool]]] = {}
        for name, value in assigned.items():
            if name in self._bounds:
                quantity, bound = self._bounds[name]
                quantities.setdefault(quantity, []).append((bound, value))
        if not all(_numbers_meet(quantity, said) for quantity, said in quantities.items()):
            return False
        fields = {self._among[name].field for name in assigned if name in self._among}
        return all(self._words_meet(field, assigned) for field in fields)

    def _words_meet(self, field: str, assigned: Assigned) -> bool:
        left = self._kinds if field == "post.kind" else None
        excluded: set[str] = set()
        for name, value in assigned.items():
            if name in self._among and self._among[name].field == field:
                values = self._among[name].values
                if value:
                    left = values if left is None else left & values
                else:
                    excluded |= values
        return left is None or bool(left - excluded)


def _aliases(detect: Mapping[str, Condition]) -> dict[str, str]:
    """Each name → the first name that says the same."""
    first: list[str] = []
    alias: dict[str, str] = {}
    for name, part in detect.items():
        alias[name] = next((each for each in first if detect[each] == part), name)
        if alias[name] == name:
            first.append(name)
    return alias


def _bound_of(condition: Condition) -> tuple[Quantity, Bound] | None:
    """What is compared, and with what; None where nothing is, or where the limit is the model's."""
    quantity: Quantity
    match condition:
        case Number(field, bound):
            quantity = (field,)
        case Score(category, bound):
            quantity = ("score", category)
        case Similar(exemplars, bound, model):
            quantity = ("similar_to", exemplars, model or "")
        case Count(tally, bound):
            quantity = ("count", tally.of, str(tally.within_s))
        case Speech(aspect, name, Bound() as bound):
            quantity = ("language", aspect, name)
        case _:
            return None
    return None if bound.points else (quantity, bound)


def _range_of(quantity: Quantity) -> tuple[float, float]:
    match quantity[0]:
        case "similar_to":
            return -1.0, 1.0
        case "score" | "language":
            return 0.0, 1.0
        case _:
            return 0.0, inf


def _numbers_meet(quantity: Quantity, said: Sequence[tuple[Bound, bool]]) -> bool:
    """Whether one number fulfils all bounds (or, with False, misses them) in some language."""
    tags = {tag for bound, _ in said for tag in bound.limits}
    return any(_number_exists(quantity, said, tag) for tag in tags)


def _number_exists(quantity: Quantity, said: Sequence[tuple[Bound, bool]], tag: str) -> bool:
    low, high = _range_of(quantity)
    low_open = high_open = False
    for bound, value in said:
        limit = bound.limit(tag)
        if limit is None:
            if value:
                return False  # unknown in this language, so never true
            continue
        from_below = (bound.comparator in {"gt", "gte"}) is value
        is_open = (bound.comparator in {"gt", "lt"}) is value
        if from_below and (limit, is_open) > (low, low_open):
            low, low_open = limit, is_open
        elif not from_below and (limit, not is_open) < (high, not high_open):
            high, high_open = limit, is_open
    return low < high or (low == high and not low_open and not high_open)


def _rename(node: Node, alias: Callable[[str], str]) -> Node:
    match node:
        case Name(name, at):
            return Name(alias(name), at)
        case Not(part, at):
            return Not(_rename(part, alias), at)
        case And(parts):
            return And(tuple(_rename(part, alias) for part in parts))
        case Or(parts):
            return Or(tuple(_rename(part, alias) for part in parts))
        case AtLeast(n, within, at):
            return AtLeast(n, tuple(alias(name) for name in within), at)
