"""How work gets into the queues."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from celery import Celery

from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.pool.flow import Detected, PostJson
from moderation.pool.surge import Turn
from workers.messages import pack_detected, pack_posts
from workers.routing import INTAKE, PUBLISH, judge_queue, route_of_post

ENQUEUED_AT = "enqueued_at"
"""Header of a message that carries posts: when it was sent, Unix seconds."""
RECEIVED_AT = "received_at"
"""The same: when its posts were first sent."""

AT_ONCE, AT_LAST = 0, 9
PRIORITIES = {Turn.first: AT_ONCE, Turn.ordinary: 3, Turn.later: 6}
"""Of messages with posts, by their turn; Redis hands out the lowest first, and knows 0, 3, 6 and 9."""


class CelerySender:
    """Sends the tasks by name, so that a producer need not load their code.

    ``received``: when the posts that it sends were first sent; None: now.
    """

    def __init__(self, app: Celery, received: float | None = None) -> None:
        self._app = app
        self._received = received

    def route_of(self, language: Language) -> str:
        """The route of a post by its language."""
        return route_of_post(language, self._app.routes)

    def detect(self, unit: str, posts: Sequence[PostJson], turn: Turn = Turn.first) -> None:
        """Have the languages of posts detected; their turn is that of all that comes of them."""
        self._send("moderation.detect", INTAKE, unit, pack_posts(posts), len(posts), priority=PRIORITIES[turn])

    def detect_by_turn(self, unit: str, groups: Mapping[Turn, Sequence[Post]]) -> None:
        """The same for posts that have just come in, a message for each turn."""
        for turn, posts in groups.items():
            name = unit if turn is Turn.first else f"{unit}.{turn.name}"
            self.detect(name, [post.to_json() for post in posts], turn)

    def judge(self, route: str, unit: str, detected: Sequence[Detected]) -> None:
        """Have posts judged by the workers of a route."""
        self._send("moderation.judge", judge_queue(route), unit, pack_detected(detected), len(detected))

    def publish(self) -> None:
        """Have the outbox emptied."""
        self._app.send_task("moderation.publish", queue=PUBLISH, priority=AT_ONCE)

    def sweep(self, **options: Any) -> None:
        """Have what was left behind looked for."""
        self._app.send_task("moderation.sweep", queue=PUBLISH, priority=AT_ONCE, **options)

    def rejudge(self, **options: Any) -> None:
        """Have a group of posts judged in full that were shed."""
        self._app.send_task("moderation.rejudge", queue=PUBLISH, priority=AT_LAST, **options)

    def _send(self, task: str, queue: str, unit: str, packed: str, number: int, **options: Any) -> None:
        now = time.time()
        # Celery would put the beginning of the arguments, so of posts, into a header for its logs.
        self._app.send_task(
            task,
            args=(unit, packed),
            queue=queue,
            argsrepr=f"({unit!r}, <{number} posts>)",
            kwargsrepr="{}",
            headers={ENQUEUED_AT: now, RECEIVED_AT: self._received or now},
            **options,
        )
