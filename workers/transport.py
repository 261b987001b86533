"""kombu's Redis transport, with a loss of connection that is always seen as one."""

from __future__ import annotations

from typing import Any

from kombu.transport import redis
from redis import ConnectionError as RedisConnectionError


class Channel(redis.Channel):
    """Says so where its connection is gone.

    kombu 5.7 raises :class:`AttributeError` where a message is acknowledged or given back on a channel whose lost
    connection Celery has let go: nobody expects it, and the whole worker ends.
    """

    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection.client is None:
            raise RedisConnectionError("this connection was lost and closed")
        return super()._connparams(asynchronous)  # type: ignore[no-untyped-call]


class Transport(redis.Transport):
    """The transport of these channels."""

    Channel = Channel
