"""What waits in the broker: messages that are ready, and messages that somebody works on."""

from __future__ import annotations

import json
from typing import Any

from celery import Celery
from kombu.connection import Connection

from workers.sending import ENQUEUED_AT


def waiting(app: Celery) -> tuple[int, int]:
    """How many messages are ready in all queues, and how many are delivered but not acknowledged."""
    with app.connection_for_read() as connection:
        channel = connection.default_channel
        with channel.conn_or_acquire() as client:
            return sum(map(client.llen, _keys(app, channel))), client.hlen(channel.unacked_key)


def oldest_waiting(app: Celery) -> float:
    """When the oldest message with posts that is still ready was sent, Unix seconds; infinity where none is.

    A post that was enqueued before that waits in no queue. Without this the sweeper would double every backlog that
    takes the workers longer than a post may be pending.
    """
    with app.connection_for_read() as connection:
        channel = connection.default_channel
        with channel.conn_or_acquire() as client:
            raw = [client.lindex(key, -1) for key in _keys(app, channel)]
    return min((_sent_at(json.loads(message)) for message in raw if message), default=float("inf"))


def return_orphans(app: Celery, timeout_s: float = 1.0) -> None:
    """Make every message ready that a worker held when it died, unless another worker is alive: it may be his.

    If one is alive and does not answer in time, its messages run twice, which changes nothing.
    """
    # Not on a connection of the app's pool: it would be left waiting for answers, and a child that inherits it hangs.
    with app.connection_for_write() as connection:
        if app.control.ping(timeout=timeout_s, connection=connection):
            return
    options = {**app.conf.broker_transport_options, "visibility_timeout": 0}
    with Connection(  # type: ignore[no-untyped-call]
        str(app.conf.broker_url), transport_options=options
    ) as connection:
        connection.default_channel.qos.restore_visible(num=None, interval=1)


def _keys(app: Celery, channel: Any) -> list[str]:
    """The Redis lists of all queues: one for each priority, since a foreign producer may use them."""
    return [f"{queue}{channel.sep}{n}" if n else queue for queue in app.amqp.queues for n in channel.priority_steps]


def _sent_at(message: dict[str, Any]) -> float:
    return float(message["headers"].get(ENQUEUED_AT, "inf"))
