"""A few posts to look at: chosen by the hash of their ids, shown around what matched in them."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Generic, NamedTuple, TypeVar

from moderation.domain.decision import Decision
from moderation.domain.post import Post
from moderation.domain.text import Span
from moderation.pool.screening import Line

KEPT = 5
_BEFORE = 60
_AFTER = 140
K = TypeVar("K")
T = TypeVar("T")


class Caught(NamedTuple):
    """A rule that matches a post; ``acts`` where it does more than being recorded."""

    rule: str
    acts: bool
    spans: tuple[Span, ...]

    @property
    def slices(self) -> tuple[str, ...]:
        """The words that it matched on, each once."""
        return tuple(dict.fromkeys(span.slice for span in self.spans))


def caught(decision: Decision) -> tuple[Caught, ...]:
    """The rules that match, as far as reports ask of them."""
    return tuple(Caught(match.rule, match.status != "shadow", match.spans) for match in decision.matches)


class Segment(NamedTuple):
    """A part of a post's text, and whether a rule matched on it."""

    text: str
    marked: bool = False


class Samples(Generic[K, T]):
    """For each key a few of the posts that are offered: the same ones in whatever order they come."""

    def __init__(self) -> None:
        self._kept: defaultdict[K, list[tuple[int, int, Line, T]]] = defaultdict(list)

    def offer(self, key: K, post_id: str, line: Line, what: T) -> None:
        """Keep a post if its hash is among the least of its key; lines have different numbers."""
        kept = self._kept[key]
        entry = (-_rank(post_id), -line[0], line, what)
        if len(kept) < KEPT:
            heapq.heappush(kept, entry)
        else:
            heapq.heappushpop(kept, entry)

    def of(self, key: K) -> list[tuple[Line, T]]:
        """What was kept, the least hash first."""
        return [(line, what) for *_, line, what in sorted(self._kept.get(key, ()), key=lambda one: one[:2])[::-1]]

    def lines(self) -> list[Line]:
        """Every line that was kept, once, in their order."""
        return sorted({line for kept in self._kept.values() for *_, line, _ in kept})


def excerpt(post: Post, spans: Iterable[Span]) -> tuple[Segment, ...]:
    """The text around the spans, or its beginning where there are none; fields are divided by a line break."""
    by_field: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for span in spans:
        by_field[span.field].append((span.start, span.end))
    shown: list[Segment] = []
    fields = post.fields()
    for name, text in [(name, text) for name, text in fields if name in by_field] or fields[:1]:
        if shown:
            shown.append(Segment("\n"))
        shown += _around(text, _joined(by_field[name]))
    return tuple(shown)


def _around(text: str, places: Sequence[tuple[int, int]]) -> list[Segment]:
    start = max(0, places[0][0] - _BEFORE) if places else 0
    end = min(len(text), start + _BEFORE + _AFTER)
    shown = [Segment("…")] if start else []
    at = start
    for first, last in places:
        if first >= end:
            break
        shown += [Segment(text[at:first]), Segment(text[first : min(last, end)], marked=True)]
        at = min(last, end)
    shown.append(Segment(text[at:end]))
    if end < len(text):
        shown.append(Segment("…"))
    return [segment for segment in shown if segment.text]


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _rank(post_id: str) -> int:
    return int.from_bytes(blake2b(post_id.encode(), digest_size=8).digest())
