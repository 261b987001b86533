"""What a worker counts while it works, for Prometheus; served by a process of its own (:mod:`workers.exporter`).

``prometheus_client`` keeps a file a process in a folder and adds them up when it is asked: what a child counted that
has died stays counted. It reads the name of the folder from the environment when it is first imported, so that nothing
here imports it before :func:`metered` has set the variable, and without ``--metrics-port`` nothing does.

No thread serves the figures: one beside the parent's forks could hold a lock that a child then waits for in vain.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from celery import Celery, bootsteps
from celery.signals import task_prerun, worker_process_init

from moderation.domain.decision import Decision
from moderation.domain.errors import UsageError
from moderation.domain.language import primary
from moderation.settings import Settings, load_routes
from workers.routing import all_queues
from workers.sending import RECEIVED_AT

log = logging.getLogger(__name__)

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BEAT = "beat.json"
BEAT_EVERY_S = 5.0

BUCKETS = (0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)

COUNTED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "moderation_stage_posts": ("Posts that a stage has finished.", ("stage", "queue")),
    "moderation_stage_seconds": ("Seconds by the clock that a stage took.", ("stage", "queue")),
    "moderation_stage_cpu_seconds": ("Seconds of the processor that a stage took.", ("stage", "queue")),
    "moderation_stage_failures": ("Calls of a stage that failed.", ("stage", "queue")),
    "moderation_decisions": ("Decisions by action and primary language.", ("action", "language")),
    "moderation_rule_hits": ("Posts that a rule matched, by the status of the rule there.", ("rule", "status")),
    "moderation_worker_processes_started": ("Judging processes that were started.", ()),
}
"""Counters: name without ``_total`` → what it says, labels. No label names a post or an author, and all are few."""

SECONDS = "moderation_decision_seconds"

SEEN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "moderation_queue_messages": ("Messages that are ready in a queue.", ("queue",)),
    "moderation_queue_oldest_seconds": ("Age of the oldest message with posts that is ready in a queue.", ("queue",)),
    "moderation_pending_posts": ("Posts that wait for a decision.", ()),
    "moderation_oldest_pending_seconds": ("Age of the oldest post that waits for a decision.", ()),
    "moderation_unpublished": ("Decisions and verdicts that are not in the stream yet.", ()),
    "moderation_dead_letters": ("Posts and lines that could not be moderated.", ()),
    "moderation_shed_posts": ("Posts that were judged in a hurry and wait to be judged in full.", ()),
    "moderation_surge_state": ("0 normal, 1 busy, 2 surge.", ()),
    "moderation_breaker_cut": ("1 for a rule that its breaker has cut off in a language.", ("rule", "language")),
    "moderation_review_open": ("Items that wait for a reviewer.", ("desk", "lane")),
    "moderation_review_overdue": ("Items that wait for a reviewer longer than they may.", ("desk", "lane")),
    "moderation_service_up": ("Whether store, broker and the Redis that remembers answer.", ("service",)),
    "moderation_worker_start_time_seconds": ("When this worker was started, Unix seconds.", ()),
    "moderation_home_free_ratio": ("Free part of the disk that holds the home.", ()),
}
"""Gauges that :mod:`workers.exporter` gives at each scrape; of what waits every worker gives the same."""


class Instruments:
    """Counts (implements :class:`~moderation.domain.ports.Meter`); belongs to one task at a time."""

    def __init__(self, queues: Collection[str], folder: Path) -> None:
        from prometheus_client import CollectorRegistry, Histogram
        from prometheus_client import Counter as Total

        self.registry = registry = CollectorRegistry()
        self._totals = {name: Total(name, says, labels, registry=registry) for name, (says, labels) in COUNTED.items()}
        self._seconds = Histogram(
            SECONDS, "Seconds from the intake of a post to its decision.", registry=registry, buckets=BUCKETS
        )
        self._queues = frozenset(queues)
        self._beat = folder / BEAT
        self._queue = "other"
        self._received: float | None = None

    def attach(self, app: Celery) -> None:
        """Follow the tasks of a worker, its processes and the pulse of its parent."""
        app.pulse = self.beat
        app.steps["worker"].add(Pulse)
        task_prerun.connect(self._begin_task, weak=False)
        worker_process_init.connect(self._begin_process, weak=False)

    @contextmanager
    def stage(self, name: str, posts: int) -> Iterator[None]:
        """Time a stage."""
        wall, cpu = time.perf_counter(), time.thread_time()
        done = "moderation_stage_failures", 1
        try:
            yield
            done = "moderation_stage_posts", posts
        finally:
            self._totals["moderation_stage_seconds"].labels(name, self._queue).inc(time.perf_counter() - wall)
            self._totals["moderation_stage_cpu_seconds"].labels(name, self._queue).inc(time.thread_time() - cpu)
            self._totals[done[0]].labels(name, self._queue).inc(done[1])

    def decided(self, decisions: Sequence[Decision]) -> None:
        """Count decisions that are written."""
        made = Counter((one.action.name, primary(one.language.tag)) for one in decisions)
        for labels, number in made.items():
            self._totals["moderation_decisions"].labels(*labels).inc(number)
        hits = Counter((match.rule, match.status) for one in decisions for match in one.matches)
        for labels, number in hits.items():
            self._totals["moderation_rule_hits"].labels(*labels).inc(number)
        if self._received is not None:
            seconds = max(0.0, time.time() - self._received)
            for _ in decisions:
                self._seconds.observe(seconds)

    def beat(self, fuses: Sequence[tuple[str, str]]) -> None:
        """Leave a sign that the parent's loop turns, with the rules (id, version) that have a breaker."""
        fresh = self._beat.with_suffix(".new")
        fresh.write_text(json.dumps(fuses), encoding="utf-8")
        fresh.replace(self._beat)

    def _begin_task(self, task: Any, **_: Any) -> None:
        queue = (task.request.delivery_info or {}).get("routing_key")
        self._queue = queue if queue in self._queues else "other"  # a foreign producer may write anything there
        received = task.request.get(RECEIVED_AT)
        self._received = received if isinstance(received, float) else None

    def _begin_process(self, **_: Any) -> None:
        self._totals["moderation_worker_processes_started"].inc()


class Pulse(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery has no types
    """Beats on the parent's event loop, from when the rules are loaded on."""

    requires = ("celery.worker.components:Timer", "workers.housekeeping:Housekeeping")

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._entry: Any = None

    def start(self, worker: Any) -> None:
        """Begin."""
        self._beat(worker.app)
        self._entry = worker.timer.call_repeatedly(BEAT_EVERY_S, self._beat, (worker.app,))

    def stop(self, worker: Any) -> None:
        """End."""
        self._entry.cancel()

    def _beat(self, app: Celery) -> None:
        app.pulse([(fuse.rule, fuse.version) for fuse in app.runtime.rules.vocabulary.fuses])


@contextmanager
def metered(settings: Settings, url: str, host: str, port: int) -> Iterator[Instruments]:
    """Instruments, and a process that serves what they count as long as this one lives.

    Raises :class:`UsageError` where the address cannot be had.
    """
    try:
        listening = socket.create_server((host, port))
    except OSError as error:
        raise UsageError(f"cannot serve metrics at {host}:{port} ({error.strerror}); give another port") from None
    with TemporaryDirectory(prefix="moderation-metrics-", ignore_cleanup_errors=True) as name:
        os.environ[FOLDER] = name
        with listening:
            log.info("metrics at=%s:%d", *listening.getsockname()[:2])
            server = _serve(settings, url, listening, Path(name))
        try:
            yield Instruments(all_queues(load_routes().routes), Path(name))
        finally:
            server.terminate()
            server.wait()


def _serve(settings: Settings, url: str, listening: socket.socket, folder: Path) -> subprocess.Popen[bytes]:
    """Start the exporter; what it is told goes through a pipe, since URLs hold passwords."""
    secrets = {"broker_url": settings.broker_url, "store_url": settings.store_url}
    told = {
        "socket": listening.fileno(),
        "folder": str(folder),
        "home": str(settings.home),
        "redis_url": url,
        **{name: it.get_secret_value() if it else None for name, it in secrets.items()},
    }
    # In a session of its own: Ctrl-C ends the worker, which finishes what it has in hand, and then this.
    server = subprocess.Popen(
        [sys.executable, "-P", "-m", "workers.exporter"],  # -P: a folder `workers` where it stands is another
        stdin=subprocess.PIPE,
        start_new_session=True,
        pass_fds=(listening.fileno(),),
    )
    assert server.stdin is not None  # noqa: S101 - it is a pipe
    with server.stdin as pipe:
        pipe.write(json.dumps(told).encode())
    return server
