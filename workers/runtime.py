"""What the processes of one worker work with: the pipeline, built before they fork, and each its own connections."""

from __future__ import annotations

import gc
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from moderation.bootstrap import build_pipeline, open_store
from moderation.domain.errors import RulesRefused
from moderation.domain.ports import Store
from moderation.pipeline import Pipeline
from moderation.settings import Settings
from moderation.storage.stream import DecisionStream

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
"""How often a process looks whether the rule folder has changed."""


class Runtime:
    """Nothing is loaded or connected before it is used.

    A worker loads the pipeline in the parent, so that its children share the memory; a connection belongs to the
    process that uses it.
    """

    def __init__(self, settings: Settings, url: str, build: Callable[[Settings], Pipeline] = build_pipeline) -> None:
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
        if self._pipeline is None:
            self._seen = fingerprint(self.settings.rules)
            self._pipeline = self._build(self.settings)
            self._looked = time.monotonic()
        elif time.monotonic() - self._looked >= LOOK_EVERY_S:
            self._pipeline = self._renewed(self._pipeline)
            self._looked = time.monotonic()
        return self._pipeline

    def _renewed(self, running: Pipeline) -> Pipeline:
        seen = fingerprint(self.settings.rules)
        if seen == self._seen:
            return running
        self._seen = seen
        speak = log.log if os.getpid() == self._parent else _mute  # each process renews its own, the parent tells
        try:
            new = self._build(self.settings)
        except (RulesRefused, OSError) as error:
            speak(
                logging.ERROR, "rules refused, the running ones stay rules=%s reason=%s", running.policy.digest, error
            )
            return running
        if new.policy.digest != running.policy.digest:
            speak(logging.INFO, "rules replaced old=%s new=%s", running.policy.digest, new.policy.digest)
        return new

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
    for path in sorted(folder.rglob("*.yaml")):
        with suppress(FileNotFoundError):  # an editor has just replaced it: the next look sees the new one
            stat = path.stat()
            seen.append((str(path), stat.st_size, stat.st_mtime_ns))
    return repr(seen)
