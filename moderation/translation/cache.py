"""What was translated once is not asked for again while the process lives."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from moderation.pool.review.translator import Translator
from moderation.pool.review.view import Translation

SIZE = 1024
"""Translations that are remembered; the one longest unused goes first. A post has at most 20,000 characters."""

FAILURES_FOR_S = 30.0
"""How long a failure is remembered, so that a dead engine does not cost its time limit at every keystroke."""

_Key = tuple[str, str, bytes]


class Remembering:
    """A translator with a memory, by target, source and SHA-256 of the text. May be shared by threads."""

    def __init__(self, translator: Translator, size: int = SIZE, clock: Callable[[], float] = time.monotonic) -> None:
        self._translator = translator
        self._size = size
        self._clock = clock
        self._known: OrderedDict[_Key, tuple[Translation, float]] = OrderedDict()
        self._lock = Lock()

    def translate(self, text: str, source: str, target: str) -> Translation:
        key = (target, source, hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
        with self._lock:
            known, until = self._known.get(key, (None, 0.0))
            if known and self._clock() < until:
                self._known.move_to_end(key)
                return known
        made = self._translator.translate(text, source, target)  # without the lock: others need not wait
        with self._lock:
            self._known[key] = made, float("inf") if made.failure is None else self._clock() + FAILURES_FOR_S
            self._known.move_to_end(key)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return made
