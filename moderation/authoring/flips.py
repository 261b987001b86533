"""How often the outcome of a test flips when its text is written otherwise: a measurement, not a test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from moderation.authoring.examples import Judge, judge_examples
from moderation.authoring.parity import base
from moderation.authoring.variants import Variant
from moderation.domain.decision import Action, Decision
from moderation.domain.signal import Evidence
from moderation.policy.expressions import possible
from moderation.policy.model import RUNNING, Contacts, Example, Idioms, Links, Regex, Rule, Score, Similar, Words


class Change(Enum):
    """What a variant does to whether the rule matches."""

    same = "same"
    lost = "lost"
    """it matched the text, and does not match the variant"""
    false_alarm = "false_alarm"
    """it matches the variant only"""


@dataclass(frozen=True, slots=True)
class Flip:
    """One test in one variant: what became of the rule's match, and the action on the post before and after.

    ``accepted``: whether the rule can match by evidence as weak as the variant's; if not, its author wants the loss.
    """

    rule: str
    example: Example
    variant: str
    text: str
    matched: bool
    accepted: bool
    change: Change
    before: Action
    after: Action

    @property
    def language(self) -> str:
        """The language of the test without script and region."""
        return base(self.example.lang)

    @property
    def faulty(self) -> bool:
        """Whether the rule should have done otherwise: a match lost that it accepts, or a false alarm."""
        return self.change is Change.false_alarm or (self.change is Change.lost and self.accepted)


@dataclass(frozen=True, slots=True)
class Share:
    """Counts over some flips: texts, those that the rule matched as written, and what changed.

    ``accepted``: those matched by a rule that accepts the variant's evidence; ``lost`` of these, and
    ``not_accepted`` that are lost by the other rules.
    """

    texts: int
    matched: int
    accepted: int
    lost: int
    not_accepted: int
    false_alarms: int
    actions: int

    @classmethod
    def of(cls, flips: Iterable[Flip]) -> Share:
        """Count."""
        flips = list(flips)
        changes = Counter((flip.change, flip.accepted) for flip in flips)
        return cls(
            texts=len(flips),
            matched=sum(flip.matched for flip in flips),
            accepted=sum(flip.matched and flip.accepted for flip in flips),
            lost=changes[Change.lost, True],
            not_accepted=changes[Change.lost, False],
            false_alarms=sum(flip.change is Change.false_alarm for flip in flips),
            actions=sum(flip.before != flip.after for flip in flips),
        )

    @property
    def lost_share(self) -> float | None:
        """Lost matches of those that rules should keep; None where there is none."""
        return _share(self.lost, self.accepted)

    @property
    def false_share(self) -> float | None:
        """False alarms of the texts that were not matched."""
        return _share(self.false_alarms, self.texts - self.matched)

    @property
    def action_share(self) -> float | None:
        """Changed actions of all texts."""
        return _share(self.actions, self.texts)


def worst(flips: Iterable[Flip]) -> list[tuple[str, Share, dict[str, int]]]:
    """The rules that lose matches or raise false alarms, the most first, and how many flips by variant."""
    by_rule: dict[str, list[Flip]] = {}
    for each in flips:
        by_rule.setdefault(each.rule, []).append(each)
    shares = [
        (rule, Share.of(found), dict(Counter(each.variant for each in found if each.faulty).most_common()))
        for rule, found in by_rule.items()
        if any(each.faulty for each in found)
    ]
    return sorted(shares, key=lambda entry: (-entry[1].lost - entry[1].false_alarms, entry[0]))


def flip(rules: Sequence[Rule], variants: Sequence[Variant], judge: Judge) -> list[Flip]:
    """Judge each test of the rules that run as it is written and in every variant that changes it, as one batch.

    What counts is how the decision on the variant differs from that on the text, not what the test expects. ``judge``
    starts with an empty state.
    """
    tests = [(rule, example) for rule in rules if rule.status in RUNNING for example in rule.examples]
    made = [
        (n, variant, text)
        for n, (_, example) in enumerate(tests)
        for variant in variants
        if (text := variant.make(example.text, example.lang)) != example.text and text.strip()
    ]
    written = [(tests[n][0], replace(tests[n][1], text=text)) for n, _, text in made]
    decisions = judge_examples([*tests, *written], judge)
    before, after = decisions[: len(tests)], decisions[len(tests) :]
    return [
        _compare(*tests[n], variant, text, before[n], decision)
        for (n, variant, text), decision in zip(made, after, strict=True)
    ]


def accepts(rule: Rule, evidence: Evidence) -> bool:
    """Whether a rule can match on finds of some evidence alone.

    Patterns read the folded view past invisible characters, models as it is: what is hidden deeper they do not see.
    """

    def can(name: str) -> tuple[bool, bool]:
        match rule.detect[name]:
            case Words(weakest=weakest) | Contacts(weakest=weakest) | Links(weakest=weakest):
                return evidence.at_least(weakest), True
            case Idioms():
                return evidence.at_least(Evidence.squeezed), True
            case Regex() | Score() | Similar():
                return evidence.at_least(Evidence.folded), True
            case _:
                return True, True

    return possible(rule.condition, can)[0]


def _compare(rule: Rule, example: Example, variant: Variant, text: str, before: Decision, after: Decision) -> Flip:
    matched, still = _matches(rule, before), _matches(rule, after)
    change = Change.same if matched is still else Change.lost if matched else Change.false_alarm
    accepted = accepts(rule, variant.evidence)
    return Flip(rule.id, example, variant.name, text, matched, accepted, change, before.action, after.action)


def _matches(rule: Rule, decision: Decision) -> bool:
    return any(match.rule == rule.id for match in decision.matches)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
