"""What the processes of one worker work with: the pipeline, built before they fork, and each its own connections."""

from __future__ import annotations

import gc
import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from threading import Event, Thread

from moderation.bootstrap import Memory, Models, assemble, build_rules, load_models, open_store
from moderation.domain.collector import trim
from moderation.domain.errors import UsageError
from moderation.domain.ports import UNMETERED, Meter, Store
from moderation.pipeline import Pipeline
from moderation.policy.loader import SUFFIXES
from moderation.policy.model import RuleSet
from moderation.pool.surge import Triage
from moderation.settings import Settings
from moderation.storage.stream import DecisionStream
from moderation.storage.surge import RedisSurge

log = logging.getLogger(__name__)

Build = Callable[[Models, RuleSet, Memory], Pipeline]

LOOK_EVERY_S = 0.5
"""How long a child waits before it looks again whether the rule folder has changed."""
SWITCH_S = 0.0005
"""How long a child's posts wait for each turn while new rules are built: there are dozens of turns in a batch."""


class Runtime:
    """Nothing is loaded or connected before it is used.

    A worker builds the pipeline in the parent, so that its children share the memory; a connection belongs to the
    process that uses it. Afterwards the parent only keeps the newest rules that check: to build them would hold up its
    deliveries, and a thread of its own would be in the way of its forks. Each child builds them beside its work.
    """

    def __init__(self, settings: Settings, url: str, build: Build = assemble, meter: Meter = UNMETERED) -> None:
        self.settings = settings
        self.meter = meter
        self._url = url
        self._build = build
        self._seen = ""  # what the folder was like when it was last read
        self._newest: RuleSet | None = None  # of what it held, the last that checks
        self._tried = ""  # the digest of the last rules of which a pipeline was to be built
        self._pipeline: Pipeline | None = None
        self._renewed: Event | None = None  # set once a child has looked for rules newer than its parent's pipeline

    def preload(self) -> None:
        """Load the pipeline and keep the collector away from it, so that children do not copy its pages.

        Raises :class:`UsageError` for rules that do not load.
        """
        self.pipeline()
        gc.collect()
        trim()
        gc.freeze()

    def pipeline(self) -> Pipeline:
        """The pipeline that decides now; whoever works with it keeps it to the end of a batch."""
        if self._renewed is not None:
            self._renewed.wait()
        if self._pipeline is None:
            self._seen = fingerprint(self.settings.rules)
            self._newest = build_rules(self.settings)
            self._tried = self._newest.digest
            self._pipeline = self._assembled(self._newest)
        return self._pipeline

    @property
    def rules(self) -> RuleSet:
        """The newest rules that check."""
        self.pipeline()
        assert self._newest is not None  # noqa: S101 - the pipeline was built of it
        return self._newest

    def watch(self) -> None:
        """Renew the rules from now on, in a thread: for a process that does not fork."""
        sys.setswitchinterval(SWITCH_S)
        self._renewed = Event()
        Thread(target=self._watch, args=(self._renewed,), name="rules", daemon=True).start()

    def _watch(self, renewed: Event) -> None:
        while True:
            try:
                changed = self.renew()
            except Exception:
                log.exception("the rules could not be renewed, the running ones stay")
                changed = False
            renewed.set()
            if not changed:  # else it took a while, and more may have changed meanwhile
                time.sleep(LOOK_EVERY_S)

    def renew(self) -> bool:
        """Look for newer rules and let them decide once their pipeline is built; whether there were any."""
        self.look()
        newest, running = self._newest, self._pipeline
        if newest is None or running is None or newest.digest == self._tried:
            return False
        self._tried = newest.digest
        self._pipeline = self._assembled(newest)
        log.info("rules replaced old=%s new=%s pid=%d", running.policy.digest, newest.digest, os.getpid())
        return True

    def look(self) -> None:
        """Read the folder again if it has changed; what does not check is logged with its reason and passed over."""
        seen = fingerprint(self.settings.rules)
        if seen == self._seen:
            return
        self._seen = seen
        rule_set, reason = None, ""
        try:
            rule_set = build_rules(self.settings)
        except UsageError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - whatever a file holds, the running rules go on
            reason = type(error).__name__
        if fingerprint(self.settings.rules) != seen:
            self._seen = ""  # somebody is still writing, and this may be half of it: the next look reads again
        elif rule_set is None:
            log.error("rules refused, the running ones stay pid=%d reason=%s", os.getpid(), reason)
        else:
            self._newest = rule_set

    def _assembled(self, rule_set: RuleSet) -> Pipeline:
        """The pipeline of a rule set; what it remembers the workers share, beside the broker's queues.

        Where Redis is away the pipeline holds the posts that are in hand for a person, and does not give them back:
        each return would count as a try, and the third buries a post. They are few, since without it no more come.
        """
        from moderation.storage.campaigns import RedisCampaigns
        from moderation.storage.counters import RedisCounters
        from moderation.storage.fuses import RedisFuses

        shared = Memory(
            partial(RedisCampaigns, url=self._url),
            partial(RedisCounters, url=self._url),
            partial(RedisFuses, url=self._url),
        )
        return replace(self._build(self._models, rule_set, shared), meter=self.meter)

    @cached_property
    def _models(self) -> Models:
        return load_models(self.settings, forks=True)

    @cached_property
    def store(self) -> Store:
        """The pool's store; it may be carried over a fork."""
        return open_store(self.settings)

    @cached_property
    def surge(self) -> RedisSurge:
        """The state of the surge; it may be carried over a fork."""
        return RedisSurge(self._url)

    @cached_property
    def triage(self) -> Triage:
        """Whose posts go first, and whose are hurried."""
        return Triage(self.surge.state, self.settings.workers.surge.reach_per_minute)

    @cached_property
    def stream(self) -> DecisionStream:
        """The decision stream; it may be carried over a fork."""
        return DecisionStream(self._url)


def fingerprint(folder: Path) -> str:
    """Changes when a file of the folder does: names, sizes, inodes and times of change, without reading any."""
    seen = []
    folders = [str(folder)]
    while folders:
        with suppress(OSError):  # it is away, or an editor has just replaced a file: the next look sees the new one
            for entry in os.scandir(folders.pop()):
                if entry.is_dir():
                    folders.append(entry.path)
                elif entry.name.endswith(SUFFIXES):
                    stat = entry.stat()
                    seen.append((entry.path, stat.st_size, stat.st_ino, stat.st_ctime_ns))
    return repr(sorted(seen))
