"""One drain through real ``moderation worker`` processes: seconds, CPU by process, memory, latency of single posts."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import psutil
from pydantic import SecretStr

from benchmarks.flow import services
from benchmarks.flow.cost import cpu_seconds, memory, with_children
from benchmarks.flow.posts import wave
from moderation.bootstrap import open_store
from moderation.client import Producer, decisions
from moderation.domain.ports import Store
from moderation.settings import Settings, load_settings

CHILDREN = 2
SINGLES = 300
_LOOK_S = 0.1
_NO_LIMIT = 1_000_000_000
_THRESHOLDS = ("BUSY_PENDING", "BUSY_OLDEST_S", "SURGE_PENDING", "SURGE_OLDEST_S")


@dataclass(slots=True)
class Drain:
    """What was measured: ``cpu`` in seconds by process, ``memory`` in MiB, ``latencies`` in seconds."""

    posts: int
    submitting_s: float = 0.0
    draining_s: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Posts a second, from the first worker ready to the last decision published."""
        return self.posts / self.draining_s

    @property
    def us_a_post(self) -> float:
        """CPU of all processes, µs."""
        return 1e6 * sum(self.cpu.values()) / self.posts

    def percentile(self, number: int) -> float:
        """Of the latencies, in seconds."""
        return quantiles(self.latencies, n=100, method="inclusive")[number - 1]


def drain(kind: str, number: int, home: Path) -> Drain:
    """Submit ``number`` posts, then let a worker with two children decide them, then time single posts."""
    measured = Drain(number)
    with services.redis(home) as (url, redis), services.store(kind) as (store_url, server):
        settings = load_settings(home=home, redis_url=SecretStr(url), store_url=store_url and SecretStr(store_url))
        settings.workers.high_water = _NO_LIMIT
        outside = {"Redis": redis, **({"PostgreSQL": server} if server else {})}
        store = open_store(settings)
        try:
            with Producer(settings) as producer:
                before = {name: with_children(process) for name, process in outside.items()}
                _submit(measured, producer)
                with _worker(settings, home) as worker:
                    _wait(measured, store, worker)
                    for name, process in outside.items():
                        measured.cpu[name] = with_children(process) - before[name]
                    measured.latencies = list(_singles(producer, url))
        finally:
            store.close()
    return measured


def _submit(measured: Drain, producer: Producer) -> None:
    posts = list(wave(measured.posts))
    started, cpu = time.perf_counter(), time.process_time()
    accepted = producer.submit_many(posts).accepted
    measured.submitting_s = time.perf_counter() - started
    measured.cpu["producer"] = time.process_time() - cpu
    if accepted != measured.posts:
        raise SystemExit(f"{accepted} of {measured.posts} posts were accepted")


@contextmanager
def _worker(settings: Settings, home: Path) -> Iterator[psutil.Process]:
    """A worker that is ready; its log is ``worker.log``."""
    log = home / "worker.log"
    command = [sys.executable, "-m", "moderation", "worker", "--concurrency", str(CHILDREN)]
    with log.open("wb") as sink:
        worker = psutil.Popen(command, env=environment(settings), stdout=sink, stderr=sink)
    try:
        while b" ready queues=" not in log.read_bytes():
            if worker.poll() is not None:
                raise SystemExit(f"the worker ended:\n{log.read_text()}")
            time.sleep(0.02)
        yield worker
    finally:
        worker.terminate()
        worker.wait()


def environment(settings: Settings) -> Mapping[str, str]:
    """The settings as a worker reads them, the thresholds of a surge beyond reach: every stage runs on every post."""
    named = {"REDIS_URL": settings.redis_url, "STORE_URL": settings.store_url}
    urls = {f"MODERATION_{name}": secret.get_secret_value() for name, secret in named.items() if secret}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MODERATION_")}
    calm = {f"MODERATION_WORKERS__SURGE__{name}": str(_NO_LIMIT) for name in _THRESHOLDS}
    return {**inherited, "MODERATION_HOME": str(settings.home), **urls, **calm}


def _wait(measured: Drain, store: Store, worker: psutil.Process) -> None:
    """Until all is decided and published."""
    children = worker.children()
    before = [cpu_seconds(process) for process in (worker, *children)]
    started = time.perf_counter()
    while store.count_pending() or store.unpublished(1):
        if not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE:
            raise SystemExit("the worker ended before all was drained; see worker.log in its home")
        time.sleep(_LOOK_S)
    measured.draining_s = time.perf_counter() - started
    after = [cpu_seconds(process) for process in (worker, *children)]
    spent = [late - early for early, late in zip(before, after, strict=True)]
    measured.cpu["worker, parent"], measured.cpu["worker, children"] = spent[0], sum(spent[1:])
    measured.memory = memory({"parent": worker, **{f"child {n}": child for n, child in enumerate(children, 1)}})


def _singles(producer: Producer, url: str) -> Iterator[float]:
    """Seconds from the call that submits a post to its decision in the stream, one post at a time."""
    last = max((one.entry for one in decisions(url, wait_s=0.2)), default="0", key=_order)
    for number, post in enumerate(wave(SINGLES)):
        started = time.perf_counter()
        producer.submit_many([{"id": f"single-{number}", "text": post.text, "author": {"id": f"single-{number}"}}])
        for published in decisions(url, last):
            last = published.entry
            if published.post_id == f"single-{number}":
                break
        yield time.perf_counter() - started


def _order(entry: str) -> tuple[int, ...]:
    return tuple(map(int, entry.split("-")))
