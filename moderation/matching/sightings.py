"""What both indexes of campaigns, in memory and in Redis, know of posts and of the rules' windows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import groupby
from math import comb
from typing import NamedTuple

from moderation.domain.errors import UsageError
from moderation.domain.post import Post
from moderation.domain.signal import Campaign, Window
from moderation.matching.shingles import BANDS, ROWS, Fingerprint, fingerprints

NOBODY = bytes(8)
"""Stands for an author that is not known."""

LEAST_LIKENESS = 0.6
"""Below this too many pairs have no band in common."""
SHORTEST_S, LONGEST_S = 1, 366 * 86_400

MOST_SHARING = 16
"""A band that as many texts of a period share already is not noted for another: it tells nothing."""
MOST_MISSED = 0.003
"""The share of pairs just at the threshold that may go unnoticed for having few bands in common; at 0.8 two must be."""
MOST_COMPARED = 32
"""With as many texts a post is compared, those first that share the most bands with it."""


class Sighting(NamedTuple):
    """One post as it counts: digests of its id and author (8 bytes each), and its time in whole microseconds."""

    post: bytes
    revision: int
    author: bytes
    at: int
    fingerprint: Fingerprint


class Level(NamedTuple):
    """The windows that ask for the same likeness, the longest last; each level has its own campaigns.

    ``within`` and ``period`` (the longest of them) are in microseconds.
    """

    gte: float
    windows: tuple[Window, ...]
    within: tuple[int, ...]

    @property
    def period(self) -> int:
        return self.within[-1]

    @property
    def least_shared(self) -> int:
        """How many bands a text must share with another to be compared: as many as 99.7% of pairs just so like do."""
        share = self.gte**ROWS
        missed = 0.0
        for shared in range(BANDS):
            missed += comb(BANDS, shared) * share**shared * (1 - share) ** (BANDS - shared)
            if missed > MOST_MISSED:
                return max(1, shared)
        return BANDS


class Company(NamedTuple):
    """The campaign of a post at one level: its first member, when that was, and who is in it.

    ``members`` counts the posts of the level's period, ``authors`` the distinct authors in each of its windows.
    """

    post: bytes
    revision: int
    members: int
    first_seen: int
    authors: Sequence[int]


def levels_of(windows: Sequence[Window]) -> tuple[Level, ...]:
    """The levels, the laxest first; raises :class:`UsageError` for a window that cannot be."""
    for window in windows:
        if not LEAST_LIKENESS <= window.gte <= 1 or not SHORTEST_S <= window.within_s <= LONGEST_S:
            raise UsageError(
                f"near-duplicates: gte must be from {LEAST_LIKENESS} to 1, not {window.gte:g}, and the window from "
                f"{SHORTEST_S} second to {LONGEST_S // 86_400} days, not {window.within_s:g} s"
            )
    ordered = sorted(set(windows), key=lambda window: (window.gte, window.within_s))
    levels = []
    for gte, group in groupby(ordered, key=lambda window: window.gte):
        of_level = tuple(group)
        levels.append(Level(gte, of_level, tuple(round(window.within_s * 1e6) for window in of_level)))
    return tuple(levels)


def sightings(posts: Sequence[Post], now: float) -> list[Sighting | None]:
    """Each post as it counts; None for what is too short to be a near-duplicate of anything."""
    prints = fingerprints(["\n".join(text for _, text in post.fields()) for post in posts])
    latest = round(now * 1e6)
    return [
        fingerprint and _sighting(post, latest, fingerprint) for post, fingerprint in zip(posts, prints, strict=True)
    ]


def campaign_of(sighting: Sighting, levels: Sequence[Level], companies: Sequence[Company | None]) -> Campaign | None:
    """What is said of a post, from its company at each level: of the laxest at which it has any."""
    found = next((company for company in companies if company is not None), None)
    if found is None:
        return None
    alone = int(sighting.author != NOBODY)
    authors_in: dict[Window, int] = {}
    for level, company in zip(levels, companies, strict=True):
        counts = company.authors if company is not None else [alone] * len(level.windows)
        authors_in.update(zip(level.windows, counts, strict=True))
    return Campaign(
        id=f"{found.post.hex()}-{found.revision}",
        members=found.members,
        authors=found.authors[-1],
        first_seen=found.first_seen / 1e6,
        authors_in=authors_in,
    )


def _sighting(post: Post, latest: int, fingerprint: Fingerprint) -> Sighting:
    author = NOBODY if post.author.id is None else digest(post.author.id)
    return Sighting(digest(post.id), post.revision, author, event_time(post, latest), fingerprint)


def event_time(post: Post, latest: int) -> int:
    """When a post counts, in microseconds: when it was made, or ``latest`` (now) where that is unknown or later."""
    if post.created_at is None:
        return latest
    return min(latest, max(0, round(datetime.fromisoformat(post.created_at).timestamp() * 1e6)))


def digest(name: str) -> bytes:
    """Eight bytes that stand for a name of any length."""
    return blake2b(name.encode(), digest_size=8).digest()
