"""What can make a rule true at all: without one of its triggers in a post, neither the rule nor its patterns matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moderation.domain.signal import Gate, Pattern, Term
from moderation.policy import expressions
from moderation.policy.model import Idiom, Idioms, Regex, Rule, Score, Similar, Words

_WORDS, _REGEX, _SCORE = 1, 2, 3  # a pattern such as [0-9]+ is in many posts, a score in every one


def triggers(rule: Rule) -> frozenset[str] | None:
    """The cheapest names of conditions one of which is true wherever the rule is; None where there is no such set."""
    costs: dict[str, int] = {}
    for name, condition in rule.detect.items():
        match condition:
            case Words() | Idioms():
                costs[name] = _WORDS
            case Regex():
                costs[name] = _REGEX
            case Score(_, bound) | Similar(_, bound) if bound.comparator in {"gt", "gte"}:
                costs[name] = _SCORE  # a value below a limit is everywhere and wakes nothing
            case _:
                pass
    return expressions.triggers(rule.condition, costs)


def gates(
    rules: Sequence[Rule], terms: Sequence[Term], patterns: Sequence[Pattern], idioms: Sequence[Idiom]
) -> tuple[Gate | None, ...]:
    """For each pattern what must be found before it matters; None where it is a trigger itself."""
    term_numbers = {term: number for number, term in enumerate(terms)}
    pattern_numbers = {pattern: number for number, pattern in enumerate(patterns)}
    forms = {idiom.id: [term_numbers[form] for form in idiom.forms] for idiom in idioms}
    opened: dict[int, Gate | None] = {}
    for rule in rules:
        gate = _gate(rule, term_numbers, pattern_numbers, forms)
        for name, condition in rule.detect.items():
            if isinstance(condition, Regex):
                ungated = gate is None or name in (triggers(rule) or ())
                for pattern in condition.patterns:
                    number = pattern_numbers[pattern]
                    opened[number] = None if ungated else _either(opened.get(number, gate), gate)
    return tuple(opened.get(number) for number in range(len(patterns)))


def _gate(
    rule: Rule, terms: Mapping[Term, int], patterns: Mapping[Pattern, int], forms: Mapping[str, Sequence[int]]
) -> Gate | None:
    needed = triggers(rule)
    if needed is None:
        return None
    opening_terms: set[int] = set()
    opening_patterns: set[int] = set()
    for name in needed:
        match rule.detect[name]:
            case Words(words):
                opening_terms.update(terms[term] for term in words)
            case Idioms(ids):
                opening_terms.update(number for idiom in ids for number in forms[idiom])
            case Regex(wanted):
                opening_patterns.update(patterns[pattern] for pattern in wanted)
            case _:
                return None
    return Gate(frozenset(opening_terms), frozenset(opening_patterns))


def _either(one: Gate | None, other: Gate | None) -> Gate | None:
    if one is None or other is None:
        return None
    return Gate(one.terms | other.terms, one.patterns | other.patterns)
