"""What the pool keeps and reports: intake receipts, dead letters, counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Publication:
    """A decision that waits in the outbox; ``seq`` orders them per post."""

    seq: int
    post_id: str
    revision: int
    body: Mapping[str, Any]


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


@dataclass(frozen=True, slots=True)
class PostRecord:
    """All that the pool knows about one revision: for ``pool show``."""

    post: Mapping[str, Any]
    state: str
    received_at: float
    decision: Mapping[str, Any] | None
    review: Mapping[str, Any] | None
    verdicts: Sequence[Mapping[str, Any]]
