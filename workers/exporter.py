"""Serves what a worker counts, what waits, and whether it lives: ``/metrics``, ``/healthz`` and ``/readyz``.

A process of its own beside a worker that was started with ``--metrics-port``; it ends with that. It asks the store and
the broker when it is asked, so that what waits is never older than a scrape.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from celery import Celery
from kombu.exceptions import OperationalError
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from pydantic import SecretStr

from moderation.bootstrap import open_store
from moderation.domain.errors import ServiceUnavailable
from moderation.domain.ports import Store
from moderation.settings import load_settings
from moderation.storage.fuses import RedisFuses
from moderation.storage.stream import ping
from moderation.storage.surge import RedisSurge
from workers.app import make_app
from workers.broker import depths, waiting
from workers.housekeeping import outlive
from workers.metrics import BEAT, SEEN

ALIVE_S = 30.0
"""How old the last sign of the worker's parent may be."""
PATIENCE_S = 2.0
"""How long it waits for an answer of the broker: a scrape has ten seconds where Prometheus is not told otherwise."""


class Waiting(Collector):
    """What waits where, asked of the store and of the broker at each scrape."""

    def __init__(self, store: Store, app: Celery, url: str, home: Path, folder: Path) -> None:
        self._store = store
        self._app = app
        self._fuses = RedisFuses((), url)
        self._surge = RedisSurge(url)
        self._home = home
        self._beat = folder / BEAT
        self._started = time.time()

    def collect(self) -> Iterator[Metric]:
        """All figures that can be had."""
        up = _family("moderation_service_up")
        services = {"store": self._of_the_store, "broker": self._of_the_broker, "redis": self._of_redis}
        for service, ask in services.items():
            try:
                yield from ask()
                up.add_metric([service], 1)
            except (ServiceUnavailable, OperationalError):
                up.add_metric([service], 0)
        yield up
        disk = shutil.disk_usage(self._home if self._home.exists() else Path())
        yield from _single(
            {
                "moderation_home_free_ratio": disk.free / disk.total,
                "moderation_worker_start_time_seconds": self._started,
            }
        )

    def _of_the_store(self) -> list[Metric]:
        now = time.time()
        backlog = self._store.backlog(now)
        families = _single(
            {
                "moderation_pending_posts": backlog.pending,
                "moderation_oldest_pending_seconds": backlog.oldest_pending_s or 0,
                "moderation_unpublished": backlog.unpublished,
                "moderation_dead_letters": backlog.dead_letters,
                "moderation_shed_posts": self._store.load(now).shed,
            }
        )
        waiting, late = _family("moderation_review_open"), _family("moderation_review_overdue")
        for place, number in backlog.open.items():
            waiting.add_metric(place, number)
            late.add_metric(place, backlog.overdue.get(place, 0))
        return [*families, waiting, late]

    def _of_the_broker(self) -> list[Metric]:
        ready, oldest = _family("moderation_queue_messages"), _family("moderation_queue_oldest_seconds")
        now = time.time()
        for queue, depth in depths(self._app).items():
            ready.add_metric([queue], depth.ready)
            oldest.add_metric([queue], max(0.0, now - depth.oldest) if depth.oldest else 0)
        return [ready, oldest]

    def _of_redis(self) -> list[Metric]:
        surge = _single({"moderation_surge_state": self._surge.standing().state})
        cut = _family("moderation_breaker_cut")
        running = self._running()
        for one in self._fuses.state():
            if [one.rule, one.version] in running:
                cut.add_metric([one.rule, one.language], 1)
        return [*surge, cut]

    def _running(self) -> list[list[str]]:
        """The rules that have a breaker, as they stand: one that was changed has left its cut behind."""
        try:
            running: list[list[str]] = json.loads(self._beat.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        return running


def _family(name: str) -> GaugeMetricFamily:
    says, labels = SEEN[name]
    return GaugeMetricFamily(name, says, labels=labels)


def _single(figures: Mapping[str, float]) -> list[Metric]:
    """Families of one figure without labels."""
    families = []
    for name, value in figures.items():
        family = _family(name)
        family.add_metric([], value)
        families.append(family)
    return [*families]


class Health:
    """Whether the worker lives and works; each question gives what is wrong, or nothing."""

    def __init__(self, store: Store, app: Celery, url: str, folder: Path) -> None:
        self._store = store
        self._app = app
        self._url = url
        self._beat = folder / BEAT

    def alive(self) -> str:
        """The parent's loop turns, or waits for a broker that is away: to start it again would not help."""
        try:
            age = time.time() - self._beat.stat().st_mtime
        except FileNotFoundError:
            return "the rules are not loaded yet"
        if age < ALIVE_S or self._broker_away():
            return ""
        return f"the worker has given no sign for {age:.0f} s"

    def ready(self) -> str:
        """The rules are loaded, store and broker answer."""
        if not self._beat.exists():
            return "the rules are not loaded yet"
        return self._broker_away() or _away(self._store.count_pending)

    def _broker_away(self) -> str:
        return _away(lambda: ping(self._url)) or _away(lambda: waiting(self._app))


def _away(ask: Callable[[], object]) -> str:
    try:
        ask()
    except (ServiceUnavailable, OperationalError) as error:
        return str(error)
    return ""


class _Server(ThreadingMixIn, WSGIServer):
    """A slow scrape must not hold up the answer to a probe."""

    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


def application(collector: Collector, health: Health, folder: Path) -> Callable[..., Iterable[bytes]]:
    """The WSGI application over a worker's folder of counts."""
    registry = CollectorRegistry()
    registry.register(collector)
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    metrics = make_wsgi_app(registry)
    questions = {"/healthz": health.alive, "/readyz": health.ready}

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            page: Iterable[bytes] = metrics(environ, start_response)
            return page
        question = questions.get(path)
        wrong = question() if question else "there are /metrics, /healthz and /readyz"
        status = ("503 Service Unavailable" if wrong else "200 OK") if question else "404 Not Found"
        start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
        return [f"{wrong or 'ok'}\n".encode()]

    return answer


def _run() -> None:
    told = json.load(sys.stdin)
    parent = os.getppid()
    url, folder, home = told["redis_url"], Path(told["folder"]), Path(told["home"])
    secrets: dict[str, Any] = {name: SecretStr(told[name]) for name in ("broker_url", "store_url") if told[name]}
    settings = load_settings(home=home, **secrets)
    store, app = open_store(settings), make_app(settings, url)
    app.conf.broker_transport_options |= {"socket_timeout": PATIENCE_S}
    waiting, health = Waiting(store, app, url, home, folder), Health(store, app, url, folder)
    with socket.socket(fileno=told["socket"]) as listening:
        server = _Server(listening.getsockname()[:2], _Silent, bind_and_activate=False)
        server.socket = listening
        server.server_name, server.server_port = listening.getsockname()[:2]
        server.setup_environ()
        server.set_app(application(waiting, health, folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        outlive(parent)
    shutil.rmtree(folder, ignore_errors=True)  # the worker was killed, and could not


if __name__ == "__main__":
    _run()
