"""From the rules that hold to what happens: actions by market, and who should look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from moderation.domain.decision import Action, ReviewNeed
from moderation.domain.language import Language, fallbacks
from moderation.domain.post import Post
from moderation.domain.review import DESKS
from moderation.domain.signal import Signals
from moderation.domain.taxonomy import Severity, Taxonomy

if TYPE_CHECKING:
    from moderation.policy.model import Rule

EVERYWHERE = "*"
BOTH = "both"
SHARE_FOR_BOTH = 0.3
UNSCORED = 0.9
"""The probability that a finding is taken to have where no classifier has a score of its category."""
UNKNOWN_READ = {"limit": "R2", "remove": "R3"}
"""What a reviewer must be able to read where a part failed and nothing says what kind of post it is."""


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides by a taxonomy and by which desk reads a language (``desks``: tag, ``*`` or ``und`` → desk)."""

    taxonomy: Taxonomy
    desks: Mapping[str, str]

    def outcomes(self, post: Post, signals: Signals, acting: Sequence[Rule]) -> dict[str, Action]:
        """The strictest action of the acting rules for each market where the post is shown.

        ``*`` stands for every market that is not named. A doubtful language holds at most; a failed part at least.
        """
        if not acting:  # most posts
            quiet = Action.hold if signals.unavailable else Action.approve
            return dict.fromkeys((EVERYWHERE,) if EVERYWHERE in post.markets else sorted(set(post.markets)), quiet)
        named = [market for market in post.markets if market != EVERYWHERE]
        if EVERYWHERE not in post.markets:
            return {market: self._action(market, signals, acting) for market in sorted(set(named))}
        everywhere = self._action(EVERYWHERE, signals, acting)
        special = {market for rule in acting for market in (*rule.markets, *rule.scope.markets)} | set(named)
        outcomes = {market: self._action(market, signals, acting) for market in sorted(special - {EVERYWHERE})}
        return {EVERYWHERE: everywhere} | {m: action for m, action in outcomes.items() if action != everywhere}

    def _action(self, market: str, signals: Signals, acting: Sequence[Rule]) -> Action:
        actions = [rule.action_in(market) for rule in acting if rule.scope.takes_market(market)]
        strictest = max(actions, default=Action.approve)
        if signals.language.doubtful:
            strictest = min(strictest, Action.hold)
        return max(strictest, Action.hold) if signals.unavailable else strictest

    def review(
        self, post: Post, signals: Signals, acting: Sequence[Rule], outcomes: Mapping[str, Action]
    ) -> ReviewNeed | None:
        """Who should look, if anybody: at what is held, limited for a medium harm, or removed for a critical one.

        ``acting`` is in the order of the matches: the first of the most severe rules says lane, read level and desk.
        """
        if not acting and not signals.unavailable:
            return None
        chief = max(acting, key=lambda rule: rule.severity, default=None)
        severity = chief.severity if chief else Severity.informational
        if signals.unavailable:
            severity = max(severity, Severity.medium)
        actions = set(outcomes.values())
        if not (
            Action.hold in actions
            or (Action.limit in actions and severity >= Severity.medium)
            or (Action.remove in actions and severity is Severity.critical)
        ):
            return None
        category = self.taxonomy[chief.category] if chief else None
        return ReviewNeed(
            desk=chief.desk if chief and chief.desk != "auto" else self.desk(signals.language),
            priority=self._priority(post, signals, chief, severity),
            lane=category.lane if category else "harm",
            due_in_s=self.taxonomy.due_in_s[severity],
            read=category.read if category else UNKNOWN_READ,
        )

    def desk(self, language: Language) -> str:
        """The desk that reads most of a post; both where its language is doubtful, or where each reads a large part."""
        if language.doubtful:
            return BOTH
        if not language.mixed:
            return self._reader(language.tag)
        read = dict.fromkeys((self._reader(language.tag), *DESKS, BOTH), 0.0)
        for tag, share in language.shares.items():
            read[self._reader(tag)] += share
        if all(read[desk] >= SHARE_FOR_BOTH for desk in DESKS):
            return BOTH
        return max(read, key=lambda desk: read[desk])  # of equals the one that reads the main language

    def _reader(self, tag: str) -> str:
        return next((self.desks[key] for key in (*fallbacks(tag), EVERYWHERE) if key in self.desks), BOTH)

    def _priority(self, post: Post, signals: Signals, chief: Rule | None, severity: Severity) -> float:
        probability = signals.scores.get(chief.category, UNSCORED) if chief else UNSCORED
        return priority(probability, severity, post.views_per_minute or 1.0, self.taxonomy.handling_s)


def priority(probability: float, severity: Severity, views_per_minute: float, handling_s: float) -> float:
    """Multiply p · S · V / h: probability, severity weight, views per minute, minutes that a review takes."""
    return round(probability * (1 << severity) * views_per_minute / (handling_s / 60), 3)
