"""A rule set as values: what the files say, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from moderation.domain.decision import Action
from moderation.domain.errors import Problem
from moderation.domain.language import covers, fallbacks
from moderation.domain.market import markets_of
from moderation.domain.signal import Evidence, Fuse, Pattern, Tally, Term, Vocabulary, Window
from moderation.domain.taxonomy import Severity
from moderation.policy.expressions import Node

STATUSES = ("draft", "shadow", "canary", "enforce", "retired")
RUNNING = frozenset({"shadow", "canary", "enforce"})
DESKS = ("auto", "zh", "en", "both")
MIXED = ("per_span", "whole")
COMPARATORS = ("lt", "lte", "gt", "gte")
POINTS = ("p90", "p95")
"""Operating points: the least score from which on so many per cent are right, as each model measured it."""
AUTHOR_NUMBERS = ("author.age_days", "author.strikes", "author.followers")
NUMBERS = (*AUTHOR_NUMBERS, "post.views_per_minute")
WORDS = ("author.region", "post.kind", "post.region")


@dataclass(frozen=True, slots=True)
class Bound:
    """``gte: {zh: 0.7, "*": 0.9}``: a comparison with a limit by language.

    ``points`` are limits that the model says: ``gte: p95``, the score from which on 95% are right.
    """

    comparator: str
    limits: Mapping[str, float]
    points: Mapping[str, str] = field(default_factory=dict)

    def measured(self, known: Mapping[str, Mapping[str, float]]) -> Bound:
        """The same with each point as the limit that a model has for it: ``known`` maps languages to theirs.

        A language without it has no limit, and a limit of its own is not replaced.
        """
        limits: dict[str, float] = {}
        for key, point in sorted(self.points.items(), key=lambda said: said[0] != "*"):
            limits.update({tag: named[point] for tag, named in known.items() if covers(key, tag) and point in named})
        return Bound(self.comparator, {**limits, **self.limits})

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
    """The largest cosine to a list of exemplars; ``model`` is the embedding for which the limit was chosen, if said."""

    exemplars: str
    bound: Bound
    model: str | None = None


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


@dataclass(frozen=True, slots=True)
class Count:
    """How many posts of the author were counted against a limit by language."""

    tally: Tally
    bound: Bound


@dataclass(frozen=True, slots=True)
class Speech:
    """What languages or scripts a post is in.

    ``aspect`` is ``share`` (of the language ``name``), ``script`` (the share of its letters that are of it),
    ``doubtful`` or ``mixed``. The first two have a limit; the others are true where the post is so.
    """

    aspect: str
    name: str = ""
    bound: Bound | None = None


Condition = (
    Words | Regex | Contacts | Links | NearDuplicates | Idioms | Score | Similar | Number | Among | Count | Speech
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which posts a rule looks at, and which spans a language-scoped condition sees in a mixed post."""

    kinds: frozenset[str]
    languages: tuple[str, ...] = ("*",)
    mixed: Literal["per_span", "whole"] = "per_span"
    markets: frozenset[str] = frozenset({"*"})

    def takes_market(self, market: str) -> bool:
        """Whether the rule applies where a post is shown."""
        return "*" in self.markets or any(each in self.markets for each in markets_of(market))


@dataclass(frozen=True, slots=True)
class Example:
    """One test beside a rule: ``expected`` says whether the rule must match; a ``todo`` one never fails.

    ``copies``: so many authors posted the text, the last of them the post that is judged; ``times``: each so often.
    Both are 1 where it stands alone.
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
    times: int = 1
    because: str = ""


class Breaker(NamedTuple):
    """When a rule drops to shadow in a language; the fields are those of :class:`~moderation.domain.signal.Fuse`."""

    share: float
    least: int
    within_s: float
    authors: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``version`` is the digest of all that it says, its lists and idioms included.

    ``grounds`` says for people why a market does what it does, where the market matrix says it.
    """

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
    grounds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    canary: float = 0.0
    breaker: Breaker | None = None
    expires: date | None = None
    false_positives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()

    def action_in(self, market: str) -> Action:
        """What the rule does in a market: what it says of it, of a union that it is in, of ``*``, of all."""
        for each in (*markets_of(market), "*"):
            if each in self.markets:
                return self.markets[each]
        return self.action

    @property
    def fuse(self) -> Fuse | None:
        """What cuts the rule off, where it has a breaker."""
        if self.breaker is None:
            return None
        share, least, within_s, authors = self.breaker
        return Fuse(self.id, self.version, share, least, within_s, authors)


@dataclass(frozen=True, slots=True)
class TermList:
    """A file of terms; ``name`` is ``zh/invite`` for ``@lists/zh/invite``.

    ``identity``: they are names of groups of people, so that they alone are no evidence of a violation.
    """

    name: str
    language: str
    owner: str
    source: str
    terms: tuple[str, ...]
    identity: bool = False

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
class Outcome:
    """What is done with a finding in a market, and on what ground, for people."""

    action: Action
    ground: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Market:
    """One row of the market matrix: outcomes by category, for a country or the union that it is in."""

    id: str
    title: Mapping[str, str]
    outcomes: Mapping[str, Outcome]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules, in order of their ids, with what they look for and the digest of what they say."""

    rules: tuple[Rule, ...]
    lists: Mapping[str, TermList]
    idioms: tuple[Idiom, ...]
    vocabulary: Vocabulary
    digest: str
    markets: tuple[Market, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with an id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
