"""Small posts and decisions for tests: what a test does not speak of has a plain value."""

from __future__ import annotations

from typing import Any

from moderation.domain.decision import Action, Decision, Match, ReviewNeed, Versions
from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.domain.review import Ask
from moderation.domain.reviewer import Reviewer
from moderation.domain.signal import Evidence
from moderation.domain.taxonomy import Severity
from moderation.domain.text import Span

VERSIONS = Versions(moderation="0.1.0", rules="sha256:0", models={})


def a_post(post_id: str = "p-1", revision: int = 1, text: str = "hello", **fields: Any) -> Post:
    """A checked post; ``fields`` are those of the contract."""
    return Post.parse({"id": post_id, "revision": revision, "text": text, **fields})


def posts(number: int, prefix: str = "p") -> list[Post]:
    """Different posts ``p-0``, ``p-1`` …"""
    return [a_post(f"{prefix}-{n}", text=f"post number {n}") for n in range(number)]


def a_need(desk: str = "en", priority: float = 1.0, lane: str = "harm", due_in_s: int = 3600) -> ReviewNeed:
    """Why a person should look."""
    return ReviewNeed(desk=desk, priority=priority, lane=lane, due_in_s=due_in_s, read={"remove": "R2"})


def a_match(rule: str = "scam.investment", status: str = "enforce", category: str = "scam") -> Match:
    """A rule that holds."""
    return Match(
        rule=rule,
        version="sha256:1",
        status=status,
        category=category,
        severity=Severity.high,
        spans=(Span("text", 0, 5, "hello"),),
        evidence=Evidence.exact,
        explain={"en": "Promises returns", "zh": "承诺收益"},
    )


def a_decision(
    post: Post,
    action: Action = Action.approve,
    review: ReviewNeed | None = None,
    *,
    language: str = "en",
    matches: tuple[Match, ...] = (),
    **fields: Any,
) -> Decision:
    """A decision about a post."""
    given: dict[str, Any] = {
        "outcomes": {"*": action},
        "language": Language(tag=language, shares={language: 1.0}),
        "scores": {"scam": 0.25},
        "notes": (),
        "unavailable": (),
        "decided_at": "2026-11-20T08:00:00.000Z",
        "versions": VERSIONS,
    }
    given.update(fields)
    return Decision(post_id=post.id, revision=post.revision, action=action, review=review, matches=matches, **given)


def an_ask(desk: str = "en", reviewer: str = "rev", ttl_s: float = 60.0, **fields: Any) -> Ask:
    """A claim by somebody who reads everything; ``fields`` are those of an Ask."""
    return Ask(Reviewer(reviewer), desk, ttl_s={"*": ttl_s}, **fields)


def held(post: Post, desk: str = "en", priority: float = 1.0, lane: str = "harm") -> Decision:
    """A decision that waits for a person."""
    return a_decision(post, Action.hold, a_need(desk, priority, lane), matches=(a_match(),))
