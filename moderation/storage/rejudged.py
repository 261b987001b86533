"""What every store does alike with a post that was shed and is judged again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moderation.domain.decision import Decision, ReviewNeed

SINGLY = 3
"""From this try on a shed post is taken up by itself."""

KIND = "rejudgement"
"""The kind of the audit's links that cover judgements that replaced others."""


def rejudged_json(decision: Decision) -> dict[str, Any]:
    """A judgement that replaces another, as it is kept, shown and published."""
    return {**decision.to_json(), "rejudged": True}


def differs(first: Mapping[str, Any], again: Mapping[str, Any]) -> bool:
    """Whether two decisions about a post (their JSON) have other effects or other reasons."""
    same = all(first[name] == again[name] for name in ("action", "outcomes", "review"))
    return not same or _rules(first) != _rules(again)


def comes_before(need: ReviewNeed, lane: str, priority: float) -> bool:
    """Whether what is needed comes before an item of this lane and priority."""
    return (need.lane != "life", -need.priority) < (lane != "life", -priority)


def _rules(decision: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(match["rule"], match["status"]) for match in decision["matches"]}
