"""How work gets into the queues."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from celery import Celery

from moderation.domain.language import Language
from moderation.pool.flow import Detected, PostJson
from workers.messages import pack_detected, pack_posts
from workers.routing import INTAKE, PUBLISH, judge_queue, route_of_post

ENQUEUED_AT = "enqueued_at"
"""Header of a message that carries posts: when it was sent, Unix seconds."""


class CelerySender:
    """Sends the tasks by name, so that a producer need not load their code."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def route_of(self, language: Language) -> str:
        """The route of a post by its language."""
        return route_of_post(language, self._app.routes)

    def detect(self, unit: str, posts: Sequence[PostJson]) -> None:
        """Have the languages of posts detected."""
        self._send("moderation.detect", INTAKE, unit, pack_posts(posts), len(posts))

    def judge(self, route: str, unit: str, detected: Sequence[Detected]) -> None:
        """Have posts judged by the workers of a route."""
        self._send("moderation.judge", judge_queue(route), unit, pack_detected(detected), len(detected))

    def publish(self) -> None:
        """Have the outbox emptied."""
        self._app.send_task("moderation.publish", queue=PUBLISH)

    def sweep(self, **options: Any) -> None:
        """Have what was left behind looked for."""
        self._app.send_task("moderation.sweep", queue=PUBLISH, **options)

    def _send(self, task: str, queue: str, unit: str, packed: str, number: int) -> None:
        # Celery would put the beginning of the arguments, so of posts, into a header for its logs.
        self._app.send_task(
            task,
            args=(unit, packed),
            queue=queue,
            argsrepr=f"({unit!r}, <{number} posts>)",
            kwargsrepr="{}",
            headers={ENQUEUED_AT: time.time()},
        )
