"""Which queue a post goes through: ``intake``, then ``judge.<route>`` by its language, then ``publish``."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from moderation.domain.language import UNDETERMINED, Language, fallbacks

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


def route_of_post(language: Language, routes: Mapping[str, str]) -> str:
    """The route of a post: that of its main language; that of ``und`` where the candidates of a doubtful one differ.

    >>> routes = {"zh": "zh", "en": "en", "*": "world"}
    >>> route_of_post(Language("en", doubtful=True, candidates=("en", "zh-Latn-pinyin")), routes)
    'world'
    """
    tags = (language.tag, *(language.candidates if language.doubtful else ()))
    meant = {route_of(tag, routes) for tag in tags}
    return meant.pop() if len(meant) == 1 else route_of(UNDETERMINED, routes)


def all_queues(routes: Mapping[str, str]) -> tuple[str, ...]:
    """Every queue, in the order in which a post passes them."""
    return (INTAKE, *(judge_queue(route) for route in dict.fromkeys(routes.values())), PUBLISH)


def served(queues: Collection[str], routes: Mapping[str, str]) -> frozenset[str]:
    """The routes of ``routes.yaml`` whose posts a worker judges that consumes these queues.

    >>> sorted(served(["intake", "judge.en"], {"zh": "zh", "en": "en", "*": "world"}))
    ['en']
    """
    return frozenset(route for route in routes.values() if judge_queue(route) in queues)
