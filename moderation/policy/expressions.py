"""What a condition means once it is read: three-valued logic over the names of ``detect``.

Kleene's logic: a name is true, false or unknown (``None``). ``and`` is false when one part is false, whatever the
others; ``or`` is true when one part is true; the rest of the unknown stays unknown. Beside the evaluation stand the
questions that the linter and the index ask: which names must be true, can it be true at all, who made it true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from itertools import combinations, islice

Truth = bool | None
Lookup = Callable[[str], Truth]


@dataclass(frozen=True, slots=True)
class Name:
    """One name of ``detect``; ``at`` is its place in the condition's text, from 0."""

    name: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """True where its part is false, unknown where it is unknown."""

    part: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class And:
    """True where all parts are."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where one part is."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True where ``n`` or more of its distinct names are."""

    n: int
    names: tuple[str, ...]
    at: int = 0


Node = Name | Not | And | Or | AtLeast


def evaluate(node: Node, truth: Lookup) -> Truth:
    """The value of a condition; asks for no name that cannot change it any more."""
    match node:
        case Name(name):
            return truth(name)
        case And(parts):
            return _all(parts, truth)
        case Or(parts):
            return _any(parts, truth)
        case Not(part):
            value = evaluate(part, truth)
            return None if value is None else not value
        case AtLeast(n, within):
            return _at_least(n, within, truth)


def _all(parts: tuple[Node, ...], truth: Lookup) -> Truth:
    result: Truth = True
    for part in parts:
        value = evaluate(part, truth)
        if value is False:
            return False
        if value is None:
            result = None
    return result


def _any(parts: tuple[Node, ...], truth: Lookup) -> Truth:
    result: Truth = False
    for part in parts:
        value = evaluate(part, truth)
        if value:
            return True
        if value is None:
            result = None
    return result


def _at_least(n: int, within: tuple[str, ...], truth: Lookup) -> Truth:
    true = unknown = 0
    for name in within:
        value = truth(name)
        if value:
            true += 1
            if true == n:
                return True
        elif value is None:
            unknown += 1
    return None if true + unknown >= n else False


def names(node: Node) -> Iterator[tuple[str, int]]:
    """Every name that stands in a condition, with its place."""
    match node:
        case Name(name, at):
            yield name, at
        case Not(part):
            yield from names(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from names(part)
        case AtLeast(_, within, at):
            for name in within:
                yield name, at


def negations(node: Node) -> Iterator[Not]:
    """Every outermost ``not``."""
    match node:
        case Not():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from negations(part)
        case Name() | AtLeast():
            return


def required(node: Node, value: bool = True) -> frozenset[str]:
    """Names that are true wherever the condition has ``value``; may miss one, never names one too many."""
    match node:
        case Name(name):
            return frozenset((name,)) if value else frozenset()
        case Not(part):
            return required(part, not value)
        case And(parts) | Or(parts):
            sets = [required(part, value) for part in parts]
            together = isinstance(node, And) == value
            return frozenset[str]().union(*sets) if together else frozenset.intersection(*sets)
        case AtLeast(n, within):
            return frozenset(within) if value and n == len(within) else frozenset()


def triggers(node: Node, cost: Mapping[str, int]) -> frozenset[str] | None:
    """The cheapest set of names one of which is true wherever the condition is; None where there is no such set.

    ``cost`` ranks what each name takes to notice; a name that is not in it cannot be a trigger.
    """
    match node:
        case Name(name):
            return frozenset((name,)) if name in cost else None
        case AtLeast(_, within):
            return frozenset(within) if all(name in cost for name in within) else None
        case Or(parts):
            sets = [triggers(part, cost) for part in parts]
            known = [part for part in sets if part is not None]
            return frozenset[str]().union(*known) if len(known) == len(sets) else None
        case And(parts):
            candidates = [part for part in (triggers(part, cost) for part in parts) if part is not None]
            return min(candidates, key=lambda found: (max(cost[n] for n in found), len(found)), default=None)
        case Not():
            return None


def possible(node: Node, can: Callable[[str], tuple[bool, bool]]) -> tuple[bool, bool]:
    """Whether a condition can be true, and whether it can be false, where ``can`` says the same of each name."""
    match node:
        case Name(name):
            return can(name)
        case Not(part):
            true, false = possible(part, can)
            return false, true
        case And(parts):
            pairs = [possible(part, can) for part in parts]
            return all(true for true, _ in pairs), any(false for _, false in pairs)
        case Or(parts):
            pairs = [possible(part, can) for part in parts]
            return any(true for true, _ in pairs), all(false for _, false in pairs)
        case AtLeast(n, within):
            pairs = [can(name) for name in within]
            return sum(true for true, _ in pairs) >= n, sum(false for _, false in pairs) > len(within) - n


def witnesses(node: Node, truth: Lookup) -> Iterator[str]:
    """The names that make a condition true, where it is: what a reader should be shown."""
    match node:
        case Name(name):
            yield name
        case And(parts):
            for part in parts:
                yield from witnesses(part, truth)
        case Or(parts):
            for part in parts:
                if evaluate(part, truth):
                    yield from witnesses(part, truth)
        case AtLeast(_, within):
            yield from (name for name in within if truth(name))
        case Not():
            return


def pivots(node: Node, truth: Lookup) -> frozenset[str]:
    """The names each of which alone, were it otherwise, would make the condition true or end its truth."""
    holds = evaluate(node, truth) is True

    def otherwise(flipped: str) -> bool:
        return evaluate(node, lambda name: truth(name) is not True if name == flipped else truth(name)) is True

    return frozenset(name for name, _ in names(node) if otherwise(name) is not holds)


_WAYS = 32
"""So many ways to bring a condition about are followed at once: the cheapest of each part."""

_Way = Mapping[str, bool]


def nearest(node: Node, truth: Lookup, holds: bool, cost: Callable[[str], float]) -> tuple[str, ...] | None:
    """The fewest names whose change makes a condition true, or no longer true; of equally many the cheapest, in order.

    ``cost`` is how far a name is from being otherwise; what cannot be, costs infinitely much. None where nothing
    brings it about. A condition of very many alternatives that contradict one another may have a nearer way.
    """
    found = tuple(dict.fromkeys(name for name, _ in names(node)))
    now = {name: truth(name) for name in found}
    costs = {name: cost(name) for name in found}

    def changed(way: _Way) -> list[str]:
        return [name for name, wanted in way.items() if now[name] is not wanted]

    def settle(chosen: Iterable[str], wanted: bool) -> _Way:
        # What is unknown brings nothing about: it must change for the condition to hold, and need not for it not to.
        return {name: wanted for name in chosen if holds or now[name] is not None}

    def price(way: _Way) -> tuple[int, float]:
        names_changed = changed(way)
        return len(names_changed), sum(costs[name] for name in names_changed)

    def cheapest(ways: Iterable[_Way]) -> list[_Way]:
        fair = (way for way in ways if price(way)[1] != float("inf"))
        return nsmallest(_WAYS, {tuple(sorted(way.items())): way for way in fair}.values(), key=price)

    def ways(part: Node, wanted: bool) -> list[_Way]:
        match part:
            case Name(name):
                return cheapest([settle((name,), wanted)])
            case Not(inner):
                return ways(inner, not wanted)
            case And(parts) | Or(parts):
                if isinstance(part, And) is not wanted:  # one part is enough
                    return cheapest(way for each in parts for way in ways(each, wanted))
                together: list[_Way] = [{}]
                for each in parts:
                    options = ways(each, wanted)
                    together = cheapest({**one, **two} for one in together for two in options if _agree(one, two))
                return together
            case AtLeast(n, within):
                size = n if wanted else len(within) - n + 1
                ordered = sorted(within, key=lambda name: price(settle((name,), wanted)))
                return cheapest(settle(chosen, wanted) for chosen in islice(combinations(ordered, size), _WAYS))

    best = next(iter(ways(node, holds)), None)
    return None if best is None else tuple(sorted(changed(best), key=costs.__getitem__))


def _agree(one: _Way, two: _Way) -> bool:
    return all(two.get(name, wanted) is wanted for name, wanted in one.items())
