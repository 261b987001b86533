"""What another version of the rules does otherwise, post by post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from moderation.authoring.backtest import own_verdict
from moderation.authoring.labels import Verdict
from moderation.authoring.samples import Caught, Samples, Segment, caught, excerpt
from moderation.domain.decision import Action, Decision
from moderation.domain.language import primary
from moderation.domain.post import Post
from moderation.policy.model import Rule, RuleSet
from moderation.pool.door import read_post
from moderation.pool.screening import Line


class Change(Enum):
    """How the action on a post changes; the strictest over all markets counts."""

    caught = "caught"
    """approved before"""
    stricter = "stricter"
    laxer = "laxer"
    released = "released"
    """approved now"""
    elsewhere = "elsewhere"
    """the same, and another one in some market"""


class Compared(NamedTuple):
    """What a diff keeps of a post; what matched only where anything differs."""

    post_id: str
    language: str
    actions: tuple[Action, Action]
    change: Change | None
    old: tuple[Caught, ...] = ()
    new: tuple[Caught, ...] = ()
    verdict: Verdict | None = None
    unread: bool = False


def compare(post: Post, decisions: Sequence[Decision]) -> Compared:
    """The shape of a diff, for :func:`moderation.pool.screening.screen`: two pipelines, the old one first."""
    before, after = decisions
    old, new = caught(before), caught(after)
    change = _change(before, after)
    language = primary(before.language.tag)
    verdict, unread = own_verdict(post)
    if change is None and {one[:2] for one in old} == {one[:2] for one in new}:
        return Compared(post.id, language, (before.action, after.action), None, (), (), verdict, unread)
    return Compared(post.id, language, (before.action, after.action), change, old, new, verdict, unread)


def _change(before: Decision, after: Decision) -> Change | None:
    old, new = before.action, after.action
    if old == new:
        return None if before.outcomes == after.outcomes else Change.elsewhere
    if new > old:
        return Change.caught if old is Action.approve else Change.stricter
    return Change.released if new is Action.approve else Change.laxer


@dataclass(slots=True)
class Count:
    """Posts, and those of them with a verdict."""

    posts: int = 0
    violating: int = 0
    benign: int = 0

    @property
    def unknown(self) -> int:
        """Posts without a verdict."""
        return self.posts - self.violating - self.benign

    def take(self, verdict: Verdict | None) -> None:
        """Count a post."""
        self.posts += 1
        if verdict is not None:
            self.violating += verdict.violating
            self.benign += not verdict.violating


class Sides(NamedTuple):
    """A rule of which something differs: as it was and as it is, None on the side that does not have it."""

    old: Rule | None
    new: Rule | None

    @property
    def kind(self) -> str:
        """``added``, ``removed``, ``changed`` (in what it says, its lists and idioms included) or ``same``."""
        if self.old is None or self.new is None:
            return "added" if self.old is None else "removed"
        return "same" if self.old.version == self.new.version else "changed"

    @property
    def id(self) -> str:
        """The rule's id."""
        rule = self.new or self.old
        return rule.id if rule else ""


def sides(old: RuleSet, new: RuleSet) -> dict[str, Sides]:
    """Every rule of two sets, by id."""
    before, after = ({rule.id: rule for rule in rules.rules} for rules in (old, new))
    return {name: Sides(before.get(name), after.get(name)) for name in sorted(before.keys() | after.keys())}


class Moved(NamedTuple):
    """A post whose action changes, as it is shown: what matched before and after."""

    post_id: str
    actions: tuple[Action, Action]
    segments: tuple[Segment, ...]
    old: tuple[Caught, ...]
    new: tuple[Caught, ...]
    verdict: Verdict | None


@dataclass(slots=True)
class Diff:
    """Counts posts as they come.

    ``languages`` counts changes by language. ``rules`` counts them by the rules that brought them: that act on one
    side alone, or where there are none that act on both and say something else. ``gained`` and ``lost`` are matches
    of a rule, whether they act or are recorded.
    """

    sides: Mapping[str, Sides]
    posts: int = 0
    unread: int = 0
    languages: defaultdict[tuple[str, Change], Count] = field(default_factory=lambda: defaultdict(Count))
    seen: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    rules: defaultdict[tuple[str, Change], Count] = field(default_factory=lambda: defaultdict(Count))
    gained: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    lost: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    _samples: Samples[tuple[Change, str], tuple[Compared, Verdict | None]] = field(default_factory=Samples)

    def take(self, line: Line, seen: Compared, verdict: Verdict | None) -> None:
        """Count one post; ``verdict`` is what is known of it from anywhere."""
        self.posts += 1
        self.unread += seen.unread
        self.seen[seen.language] += 1
        before, after = {one.rule for one in seen.old}, {one.rule for one in seen.new}
        for rule in after - before:
            self.gained[rule].take(verdict)
        for rule in before - after:
            self.lost[rule].take(verdict)
        if seen.change is None:
            return
        self.languages[seen.language, seen.change].take(verdict)
        for rule in self._behind(seen):
            self.rules[rule, seen.change].take(verdict)
        self._samples.offer((seen.change, seen.language), seen.post_id, line, (seen, verdict))

    def _behind(self, seen: Compared) -> Iterable[str]:
        before, after = ({one.rule for one in side if one.acts} for side in (seen.old, seen.new))
        return before ^ after or {rule for rule in before if self.sides[rule].kind == "changed"}

    def count(self, change: Change) -> Count:
        """The posts of a change in all languages."""
        total = Count()
        for (_, kind), count in self.languages.items():
            if kind is change:
                total.posts += count.posts
                total.violating += count.violating
                total.benign += count.benign
        return total

    def touched(self) -> list[Sides]:
        """The rules that differ or whose matches do, those that brought most changes first."""
        moved: defaultdict[str, int] = defaultdict(int)
        for (rule, _), count in self.rules.items():
            moved[rule] += count.posts
        named = [
            side
            for name, side in self.sides.items()
            if side.kind != "same" or name in moved or name in self.gained or name in self.lost
        ]
        return sorted(named, key=lambda side: (-moved[side.id], side.id))

    def samples(self) -> dict[tuple[Change, str], list[Moved]]:
        """Posts to look at, by change and language."""
        order = list(Change)
        keys = sorted(self.languages, key=lambda key: (order.index(key[1]), -self.languages[key].posts, key[0]))
        return {(change, language): self._shown(change, language) for language, change in keys}

    def _shown(self, change: Change, language: str) -> list[Moved]:
        shown = []
        for line, (seen, verdict) in self._samples.of((change, language)):
            post = read_post(*line)
            if isinstance(post, Post):
                spans = [span for one in (*seen.old, *seen.new) for span in one.spans]
                shown.append(Moved(post.id, seen.actions, excerpt(post, spans), seen.old, seen.new, verdict))
        return shown
