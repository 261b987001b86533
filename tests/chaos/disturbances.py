"""What goes wrong: each does it, waits a moment where that belongs to it, and puts back what a person would."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import psycopg
import redis

from tests.chaos.rig import Rig, children

OLD = "4da4e98"
"""The last commit before workers that may judge in place."""

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Disturbance:
    """``fits`` says whether a rig has what this breaks."""

    name: str
    strike: Callable[[Rig], None]
    fits: Callable[[Rig], bool] = bool


def kill_a_child(rig: Rig) -> None:
    processes = [child for worker in rig.workers for child in children(worker)]
    rig.random.choice(processes).kill()


def kill_a_worker(rig: Rig, *, whole: bool) -> None:
    """Its parent alone, whose children then find out; or all of it at once."""
    worker = rig.random.choice(rig.workers)
    below = children(worker)
    rig.fire(worker)
    if whole:
        for child in below:
            child.kill()
    psutil.wait_procs(below, timeout=30)
    rig.hire(1)


def stop_a_worker(rig: Rig) -> None:
    rig.dismiss(rig.random.choice(rig.workers))
    rig.hire(1)


def kill_redis(rig: Rig) -> None:
    rig.redis.kill()
    rig.redis.start()


def take_redis_away(rig: Rig, seconds: float) -> None:
    rig.redis.kill()
    time.sleep(seconds)
    rig.redis.start()


def kill_postgresql(rig: Rig) -> None:
    assert rig.postgres is not None
    rig.postgres.kill()
    time.sleep(rig.random.uniform(0, 2))
    rig.postgres.start()


def fill_the_disk(rig: Rig) -> None:
    """The pool's and Redis's: with PostgreSQL, whose files stand elsewhere, Redis's alone."""
    assert rig.disk is not None
    rig.disk.fill()
    time.sleep(rig.random.uniform(2, 5))
    rig.disk.free()


def exhaust_a_quota(rig: Rig) -> None:
    """The same for the store alone, as where no disk may be mounted."""
    real = list(rig.workers)
    (limited,) = rig.hire(1, module="tests.chaos.worker", command=())
    rig.dismiss(*real)
    quota = rig.site.home / "quota"
    quota.touch()
    time.sleep(rig.random.uniform(2, 4))
    quota.unlink()
    rig.hire(2)
    rig.dismiss(limited)


def slow_the_store(rig: Rig) -> None:
    """Somebody else writes for seconds, again and again."""
    for _ in range(3):
        seconds = rig.random.uniform(0.5, 2.5)
        if rig.postgres is None:
            with sqlite3.connect(rig.store_url.removeprefix("sqlite:///"), timeout=60, isolation_level=None) as other:
                other.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                other.execute("ROLLBACK")
            other.close()
        else:
            with psycopg.connect(rig.store_url) as connection:
                table = rig.random.choice(("waiting", "outbox", "audit"))
                connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE".encode())
                time.sleep(seconds)
                connection.rollback()
        time.sleep(0.1)


def repeat_messages(rig: Rig) -> None:
    """Every message that waits comes once more, as where a broker believes its reader lost."""
    for _ in range(5):
        with redis.Redis.from_url(rig.redis.url) as client:
            for queue, messages in rig.queues().items():
                if messages:
                    client.lpush(queue, *rig.random.sample(messages, len(messages)))
        time.sleep(0.2)


def shuffle_queues(rig: Rig) -> None:
    """Everything that waits changes places."""
    for _ in range(10):
        with redis.Redis.from_url(rig.redis.url) as client:
            for queue in rig.queues():
                _shuffle(client, queue, rig.random)
        time.sleep(0.1)


def _shuffle(client: redis.Redis, queue: str, chance: random.Random) -> None:
    def change(pipe: redis.client.Pipeline) -> None:
        messages = pipe.lrange(queue, 0, -1)
        pipe.multi()
        if messages:
            pipe.delete(queue)
            pipe.lpush(queue, *chance.sample(messages, len(messages)))

    client.transaction(change, queue)


def sweep_twice(rig: Rig) -> None:
    """Two sweepers and more at the same time take up what is in others' hands."""
    for _ in range(5):
        for _ in range(4):
            rig.send("moderation.sweep", queue="publish", kwargs={"stale_after_s": 0})
        time.sleep(0.3)


def poison(rig: Rig) -> None:
    """A post that raises, and one that kills its process again and again."""
    real = list(rig.workers)
    (poisoned,) = rig.hire(1, module="tests.chaos.worker", command=())
    rig.dismiss(*real)
    assert rig.load is not None
    ids = {word: f"poison-{rig.random.random()}-{word}" for word in ("DEADLY", "FAILING")}
    rig.load.send([{"id": post_id, "revision": 1, "text": word} for word, post_id in ids.items()])
    deadline = time.monotonic() + 60
    while not set(ids.values()) <= {letter.post_id for letter in rig.store.dead_letters(100)}:
        assert time.monotonic() < deadline, "the poisonous posts are not buried within 60 s"
        time.sleep(0.2)
    rig.hire(2)
    rig.dismiss(poisoned)


def upgrade(rig: Rig) -> None:
    """The pool of an old version gets a new worker beside the old ones, which go one by one.

    The new version may have brought the store up to date: an old process that starts only now would refuse it.
    """
    old = list(rig.workers)
    rig.hire(1)
    rig.random.choice(children(old[0])).kill()
    time.sleep(3)
    rig.dismiss(old[0])
    rig.hire(1)
    rig.dismiss(old[1])


def old_version(folder: Path) -> Path | None:
    """The code of :data:`OLD` from the history, under ``folder``; None where there is none, as in a source archive."""
    archive = folder / f"{OLD}.tar"
    words = [
        "git",
        "-C",
        str(ROOT),
        "archive",
        "--output",
        str(archive),
        OLD,
        "moderation",
        "workers",
        "configs",
        "rules",
    ]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        return None
    target = folder / OLD
    target.mkdir()
    subprocess.run(["tar", "-xf", str(archive), "-C", str(target)], check=True)
    archive.unlink()
    return target


DISTURBANCES = (
    Disturbance("kill a child", kill_a_child),
    Disturbance("kill a worker's parent", partial(kill_a_worker, whole=False)),
    Disturbance("kill a whole worker", partial(kill_a_worker, whole=True)),
    Disturbance("stop a worker", stop_a_worker),
    Disturbance("kill Redis", kill_redis),
    Disturbance("Redis away for 3 s", partial(take_redis_away, seconds=3)),
    Disturbance("kill PostgreSQL", kill_postgresql, lambda rig: rig.postgres is not None),
    Disturbance("disk full", fill_the_disk, lambda rig: rig.disk is not None),
    Disturbance("store's quota spent", exhaust_a_quota, lambda rig: rig.postgres is None),
    Disturbance("slow store", slow_the_store),
    Disturbance("messages twice", repeat_messages),
    Disturbance("messages reordered", shuffle_queues),
    Disturbance("several sweepers", sweep_twice),
    Disturbance("poison", poison),
)
UPGRADE = Disturbance("upgrade", upgrade, lambda rig: rig.old is not None)
LONG_OUTAGE = Disturbance("Redis away for 30 s", partial(take_redis_away, seconds=30))
