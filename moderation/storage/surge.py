"""The surge's state in Redis, shared by all workers and told to whoever sends posts: the hash ``moderation:surge``.

=================  ===================================================================================================
``state``          ``normal``, ``busy`` or ``surge``
``since``          when it was entered, Unix seconds
``calm_since``     since when the load has been low enough to leave it; empty where it is not
``pending``        posts that wait for a decision
``oldest_s``       seconds that the oldest of them has waited
``retry_after_s``  seconds that a producer should wait before it sends more; 0: it need not
``at``             when all this was seen, Unix seconds
=================  ===================================================================================================

Each worker that sweeps writes it anew every ``sweep_every_s``; it is absent before the first did.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import redis

from moderation.domain.errors import ServiceUnavailable
from moderation.domain.pool import Load
from moderation.pool.surge import Standing, State, retry_after_s
from moderation.storage.stream import reached

KEY = "moderation:surge"
ASK_EVERY_S = 1.0
"""How long an answer serves :meth:`RedisSurge.state`."""

_TIMEOUT_S = 2


class RedisSurge:
    """Reads and writes the state. Nothing connects before the first call."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, decode_responses=True
        )
        self._known = State.normal
        self._asked = float("-inf")

    def standing(self) -> Standing:
        """What was written last; normal where nothing was. Raises :class:`ServiceUnavailable`."""
        with reached():
            fields: Any = self._redis.hgetall(KEY)
        return _standing(fields)

    def write(self, standing: Standing, load: Load, now: float) -> None:
        """Tell everybody."""
        fields: dict[Any, Any] = {
            "state": standing.state.name,
            "since": f"{standing.since:.3f}",
            "calm_since": "" if standing.calm_since is None else f"{standing.calm_since:.3f}",
            "pending": load.pending,
            "oldest_s": f"{load.oldest_s:.3f}",
            "retry_after_s": retry_after_s(standing.state, load),
            "at": f"{now:.3f}",
        }
        with reached():
            self._redis.hset(KEY, mapping=fields)

    def state(self) -> State:
        """The state, asked for once a second at the most; the last known one while Redis is away."""
        if time.monotonic() - self._asked >= ASK_EVERY_S:
            self._asked = time.monotonic()
            with suppress(ServiceUnavailable):
                self._known = self.standing().state
        return self._known

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()


def _standing(fields: Mapping[str, str]) -> Standing:
    """What the fields say; normal where they are not ours."""
    try:
        calm = fields["calm_since"]
        return Standing(State[fields["state"]], float(fields["since"]), float(calm) if calm else None)
    except (KeyError, ValueError):
        return Standing()
