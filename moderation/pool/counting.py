"""What rules count over time, in memory: each author's posts, and how much of what is posted a rule matches.

For one process that reads posts in order, as `screen` and `backtest` do, and for tests. The workers share theirs
through Redis (``storage/counters.py``, ``storage/fuses.py``), which count by what stands here first.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, groupby
from typing import NamedTuple

from moderation.domain.decision import Decision
from moderation.domain.language import primary
from moderation.domain.post import Post
from moderation.domain.signal import Cut, Fuse, Tally
from moderation.matching.sightings import digest, event_time

MOST_KEPT = 10_000
"""So many posts of an author are kept of each kind, the newest."""
WINDOWS_KEPT = 2
"""A post is kept for so many windows, the longest of its kind: what comes up to a window late counts exactly."""
SLICES = 10
"""A fuse counts in the slice of its window that a post falls in, and in the nine before."""

_ROOM = 65_536


class Event(NamedTuple):
    """A post as it counts: digests of its author (8 bytes; None: not known), of its id with the revision (12).

    ``at`` is its time in whole microseconds.
    """

    author: bytes | None
    post: bytes
    at: int


def event_of(post: Post, latest: int) -> Event:
    """How a post counts that comes at ``latest`` (microseconds)."""
    author = post.author.id
    return Event(
        None if author is None else digest(author),
        digest(post.id) + post.revision.to_bytes(4, "big"),
        event_time(post, latest),
    )


def microseconds(seconds: float) -> int:
    """Seconds as whole microseconds."""
    return round(seconds * 1e6)


# authors' posts -----------------------------------------------------------------------------------------------------


def by_kind(tallies: Iterable[Tally]) -> dict[str, tuple[Tally, ...]]:
    """Tallies by what they count, the longest last."""
    return {kind: tuple(group) for kind, group in groupby(sorted(set(tallies)), key=lambda tally: tally.of)}


class MemoryCounters:
    """Counts each author's posts (implements :class:`~moderation.domain.ports.Counters`)."""

    def __init__(self, tallies: Sequence[Tally]) -> None:
        kinds = by_kind(tallies)
        self.tallies = tuple(chain.from_iterable(kinds.values()))
        self._kinds = {
            kind: [(tally, microseconds(tally.within_s)) for tally in group] for kind, group in kinds.items()
        }
        self._histories: dict[tuple[str, bytes], _History] = {}
        self._newest = 0
        self._room = _ROOM

    def __call__(
        self, posts: Sequence[Post], kinds: Sequence[Collection[str]], now: float
    ) -> list[Mapping[Tally, int]]:
        latest = microseconds(now)
        counts: list[Mapping[Tally, int]] = [
            self._count(event_of(post, latest), of) for post, of in zip(posts, kinds, strict=True)
        ]
        if len(self._histories) > self._room:
            self._forget()
        return counts

    def _count(self, event: Event, kinds: Collection[str]) -> dict[Tally, int]:
        counts: dict[Tally, int] = {}
        if event.author is None:
            return counts
        self._newest = max(self._newest, event.at)
        for kind, tallies in self._kinds.items():
            history, at, added = self._histories.get((kind, event.author)), event.at, False
            if kind in kinds:
                if history is None:
                    history = self._histories[kind, event.author] = _History()
                at, added = history.add(event.post, at)
            for tally, within in tallies:
                counts[tally] = 0 if history is None else history.count(at, within)
            if history is not None and added:
                history.trim(at - WINDOWS_KEPT * tallies[-1][1])
        return counts

    def _forget(self) -> None:
        """Drop the authors who have not posted for so long that nothing of theirs counts any more."""
        oldest = {kind: self._newest - WINDOWS_KEPT * tallies[-1][1] for kind, tallies in self._kinds.items()}
        self._histories = {key: history for key, history in self._histories.items() if history.last > oldest[key[0]]}
        self._room = max(_ROOM, 2 * len(self._histories))


class _History:
    """An author's posts of one kind, by time."""

    __slots__ = ("_at", "_posts")

    def __init__(self) -> None:
        self._at: dict[bytes, int] = {}
        self._posts: list[tuple[int, bytes]] = []

    @property
    def last(self) -> int:
        return self._posts[-1][0]

    def add(self, post: bytes, at: int) -> tuple[int, bool]:
        """Count a post once; the time at which it counts, that at which it was first seen, and whether it is new."""
        known = self._at.get(post)
        if known is not None:
            return known, False
        self._at[post] = at
        insort(self._posts, (at, post))
        return at, True

    def count(self, at: int, within: int) -> int:
        """How many posts there are in (at - within, at]."""
        return bisect_left(self._posts, (at + 1,)) - bisect_left(self._posts, (at - within + 1,))

    def trim(self, before: int) -> None:
        """Drop what is not after ``before``, and the oldest of too many."""
        number = max(bisect_left(self._posts, (before + 1,)), len(self._posts) - MOST_KEPT)
        for _, post in self._posts[:number]:
            del self._at[post]
        del self._posts[:number]


# fuses --------------------------------------------------------------------------------------------------------------


class Measure(NamedTuple):
    """How a fuse counts: in slices of so many microseconds, authors or posts. Fuses that do so alike share totals."""

    slice_us: int
    authors: bool

    @classmethod
    def of(cls, fuse: Fuse) -> Measure:
        return cls(microseconds(fuse.within_s) // SLICES, fuse.authors)


Totals = Mapping[tuple[Measure, str, int], Sequence[bytes]]
"""By measure, language and number of the slice: the posts or authors."""
Hits = Mapping[tuple[Fuse, str, int], Sequence[bytes]]
"""By fuse, language and number of the slice: those that the rule matched; in order of the slices."""


class Gauge:
    """Sorts posts, and what rules match, into the slices in which their fuses count."""

    def __init__(self, fuses: Sequence[Fuse]) -> None:
        self._fuses = {fuse.rule: (fuse, Measure.of(fuse)) for fuse in fuses}
        self._measures = {measure for _, measure in self._fuses.values()}

    def __call__(self, posts: Sequence[Post], decisions: Sequence[Decision], now: float) -> tuple[Totals, Hits]:
        totals: defaultdict[tuple[Measure, str, int], list[bytes]] = defaultdict(list)
        hits: defaultdict[tuple[Fuse, str, int], list[bytes]] = defaultdict(list)
        latest = microseconds(now)
        for post, decision in zip(posts, decisions, strict=True):
            event = event_of(post, latest)
            language = primary(decision.language.tag)
            for measure in self._measures:
                if (who := _who(event, measure)) is not None:
                    totals[measure, language, event.at // measure.slice_us].append(who)
            for match in decision.matches:
                if match.rule in self._fuses:
                    fuse, measure = self._fuses[match.rule]
                    if (who := _who(event, measure)) is not None:
                        hits[fuse, language, event.at // measure.slice_us].append(who)
        return totals, dict(sorted(hits.items(), key=lambda item: item[0][2]))


def _who(event: Event, measure: Measure) -> bytes | None:
    return event.author if measure.authors else event.post


class MemoryFuses:
    """Cuts rules off that match too much (implements :class:`~moderation.domain.ports.Fuses`).

    It looks once a batch, at the slices in which the batch has matches.
    """

    def __init__(self, fuses: Sequence[Fuse]) -> None:
        self._gauge = Gauge(fuses)
        self._totals: defaultdict[tuple[Measure, str], _Window] = defaultdict(_Window)
        self._hits: defaultdict[tuple[str, str], _Window] = defaultdict(_Window)
        self._cuts: dict[tuple[str, str], Cut] = {}

    def cut(self) -> Mapping[str, Collection[str]]:
        cut: defaultdict[str, set[str]] = defaultdict(set)
        for rule, language in self._cuts:
            cut[language].add(rule)
        return cut

    def record(self, posts: Sequence[Post], decisions: Sequence[Decision], now: float) -> None:
        totals, hits = self._gauge(posts, decisions, now)
        for (measure, language, at), who in totals.items():
            self._totals[measure, language].add(at, who)
        for (fuse, language, at), who in hits.items():
            place = fuse.rule, language
            if place in self._cuts:
                continue
            window = self._hits[place]
            window.add(at, who)
            number = window.count(at)
            if number < fuse.least:
                continue
            total = self._totals[Measure.of(fuse), language].count(at)
            if number > fuse.share * total:
                self._cuts[place] = Cut(fuse.rule, fuse.version, language, now, number, total)

    def state(self) -> list[Cut]:
        """What is cut off, the oldest first."""
        return sorted(self._cuts.values(), key=lambda cut: (cut.since, cut))

    def mend(self, rule: str, language: str | None = None) -> int:
        """Let a rule act again, in one language or in all, and forget what it matched; how many cuts were mended."""

        def meant(places: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
            return [place for place in places if place[0] == rule and language in {None, place[1]}]

        mended = meant(self._cuts)
        for place in mended:
            del self._cuts[place]
        for place in meant(self._hits) if mended else ():
            del self._hits[place]
        return len(mended)


class _Window:
    """Distinct posts or authors by slice: the slices of two windows, those that had a post last."""

    __slots__ = ("_slices",)

    def __init__(self) -> None:
        self._slices: dict[int, set[bytes]] = {}

    def add(self, at: int, who: Iterable[bytes]) -> None:
        """Count them in a slice."""
        self._slices[at] = self._slices.pop(at, set())
        self._slices[at].update(who)
        if len(self._slices) > WINDOWS_KEPT * SLICES:
            del self._slices[next(iter(self._slices))]

    def count(self, at: int) -> int:
        """How many there are in the window that ends with a slice, each once."""
        there = [self._slices[number] for number in range(at - SLICES + 1, at + 1) if number in self._slices]
        return len(there[0]) if len(there) == 1 else len(set().union(*there))
