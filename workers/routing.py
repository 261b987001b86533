"""Which queue a post goes through: ``intake``, then ``judge.<route>`` by its language, then ``publish``."""

from __future__ import annotations

from collections.abc import Mapping

from moderation.domain.language import fallbacks

INTAKE = "intake"
PUBLISH = "publish"


def judge_queue(route: str) -> str:
    """The queue of a route of ``routes.yaml``."""
    return f"judge.{route}"


def route_of(tag: str, routes: Mapping[str, str]) -> str:
    """The route of a language tag, by its fallbacks, then ``*``.

    >>> route_of("zh-Hant", {"zh": "zh", "*": "world"}), route_of("ja", {"zh": "zh", "*": "world"})
    ('zh', 'world')
    """
    return next((routes[each] for each in fallbacks(tag) if each in routes), routes["*"])


def all_queues(routes: Mapping[str, str]) -> tuple[str, ...]:
    """Every queue, in the order in which a post passes them."""
    return (INTAKE, *(judge_queue(route) for route in dict.fromkeys(routes.values())), PUBLISH)
