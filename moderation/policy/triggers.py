"""What can make a rule true at all: without one of its triggers in a post, neither the rule nor its patterns matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from moderation.domain.signal import Gate, Pattern, Term
from moderation.policy import expressions
from moderation.policy.model import (
    Contacts,
    Count,
    Idiom,
    Idioms,
    Links,
    NearDuplicates,
    Regex,
    Rule,
    Score,
    Similar,
    Words,
)

# A contact is as rare as a word, but only words open the gate of a pattern; a pattern such as [0-9]+ is in many posts,
# a score in every one.
_WORDS, _REACH, _REGEX, _SCORE = 1, 2, 3, 4


def triggers(rule: Rule) -> frozenset[str] | None:
    """The cheapest names of conditions one of which is true wherever the rule is; None where there is no such set."""
    costs: dict[str, int] = {}
    for name, condition in rule.detect.items():
        match condition:
            case Words() | Idioms():
                costs[name] = _WORDS
            case Contacts() | Links() | NearDuplicates():
                costs[name] = _REACH
            case Regex():
                costs[name] = _REGEX
            case Count(_, bound) if bound.comparator in {"gt", "gte"}:
                costs[name] = _REACH
            case Score(_, bound) | Similar(_, bound) if bound.comparator in {"gt", "gte"}:
                costs[name] = _SCORE  # a value below a limit is everywhere and wakes nothing
            case _:
                pass
    return expressions.triggers(rule.condition, costs)


def gates(
    rules: Sequence[Rule], terms: Sequence[Term], patterns: Sequence[Pattern], idioms: Sequence[Idiom]
) -> tuple[Gate | None, ...]:
    """For each pattern what must be found before it matters.

    None where it is a trigger itself, and where its rule also waits for what is not found with the terms.
    """
    opened: dict[Pattern, Gate | None] = {}
    for rule, gate in _gates(rules, terms, patterns, idioms):
        later = gate is not None and (gate.contacts or gate.links)
        for name, condition in rule.detect.items():
            if isinstance(condition, Regex):
                own = None if later or name in (triggers(rule) or ()) else gate
                opened.update({pattern: _either(opened.get(pattern, own), own) for pattern in condition.patterns})
    return tuple(opened[pattern] for pattern in patterns)


def exemplar_gate(
    rules: Sequence[Rule], terms: Sequence[Term], patterns: Sequence[Pattern], idioms: Sequence[Idiom]
) -> Gate | None:
    """What must be found before similarities matter; None where a rule may hold by similarity alone."""
    like = [rule for rule in rules if any(isinstance(condition, Similar) for condition in rule.detect.values())]
    never: Gate | None = Gate(frozenset(), frozenset())
    return reduce(_either, (gate for _, gate in _gates(like, terms, patterns, idioms)), never)


def _gates(
    rules: Sequence[Rule], terms: Sequence[Term], patterns: Sequence[Pattern], idioms: Sequence[Idiom]
) -> Iterator[tuple[Rule, Gate | None]]:
    term_numbers = {term: number for number, term in enumerate(terms)}
    pattern_numbers = {pattern: number for number, pattern in enumerate(patterns)}
    forms = {idiom.id: [term_numbers[form] for form in idiom.forms] for idiom in idioms}
    for rule in rules:
        yield rule, _gate(rule, term_numbers, pattern_numbers, forms)


def _gate(
    rule: Rule, terms: Mapping[Term, int], patterns: Mapping[Pattern, int], forms: Mapping[str, Sequence[int]]
) -> Gate | None:
    needed = triggers(rule)
    if needed is None:
        return None
    opening_terms: set[int] = set()
    opening_patterns: set[int] = set()
    opening_contacts: set[str] = set()
    links = False
    for name in needed:
        match rule.detect[name]:
            case Words(words):
                opening_terms.update(terms[term] for term in words)
            case Idioms(ids):
                opening_terms.update(number for idiom in ids for number in forms[idiom])
            case Regex(wanted):
                opening_patterns.update(patterns[pattern] for pattern in wanted)
            case Contacts(kinds):
                opening_contacts.update(kinds)
            case Links():
                links = True
            case _:
                return None
    return Gate(frozenset(opening_terms), frozenset(opening_patterns), frozenset(opening_contacts), links)


def _either(one: Gate | None, other: Gate | None) -> Gate | None:
    return None if one is None or other is None else one | other
