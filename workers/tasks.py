"""The tasks; each hands its message to a use case of :mod:`moderation.pool` and is safe to run twice."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

from celery import Task, shared_task
from celery.exceptions import Reject
from kombu.exceptions import OperationalError

from moderation.domain.errors import ServiceUnavailable
from moderation.pool.door import batches
from moderation.pool.flow import Flow
from moderation.pool.intake import new_unit, take_in
from moderation.pool.rejudging import Rejudging, groups_of
from moderation.pool.surge import State
from workers.broker import oldest_waiting
from workers.messages import Packed, detected_of, posts_of
from workers.routing import served
from workers.sending import RECEIVED_AT, CelerySender
from workers.surge import Watch

log = logging.getLogger(__name__)

PAUSE_S = 2.0
"""How long a process waits with a message when the store or the broker is away, before it gives the message back."""

STUCK_S = 300
"""A process that is at one batch for longer is killed; the sweeper finds the posts, and their tries are counted."""


class PatientTask(Task):  # type: ignore[misc]  # Celery has no types
    """Gives its message back to the broker while a service is away: an outage loses nothing and counts as no try."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task."""
        try:
            return super().__call__(*args, **kwargs)
        except (ServiceUnavailable, OperationalError) as error:
            log.warning("a service is away, the message goes back task=%s reason=%s", self.name, error)
            time.sleep(PAUSE_S)
            raise Reject("a service is away", requeue=True) from None

    @property
    def flow(self) -> Flow:
        """The use cases, with this process's connections and the newest rules."""
        runtime, sender = self.app.runtime, CelerySender(self.app, self.request.get(RECEIVED_AT))
        here = served(self.app.amqp.queues.consume_from, self.app.routes)
        return Flow(
            runtime.store,
            runtime.pipeline(),
            sender,
            runtime.stream,
            sender.route_of,
            here,
            runtime.meter,
            runtime.triage,
        )


@shared_task(name="moderation.submit", base=PatientTask, bind=True, Request="workers.quiet:Quiet")
def submit(self: PatientTask, posts: Sequence[object]) -> None:
    """Take in posts of a producer that runs Celery: good ones are on disk before they go on, bad ones dead letters."""
    values = list(enumerate(posts if isinstance(posts, list) else [posts], 1))
    for batch in batches(values, self.app.runtime.settings.workers.batch):
        unit = new_unit()
        with self.app.runtime.meter.stage("intake", len(batch)):
            taken = take_in(self.app.runtime.store, batch, unit, "moderation.submit", time.time())
        if taken.accepted:
            sender = CelerySender(self.app, self.request.get(RECEIVED_AT))
            sender.detect_by_turn(unit, self.app.runtime.triage.groups(taken.accepted))


@shared_task(name="moderation.detect", base=PatientTask, bind=True, time_limit=STUCK_S)
def detect(self: PatientTask, unit: str, posts: Packed) -> None:
    """Detect the languages of a unit, and judge its posts or send them on by route."""
    self.flow.detect(unit, posts_of(posts), again=bool(self.request.delivery_info.get("redelivered")))


@shared_task(name="moderation.judge", base=PatientTask, bind=True, time_limit=STUCK_S)
def judge(self: PatientTask, unit: str, items: Packed) -> None:
    """Judge a unit and commit its decisions."""
    self.flow.judge(unit, detected_of(items))


@shared_task(name="moderation.publish", base=PatientTask, bind=True)
def publish(self: PatientTask) -> None:
    """Empty the outbox into the decision stream."""
    self.flow.publish()


@shared_task(name="moderation.sweep", base=PatientTask, bind=True)
def sweep(self: PatientTask, stale_after_s: float | None = None) -> None:
    """Enqueue again what is pending, has been so for long, and waits in no queue; look out for a surge."""
    runtime = self.app.runtime
    settings = runtime.settings.workers
    state, load = Watch(runtime.store, runtime.surge, settings.surge.thresholds()).look(time.time())
    if state is State.normal:
        for _ in range(groups_of(load.shed, settings.sweep_every_s, settings.concurrency)):
            CelerySender(self.app).rejudge(expires=settings.sweep_every_s)
    before = time.time() - (settings.stale_after_s if stale_after_s is None else stale_after_s)
    if swept := self.flow.sweep(min(before, oldest_waiting(self.app))):
        log.info("pending posts enqueued again posts=%d", swept)


@shared_task(name="moderation.rejudge", base=PatientTask, bind=True, time_limit=STUCK_S)
def rejudge(self: PatientTask) -> None:
    """Judge a group of posts in full that were shed, unless there is another surge."""
    runtime = self.app.runtime
    if runtime.surge.state() is State.normal:
        changed = Rejudging(runtime.store, runtime.pipeline())()
        if changed and runtime.stream.want():
            CelerySender(self.app).publish()
