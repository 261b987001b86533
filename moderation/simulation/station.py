"""Servers that take the next job when they are free: processes of a worker, seats of a desk."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Generic, TypeVar

from simpy import Environment, Event

Steps = Generator[Event, Any, None]
"""A process of a simulation: it yields the events that it waits for."""
J = TypeVar("J")


class Station(Generic[J]):
    """So many ``servers`` of one kind.

    ``take`` gives the next job and the seconds that it takes, or None where nothing is to be done; ``done`` hears of
    each that is finished. Where the servers become fewer, those that are at work finish first.
    """

    def __init__(
        self, clock: Environment, take: Callable[[], tuple[J, float] | None], done: Callable[[J], None]
    ) -> None:
        self.servers = 0
        self.busy = 0
        self._clock = clock
        self._take = take
        self._done = done

    def wake(self) -> None:
        """Let free servers look for jobs: something has come, or there are more of them."""
        while self.busy < self.servers and (taken := self._take()) is not None:
            self.busy += 1
            job, seconds = taken
            self._clock.timeout(seconds).callbacks.append(partial(self._finish, job))

    def _finish(self, job: J, _event: Event) -> None:
        self.busy -= 1
        self._done(job)
        self.wake()
