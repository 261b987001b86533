"""Authors' posts counted in Redis, shared by all workers: what ``counters.lua`` counts, 256 posts a call.

``moderation:counters:KIND:AUTHOR`` (``posts`` or a rule's id; 8 bytes, a digest) is a sorted set of the author's posts
of a kind (12 bytes: digest and revision) by event time in microseconds: of two windows, the longest of the kind, before
the last, the newest 10,000. It expires two to three windows after the last. No text and no name is kept.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import redis

from moderation.domain.post import Post
from moderation.domain.signal import Tally
from moderation.pool.counting import MOST_KEPT, WINDOWS_KEPT, by_kind, event_of, microseconds
from moderation.storage.stream import reached

PREFIX = "moderation:counters:"
POSTS_PER_CALL = 256
"""Redis does nothing else meanwhile: about 4 ms."""

_SCRIPT = Path(__file__).with_suffix(".lua").read_bytes()
_RECORD = struct.Struct(">8s12sQ")


class RedisCounters:
    """Counts each author's posts (implements :class:`~moderation.domain.ports.Counters`).

    What others wrote under its keys is passed over. Nothing connects before the first call.
    """

    def __init__(self, tallies: Sequence[Tally], url: str) -> None:
        kinds = by_kind(tallies)
        self._kinds = tuple(kinds)
        self.tallies = tuple(chain.from_iterable(kinds.values()))
        self._options = [str(option) for option in _options(kinds)]
        self._redis = redis.Redis.from_url(url, socket_timeout=10, socket_connect_timeout=5)

    def __call__(
        self, posts: Sequence[Post], kinds: Sequence[Collection[str]], now: float
    ) -> list[Mapping[Tally, int]]:
        latest = microseconds(now)
        records: list[bytes] = []
        known: list[bool] = []
        for post, of in zip(posts, kinds, strict=True):
            author, digest, at = event_of(post, latest)
            known.append(author is not None)
            if author is not None:
                records.append(_RECORD.pack(author, digest, at) + bytes(kind in of for kind in self._kinds))
        counts = self._counts(records)
        return [dict(zip(self.tallies, next(counts), strict=True)) if there else {} for there in known]

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()

    def _counts(self, records: Sequence[bytes]) -> Any:
        """The counts of each record, in the order of the tallies; each chunk is one transaction, all are one trip."""
        if not self.tallies:
            return iter([()] * len(records))
        with reached(), self._redis.pipeline(transaction=False) as pipe:
            for n in range(0, len(records), POSTS_PER_CALL):
                chunk = b"".join(records[n : n + POSTS_PER_CALL])
                pipe.eval(_SCRIPT, 1, PREFIX, *self._options, chunk)  # type: ignore[arg-type]  # bytes are as good as str
            return struct.iter_unpack(f">{len(self.tallies)}I", b"".join(pipe.execute()))


def _options(kinds: Mapping[str, Sequence[Tally]]) -> list[object]:
    """What the script must know before the posts."""
    options: list[object] = [MOST_KEPT, len(kinds)]
    for kind, tallies in kinds.items():
        longest_s = tallies[-1].within_s
        windows = [microseconds(tally.within_s) for tally in tallies]
        lives = [math.ceil(number * longest_s) for number in (WINDOWS_KEPT, WINDOWS_KEPT + 1)]
        options += [kind, WINDOWS_KEPT * windows[-1], *lives, len(windows), *windows]
    return options
