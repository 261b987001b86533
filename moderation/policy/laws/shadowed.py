"""A law on pairs of rules: one that matches wherever another does, and does no less, leaves that one nothing to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from moderation.domain.language import covers
from moderation.policy.expressions import And, AtLeast, Name, Node, Not, Or, evaluate
from moderation.policy.filters import is_filter
from moderation.policy.laws.base import ACTING, Pack, whole
from moderation.policy.model import Bound, Condition, Contacts, Number, Regex, Rule, Score, Similar, Words
from moderation.policy.rules import RuleFile


@dataclass(frozen=True, slots=True)
class _Known:
    """A rule, and which of its conditions are true, and which false, wherever it matches; the texts of its words."""

    file: RuleFile
    rule: Rule
    forced: Mapping[str, bool]
    texts: Mapping[str, frozenset[str]]


def rules_change_something(pack: Pack) -> None:
    """R052, R053: no acting rule is covered by an enforced one that is as strict everywhere, nor says the same."""
    acting = [
        _Known(file, file.rule, dict(_forced(file.node, True)), _texts_of(file.detect))
        for file in pack.files
        if file.rule is not None and file.node is not None and file.status in ACTING and whole(file)
    ]
    # Of all pairs only those are compared where the large rule may say what one condition of the small one says.
    saying: dict[object, dict[int, _Known]] = {}
    for n, large in enumerate(acting):
        if large.rule.status == "enforce" and not _has_ended(large.rule, pack):
            for name, part in large.rule.detect.items():
                if large.forced.get(name, True):
                    for key in _keys(part):
                        saying.setdefault((large.rule.category, key), {})[n] = large
    for n, small in enumerate(acting):
        probes = [next(iter(_keys(small.rule.detect[name])), None) for name, value in small.forced.items() if value]
        near = {m: large for probe in probes for m, large in saying.get((small.rule.category, probe), {}).items()}
        for m, large in sorted(near.items(), key=lambda pair: pair[0]):
            if m != n and _covers(large, small):
                same = small.rule.status == "enforce" and not _has_ended(small.rule, pack) and _covers(small, large)
                if not same or m < n:
                    _report(small, large, same)
                    break


def _keys(condition: Condition) -> Iterable[object]:
    """What a condition may be found by: all that implies it begins with one of these."""
    match condition:
        case Words(terms):
            return [term.text for term in terms]
        case Regex(patterns):
            return patterns
        case _:
            return (type(condition),)


def _report(small: _Known, large: _Known, same: bool) -> None:
    other = f"`{large.rule.id}` ({large.file.value.file})"
    if same:
        message = f"{other} matches the same posts and does the same"
        small.file.value.child("id").fault("R053", message, "remove one of them", warning=True)
    else:
        message = f"{other} matches wherever this rule does, and does no less"
        hint = "remove it, or let it look for what the other leaves out"
        small.file.value.child("id").fault("R052", message, hint, warning=True)


def _has_ended(rule: Rule, pack: Pack) -> bool:
    return rule.expires is not None and rule.expires < pack.today


def _forced(node: Node, value: bool) -> Iterator[tuple[str, bool]]:
    """The names that have one value wherever a condition has ``value``."""
    match node:
        case Name(name):
            yield name, value
        case Not(part):
            yield from _forced(part, not value)
        case And(parts) if value:
            for part in parts:
                yield from _forced(part, value)
        case Or(parts) if not value:
            for part in parts:
                yield from _forced(part, value)
        case AtLeast(n, within) if n == len(within) if value else n == 1:
            yield from ((name, value) for name in within)
        case _:
            return


def _covers(large: _Known, small: _Known) -> bool:
    """Whether one rule matches wherever the other does, and does no less there."""
    return (
        large.rule.severity >= small.rule.severity
        and _is_wider(large.rule, small.rule)
        and evaluate(large.rule.condition, lambda name: _follows(name, large, small)) is True
    )


def _is_wider(large: Rule, small: Rule) -> bool:
    one, other = large.scope, small.scope
    markets = {*large.markets, *small.markets, *other.markets}
    return (
        one.kinds >= other.kinds
        and one.mixed in {"whole", other.mixed}
        and all(any(covers(wide, tag) for wide in one.languages) for tag in other.languages)
        and all(one.takes_market(market) for market in other.markets)
        and large.action >= small.action
        and all(large.action_in(market) >= small.action_in(market) for market in markets)
    )


def _follows(name: str, large: _Known, small: _Known) -> bool | None:
    """What a condition of the large rule is wherever the small one matches; None where that is open."""
    for other, value in small.forced.items():
        # A filter takes hits away before anything is judged: only a filter that takes as much stands for it.
        if is_filter(other) is not is_filter(name):
            continue
        if _implies(small, other, large, name) if value else _implies(large, name, small, other):
            return value
    return None


def _implies(one: _Known, name: str, other: _Known, its: str) -> bool:
    """Whether a condition of the other rule is true wherever one of the first is."""
    first, second = one.rule.detect[name], other.rule.detect[its]
    if type(first) is not type(second):
        return False
    match first, second:
        case Words(weakest=strict), Words(weakest=lax):
            within = strict.at_least(lax) and one.texts[name] <= other.texts[its]
        case Regex(few), Regex(many):
            within = set(few) <= set(many)
        case Contacts(few, strict), Contacts(many, lax):
            within = strict.at_least(lax) and few <= many
        case Score(category, tight), Score(same, loose):
            within = category == same and _is_within(tight, loose)
        case Number(field, tight), Number(same, loose):
            within = field == same and _is_within(tight, loose)
        case Similar(exemplars, tight, model), Similar(same, loose, as_well):
            within = (exemplars, model) == (same, as_well) and _is_within(tight, loose)
        case _:
            within = first == second
    return within


def _texts_of(detect: Mapping[str, Condition]) -> dict[str, frozenset[str]]:
    """Terms with their languages as texts: they are compared a hundred times, and texts keep their hashes."""
    return {
        name: frozenset([f"{term.language} {term.text}" for term in part.terms])
        for name, part in detect.items()
        if isinstance(part, Words)
    }


def _is_within(tight: Bound, loose: Bound) -> bool:
    """Whether a number that fulfils the first bound fulfils the second, in every language that the first knows."""
    if tight == loose:
        return True
    if tight.points or loose.points or tight.comparator != loose.comparator:
        return False
    up = tight.comparator in {"gt", "gte"}
    for tag in {*tight.limits, *loose.limits}:
        low, high = tight.limit(tag), loose.limit(tag)
        if low is not None and (high is None or (low < high if up else low > high)):
            return False
    return True
