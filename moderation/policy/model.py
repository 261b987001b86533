"""A rule set as values: what the files say, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from moderation.domain.decision import Action
from moderation.domain.errors import Problem
from moderation.domain.language import covers, fallbacks
from moderation.domain.signal import Evidence, Pattern, Term, Vocabulary, Window
from moderation.domain.taxonomy import Severity
from moderation.policy.expressions import Node

STATUSES = ("draft", "shadow", "canary", "enforce", "retired")
RUNNING = frozenset({"shadow", "canary", "enforce"})
DESKS = ("auto", "zh", "en", "both")
MIXED = ("per_span", "whole")
COMPARATORS = ("lt", "lte", "gt", "gte")
AUTHOR_NUMBERS = ("author.age_days", "author.strikes", "author.followers")
NUMBERS = (*AUTHOR_NUMBERS, "post.views_per_minute")
WORDS = ("author.region", "post.kind", "post.region")


@dataclass(frozen=True, slots=True)
class Bound:
    """``gte: {zh: 0.7, "*": 0.9}``: a comparison with a limit by language."""

    comparator: str
    limits: Mapping[str, float]

    def limit(self, tag: str) -> float | None:
        """The limit for a language: that of its longest prefix, else of ``*``; None where there is none."""
        for key in (*fallbacks(tag), "*"):
            if key in self.limits:
                return self.limits[key]
        return None

    def holds(self, value: float, limit: float) -> bool:
        """Whether the comparison is true."""
        match self.comparator:
            case "gte":
                return value >= limit
            case "gt":
                return value > limit
            case "lte":
                return value <= limit
            case _:
                return value < limit


@dataclass(frozen=True, slots=True)
class Words:
    """Terms looked for, and the weakest evidence that is accepted."""

    terms: tuple[Term, ...]
    weakest: Evidence = Evidence.squeezed


@dataclass(frozen=True, slots=True)
class Regex:
    """Patterns looked for."""

    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Ways to reach somebody, of some kinds, and the weakest evidence that is accepted."""

    kinds: frozenset[str]
    weakest: Evidence = Evidence.squeezed


@dataclass(frozen=True, slots=True)
class Links:
    """Links to some hosts (``bit.ly``; ``*.top`` for all below it), to any where there are none named."""

    hosts: tuple[str, ...] = ()
    weakest: Evidence = Evidence.squeezed


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """A text that so many distinct authors posted within a stretch of time."""

    window: Window
    distinct_authors: int


@dataclass(frozen=True, slots=True)
class Idioms:
    """Idioms in one of their senses."""

    ids: tuple[str, ...]
    sense: Literal["benign", "harmful"] = "benign"


@dataclass(frozen=True, slots=True)
class Score:
    """A classifier's probability for a category."""

    category: str
    bound: Bound


@dataclass(frozen=True, slots=True)
class Similar:
    """The largest cosine to a list of exemplars."""

    exemplars: str
    bound: Bound


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the post or its author."""

    field: str
    bound: Bound


@dataclass(frozen=True, slots=True)
class Among:
    """A word of the post or its author that is one of some."""

    field: str
    values: frozenset[str]


Condition = Words | Regex | Contacts | Links | NearDuplicates | Idioms | Score | Similar | Number | Among


@dataclass(frozen=True, slots=True)
class Scope:
    """Which posts a rule looks at, and which spans a language-scoped condition sees in a mixed post."""

    kinds: frozenset[str]
    languages: tuple[str, ...] = ("*",)
    mixed: Literal["per_span", "whole"] = "per_span"
    markets: frozenset[str] = frozenset({"*"})

    def takes_market(self, market: str) -> bool:
        """Whether the rule applies where a post is shown."""
        return "*" in self.markets or market in self.markets


@dataclass(frozen=True, slots=True)
class Example:
    """One test beside a rule: ``expected`` says whether the rule must match; a ``todo`` one never fails.

    ``copies``: so many authors posted the text, the last of them the post that is judged; 1 where it stands alone.
    """

    text: str
    expected: bool
    todo: bool
    lang: str
    file: str
    line: int
    pair: str | None = None
    author: Mapping[str, float | str] = field(default_factory=dict)
    copies: int = 1
    because: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``version`` is the digest of all that it says, its lists and idioms included."""

    id: str
    title: Mapping[str, str]
    category: str
    status: str
    owner: str
    severity: Severity
    scope: Scope
    detect: Mapping[str, Condition]
    text: str
    condition: Node
    action: Action
    desk: str
    tell_author: bool
    markets: Mapping[str, Action]
    explain: Mapping[str, str]
    file: str
    version: str = ""
    canary: float = 0.0
    expires: date | None = None
    false_positives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()

    def action_in(self, market: str) -> Action:
        """What the rule does in a market."""
        return self.markets.get(market, self.markets.get("*", self.action))


@dataclass(frozen=True, slots=True)
class TermList:
    """A file of terms; ``name`` is ``zh/invite`` for ``@lists/zh/invite``."""

    name: str
    language: str
    owner: str
    source: str
    terms: tuple[str, ...]

    def of(self, key: str) -> tuple[Term, ...]:
        """Its terms under a key of a map: they keep the list's language where that says more than the key."""
        language = self.language if covers(key, self.language) and self.language != "*" else key
        return tuple(Term(text, language) for text in self.terms)


@dataclass(frozen=True, slots=True)
class Idiom:
    """A custom of a community: its forms, its two senses explained, and the cues of the harmful one."""

    id: str
    forms: tuple[Term, ...]
    communities: tuple[str, ...]
    owner: str
    review_by: date | None
    benign: Mapping[str, str]
    harmful: Mapping[str, str] = field(default_factory=dict)
    cues: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules, in order of their ids, with what they look for and the digest of what they say."""

    rules: tuple[Rule, ...]
    lists: Mapping[str, TermList]
    idioms: tuple[Idiom, ...]
    vocabulary: Vocabulary
    digest: str
    warnings: tuple[Problem, ...] = ()

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with an id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
