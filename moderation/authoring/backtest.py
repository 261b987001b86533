"""What rules do to posts before they act on any: hits, precision, overlap, by rule and language."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from moderation.authoring.costs import Cost
from moderation.authoring.labels import Verdict, read_verdict
from moderation.authoring.samples import Caught, Samples, Segment, caught, excerpt
from moderation.domain.decision import Action, Decision
from moderation.domain.intervals import wilson
from moderation.domain.language import primary
from moderation.domain.post import Post
from moderation.policy.model import Rule
from moderation.pool.door import read_post
from moderation.pool.screening import Line


class Observed(NamedTuple):
    """What a backtest keeps of a post. ``unread``: the post carries a verdict that is not well formed."""

    post_id: str
    language: str
    action: Action
    caught: tuple[Caught, ...]
    verdict: Verdict | None = None
    unread: bool = False


def observe(post: Post, decisions: Sequence[Decision]) -> Observed:
    """The shape of a backtest, for :func:`moderation.pool.screening.screen`: one pipeline, its decision."""
    (decision,) = decisions
    verdict, unread = own_verdict(post)
    return Observed(post.id, primary(decision.language.tag), decision.action, caught(decision), verdict, unread)


def own_verdict(post: Post) -> tuple[Verdict | None, bool]:
    """The verdict that a post carries, and whether it carries one that is not well formed."""
    try:
        return (read_verdict(post.extra) if post.extra else None), False
    except ValueError:
        return None, True


@dataclass(slots=True)
class Tally:
    """Counts of one rule, in one language or in all.

    ``acted``: hits that were more than recorded. ``sole``: hits on posts on which no other rule acted. ``right`` and
    ``wrong``: hits on posts known as violating, of whatever category, and as benign. ``named``: those of the right
    ones whose categories are known; ``own``: those that name the rule's.
    """

    hits: int = 0
    acted: int = 0
    sole: int = 0
    right: int = 0
    wrong: int = 0
    named: int = 0
    own: int = 0

    @property
    def recorded(self) -> int:
        """Hits that did not act."""
        return self.hits - self.acted

    @property
    def known(self) -> int:
        """Hits on posts with a verdict."""
        return self.right + self.wrong

    @property
    def precision(self) -> float | None:
        """The share of right ones; None where no verdict is known."""
        return self.right / self.known if self.known else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the precision."""
        return wilson(self.right, self.known)

    def add(self, other: Tally) -> None:
        """Count another's hits too."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Posts:
    """The posts of one language, or of all: what was done to them, and to those with a verdict.

    ``benign`` and ``violating`` are posts with that verdict; ``harmed`` and ``reached`` are those of them on which any
    rule acted: the false alarms, and what was not missed.
    """

    actions: Counter[Action] = field(default_factory=Counter)
    benign: int = 0
    harmed: int = 0
    violating: int = 0
    reached: int = 0

    @property
    def count(self) -> int:
        """How many there are."""
        return self.actions.total()

    @property
    def touched(self) -> int:
        """Those that were not approved."""
        return self.count - self.actions[Action.approve]

    def add(self, other: Posts) -> None:
        """Count another's posts too."""
        self.actions.update(other.actions)
        self.benign += other.benign
        self.harmed += other.harmed
        self.violating += other.violating
        self.reached += other.reached


class Sample(NamedTuple):
    """A post that a rule matches, as it is shown."""

    post_id: str
    segments: tuple[Segment, ...]
    acted: bool
    verdict: Verdict | None


class RuleReport(NamedTuple):
    """One rule: counts in all and by language (most hits first), the posts that it shares with others, its cost."""

    rule: Rule
    total: Tally
    languages: Mapping[str, Tally]
    samples: Mapping[str, Sequence[Sample]]
    shared: Sequence[tuple[str, int]]
    cost: Cost | None


@dataclass(slots=True)
class Backtest:
    """Counts posts as they come."""

    rules: Mapping[str, Rule]
    languages: defaultdict[str, Posts] = field(default_factory=lambda: defaultdict(Posts))
    unread: int = 0
    _cells: defaultdict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    _shared: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _samples: Samples[tuple[str, str], tuple[Caught, Verdict | None]] = field(default_factory=Samples)

    def take(self, line: Line, seen: Observed, verdict: Verdict | None) -> None:
        """Count one post; ``verdict`` is what is known of it from anywhere."""
        self.unread += seen.unread
        posts = self.languages[seen.language]
        posts.actions[seen.action] += 1
        acting = sum(one.acts for one in seen.caught)
        if verdict is not None:
            if verdict.violating:
                posts.violating += 1
                posts.reached += bool(acting)
            else:
                posts.benign += 1
                posts.harmed += bool(acting)
        for one in seen.caught:
            tally = self._cells[one.rule, seen.language]
            tally.hits += 1
            tally.acted += one.acts
            tally.sole += acting == one.acts
            if verdict is not None:
                tally.right += verdict.violating
                tally.wrong += not verdict.violating
                tally.named += bool(verdict.categories)
                tally.own += self.rules[one.rule].category in verdict.categories
            self._samples.offer((one.rule, seen.language), seen.post_id, line, (one, verdict))
            self._shared[one.rule].update(other.rule for other in seen.caught if other is not one)

    @property
    def total(self) -> Posts:
        """All posts."""
        total = Posts()
        for posts in self.languages.values():
            total.add(posts)
        return total

    def sampled(self) -> list[Post]:
        """The posts that are shown, in input order: rules can be timed on them."""
        return [post for line in self._samples.lines() if isinstance(post := read_post(*line), Post)]

    def reports(self, costs: Mapping[str, Cost], wanted: Iterable[str] = ()) -> list[RuleReport]:
        """A report for each of the ``wanted`` rules (of all where there are none), most hits first."""
        chosen = set(wanted) or self.rules.keys()
        made = [self._report(rule, costs.get(rule.id)) for rule in self.rules.values() if rule.id in chosen]
        return sorted(made, key=lambda report: (-report.total.hits, report.rule.id))

    def _report(self, rule: Rule, cost: Cost | None) -> RuleReport:
        cells = {language: tally for (name, language), tally in self._cells.items() if name == rule.id}
        ordered = dict(sorted(cells.items(), key=lambda cell: (-cell[1].hits, cell[0])))
        total = Tally()
        for tally in ordered.values():
            total.add(tally)
        samples = {language: self._shown(rule.id, language) for language in ordered}
        shared = sorted(self._shared[rule.id].items(), key=lambda pair: (-pair[1], pair[0]))
        return RuleReport(rule, total, ordered, samples, shared, cost)

    def _shown(self, rule: str, language: str) -> list[Sample]:
        shown = []
        for line, (one, verdict) in self._samples.of((rule, language)):
            post = read_post(*line)
            if isinstance(post, Post):
                shown.append(Sample(post.id, excerpt(post, one.spans), one.acts, verdict))
        return shown
