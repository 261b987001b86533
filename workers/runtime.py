"""What the processes of one worker work with: the pipeline, built before they fork, and each its own connections."""

from __future__ import annotations

import gc
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path

from moderation.bootstrap import Memory, Models, assemble, build_rules, load_models, open_store
from moderation.domain.errors import RulesRefused
from moderation.domain.ports import Store
from moderation.pipeline import Pipeline
from moderation.policy.loader import SUFFIXES
from moderation.policy.model import RuleSet
from moderation.settings import Settings
from moderation.storage.stream import DecisionStream

log = logging.getLogger(__name__)

Build = Callable[[Models, RuleSet, Memory], Pipeline]

LOOK_EVERY_S = 2.0
"""How often a process looks whether the rule folder has changed."""


class Runtime:
    """Nothing is loaded or connected before it is used.

    A worker loads the pipeline in the parent, so that its children share the memory; a connection belongs to the
    process that uses it.
    """

    def __init__(self, settings: Settings, url: str, build: Build = assemble) -> None:
        self.settings = settings
        self._url = url
        self._build = build
        self._pipeline: Pipeline | None = None
        self._seen = ""
        self._looked = 0.0
        self._parent = os.getpid()

    def preload(self) -> None:
        """Load the pipeline and keep the collector away from it, so that children do not copy its pages.

        Raises :class:`RulesRefused` for rules that do not load.
        """
        self.pipeline()
        gc.collect()
        gc.freeze()

    def pipeline(self) -> Pipeline:
        """The pipeline with the newest rules that load."""
        now = time.monotonic()
        if self._pipeline is None:
            self._seen = fingerprint(self.settings.rules)
            rule_set = build_rules(self.settings)
            self._pipeline = self._assembled(rule_set)
        elif now - self._looked < LOOK_EVERY_S:
            return self._pipeline
        else:
            self._pipeline = self._renewed(self._pipeline)
        self._looked = now
        return self._pipeline

    def _renewed(self, running: Pipeline) -> Pipeline:
        seen = fingerprint(self.settings.rules)
        if seen == self._seen:
            return running
        self._seen = seen
        try:
            rule_set = build_rules(self.settings)
        except (RulesRefused, OSError) as error:
            log.error(  # noqa: TRY400 - the reason is the author's, not a trace
                "rules refused, the running ones stay rules=%s reason=%s", running.policy.digest, error
            )
            return running
        if rule_set.digest == running.policy.digest:
            return running
        log.info("rules replaced old=%s new=%s pid=%d", running.policy.digest, rule_set.digest, os.getpid())
        return self._assembled(rule_set)

    def _assembled(self, rule_set: RuleSet) -> Pipeline:
        """The pipeline of a rule set; what it remembers the workers share, beside the broker's queues.

        Where Redis is away the pipeline holds the posts that are in hand for a person, and does not give them back:
        each return would count as a try, and the third buries a post. They are few, since without it no more come.
        """
        from moderation.storage.counters import RedisCounters
        from moderation.storage.fuses import RedisFuses

        from moderation.storage.campaigns import RedisCampaigns

        shared = Memory(
            partial(RedisCampaigns, url=self._url),
            partial(RedisCounters, url=self._url),
            partial(RedisFuses, url=self._url),
        )
        return self._build(self._models, rule_set, shared)

    @cached_property
    def _models(self) -> Models:
        return load_models(self.settings, forks=True)

    @cached_property
    def store(self) -> Store:
        """The pool's store; it may be carried over a fork."""
        return open_store(self.settings)

    @cached_property
    def stream(self) -> DecisionStream:
        """The decision stream; it may be carried over a fork."""
        return DecisionStream(self._url)


def _mute(*_: object) -> None:
    """Say nothing."""


def fingerprint(folder: Path) -> str:
    """Changes when a file of the folder does: names, sizes and times of change, without reading any."""
    seen = []
    for path in sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES):
        with suppress(FileNotFoundError):  # an editor has just replaced it: the next look sees the new one
            stat = path.stat()
            seen.append((str(path), stat.st_size, stat.st_mtime_ns))
    return repr(seen)
