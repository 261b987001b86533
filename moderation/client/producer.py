"""The way in: posts are written to the pool, then enqueued; what is acknowledged is on disk."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from kombu.exceptions import OperationalError

from moderation.bootstrap import open_store
from moderation.domain.post import Post
from moderation.pool.door import Refusal, batches
from moderation.pool.intake import Numbered, new_unit, take_in
from moderation.pool.surge import State, Triage
from moderation.settings import Settings, load_settings
from moderation.storage.embedded_redis import redis_url
from moderation.storage.surge import RedisSurge
from workers.app import make_app
from workers.sending import CelerySender

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 1.0
_AWAY_S = 5.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of posts: ``accepted`` are on disk, ``enqueued`` of them in the broker, ``repeated`` came before.

    Accepted posts that could not be enqueued are not lost: the workers' sweeper enqueues them. ``refused`` posts are
    among the dead letters, with their reasons.
    """

    accepted: int = 0
    enqueued: int = 0
    repeated: int = 0
    refused: tuple[Refusal, ...] = ()

    def __add__(self, other: Receipt) -> Receipt:
        return Receipt(
            self.accepted + other.accepted,
            self.enqueued + other.enqueued,
            self.repeated + other.repeated,
            self.refused + other.refused,
        )


class Producer:
    """Submits posts; a context manager, for one thread.

    ``settings``: the settings, or the file to read them from, or None for the default file. The embedded Redis, where
    none is configured, runs until the producer is closed. Raises
    :class:`~moderation.domain.errors.ServiceUnavailable` where the store cannot be reached.
    """

    def __init__(self, settings: Settings | Path | None = None) -> None:
        self._settings = settings if isinstance(settings, Settings) else load_settings(settings)
        self._exit = ExitStack()
        with self._exit:  # undone if the rest fails
            url = self._exit.enter_context(redis_url(self._settings.redis_url, self._settings.home))
            self._app = make_app(self._settings, url)
            self._exit.callback(self._app.close)
            self._store = open_store(self._settings)
            self._exit.callback(self._store.close)
            self._exit = self._exit.pop_all()
        self._send = CelerySender(self._app)
        self._surge = RedisSurge(url)
        self._exit.callback(self._surge.close)
        self._triage = Triage(self._surge.state, self._settings.workers.surge.reach_per_minute)
        self._room = 0
        self._looked = self._away_until = float("-inf")

    def submit_many(
        self, posts: Iterable[Post | Mapping[str, Any]], *, waits: Callable[[int], None] | None = None
    ) -> Receipt:
        """Submit posts; see :meth:`submit_each` for how. A refusal's ``line`` is the place of its post, from 1."""
        return sum(self.submit_each(enumerate(posts, 1), waits=waits), Receipt())

    def submit_each(
        self, posts: Iterable[Numbered], *, source: str = "producer", waits: Callable[[int], None] | None = None
    ) -> Iterator[Receipt]:
        """Submit numbered posts in batches and yield what became of each batch.

        Blocks while more than ``high_water`` posts are pending and tells ``waits`` their number each second. Ctrl-C
        takes effect between batches. Submitting the same posts again is safe: repeats are passed over.
        """
        for batch in batches(posts, self._settings.workers.batch):
            self._wait_for_room(len(batch), waits)
            with _unbroken():
                receipt = self._submit(batch, source)
            yield receipt

    def state(self) -> State:
        """How busy the workers are, as far as they have said."""
        return self._surge.state()

    def close(self) -> None:
        """Leave the store and the broker; an embedded Redis stops with its last user."""
        self._exit.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _submit(self, batch: Sequence[Numbered], source: str) -> Receipt:
        unit = new_unit()
        taken = take_in(self._store, batch, unit, source, time.time())
        accepted = len(taken.accepted)
        self._room -= accepted
        enqueued = accepted if accepted and self._enqueue(unit, taken.accepted) else 0
        return Receipt(accepted, enqueued, taken.repeated, taken.refused)

    def _enqueue(self, unit: str, posts: Sequence[Post]) -> bool:
        if time.monotonic() < self._away_until:
            return False
        try:
            self._send.detect_by_turn(unit, self._triage.groups(posts))
        except OperationalError as error:
            log.warning("the broker is away, the sweeper will enqueue unit=%s reason=%s", unit, error)
            self._away_until = time.monotonic() + _AWAY_S
            return False
        return True

    def _wait_for_room(self, size: int, waits: Callable[[int], None] | None) -> None:
        """Block while the pool holds too many pending posts; it is asked once a second at most."""
        while self._room < size or time.monotonic() - self._looked >= _LOOK_EVERY_S:
            pending = self._store.count_pending()
            self._looked = time.monotonic()
            self._room = max(self._settings.workers.high_water - pending, size if pending == 0 else 0)
            if self._room >= size:
                return
            if waits:
                waits(pending)
            time.sleep(_LOOK_EVERY_S)


@contextmanager
def _unbroken() -> Iterator[None]:
    """Put Ctrl-C off until the block is through; outside the main thread it does not arrive anyway."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        arrived.append(number)

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if arrived:
            raise KeyboardInterrupt
