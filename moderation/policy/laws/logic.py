"""Laws on how conditions go together: each is used, the whole can be true, every part changes something."""

from __future__ import annotations

from collections.abc import Iterator

from moderation.policy.expressions import And, Node, Not, Or, names, negations
from moderation.policy.filters import filters_of, is_filter
from moderation.policy.laws.base import ACTING, Surroundings, place_of, whole
from moderation.policy.laws.worlds import Worlds
from moderation.policy.rules import RuleFile


def every_condition_is_used(file: RuleFile, _: Surroundings) -> None:
    """R012: a condition that ``condition`` does not name costs time and misleads its reader."""
    if file.node is None:
        return
    used = {name for name, _ in names(file.node)}
    for name in file.names:
        if name not in used:
            entry = file.value.child("detect").child(name)
            entry.fault_at_key("R012", f"`{name}` is not used by the condition", "use it or remove it", warning=True)


def filters_take_hits_away(file: RuleFile, _: Surroundings) -> None:
    """R028: a name ``filter_…`` stands under one ``not`` over filters alone."""
    if file.node is None:
        return
    proper = {id(part.part) for part in filters_of(file.node)}
    for name, at in _outside(file.node, proper):
        if is_filter(name):
            hint = "write `and not 1 of filter_*`, or give it a name that does not start with filter_"
            file.value.child("condition").fault_inside(at, "R028", f"`{name}` is not under a `not` over filters", hint)


def _outside(node: Node, proper: set[int]) -> Iterator[tuple[str, int]]:
    within = {place for negation in negations(node) if id(negation.part) in proper for place in names(negation.part)}
    return (place for place in dict.fromkeys(names(node)) if place not in within)


def can_be_true(file: RuleFile, _: Surroundings) -> None:
    """R054, R055: there is a post on which the rule matches, and no part of its condition is for nothing."""
    if file.rule is None or file.node is None or not whole(file):
        return
    worlds = Worlds(file.detect, file.rule.scope.kinds)
    if worlds.are_free(file.node):
        return
    condition = file.value.child("condition")
    if not worlds.allow(file.node):
        hint = "look for a name beside its own `not`, limits that leave nothing between them, words that never meet"
        condition.fault("R054", "the condition can never be true", hint, warning=file.status not in ACTING)
        return
    for part, others in _parts(file.node):
        if not worlds.allow(And((part, Not(Or(others))))):
            hint = "remove it; wherever it is true, another part of the `or` is"
            condition.fault_inside(place_of(part), "R055", "this part of `or` changes nothing", hint, warning=True)
            return


def _parts(node: Node) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Each part of every ``or`` with the others, the last first: of two equal ones the later is for nothing."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _parts(part)
            if isinstance(node, Or):
                for n in reversed(range(len(parts))):
                    yield parts[n], (*parts[:n], *parts[n + 1 :])
        case Not(part):
            yield from _parts(part)
        case _:
            return
