"""Which rules a post can make true at all: a rule that needs a hit is not looked at without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from moderation.domain.signal import Signals
from moderation.policy.checks import IdiomsCheck, RegexCheck, ScoreCheck, SimilarCheck, WordsCheck
from moderation.policy.evaluate import Ready
from moderation.policy.triggers import triggers

_Limits = Mapping[str, tuple[tuple[float, int], ...]]


class Index:
    """From hits, scores and similarities to the numbers of the rules that they may make true."""

    def __init__(self, rules: Sequence[Ready]) -> None:
        always: list[int] = []
        terms: defaultdict[int, set[int]] = defaultdict(set)
        patterns: defaultdict[int, set[int]] = defaultdict(set)
        scores: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        similar: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        for number, ready in enumerate(rules):
            needed = triggers(ready.rule)
            if needed is None:
                always.append(number)
                continue
            for check in (ready.checks[name] for name in sorted(needed)):
                match check:
                    case WordsCheck(indices):
                        _add(terms, indices, number)
                    case RegexCheck(indices):
                        _add(patterns, indices, number)
                    case IdiomsCheck(idioms):
                        for idiom in idioms:
                            _add(terms, idiom.forms, number)
                    case ScoreCheck(category, bound):
                        scores[category].append((min(bound.limits.values()), number))
                    case SimilarCheck(exemplars, bound):
                        similar[exemplars].append((min(bound.limits.values()), number))
        self._always = tuple(always)
        self._terms = {index: tuple(sorted(numbers)) for index, numbers in terms.items()}
        self._patterns = {index: tuple(sorted(numbers)) for index, numbers in patterns.items()}
        self._scores = {name: tuple(sorted(limits)) for name, limits in scores.items()}
        self._similar = {name: tuple(sorted(limits)) for name, limits in similar.items()}

    def candidates(self, signals: Signals) -> list[int]:
        """The numbers of the rules that may hold, in their order."""
        found: set[int] = set(self._always)
        for hit in signals.found.terms:
            found.update(self._terms.get(hit.index, ()))
        for hit in signals.found.patterns:
            found.update(self._patterns.get(hit.index, ()))
        if self._scores:
            _reach(signals.scores, self._scores, found.add)
        if self._similar:
            _reach(signals.similarities, self._similar, found.add)
        return sorted(found)


def _add(table: defaultdict[int, set[int]], indices: Iterable[int], number: int) -> None:
    for index in indices:
        table[index].add(number)


def _reach(values: Mapping[str, float], limits: _Limits, found: Callable[[int], None]) -> None:
    for name, value in values.items():
        for limit, number in limits.get(name, ()):
            if value < limit:
                break
            found(number)
