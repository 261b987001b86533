"""What the pool keeps and reports: intake receipts, dead letters, counts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from moderation.domain.post import Post


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of posts at the door: written as pending, seen before, or refused as (id, revision, reason)."""

    accepted: tuple[Post, ...] = ()
    repeated: int = 0
    conflicting: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Something that could not be moderated, kept so that nothing is lost.

    ``body`` is the post's JSON where there is one, else the refused line, cut to 64 Ki characters. A letter with a
    ``post_id`` can be retried.
    """

    source: str
    reason: str
    body: str
    post_id: str | None = None
    revision: int | None = None
    id: int | None = None
    created_at: float | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A group of pending posts that goes through the workers as one message."""

    id: str
    posts: tuple[Mapping[str, Any], ...]


class Publication(NamedTuple):
    """What waits in the outbox; ``seq`` orders it per post.

    ``kind`` is ``decision``, ``verdict``, or ``reversal``: a verdict was taken back after its effect, and ``action`` is
    that of the decision again, which stands. ``json`` is the text that is published, which nobody on its way need read.
    """

    seq: int
    post_id: str
    revision: int
    kind: str
    json: str

    @property
    def body(self) -> Mapping[str, Any]:
        """What the text says."""
        value: dict[str, Any] = json.loads(self.json)
        return value


class Load(NamedTuple):
    """What waits: ``pending`` posts, seconds since the oldest of them was enqueued (0 where none is).

    ``shed`` counts the decided posts that wait to be judged in full.
    """

    pending: int
    oldest_s: float
    shed: int = 0


@dataclass(frozen=True, slots=True)
class Shed:
    """Decided posts that are to be judged in full; each was taken up ``tries`` times, this time included."""

    posts: tuple[Mapping[str, Any], ...]
    tries: int


@dataclass(frozen=True, slots=True)
class PoolStatus:
    """Counts for a person: posts by state, decisions by action, by language, open review items by desk and lane."""

    posts: Mapping[str, int] = field(default_factory=dict)
    actions: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    desks: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    dead_letters: int = 0
    unpublished: int = 0
    oldest_pending_s: float | None = None
    shed: int = 0


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, asked often and so without what was done: posts, publications, letters, items by (desk, lane).

    ``overdue`` are those of the ``open`` items whose time to be read is over.
    """

    pending: int = 0
    oldest_pending_s: float | None = None
    unpublished: int = 0
    dead_letters: int = 0
    open: Mapping[tuple[str, str], int] = field(default_factory=dict)
    overdue: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PostRecord:
    """All that the pool knows about one revision: for ``pool show``."""

    post: Mapping[str, Any]
    state: str
    received_at: float
    decision: Mapping[str, Any] | None
    review: Mapping[str, Any] | None
    verdicts: Sequence[Mapping[str, Any]]
