"""What the parent process of a worker does on a timer: check the rules, call the sweeper, see when all is drained.

And how its children begin, and end without it.
"""

from __future__ import annotations

import logging
import os
import time
from threading import Thread
from typing import Any

from celery import bootsteps
from celery.signals import worker_process_init
from celery.worker import state
from kombu.exceptions import OperationalError

from moderation.domain.errors import ServiceUnavailable
from workers.broker import ready, waiting
from workers.routing import PUBLISH
from workers.sending import CelerySender
from workers.watchdog import Stalled, Watchdog

log = logging.getLogger(__name__)

DRAIN_EVERY_S = 0.3
PARENT_EVERY_S = 1.0
"""How long a process waits before it looks again whether its parent lives."""


class Housekeeping(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery has no types
    """A step of the worker, on its event loop: nothing here runs beside a fork.

    The parent keeps the newest rules that check, so that a child that replaces a lost one has them even where the
    folder holds none.
    """

    requires = ("celery.worker.components:Timer", "celery.worker.components:Pool")

    def __init__(self, worker: Any, drain: bool = False, **options: Any) -> None:
        super().__init__(worker, **options)
        worker.drained = False
        self._drain = drain
        self._entries: list[Any] = []
        self._runtime = worker.app.runtime
        self._parent = os.getpid()
        # As long as the broker waits before it takes a worker for dead.
        self._watchdog = Watchdog(self._runtime.settings.workers.visibility_timeout_s)
        self._runtime.preload()
        worker_process_init.connect(self._begin_child, weak=False)

    def start(self, worker: Any) -> None:
        """Begin with the timers."""
        every = worker.app.runtime.settings.workers.sweep_every_s
        self._entries = [worker.timer.call_repeatedly(every, self._tick, (worker, every))]
        if self._drain:
            self._entries.append(worker.timer.call_repeatedly(DRAIN_EVERY_S, self._look, (worker,)))

    def stop(self, worker: Any) -> None:
        """End the timers."""
        for entry in self._entries:
            entry.cancel()

    def _begin_child(self, **_: Any) -> None:
        Thread(target=_end_with, args=(self._parent,), name="parent", daemon=True).start()
        self._runtime.watch()

    def _tick(self, worker: Any, every: float) -> None:
        self._runtime.look()
        if PUBLISH in worker.app.amqp.queues.consume_from:
            try:
                CelerySender(worker.app).sweep(expires=every, retry=False)
            except OperationalError as error:
                log.warning("the sweeper is not called, the broker is away reason=%s", error)
        self._guard(worker)

    def _guard(self, worker: Any) -> None:
        """Ask the watchdog; an error that says "reset" makes Celery's loop connect anew."""
        try:
            waits = ready(worker.app, worker.app.amqp.queues.consume_from)
        except OperationalError:
            return  # the loop notices by itself
        taken = sum(state.total_count.values())
        try:
            self._watchdog.look(waits, taken, busy=bool(state.active_requests), now=time.monotonic())
        except Stalled as error:
            log.error("stalled, connecting anew reason=%s", error)  # noqa: TRY400 - it has no trace to show
            raise

    def _look(self, worker: Any) -> None:
        """Stop once nothing is pending, nothing unpublished, nothing shed, and the broker is empty.

        Where the broker is empty and posts are pending, nobody has them: they are enqueued again at once. What was shed
        is judged in full when all has been calm for a while.
        """
        app = worker.app
        try:
            if worker.drained or any(waiting(app)):
                return
            store = app.runtime.store
            if store.count_pending() or store.unpublished(1):
                CelerySender(app).sweep(kwargs={"stale_after_s": 0}, retry=False)
                return
            if store.load(time.time()).shed:
                return
        except (OperationalError, ServiceUnavailable) as error:
            log.warning("a service is away, draining goes on when it is back reason=%s", error)
            return
        worker.drained = True
        state.should_stop = 0


def outlive(parent: int) -> None:
    """Return once this process has lost its parent."""
    while os.getppid() == parent:
        time.sleep(PARENT_EVERY_S)


def _end_with(parent: int) -> None:
    """Children hold the ends of each other's pipes, and where the parent was killed none may ever read an end."""
    outlive(parent)
    os._exit(1)  # what was in hand comes back, as the parent's does
