"""A pool with everything real that can be broken: a store, a Redis, two workers of two processes, and their load."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import redis
from celery import Celery

from moderation.domain.errors import ServiceUnavailable
from moderation.domain.ports import Store
from tests.chaos.disk import Disk
from tests.chaos.invariants import decided, look, violations
from tests.chaos.load import Key, Load
from tests.chaos.redis_server import RedisServer
from tests.support.postgres import PostgresServer
from tests.support.site import TEXTS, Site, Worker, some_posts, until
from workers.app import make_app
from workers.broker import waiting

SETTLE_S = 120
"""How long everything may take to be decided and published after the last disturbance."""

_SWEPT = re.compile(r"enqueued again posts=(\d+)")
_DISK_MB = 256
_PENDING = 400
_IN_FLIGHT = 64
_WARM = 600


@dataclass(frozen=True, slots=True)
class Round:
    """One disturbance under load. ``seconds``: from its end until all was decided and published."""

    number: int
    disturbance: str
    in_flight: int
    accepted: int
    decided: int
    swept: int
    repeated: int
    seconds: float
    findings: Sequence[str]


class Rig:
    """``server``: of a store on PostgreSQL, else SQLite. ``old``: where the code of the first workers is, else here.

    Pool and Redis stand on a small disk of their own where one may be mounted (``disk``).
    """

    def __init__(self, folder: Path, seed: int, server: PostgresServer | None = None, old: Path | None = None) -> None:
        self.random = random.Random(seed)
        self.postgres = server
        self.old = old
        self.accepted: dict[Key, int] = {}
        self.verdicts: set[Key] = set()
        self.load: Load | None = None
        self.workers: list[Worker] = []
        self._rounds = self._swept = self._repeated = 0
        self._exit = ExitStack()
        with self._exit:  # undone if the rest fails
            home = folder / "home"
            self.disk = self._mounted(home)
            self.redis = RedisServer(home / "broker")
            self.redis.start()
            self._exit.callback(self.redis.stop)
            self.store_url = f"sqlite:///{home / 'pool.sqlite3'}" if server is None else _new_database(server)
            self.site = Site(
                folder,
                MODERATION_STORE_URL=self.store_url,
                MODERATION_REDIS_URL=self.redis.url,
                MODERATION_WORKERS__STALE_AFTER_S="6",
            )
            self._exit.callback(self.site.close)
            self._app: Celery = make_app(self.site.settings(), self.redis.url)
            self._exit.callback(self._app.close)
            self.store: Store = self.site.store()
            self._exit.callback(self.store.close)
            self.hire(2, folder=old)
            if old is not None:
                self._warm_up(old)
            self._exit = self._exit.pop_all()

    def hire(self, number: int, **how: Any) -> list[Worker]:
        """Start workers and wait until they are ready; ``how`` as for :meth:`Site.worker`."""
        new = [self.site.worker(**how) for _ in range(number)]
        for worker in new:
            worker.ready()
        self.workers += new
        return new

    def fire(self, worker: Worker) -> None:
        """Kill the parent of a worker."""
        worker.kill()
        self.workers.remove(worker)

    def dismiss(self, *workers: Worker) -> None:
        """Tell workers to stop, and wait until they have."""
        for worker in workers:
            code = worker.stop()
            assert code == 0, f"a worker that was told to stop ended with {code}"
            self.workers.remove(worker)

    def play(self, name: str, strike: Any) -> Round:
        """Load the pool, disturb it, let it settle, and look."""
        self._rounds += 1
        seed = self.random.randrange(1 << 32)
        load = self.load = Load(self.site, f"r{self._rounds}", seed, _PENDING)
        load.start()
        time.sleep(self.random.uniform(0.5, 2.0))
        in_flight = until(self._under_load)
        strike(self)
        struck = time.monotonic()
        time.sleep(self.random.uniform(0.0, 0.5))
        load.end()
        self.accepted |= load.accepted
        self.verdicts |= load.verdicts
        late = self._settle()
        seconds = time.monotonic() - struck
        seen = look(self.store, self.store_url, self.redis.url)
        findings = [*late, *violations(seen, self.accepted, self.verdicts), *self._said(), *self._lost()]
        swept = sum(int(number) for worker in self.site.workers for number in _SWEPT.findall(worker.said()))
        fresh = (swept - self._swept, seen.repeated - self._repeated)
        self._swept, self._repeated = swept, seen.repeated
        decided = sum((one["post_id"], one["revision"]) in load.accepted for one in seen.decisions)
        return Round(self._rounds, name, in_flight, len(load.accepted), decided, *fresh, seconds, findings)

    def queues(self) -> dict[str, list[bytes]]:
        """The raw messages that are ready, by queue."""
        with redis.Redis.from_url(self.redis.url) as client:
            return {queue: client.lrange(queue, 0, -1) for queue in self._app.amqp.queues}

    def send(self, task: str, **how: Any) -> None:
        """Send a task as a worker does."""
        self._app.send_task(task, **how)

    def close(self) -> None:
        """Stop everything; fails where a process or a word of a post is left behind."""
        self._exit.close()

    def _under_load(self) -> int:
        """How many posts are pending, once there are enough for something to go wrong."""
        pending = self.store.count_pending()
        return pending if pending >= _IN_FLIGHT else 0

    def _mounted(self, home: Path) -> Disk | None:
        try:
            disk = Disk(home, _DISK_MB)
        except PermissionError:
            return None
        self._exit.callback(disk.remove)
        return disk

    def _warm_up(self, old: Path) -> None:
        """Let the old program work for a while, alone: the first touch of ours brings the store up to date."""
        posts = some_posts(_WARM, "old")
        self.site.submit(posts, folder=old)
        self.accepted |= {(post["id"], 1): n % len(TEXTS) for n, post in enumerate(posts)}
        until(lambda: len(decided(self.store_url)) == _WARM)

    def _settle(self) -> list[str]:
        """Wait until nothing is pending, held, or unpublished, and the broker holds nothing."""
        deadline = time.monotonic() + SETTLE_S
        left = (-1, -1, -1)
        while time.monotonic() < deadline:
            with suppress(ServiceUnavailable, OSError, redis.RedisError):
                undone = any(verdict.state == "held" for verdict in self.store.verdicts())
                left = (self.store.count_pending(), len(self.store.unpublished(1)) + undone, sum(waiting(self._app)))
                if not any(left):
                    return []
            time.sleep(0.1)
        ready, held = waiting(self._app)
        return [
            f"not settled within {SETTLE_S} s: {left[0]} pending, {left[1]} unpublished, {ready} ready, {held} held"
        ]

    def _said(self) -> list[str]:
        """What no worker may say."""
        return [f"{one.log.name}: a traceback" for one in self.site.workers if "Traceback (most" in one.said()]

    def _lost(self) -> list[str]:
        """Workers that nobody killed and that have ended; others take their places."""
        gone = [worker for worker in self.workers if worker.process.poll() is not None]
        self.workers = [worker for worker in self.workers if worker not in gone]
        self.hire(len(gone))
        return [f"{one.log.name} ended by itself: {' | '.join(one.said().splitlines()[-3:])}" for one in gone]


def _new_database(server: PostgresServer) -> str:
    name = f"chaos_{uuid4().hex}"
    server.execute(f"CREATE DATABASE {name}")
    return server.url_of(name)


def children(worker: Worker) -> list[psutil.Process]:
    """The judging processes of a worker."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(worker.process.pid).children()
    return []
