"""The policy: posts and signals in, decisions out. Implements :class:`moderation.domain.ports.Policy`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter

from moderation.domain.decision import Action, Decision, Match, Note, Seen, Versions
from moderation.domain.post import Post
from moderation.domain.signal import Evidence, Signals
from moderation.domain.taxonomy import Taxonomy
from moderation.policy.checks import Compiler, IdiomCheck, Measured
from moderation.policy.decide import EVERYWHERE, Decider
from moderation.policy.evaluate import Judgement, Ready
from moderation.policy.index import Index
from moderation.policy.model import RUNNING, Rule, RuleSet
from moderation.policy.trace import RuleTrace, outside, trace
from moderation.policy.view import View

_BUCKETS = 10_000
_RANK = attrgetter("rank")


class Engine:
    """A rule set, ready. Pure and total; compiled when it is made."""

    def __init__(
        self,
        rules: RuleSet,
        taxonomy: Taxonomy,
        desks: Mapping[str, str],
        versions: Versions,
        points: Mapping[str, Mapping[str, Mapping[str, float]]] | None = None,
    ) -> None:
        measured = Measured(points or {}, versions.models.get("embedding", ""))
        compiler = Compiler(rules.vocabulary, rules.idioms, measured)
        self._rules = rules
        self._versions = versions
        self._decider = Decider(taxonomy, desks)
        self._ready = tuple(Ready.of(rule, compiler) for rule in rules.rules if rule.status in RUNNING)
        self._index = Index(self._ready)
        self._idioms = {index: idiom for idiom in compiler.idioms.values() for index in idiom.forms.terms}
        counted = {tally.of for tally in rules.vocabulary.tallies}
        self._counted = [n for n, ready in enumerate(self._ready) if ready.rule.id in counted]

    @property
    def digest(self) -> str:
        """``sha256:…`` of all that the rules, lists and idioms say."""
        return self._rules.digest

    def __call__(self, posts: Sequence[Post], signals: Sequence[Signals], now: str) -> list[Decision]:
        """Decide each post; ``now`` is ISO 8601, and its day in UTC is the one on which rules expire."""
        today = datetime.fromisoformat(now).astimezone(UTC).date()
        return [self._decide(post, found, now, today) for post, found in zip(posts, signals, strict=True)]

    def counted(self, posts: Sequence[Post], signals: Sequence[Signals]) -> list[tuple[str, ...]]:
        """The rules that each post matches, by id, of those that other rules count."""
        found = []
        for post, signal in zip(posts, signals, strict=True):
            candidates = set(self._index.candidates(signal)).intersection(self._counted)
            view = View(post, signal)
            found.append(tuple(self._ready[n].rule.id for n in sorted(candidates) if _judge(self._ready[n], view)))
        return found

    def trace(self, post: Post, signals: Signals) -> list[RuleTrace]:
        """What every running rule says of a post, and why: for authors, so nothing is left out."""
        view = View(post, signals)
        return [trace(ready, view) for ready in self._ready]

    def _decide(self, post: Post, signals: Signals, now: str, today: date) -> Decision:
        acting: list[Rule] = []
        matches: list[Match] = []
        notes: tuple[Note, ...] = ()
        candidates = self._index.candidates(signals)
        if candidates or signals.found.terms:
            view = View(post, signals)
            if not self._idioms.keys().isdisjoint(hit.number for hit in signals.found.terms):
                notes = self._notes(view)
            held = [found for number in candidates if (found := _judge(self._ready[number], view)) is not None]
            strictness = {found.ready.rule.id: _strictness(found.ready.rule, post) for found in held}
            held.sort(key=lambda found: (-strictness[found.ready.rule.id], found.ready.rule.id))
            for found in held:
                rule = found.ready.rule
                status = "shadow" if rule.id in signals.cut else status_of(rule, post.id, today)
                matches.append(_match(found, status))
                if status != "shadow" and strictness[rule.id] is not Action.approve:
                    acting.append(rule)
        outcomes = self._decider.outcomes(post, signals, acting)
        return Decision(
            post_id=post.id,
            revision=post.revision,
            action=max(outcomes.values()),
            review=self._decider.review(post, signals, acting, outcomes),
            outcomes=outcomes,
            language=signals.language,
            scores=signals.scores,
            matches=tuple(matches),
            notes=notes,
            unavailable=signals.unavailable,
            decided_at=now,
            versions=self._versions,
            campaign=signals.campaign,
            shed=signals.shed,
        )

    def _notes(self, view: View) -> tuple[Note, ...]:
        """A note for each idiom in the post, explained in the sense that it has there."""
        present = {self._idioms[hit.number].idiom.id: self._idioms[hit.number] for hit in view.signals.found.terms
                   if hit.number in self._idioms}  # fmt: skip
        return tuple(note for name in sorted(present) if (note := _note(present[name], view)) is not None)


def status_of(rule: Rule, post_id: str, today: date) -> str:
    """How a rule stands to a post: enforce, canary (it acts on this post) or shadow (it is only recorded)."""
    if rule.expires is not None and rule.expires < today:
        return "shadow"
    if rule.status == "canary" and not in_canary(rule.id, rule.canary, post_id):
        return "shadow"
    return rule.status


def in_canary(rule_id: str, share: float, post_id: str) -> bool:
    """Whether a canary acts on a post: a stable bucket of its id, another for each rule."""
    digest = hashlib.sha256(f"{rule_id}\n{post_id}".encode()).digest()
    return int.from_bytes(digest[:8]) % _BUCKETS < round(share * _BUCKETS)


def _judge(ready: Ready, view: View) -> Judgement | None:
    if outside(ready.rule, view):
        return None
    judgement = Judgement(ready, view)
    return judgement if judgement.truth else None


def _strictness(rule: Rule, post: Post) -> Action:
    """The strictest thing that a rule does where the post is shown."""
    markets = post.markets if EVERYWHERE not in post.markets else (EVERYWHERE, *rule.markets)
    return max(rule.action_in(market) for market in markets)


def _match(found: Judgement, status: str) -> Match:
    rule = found.ready.rule
    hits = found.evidence()
    return Match(
        rule=rule.id,
        version=rule.version,
        status=status,
        category=rule.category,
        severity=rule.severity,
        spans=tuple(hit.span for hit in hits),
        evidence=min((hit.evidence for hit in hits), key=_RANK, default=Evidence.exact),
        explain={lang: template.fill(found.spans_of) for lang, template in found.ready.explain.items()},
        seen=tuple(Seen(hit.evidence, hit.chain) for hit in hits),
    )


def _note(check: IdiomCheck, view: View) -> Note | None:
    sense, hits = check.sense(view)
    if not hits:
        return None
    said = check.idiom.harmful if sense == "harmful" else check.idiom.benign
    return Note(check.idiom.id, said["en"], said["zh"])
