"""Campaigns in memory: for one process that reads posts in order, as `screen` and `backtest` do, and for tests.

A post that is like none before it *leads*: its 3-grams are kept, and its bands lead to it. One that is like a leader
joins the leader's campaign. Leaders are kept by period (the longest window); a post looks at its own period, at the one
before and at the one after, and leads in its own where it found its campaign in another, so that a campaign lives on.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from moderation.domain.post import Post
from moderation.domain.signal import Campaign, Window
from moderation.matching.shingles import BANDS, jaccard
from moderation.matching.sightings import (
    MOST_COMPARED,
    MOST_SHARING,
    NOBODY,
    Company,
    Level,
    Sighting,
    campaign_of,
    levels_of,
    sightings,
)

PERIODS = 8
"""Leaders of so many periods are kept, those that had a new leader last."""


class MemoryCampaigns:
    """Groups near-duplicates (implements :class:`~moderation.domain.ports.Campaigns`).

    Raises :class:`~moderation.domain.errors.UsageError` for a window that cannot be.
    """

    def __init__(self, windows: Sequence[Window]) -> None:
        self._levels = levels_of(windows)
        self._indexes = [_Index(level) for level in self._levels]

    def __call__(self, posts: Sequence[Post], now: float) -> list[Campaign | None]:
        if not self._levels:
            return [None] * len(posts)
        return [
            seen and campaign_of(seen, self._levels, [index.see(seen) for index in self._indexes])
            for seen in sightings(posts, now)
        ]


class _Members:
    """The posts of a campaign, by time."""

    __slots__ = ("_by_author", "_last", "_seen", "_times")

    def __init__(self) -> None:
        self._seen: dict[tuple[bytes, bytes], int] = {}
        self._times: list[int] = []
        self._by_author: dict[bytes, list[int]] = {}
        self._last: list[tuple[int, bytes]] = []

    def add(self, author: bytes, post: bytes, at: int) -> int:
        """Count a post once; the time at which it counts, which is that at which it was first seen."""
        known = self._seen.get((author, post))
        if known is not None:
            return known
        self._seen[author, post] = at
        insort(self._times, at)
        if author != NOBODY:
            times = self._by_author.setdefault(author, [])
            if not times or times[-1] < at:
                if times:
                    del self._last[bisect_left(self._last, (times[-1], author))]
                insort(self._last, (at, author))
            insort(times, at)
        return at

    def count(self, at: int, within: int) -> int:
        """How many posts there are in (at - within, at]."""
        return bisect_right(self._times, at) - bisect_right(self._times, at - within)

    def authors(self, at: int, within: int) -> int:
        """How many authors have one there: those whose last is there, and of those with a later one who has another."""
        here = bisect_left(self._last, (at + 1, b""))
        number = here - bisect_left(self._last, (at - within + 1, b""))
        for _, author in self._last[here:]:
            times = self._by_author[author]
            number += bisect_right(times, at - within) < bisect_right(times, at)
        return number


class _Leader:
    """The first post of a campaign, and the campaign's members as soon as there is another."""

    __slots__ = ("first", "members")

    def __init__(self, first: Sighting) -> None:
        self.first = first
        self.members: _Members | None = None

    def join(self, seen: Sighting, level: Level) -> Company | None:
        """Count a post; its company, None where it is alone in the period."""
        first = self.first
        if self.members is None:
            if seen.post == first.post:
                return None
            self.members = _Members()
            self.members.add(first.author, first.post, first.at)
        members = self.members
        at = members.add(seen.author, seen.post, seen.at)
        number = members.count(at, level.period)
        if number == 1:
            return None
        authors = [members.authors(at, within) for within in level.within]
        return Company(first.post, first.revision, number, first.at, authors)


class _Leaders:
    """The leaders of a period: a hash table of their bands with chains, in arrays of 4 bytes.

    Place ``16 n + b`` belongs to band ``b`` of leader ``n``; ``_next`` leads to another place of the same slot.
    """

    def __init__(self) -> None:
        self.leaders: list[_Leader] = []
        self._bands = array("I")
        self._next = array("i")
        self._slots = array("i", [_END]) * 4096

    def add(self, leader: _Leader, bands: Sequence[int], full: Sequence[bool]) -> None:
        """Note a leader under its bands, but for the full ones."""
        if 2 * len(self._bands) >= len(self._slots):
            self._grow()
        self.leaders.append(leader)
        self._bands.extend(bands)
        slots, following, mask = self._slots, self._next, len(self._slots) - 1
        for band, is_full in zip(bands, full, strict=True):
            if is_full:
                following.append(_UNLINKED)
            else:
                following.append(slots[band & mask])
                slots[band & mask] = len(following) - 1

    def sharing(self, bands: Sequence[int]) -> tuple[dict[int, int], list[bool]]:
        """Leaders (by number) that share bands with a post and how many, and which of its bands are full."""
        shared: dict[int, int] = {}
        full = []
        slots, known, following, mask = self._slots, self._bands, self._next, len(self._slots) - 1
        for band in bands:
            place = slots[band & mask]
            number = 0
            while place != _END:
                if known[place] == band:
                    leader = place // BANDS
                    shared[leader] = shared.get(leader, 0) + 1
                    number += 1
                place = following[place]
            full.append(number >= MOST_SHARING)
        return shared, full

    def _grow(self) -> None:
        """Twice as many slots; within each the places stay in order."""
        self._slots = array("i", [_END]) * (2 * len(self._slots))
        bands, following = np.frombuffer(self._bands, np.uint32), np.frombuffer(self._next, np.int32)
        places = (following != _UNLINKED).nonzero()[0].astype(np.int32)
        slots = bands[places] & np.uint32(len(self._slots) - 1)
        order = slots.argsort(kind="stable")
        places, slots = places[order], slots[order]
        same = slots[1:] == slots[:-1]
        linked = following.copy()
        linked[places] = _END
        linked[places[1:][same]] = places[:-1][same]
        self._next = array("i", linked.tobytes())
        last = np.append(~same, True) if len(places) else same
        np.frombuffer(self._slots, np.int32)[slots[last]] = places[last]


_END = -1
_UNLINKED = -2


class _Index:
    """The campaigns of one level."""

    def __init__(self, level: Level) -> None:
        self._level = level
        self._least_shared = level.least_shared
        self._periods: OrderedDict[int, _Leaders] = OrderedDict()

    def see(self, seen: Sighting) -> Company | None:
        """Count a post; its company, None where it is alone."""
        period = seen.at // self._level.period
        bands = _bands(seen)
        leaders = self._periods.get(period)
        if leaders is None:
            leaders = self._periods[period] = _Leaders()
        shared, full = leaders.sharing(bands)
        leader = self._nearest(leaders, shared, seen)
        if leader is not None:
            return leader.join(seen, self._level)
        for near in (period - 1, period + 1):
            if near in self._periods and leader is None:
                shared, _ = self._periods[near].sharing(bands)
                leader = self._nearest(self._periods[near], shared, seen)
        self._periods.move_to_end(period)
        if len(self._periods) > PERIODS:
            self._periods.popitem(last=False)
        if leader is None:
            leaders.add(_Leader(seen), bands, full)
            return None
        bands = _bands(leader.first)  # the campaign lives on: its leader leads in this period too
        leaders.add(leader, bands, leaders.sharing(bands)[1])
        return leader.join(seen, self._level)

    def _nearest(self, leaders: _Leaders, shared: dict[int, int], seen: Sighting) -> _Leader | None:
        """The leader most like a post, the first of several, if it is like enough."""
        numbers = sorted(number for number, bands in shared.items() if bands >= self._least_shared)
        if len(numbers) > MOST_COMPARED:
            numbers = sorted(sorted(numbers, key=lambda number: -shared[number])[:MOST_COMPARED])
        best, nearest = 0.0, None
        for number in numbers:
            leader = leaders.leaders[number]
            shingles, others = seen.fingerprint.shingles, leader.first.fingerprint.shingles
            if min(len(shingles), len(others)) < self._level.gte * max(len(shingles), len(others)):
                continue  # the sizes alone tell
            likeness = jaccard(shingles, others)
            if likeness >= self._level.gte and likeness > best:
                best, nearest = likeness, leader
        return nearest


def _bands(seen: Sighting) -> tuple[int, ...]:
    return struct.unpack(f">{BANDS}I", seen.fingerprint.bands)
