"""Which rules a post can make true at all: a rule that needs a hit is not looked at without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from typing import TypeVar

from moderation.domain.signal import Signals, Tally
from moderation.policy.checks import (
    Check,
    ContactCheck,
    CountCheck,
    IdiomsCheck,
    LinkCheck,
    NearDuplicatesCheck,
    RegexCheck,
    ScoreCheck,
    SimilarCheck,
    WordsCheck,
)
from moderation.policy.evaluate import Ready
from moderation.policy.model import Bound
from moderation.policy.triggers import triggers

T = TypeVar("T")
K = TypeVar("K")
_Limits = Mapping[K, Sequence[tuple[float, int]]]


class Index:
    """From hits, contacts, campaigns, scores and similarities to the numbers of the rules that they may make true."""

    def __init__(self, rules: Sequence[Ready]) -> None:
        self._always: list[int] = []
        self._terms: defaultdict[int, set[int]] = defaultdict(set)
        self._patterns: defaultdict[int, set[int]] = defaultdict(set)
        self._contacts: defaultdict[str, set[int]] = defaultdict(set)
        self._links: set[int] = set()
        self._campaigns: set[int] = set()
        self._scores: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        self._similar: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        self._counts: defaultdict[Tally, list[tuple[float, int]]] = defaultdict(list)
        for number, ready in enumerate(rules):
            needed = triggers(ready.rule)
            if needed is None:
                self._always.append(number)
            else:
                for name in needed:
                    self._wake(number, ready.checks[name])
        for limits in (*self._scores.values(), *self._similar.values(), *self._counts.values()):
            limits.sort()

    def _wake(self, number: int, check: Check) -> None:
        match check:
            case WordsCheck(indices):
                _add(self._terms, indices, number)
            case RegexCheck(indices):
                _add(self._patterns, indices, number)
            case IdiomsCheck(idioms):
                for idiom in idioms:
                    _add(self._terms, idiom.forms.terms, number)
            case ContactCheck(kinds):
                _add(self._contacts, kinds, number)
            case LinkCheck():
                self._links.add(number)
            case NearDuplicatesCheck():
                self._campaigns.add(number)
            case ScoreCheck(category, bound):
                self._scores[category].append((_least(bound), number))
            case SimilarCheck(exemplars, bound):
                self._similar[exemplars].append((_least(bound), number))
            case CountCheck(tally, bound):
                self._counts[tally].append((_least(bound), number))

    def candidates(self, signals: Signals) -> list[int]:
        """The numbers of the rules that may hold, in their order."""
        found: set[int] = set(self._always)
        terms, patterns, contacts, _ = signals.found
        for hit in terms:
            if hit[0] in self._terms:
                found.update(self._terms[hit[0]])
        for hit in patterns:
            if hit[0] in self._patterns:
                found.update(self._patterns[hit[0]])
        for contact in contacts:
            found.update(self._contacts.get(contact.kind, ()))
        if signals.found.links:
            found.update(self._links)
        if signals.campaign is not None:
            found.update(self._campaigns)
        _reach(signals.scores, self._scores, found.add)
        _reach(signals.similarities, self._similar, found.add)
        _reach(signals.counts, self._counts, found.add)
        return sorted(found)


def _add(table: defaultdict[T, set[int]], keys: Iterable[T], number: int) -> None:
    for key in keys:
        table[key].add(number)


def _least(bound: Bound) -> float:
    """The least limit of all languages; beyond reach where there is none (a point that no model has)."""
    return min(bound.limits.values(), default=inf)


def _reach(values: Mapping[K, float], limits: _Limits[K], found: Callable[[int], None]) -> None:
    for name, rising in limits.items():
        value = values.get(name)
        if value is None or value < rising[0][0]:  # nearly always
            continue
        for limit, number in rising:
            if value < limit:
                break
            found(number)
