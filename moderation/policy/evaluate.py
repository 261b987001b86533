"""One rule against one post: what its conditions say, what its filters take away, and whether it holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from moderation.domain.signal import Hit
from moderation.domain.text import Span
from moderation.policy.checks import Check, Compiler, Finding
from moderation.policy.explain import Template, templates
from moderation.policy.expressions import Node, Truth, evaluate, names, witnesses
from moderation.policy.filters import filters_of, finds_words, is_filter
from moderation.policy.model import Rule
from moderation.policy.view import View


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule made ready: its checks, its explanations, and which of its names take hits away.

    ``takers``: the parts under ``not`` that are about filters alone, each with its filters that find words.
    ``taking``: the filters that find words.
    """

    rule: Rule
    checks: Mapping[str, Check]
    explain: Mapping[str, Template]
    takers: tuple[tuple[Node, tuple[str, ...]], ...]
    taking: frozenset[str]

    @classmethod
    def of(cls, rule: Rule, compiler: Compiler) -> Ready:
        """Make a rule ready."""
        whole = rule.scope.mixed == "whole"
        checks = {name: compiler.check(condition, whole=whole) for name, condition in rule.detect.items()}
        taking = frozenset(
            name for name, condition in rule.detect.items() if is_filter(name) and finds_words(condition)
        )
        takers = []
        for negation in filters_of(rule.condition):
            within = dict.fromkeys(name for name, _ in names(negation.part))
            takers.append((negation.part, tuple(name for name in within if name in taking)))
        return cls(rule, checks, templates(rule.explain), tuple(takers), taking)


class Judgement:
    """What a rule says of a post. ``truth`` is the condition's; ``taken`` are the spans of filters that held.

    A condition is looked at only when it can change the outcome; :meth:`finding` looks at it in any case.
    """

    __slots__ = ("_found", "_raw", "ready", "taken", "truth", "view")

    def __init__(self, ready: Ready, view: View) -> None:
        self.ready = ready
        self.view = view
        self._raw: dict[str, Finding] = {}
        self._found: dict[str, Finding] = {}
        self.taken: tuple[Span, ...] = self._take() if ready.takers else ()
        self.truth: Truth = evaluate(ready.rule.condition, self.truth_of)

    def raw(self, name: str) -> Finding:
        """What a condition says of the whole post, before any filter."""
        found = self._raw.get(name)
        if found is None:
            found = self._raw[name] = self.ready.checks[name].look(self.view)
        return found

    def finding(self, name: str) -> Finding:
        """What a condition says of what the filters left. A filter that finds words has done its work: false."""
        found = self._found.get(name)
        if found is None:
            if name in self.ready.taking:
                found = Finding(False)
            else:
                found = self.raw(name).without(self.taken) if self.taken else self.raw(name)
            self._found[name] = found
        return found

    def truth_of(self, name: str) -> Truth:
        """Whether a condition holds in what the filters left."""
        return self.finding(name).truth

    def _take(self) -> tuple[Span, ...]:
        return tuple(
            hit.span
            for part, filters in self.ready.takers
            if filters and evaluate(part, lambda name: self.raw(name).truth)
            for name in filters
            for hit in self.raw(name).hits
        )

    def spans_of(self, name: str) -> list[Span]:
        """Where a condition found its words, in the order of the post, each place once."""
        return _in_order(self.view, {hit.span for hit in self.finding(name).hits})

    def evidence(self) -> list[Hit]:
        """Where the conditions that made the rule true found their words: at each place the strongest hit, in order."""
        strongest: dict[Span, Hit] = {}
        for name in dict.fromkeys(witnesses(self.ready.rule.condition, self.truth_of)):
            for hit in self.finding(name).hits:
                known = strongest.get(hit.span)
                if known is None or hit.evidence.rank < known.evidence.rank:
                    strongest[hit.span] = hit
        return [strongest[span] for span in _in_order(self.view, strongest)]


def _in_order(view: View, spans: Collection[Span]) -> list[Span]:
    return list(spans) if len(spans) < 2 else sorted(spans, key=view.place)  # noqa: PLR2004 - nothing to order
