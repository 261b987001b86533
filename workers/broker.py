"""What waits in the broker, Redis or RabbitMQ: messages that are ready, and messages that somebody works on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from celery import Celery
from kombu.connection import Connection
from kombu.exceptions import OperationalError

from workers.sending import ENQUEUED_AT

_NEVER = float("inf")


class Depth(NamedTuple):
    """Messages that are ready in a queue, and when the oldest with posts was sent; None where none is."""

    ready: int
    oldest: float | None


class _Broker(Protocol):
    def ready(self, queue: str) -> int: ...

    def oldest(self, queue: str) -> float | None: ...

    def in_hand(self) -> Counter[str]: ...


def depths(app: Celery) -> dict[str, Depth]:
    """What is ready in each queue."""
    with _opened(app) as broker:
        return {queue: Depth(broker.ready(queue), broker.oldest(queue)) for queue in app.amqp.queues}


def in_hand(app: Celery) -> Counter[str]:
    """How many messages of each queue are delivered but not acknowledged; RabbitMQ tells nobody but its managers."""
    with _opened(app) as broker:
        return broker.in_hand()


def waiting(app: Celery) -> tuple[int, int]:
    """How many messages are ready in all queues, and how many are delivered but not acknowledged."""
    with _opened(app) as broker:
        return sum(map(broker.ready, app.amqp.queues)), broker.in_hand().total()


def ready(app: Celery, queues: Collection[str]) -> int:
    """How many messages are ready in some queues; cheaper than :func:`depths`, which reads the oldest."""
    with _opened(app) as broker:
        return sum(map(broker.ready, queues))


def oldest_waiting(app: Celery) -> float:
    """When the oldest message with posts that is still ready was sent, Unix seconds; infinity where none is.

    A post that was enqueued before that waits in no queue. Without this the sweeper would double every backlog that
    takes the workers longer than a post may be pending.
    """
    with _opened(app) as broker:
        return min((sent for queue in app.amqp.queues if (sent := broker.oldest(queue)) is not None), default=_NEVER)


def return_orphans(app: Celery, timeout_s: float = 1.0) -> None:
    """Make every message ready that a worker held when it died, unless another worker is alive: it may be his.

    If one is alive and does not answer in time, its messages run twice, which changes nothing. RabbitMQ does so by
    itself when a worker's connection ends.
    """
    # Not on a connection of the app's pool: it would be left waiting for answers, and a child that inherits it hangs.
    with app.connection_for_write() as connection:
        if _is_amqp(connection) or app.control.ping(timeout=timeout_s, connection=connection):
            return
    options = {**app.conf.broker_transport_options, "visibility_timeout": 0}
    with Connection(  # type: ignore[no-untyped-call]
        str(app.conf.broker_url), transport_options=options
    ) as connection:
        connection.default_channel.qos.restore_visible(num=None, interval=1)


@contextmanager
def _opened(app: Celery) -> Iterator[_Broker]:
    """Raises :class:`OperationalError` where the broker is away."""
    with app.connection_for_read() as connection:
        channel = connection.default_channel
        try:
            if _is_amqp(connection):
                yield _RabbitMq(channel)
            else:
                with channel.conn_or_acquire() as client:
                    yield _Redis(channel, client)
        except connection.connection_errors as error:
            raise OperationalError(f"{type(error).__name__}: {error}") from None


def _is_amqp(connection: Any) -> bool:
    return bool(connection.transport.driver_type == "amqp")


class _Redis:
    """Lists, one for each priority of a queue, their oldest message at the right; and a hash of what is in hand."""

    def __init__(self, channel: Any, client: Any) -> None:
        self._channel = channel
        self._client = client

    def ready(self, queue: str) -> int:
        return sum(map(self._client.llen, self._keys(queue)))

    def oldest(self, queue: str) -> float | None:
        ends = [self._client.lindex(key, -1) for key in self._keys(queue)]
        return _oldest([json.loads(message)["headers"] for message in ends if message])

    def _keys(self, queue: str) -> list[str]:
        return [f"{queue}{self._channel.sep}{n}" if n else queue for n in self._channel.priority_steps]

    def in_hand(self) -> Counter[str]:
        return Counter(json.loads(held)[2] for held in self._client.hvals(self._channel.unacked_key))


class _RabbitMq:
    """Queues that can be declared as often as one likes; what is taken and given back keeps its place."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel

    def ready(self, queue: str) -> int:
        return int(self._channel.queue_declare(queue, durable=True, auto_delete=False).message_count)

    def oldest(self, queue: str) -> float | None:
        if not self.ready(queue) or (message := self._channel.basic_get(queue)) is None:
            return None
        self._channel.basic_reject(message.delivery_tag, requeue=True)
        return _oldest([message.headers])

    def in_hand(self) -> Counter[str]:
        return Counter()


def _oldest(headers: Collection[dict[str, Any]]) -> float | None:
    sent = min((float(each.get(ENQUEUED_AT, _NEVER)) for each in headers), default=_NEVER)
    return None if sent == _NEVER else sent
