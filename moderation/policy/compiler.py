"""Puts rules together: the vocabulary that they look for, and the digests of what they say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from moderation.domain.signal import Evidence, Pattern, Tally, Term, Vocabulary, Window
from moderation.policy.conditions import LISTS
from moderation.policy.model import (
    RUNNING,
    Condition,
    Contacts,
    Count,
    Idiom,
    Idioms,
    Links,
    Market,
    NearDuplicates,
    Regex,
    Rule,
    RuleSet,
    Similar,
    TermList,
    Words,
)
from moderation.policy.triggers import exemplar_gate, gates


def build(
    rules: Sequence[Rule],
    contents: Mapping[str, Any],
    lists: Mapping[str, TermList],
    idioms: Sequence[Idiom],
    markets: Sequence[Market] = (),
) -> RuleSet:
    """Make a rule set of rules in any order; ``contents`` is what the file of each rule says, by its id."""
    ordered = sorted(rules, key=lambda rule: rule.id)
    known = sorted(idioms, key=lambda idiom: idiom.id)
    by_id = {idiom.id: idiom for idiom in known}
    versioned = tuple(replace(rule, version=_version(rule, contents[rule.id], lists, by_id)) for rule in ordered)
    digest = _digest(
        {
            "rules": contents,
            "lists": {name: _said(found) for name, found in lists.items()},
            "idioms": {idiom.id: _said(idiom) for idiom in known},
            "markets": {market.id: _outcomes(market) for market in markets},
        }
    )
    vocabulary = _vocabulary(versioned, lists, known)
    return RuleSet(versioned, dict(sorted(lists.items())), tuple(known), vocabulary, digest, tuple(markets))


def wake(rule_set: RuleSet) -> RuleSet:
    """The same rules with drafts running as shadow: for their authors, who want to see them match."""
    rules = tuple(replace(rule, status="shadow") if rule.status == "draft" else rule for rule in rule_set.rules)
    return replace(rule_set, rules=rules, vocabulary=_vocabulary(rules, rule_set.lists, rule_set.idioms))


def _vocabulary(rules: Sequence[Rule], lists: Mapping[str, TermList], idioms: Sequence[Idiom]) -> Vocabulary:
    """Each term, pattern, list of exemplars and window once, in an order that no file name changes."""
    terms: set[Term] = {term for idiom in idioms for term in (*idiom.forms, *idiom.cues)}
    disguised: set[Term] = set()
    patterns: set[Pattern] = set()
    exemplars: set[str] = set()
    windows: set[Window] = set()
    tallies: set[Tally] = set()
    running = [rule for rule in rules if rule.status in RUNNING]
    conditions = [part for rule in running for part in rule.detect.values()]
    for condition in conditions:
        match condition:
            case Words(found, weakest):
                terms.update(found)
                if not weakest.at_least(Evidence.squeezed):
                    disguised.update(found)
            case Regex(wanted):
                patterns.update(wanted)
            case Similar(name):
                exemplars.add(name)
            case NearDuplicates(window):
                windows.add(window)
            case Count(tally):
                tallies.add(tally)
            case _:
                pass
    ordered_terms = tuple(sorted(terms, key=lambda term: (term.text, term.language)))
    ordered_patterns = tuple(sorted(patterns, key=lambda pattern: (pattern.regex, pattern.language, pattern.view)))
    return Vocabulary(
        terms=ordered_terms,
        disguised=frozenset(disguised),
        patterns=ordered_patterns,
        exemplars={name: lists[name].terms for name in sorted(exemplars)},
        gates=gates(running, ordered_terms, ordered_patterns, idioms),
        exemplar_gate=exemplar_gate(running, ordered_terms, ordered_patterns, idioms),
        contacts=any(isinstance(condition, Contacts) for condition in conditions),
        links=any(isinstance(condition, Links) for condition in conditions),
        windows=tuple(sorted(windows)),
        tallies=tuple(sorted(tallies)),
        fuses=tuple(fuse for rule in running if (fuse := rule.fuse) is not None),
    )


def _version(rule: Rule, content: Any, lists: Mapping[str, TermList], idioms: Mapping[str, Idiom]) -> str:
    names = {name.removeprefix(LISTS) for name in _strings(content.get("detect")) if name.startswith(LISTS)}
    return _digest(
        {
            "rule": content,
            "lists": {name: _said(lists[name]) for name in names},
            "idioms": {name: _said(idioms[name]) for name in _idioms_of(rule.detect.values())},
            "markets": {market: action.name for market, action in rule.markets.items()},
        }
    )


def _idioms_of(conditions: Iterator[Condition] | Any) -> Iterator[str]:
    for condition in conditions:
        if isinstance(condition, Idioms):
            yield from condition.ids


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _strings(item)
        case dict():
            yield from _strings(list(value.values()))
        case _:
            return


def _said(part: TermList | Idiom) -> Any:
    """What a list or an idiom says to the engine and to reviewers; who owns it is no part of that."""
    if isinstance(part, TermList):
        return [part.language, *part.terms]
    return [part.forms, dict(part.benign), dict(part.harmful), part.cues]


def _outcomes(market: Market) -> dict[str, str]:
    return {category: outcome.action.name for category, outcome in market.outcomes.items()}


def _digest(content: Any) -> str:
    body = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return f"sha256:{hashlib.sha256(body.encode()).hexdigest()}"


def _plain(term: Term) -> list[str]:
    return [term.text, term.language]
