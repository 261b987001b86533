"""The Celery app and its settings; each was measured to matter (docs/decisions/0008-workers.md).

``celery -A workers.app …`` works too: ``app`` is made when it is first asked for, from the ``MODERATION_*`` variables.
"""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from functools import cache
from typing import Any

from celery import Celery
from kombu.entity import Queue

from moderation.settings import Settings, load_routes, load_settings
from moderation.storage.embedded_redis import redis_url
from workers.housekeeping import Housekeeping
from workers.routing import INTAKE, all_queues
from workers.runtime import Runtime


def make_app(settings: Settings, url: str, runtime: Runtime | None = None) -> Celery:
    """An app on the broker of the settings, else on the Redis at ``url``, which the pipeline remembers things in.

    It connects when used; only a worker uses the ``runtime``.
    """
    broker = settings.broker_url.get_secret_value() if settings.broker_url else url
    app = Celery("moderation", broker=_Url(broker), include=["workers.tasks"], set_as_current=False)
    app.runtime = runtime or Runtime(settings, url)
    app.routes = load_routes().routes
    app.steps["worker"].add(Housekeeping)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        # A message is acknowledged when its work is done, and comes back when its process dies at it …
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=2,
        **(_redis(settings) if broker.startswith("redis") else _RABBITMQ),
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_channel_error_retry=True,  # a Redis whose disk is full refuses every command, and must not end a worker
        # Off, a worker may outlive an outage of Redis and never consume again.
        worker_enable_remote_control=True,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        task_queues=[
            Queue(name)  # type: ignore[no-untyped-call]
            for name in all_queues(app.routes)
        ],
        task_inherit_parent_priority=True,  # what is sent on keeps the turn of what it came with
        task_default_queue=INTAKE,
        task_create_missing_queues=False,
    )
    return app


# A message that was sent is on the broker's disk when the call returns.
_RABBITMQ = {"broker_transport_options": {"confirm_publish": True}}


def _redis(settings: Settings) -> dict[str, Any]:
    return {
        "broker_transport": "workers.transport:Transport",
        "broker_transport_options": {
            # … or when the whole worker does: after this time, looked for every 5 s.
            "visibility_timeout": settings.workers.visibility_timeout_s,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "unacked_mutex_expire": 10,  # a worker that dies while it looks must not keep the others from it for long
            "socket_timeout": 10,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
        },
    }


class _Url(str):
    """A URL whose password a printed configuration does not show."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{self.partition('://')[0]}://**'"


@cache
def _from_environment() -> Celery:
    settings = load_settings()
    stack = ExitStack()
    atexit.register(stack.close)
    return make_app(settings, stack.enter_context(redis_url(settings.redis_url, settings.home)))


def __getattr__(name: str) -> Any:
    if name in {"app", "celery"}:
        return _from_environment()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
