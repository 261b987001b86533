"""Why a rule holds for a post, or why not: for authors."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.domain.signal import Contact, Hit
from moderation.domain.text import Span
from moderation.policy.checks import Check, ContactCheck, LinkCheck, RegexCheck, WordsCheck
from moderation.policy.decide import EVERYWHERE
from moderation.policy.evaluate import Judgement, Ready
from moderation.policy.expressions import Truth, pivots
from moderation.policy.filters import is_filter
from moderation.policy.model import Among, Number, Rule
from moderation.policy.view import View


@dataclass(frozen=True, slots=True)
class ConditionTrace:
    """One condition: its truth after the filters, its hits before them, the value and the limit that it was held to.

    ``uncounted``: what is there but of a language (named) that the post does not speak at that place, or seen by
    weaker evidence than the rule accepts (no name). ``contacts``: what the hits of a condition on contacts or links
    lead to.
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


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule: why it does not look at the post (empty where it does), its truth, and that of each condition."""

    rule: Rule
    outside: str
    truth: Truth
    conditions: tuple[ConditionTrace, ...]

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
        conditions.append(
            ConditionTrace(
                name=name,
                truth=raw.truth if took else left.truth,
                hits=raw.hits,
                uncounted=_uncounted(ready.checks[name], view, raw.hits),
                taken=() if took else tuple(hit.span for hit in raw.hits if hit.span not in kept),
                value=raw.value,
                limit=raw.limit,
                pivot=name in decisive and not took,
                contacts=raw.contacts,
            )
        )
    return RuleTrace(ready.rule, outside(ready.rule, view), judgement.truth, tuple(conditions))


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


def outside(rule: Rule, view: View) -> str:
    """Which part of a rule's scope does not take a post: kinds, languages, markets, or none."""
    if view.post.kind not in rule.scope.kinds:
        return "kinds"
    if not view.in_scope(rule.scope.languages):
        return "languages"
    if EVERYWHERE not in view.post.markets and not any(rule.scope.takes_market(market) for market in view.post.markets):
        return "markets"
    return ""
