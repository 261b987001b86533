"""The decision stream: what was decided, in Redis, for the site and for anybody who follows.

Each entry of ``moderation:decisions`` has the fields ``post_id``, ``revision``, ``kind`` (``decision`` or ``verdict``)
and ``body`` (JSON). An entry comes at least once, and those of one post in the order in which they were decided.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import redis

from moderation.domain.errors import ServiceUnavailable
from moderation.domain.pool import Publication

STREAM = "moderation:decisions"
MAX_LENGTH = 1_000_000
"""About how many entries the stream keeps; the pool keeps all."""

_WANTED = "moderation:publish:wanted"
_PUBLISHER = "moderation:publish:publisher"
_WANTED_S = 60
_LAST = "moderation:publish:last"
_PUBLISHER_MS = 8_000  # a publisher that died holds publication up for so long; one that lives renews it with each page
_READ = 500
_APPEND = Path(__file__).with_suffix(".lua").read_bytes()
_END = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


@dataclass(frozen=True, slots=True)
class Published:
    """One entry of the stream; ``entry`` is where to go on reading after it."""

    entry: str
    post_id: str
    revision: int
    kind: str
    body: Mapping[str, Any]


class DecisionStream:
    """The writing end. One publisher at a time, or the entries of a post could change places."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=10, socket_connect_timeout=5)
        self._token = secrets.token_hex(8)

    def want(self) -> bool:
        """Say that there is something to publish; whether nobody had said so before, so that a publisher is called."""
        with reached():
            return bool(self._redis.set(_WANTED, 1, nx=True, ex=_WANTED_S))

    def wanted(self) -> bool:
        """Whether somebody has said so since the last :meth:`begin`."""
        with reached():
            return bool(self._redis.exists(_WANTED))

    def begin(self) -> bool:
        """Become the publisher; False while another is, who will see that more is wanted when it ends."""
        with reached():
            if not self._redis.set(_PUBLISHER, self._token, nx=True, px=_PUBLISHER_MS):
                return False
            self._redis.delete(_WANTED)
            return True

    def last(self) -> int | None:
        """The number of the last publication that was appended, as far as Redis remembers; None where it holds none.

        Redis writes its file behind its answers: killed while its disk is slow, it forgets the last that it took.
        """
        with reached():
            kept: Any = self._redis.get(_LAST)
        return int(kept) if kept is not None and kept.isdigit() else None

    def append(self, publications: Sequence[Publication]) -> bool:
        """Append entries, all or none; False where another has become the publisher meanwhile.

        One call of a script: a command for each entry costs the client five times and Redis twice as much.
        """
        words: list[Any] = [self._token, _PUBLISHER_MS, MAX_LENGTH, publications[-1].seq]
        for one in publications:
            words += (one.post_id, one.revision, one.kind, one.json)
        with reached():
            return bool(self._redis.eval(_APPEND, 3, _PUBLISHER, STREAM, _LAST, *words))  # type: ignore[arg-type]  # bytes are as good as str

    def end(self) -> None:
        """Let another be the publisher."""
        with reached():
            self._redis.eval(_END, 1, _PUBLISHER, self._token)

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()


def read_stream(url: str, last: str = "0", wait_s: float | None = None) -> Iterator[Published]:
    """Entries after ``last``, then those that come; ends when none has for ``wait_s`` seconds (None: never)."""
    block = 1000 if wait_s is None else max(1, round(wait_s * 1000))
    timeout = block / 1000 + 10
    with redis.Redis.from_url(url, socket_timeout=timeout, decode_responses=True) as client:
        while True:
            with reached():
                answer: Any = client.xread({STREAM: last}, count=_READ, block=block)
            for _, entries in answer or ():
                for entry, fields in entries:
                    last = entry
                    yield Published(
                        entry=entry,
                        post_id=fields["post_id"],
                        revision=int(fields["revision"]),
                        kind=fields["kind"],
                        body=orjson.loads(fields["body"]),
                    )
            if not answer and wait_s is not None:
                return


def ping(url: str) -> str:
    """Ask the Redis at a URL for its name; raises :class:`ServiceUnavailable` where it does not answer."""
    with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client, reached():
        information: Any = client.info("server")
    return f"Redis {information['redis_version']} at {place(url)}"


def place(url: str) -> str:
    """Host, port and database of a Redis URL, without its password."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"


@contextmanager
def reached() -> Iterator[None]:
    """Turn an error of the connection into ours."""
    try:
        yield
    except redis.RedisError as error:
        raise ServiceUnavailable(
            f"Redis: {type(error).__name__}: {error}; see that it runs and that MODERATION_REDIS_URL names it rightly"
        ) from None
