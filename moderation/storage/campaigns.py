"""Campaigns in Redis, shared by all workers: what ``campaigns.lua`` counts, one call for 64 posts, all in one trip.

Keys begin with ``moderation:campaigns:`` and the likeness and period (seconds) of a level; everything expires three
periods after it was made or last joined. Within a level:

=====================  ===============================================================================================
``K:n``                how many leaders period ``K`` has had
``K:l:NUMBER``         hash of 256 leaders: bands, post, revision, author (digests), time, 3-grams (hashes) of each
``K:b:BUCKET``         string of 6 bytes for each leader with a band of this bucket: rest of the band, leader's number
``t:ID``               sorted set of a campaign's posts (author and post, digests) by time
``a:ID``               sorted set of its authors by the time of their last post
``p:ID``               sorted set, by name, of author, time and post: whether an author has a post in a stretch of time
=====================  ===============================================================================================

No text and no name of a post or author is kept, but hashes of its 3-grams from which a known text can be recognised.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import redis

from moderation.domain.post import Post
from moderation.domain.signal import Campaign, Window
from moderation.matching.shingles import KEPT
from moderation.matching.sightings import (
    MOST_COMPARED,
    MOST_SHARING,
    Company,
    Level,
    Sighting,
    campaign_of,
    levels_of,
    sightings,
)
from moderation.storage.stream import reached

PREFIX = "moderation:campaigns:"
POSTS_PER_CALL = 64
"""Redis does nothing else meanwhile: about 4 ms."""

_SCRIPT = Path(__file__).with_suffix(".lua").read_bytes()
_LIFETIME = 3


class RedisCampaigns:
    """Groups near-duplicates (implements :class:`~moderation.domain.ports.Campaigns`).

    What others wrote under its keys is passed over. Nothing connects before the first call. Raises
    :class:`~moderation.domain.errors.UsageError` for a window that cannot be.
    """

    def __init__(self, windows: Sequence[Window], url: str) -> None:
        self._levels = levels_of(windows)
        self._redis = redis.Redis.from_url(url, socket_timeout=10, socket_connect_timeout=5)

    def __call__(self, posts: Sequence[Post], now: float) -> list[Campaign | None]:
        if not self._levels:
            return [None] * len(posts)
        seen = sightings(posts, now)
        asked = [sighting for sighting in seen if sighting is not None]
        companies = zip(*self._companies(asked, now), strict=True)
        return [sighting and campaign_of(sighting, self._levels, next(companies)) for sighting in seen]

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()

    def _companies(self, asked: Sequence[Sighting], now: float) -> list[list[Company | None]]:
        """By level and post; each chunk is one transaction, all chunks are one round trip."""
        packed = [_packed(sighting) for sighting in asked]
        chunks = [packed[n : n + POSTS_PER_CALL] for n in range(0, len(packed), POSTS_PER_CALL)]
        with reached(), self._redis.pipeline(transaction=False) as pipe:
            for level in self._levels:
                key, options = _options(level, now)
                for chunk in chunks:
                    pipe.eval(_SCRIPT, 1, key, *options, *chunk)  # type: ignore[arg-type]  # bytes are as good as str
            answers: list[Any] = pipe.execute()
        return [
            [_company(answer) for chunk in answers[n : n + len(chunks)] for answer in chunk]
            for n in range(0, len(answers), len(chunks) or 1)
        ] or [[] for _ in self._levels]


def _options(level: Level, now: float) -> tuple[str, list[str]]:
    """The prefix of a level's keys, and what the script must know before the posts."""
    key = f"{PREFIX}{level.gte}:{level.period / 1e6:g}:"
    lifetime = math.ceil(_LIFETIME * level.period / 1e6)
    newest = round(now * 1e6) // level.period
    numbers = [
        level.gte,
        level.least_shared,
        MOST_SHARING,
        MOST_COMPARED,
        KEPT,
        level.period,
        newest,
        lifetime,
        len(level.within),
        *level.within,
    ]
    return key, [str(number) for number in numbers]


def _packed(seen: Sighting) -> bytes:
    return b"".join(
        (
            seen.fingerprint.bands,
            seen.post,
            seen.revision.to_bytes(4, "big"),
            seen.author,
            seen.at.to_bytes(8, "big"),
            seen.fingerprint.shingles,
        )
    )


def _company(answer: list[Any] | None) -> Company | None:
    if answer is None:
        return None
    first, members, first_seen, *authors = answer
    return Company(first[:8], int.from_bytes(first[8:], "big"), members, first_seen, authors)
