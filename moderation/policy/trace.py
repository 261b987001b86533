"""Why a rule holds for a post, or why not: for authors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

from moderation.domain.signal import Contact, Hit
from moderation.domain.text import Span
from moderation.policy.checks import Check, ContactCheck, Finding, LinkCheck, RegexCheck, WordsCheck
from moderation.policy.decide import EVERYWHERE
from moderation.policy.evaluate import Judgement, Ready
from moderation.policy.expressions import Truth, nearest, pivots
from moderation.policy.filters import finds_words, is_filter
from moderation.policy.model import Among, Number, Rule
from moderation.policy.view import View


@dataclass(frozen=True, slots=True)
class ConditionTrace:
    """One condition: its truth after the filters, its hits before them, the value and the limit that it was held to.

    ``uncounted``: what is there but of a language (named) that the post does not speak at that place, or seen by
    weaker evidence than the rule accepts (no name). ``contacts``: what the hits of a condition on contacts or links
    lead to. ``distance``: how far it is from being otherwise, from 0 to 1; infinitely far for a filter that finds
    words, whose part is to take hits away.
    ``pivot``: if this condition alone were otherwise, the rule would match where it does not, or not where it does.
    """

    name: str
    truth: Truth
    hits: tuple[Hit, ...]
    taken: tuple[Span, ...]
    uncounted: tuple[tuple[Hit, str], ...]
    value: float | str | None
    limit: float | None
    pivot: bool
    contacts: tuple[Contact, ...] = ()
    distance: float = 1.0

    @property
    def short(self) -> float | None:
        """How far a number is from its limit, in its own unit; None where there is no number or no limit."""
        if self.limit is None or not isinstance(self.value, int | float):
            return None
        return round(abs(self.limit - self.value), 4)


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule: its truth, that of each condition, and what would have to change for the opposite.

    ``barriers``: the parts of its scope that do not take the post: kinds, languages, markets. ``nearest``: the fewest
    conditions that would have to be otherwise, the nearest first, for a match to be none, or for a match where the
    condition is not true; empty where nothing brings it about.
    """

    rule: Rule
    barriers: tuple[str, ...]
    truth: Truth
    conditions: tuple[ConditionTrace, ...]
    nearest: tuple[ConditionTrace, ...]

    @property
    def outside(self) -> str:
        """The first part of the scope that does not take the post; empty where it looks at it."""
        return next(iter(self.barriers), "")

    @property
    def distance(self) -> tuple[float, float]:
        """How far the rule is from its opposite: how many changes it takes, and how large they are."""
        if self.truth is not True and not self.nearest:
            return inf, inf
        return len(self.barriers) + len(self.nearest), sum(part.distance for part in self.nearest)

    @property
    def matched(self) -> bool:
        """Whether the rule is among the matches of the post."""
        return self.truth is True and not self.outside

    @property
    def near(self) -> bool:
        """Whether the rule saw something of its own in the text and does not match: words, a score, a likeness."""
        return not self.matched and any(
            (part.truth or part.taken)
            and not is_filter(part.name)
            and not isinstance(self.rule.detect[part.name], Number | Among)
            for part in self.conditions
        )


def trace(ready: Ready, view: View) -> RuleTrace:
    """Look at every condition of a rule, those included that could not change its outcome."""
    judgement = Judgement(ready, view)
    decisive = pivots(ready.rule.condition, judgement.truth_of)
    conditions = []
    for name in ready.checks:
        raw, left = judgement.raw(name), judgement.finding(name)
        took = is_filter(name) and bool(raw.hits)
        kept = {hit.span for hit in left.hits}
        uncounted = _uncounted(ready.checks[name], view, raw.hits)
        conditions.append(
            ConditionTrace(
                name=name,
                truth=raw.truth if took else left.truth,
                hits=raw.hits,
                uncounted=uncounted,
                taken=() if took else tuple(hit.span for hit in raw.hits if hit.span not in kept),
                value=raw.value,
                limit=raw.limit,
                pivot=name in decisive and not took,
                contacts=raw.contacts,
                distance=_distance(ready.rule, name, raw, left, bool(uncounted)),
            )
        )
    barriers = tuple(part for part, takes in _SCOPE.items() if not takes(ready.rule, view))
    by_name = {part.name: part for part in conditions}
    changes: tuple[str, ...] | None = ()
    if judgement.truth is not True or not barriers:
        wanted = judgement.truth is not True
        changes = nearest(ready.rule.condition, judgement.truth_of, wanted, lambda name: by_name[name].distance)
    return RuleTrace(
        rule=ready.rule,
        barriers=barriers,
        truth=judgement.truth,
        conditions=tuple(conditions),
        nearest=tuple(by_name[name] for name in changes or ()),
    )


# What is unknown is the furthest; words that are there, but taken or not counted, are nearer than words that are not.
_TAKEN, _ABSENT, _UNKNOWN = 0.25, 0.9, 1.0


def _distance(rule: Rule, name: str, raw: Finding, left: Finding, seen: bool) -> float:
    if is_filter(name) and finds_words(rule.detect[name]):
        return inf
    if left.truth and left.hits:
        return 1 - 1 / (1 + len({hit.span for hit in left.hits}))
    if raw.hits or seen:
        return _TAKEN
    if left.truth is None:
        return _UNKNOWN
    if left.limit is None or not isinstance(left.value, int | float):
        return _ABSENT
    return min(abs(left.limit - left.value) / max(abs(left.limit), abs(left.value), 1e-9), _ABSENT)


def _uncounted(check: Check, view: View, counted: tuple[Hit, ...]) -> tuple[tuple[Hit, str], ...]:
    found = view.signals.found
    left: list[tuple[Hit, str]] = []
    match check:
        case WordsCheck(terms, weakest):
            hits = [hit for hit in found.terms if hit.number in terms]
            left = [(hit, terms[hit.number] if hit.evidence.at_least(weakest) else "") for hit in hits]
        case RegexCheck(patterns):
            left = [(hit, patterns[hit.number]) for hit in found.patterns if hit.number in patterns]
        case ContactCheck(kinds):
            left = [(contact.hit, "") for contact in found.contacts if contact.kind in kinds]
        case LinkCheck():
            left = [(link.hit, "") for link in found.links if check.leads_to(link)]
        case _:
            pass
    return tuple((hit, language) for hit, language in left if hit not in counted)


def _takes_kind(rule: Rule, view: View) -> bool:
    return view.post.kind in rule.scope.kinds


def _takes_languages(rule: Rule, view: View) -> bool:
    return view.in_scope(rule.scope.languages)


def _takes_markets(rule: Rule, view: View) -> bool:
    markets = view.post.markets
    return EVERYWHERE in markets or any(rule.scope.takes_market(market) for market in markets)


_SCOPE: Mapping[str, Callable[[Rule, View], bool]] = {
    "kinds": _takes_kind,
    "languages": _takes_languages,
    "markets": _takes_markets,
}


def outside(rule: Rule, view: View) -> str:
    """Which part of a rule's scope does not take a post: kinds, languages, markets, or none."""
    for part, takes in _SCOPE.items():
        if not takes(rule, view):
            return part
    return ""
