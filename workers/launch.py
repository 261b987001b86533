"""Start a worker and stay until it is told to stop, or until all is drained."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready, worker_shutting_down

from moderation.bootstrap import assemble
from moderation.domain.errors import UsageError
from moderation.domain.ports import UNMETERED
from moderation.settings import Settings
from moderation.storage.stream import ping, place
from workers.app import make_app
from workers.broker import return_orphans
from workers.logs import configure_logging
from workers.metrics import Instruments
from workers.runtime import Build, Runtime

log = logging.getLogger(__name__)

INTERRUPTED = 130
FAULT = 70


def run_worker(
    settings: Settings,
    url: str,
    *,
    queues: Sequence[str] = (),
    concurrency: int | None = None,
    drain: bool = False,
    build: Build = assemble,
    instruments: Instruments | None = None,
) -> int:
    """Run a worker in this process and return its exit code; 130 where it was stopped before all was drained.

    ``queues``: those to consume, all when empty; ``instruments``: what counts the work, if anything does. Raises
    :class:`RulesRefused`, :class:`UsageError` and :class:`ServiceUnavailable` before the first process is forked.
    """
    configure_logging(settings.log)
    ping(url)
    runtime = Runtime(settings, url, build, instruments or UNMETERED)
    app = make_app(settings, url, runtime)
    if instruments:
        instruments.attach(app)
    if unknown := set(queues) - set(app.amqp.queues):
        raise UsageError(f"no queue {', '.join(sorted(unknown))}; there are {', '.join(app.amqp.queues)}")
    runtime.store.count_pending()
    runtime.preload()
    if drain:
        return_orphans(app)
    return _run(app, queues, concurrency or settings.workers.concurrency, drain=drain)


def _run(app: Celery, queues: Sequence[str], concurrency: int, *, drain: bool) -> int:
    signals: list[str] = []

    def ready(**_: Any) -> None:
        names = ",".join(app.amqp.queues.consume_from)
        rules = app.runtime.pipeline().policy.digest
        log.info("ready queues=%s concurrency=%d rules=%s %s", names, concurrency, rules, _places(app))

    def told(sig: str, **_: Any) -> None:
        signals.append(sig)
        log.info("stopping signal=%s", sig)

    setup_logging.connect(_ours_stands)
    worker_ready.connect(ready)
    worker_shutting_down.connect(told)
    worker = app.Worker(
        hostname=f"moderation-{os.getpid()}@%h",
        pool_cls="prefork",
        concurrency=concurrency,
        queues=list(queues) or None,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        drain=drain,
    )
    worker.start()
    if drain and not worker.drained:
        return INTERRUPTED if signals else FAULT
    log.info("stopped drained=%s", str(drain).lower())
    return FAULT if worker.exitcode and not signals else 0


def _ours_stands(**_: Any) -> None:
    """Celery configures no logging where somebody listens to its signal."""


def _places(app: Celery) -> str:
    settings = app.runtime.settings
    store = (
        settings.store_url.get_secret_value() if settings.store_url else f"sqlite:///{settings.home / 'pool.sqlite3'}"
    )
    scheme, _, rest = store.partition("://")
    return f"store={scheme}://{rest.rpartition('@')[2]} redis={place(str(app.conf.broker_url))}"
