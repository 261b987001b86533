"""What cuts rules off, in Redis, shared by all workers: what ``fuses.lua`` counts and decides, one call a batch.

Keys begin with ``moderation:fuses:``; ``SLICE`` is the number of a tenth of a fuse's window, and what is counted by
slice expires two windows after it was last added to:

=====================================  ===============================================================================
``cut``                                hash: ``RULE VERSION LANGUAGE`` → ``SINCE HITS TOTAL``; kept until it is mended
``mended``                             hash: ``RULE`` or ``RULE LANGUAGE`` → how often it was mended
``t:MICROSECONDS:WHO:LANGUAGE:SLICE``  HyperLogLog of the posts or authors (``WHO``; digests) of a language
``h:RULE:VERSION:LANGUAGE:N:SLICE``    HyperLogLog of those that a rule matched since it was mended ``N`` times
=====================================  ===============================================================================

A HyperLogLog counts some hundreds exactly or nearly so, more within 2%. No text and no name of a post is kept.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import redis

from moderation.domain.decision import Decision
from moderation.domain.post import Post
from moderation.domain.signal import Cut, Fuse
from moderation.pool.counting import SLICES, WINDOWS_KEPT, Gauge, Measure
from moderation.storage.stream import reached

PREFIX = "moderation:fuses:"

_CUT, _MENDED = f"{PREFIX}cut", f"{PREFIX}mended"
_SCRIPT = Path(__file__).with_suffix(".lua").read_bytes()
_VALUE = re.compile(rb"([0-9]{1,11}(?:\.[0-9]{1,6})?) ([0-9]{1,15}) ([0-9]{1,15})")


class RedisFuses:
    """Cuts rules off that match too much (implements :class:`~moderation.domain.ports.Fuses`).

    It looks once a batch, at the slices in which the batch has matches. What others wrote under its keys is passed
    over. Nothing connects before the first call.
    """

    def __init__(self, fuses: Sequence[Fuse], url: str) -> None:
        self._versions = {(fuse.rule, fuse.version) for fuse in fuses}
        self._gauge = Gauge(fuses)
        self._redis = redis.Redis.from_url(url, socket_timeout=10, socket_connect_timeout=5)

    def cut(self) -> Mapping[str, Collection[str]]:
        cut: defaultdict[str, set[str]] = defaultdict(set)
        if self._versions:
            with reached():
                fields: Any = self._redis.hkeys(_CUT)
            for rule, version, language in filter(None, map(_place, fields)):
                if (rule, version) in self._versions:
                    cut[language].add(rule)
        return cut

    def record(self, posts: Sequence[Post], decisions: Sequence[Decision], now: float) -> None:
        totals, hits = self._gauge(posts, decisions, now)
        if not totals:
            return
        arguments: list[object] = [f"{now:.3f}", SLICES, len(totals)]
        for (measure, language, at), members in totals.items():
            arguments += (_stem(measure, language), at, *_stored(measure, members))
        for (fuse, language, at), members in hits.items():
            measure = Measure.of(fuse)
            arguments += (f"h:{fuse.rule}:{fuse.version}:{language}:", at, *_stored(measure, members))
            arguments += (_stem(measure, language), fuse.rule, fuse.version, language, fuse.least, fuse.share)
        with reached():
            self._redis.eval(_SCRIPT, 1, PREFIX, *arguments)  # type: ignore[arg-type]  # bytes are as good as str

    def state(self) -> list[Cut]:
        """What is cut off, of whatever rule and version, the oldest first."""
        with reached():
            stored: Any = self._redis.hgetall(_CUT)
        cuts = []
        for field, value in stored.items():
            place, told = _place(field), _VALUE.fullmatch(value)
            if place is not None and told is not None:
                cuts.append(Cut(*place, float(told[1]), int(told[2]), int(told[3])))
        return sorted(cuts, key=lambda cut: (cut.since, cut))

    def mend(self, rule: str, language: str | None = None) -> int:
        """Let a rule act again, in one language or in all, and forget what it matched; how many cuts were mended."""
        with reached():
            fields: Any = self._redis.hkeys(_CUT)
            there = [
                field
                for field in fields
                if (place := _place(field)) is not None and place[0] == rule and language in {None, place[2]}
            ]
            if not there:
                return 0
            with self._redis.pipeline() as pipe:
                pipe.hincrby(_MENDED, rule if language is None else f"{rule} {language}", 1)
                pipe.hdel(_CUT, *there)
                return int(pipe.execute()[-1])

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()


def _place(field: bytes) -> tuple[str, str, str] | None:
    """Rule, version and language of a cut; None where it is not one of ours."""
    match field.decode(errors="replace").split(" "):
        case [rule, version, language]:
            return rule, version, language
    return None


def _stem(measure: Measure, language: str) -> str:
    return f"t:{measure.slice_us}:{'authors' if measure.authors else 'posts'}:{language}:"


def _stored(measure: Measure, members: Sequence[bytes]) -> tuple[int, int, bytes]:
    """Seconds to live, the size of a member, all members."""
    lifetime = math.ceil(WINDOWS_KEPT * SLICES * measure.slice_us / 1e6)
    return lifetime, len(members[0]), b"".join(members)
