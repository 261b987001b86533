"""Producers and reviewers that never rest: posts in several revisions, some sent twice, and verdicts on some."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from threading import Event, Thread
from typing import Any

from moderation.client import Producer
from moderation.domain.errors import AlreadyDecided, LeaseLost, NotFound, ServiceUnavailable
from moderation.domain.ports import Store
from moderation.domain.review import VERDICTS, Verdict
from tests.support.builders import an_ask
from tests.support.site import TEXTS, Site

BREAKING = (2, 3)
"""Places among the texts of those that the rule holds."""

Key = tuple[str, int]

_BATCH = 32
_BURST = 8  # batches
_REST_S = 0.8
_ATTEMPTS_S = 120


class Load(Thread):
    """Bursts of 256 posts, one a second, while fewer than ``pending`` are pending, until it is ended.

    What it was told is accepted stands in ``accepted``.

    A batch that the store could not take is sent again, as a producer does who was not told that it is on disk.
    """

    def __init__(self, site: Site, name: str, seed: int, pending: int) -> None:
        super().__init__(name=f"load {name}", daemon=True)
        self.accepted: dict[Key, int] = {}  # which text it has
        self.verdicts: set[Key] = set()
        self.error: BaseException | None = None
        self._site = site
        self._prefix = name
        self._random = random.Random(seed)
        self._pending = pending
        self._number = 0
        self._ended = Event()

    def run(self) -> None:
        """Send and review until the end."""
        try:
            with Producer(self._site.settings()) as producer:
                store = self._site.store()
                try:
                    while not self._ended.is_set():
                        for _ in range(_BURST):
                            self._send(producer, self._batch())
                            self._review(store)
                        self._pause(store)
                finally:
                    store.close()
        except BaseException as error:  # shown by `end`, in the thread that waits
            self.error = error
            raise

    def end(self) -> None:
        """Finish what is in hand; raises what ended the load before its time."""
        self._ended.set()
        self.join(_ATTEMPTS_S)
        if self.error is not None or self.is_alive():
            raise RuntimeError(f"the load of {self._prefix} has not ended well") from self.error

    def send(self, posts: Sequence[Mapping[str, Any]]) -> None:
        """Submit other posts, from another thread."""
        with Producer(self._site.settings()) as producer:
            self._send(producer, posts)

    def _batch(self) -> list[dict[str, Any]]:
        """New posts, and new revisions of some that came before, with other texts."""
        posts: dict[Key, dict[str, Any]] = {}
        for _ in range(_BATCH):
            again = self._number > 10 and self._random.random() < 0.3
            number = self._random.randrange(max(0, self._number - 200), self._number) if again else self._number
            self._number += not again
            post_id = f"{self._prefix}-{number}"
            revision = max((key[1] for key in self._of(post_id, posts)), default=0) + 1
            place = self._random.randrange(len(TEXTS))
            posts[post_id, revision] = {
                "id": post_id,
                "revision": revision,
                "text": f"{TEXTS[place]} {number}.{revision}",
            }
        return list(posts.values())

    def _of(self, post_id: str, fresh: Mapping[Key, Any]) -> list[Key]:
        keys = [(post_id, revision) for revision in range(1, 100)]
        return [key for key in keys if key in self.accepted or key in fresh]

    def _send(self, producer: Producer, posts: Sequence[Mapping[str, Any]]) -> None:
        twice = self._random.random() < 0.1
        for _ in range(1 + twice):
            self._until_taken(producer, posts)
        for post in posts:
            place = next((n for n, text in enumerate(TEXTS) if post["text"].startswith(text)), -1)
            self.accepted[post["id"], post["revision"]] = place

    def _until_taken(self, producer: Producer, posts: Sequence[Mapping[str, Any]]) -> None:
        deadline = time.monotonic() + _ATTEMPTS_S
        while True:
            try:
                receipt = producer.submit_many(posts)
            except ServiceUnavailable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                assert not receipt.refused, receipt.refused
                return

    def _review(self, store: Store) -> None:
        if self._random.random() > 0.2:
            return
        now = time.time()
        verdict = Verdict(self._random.choice(VERDICTS), None, "translation")
        try:
            for item in store.claim(an_ask(self._random.choice(("zh", "en")), "chaos"), 3, now):
                if item.lease is not None:
                    store.decide(item.id, item.lease, verdict, now, hold_s=self._random.choice((0.0, 1.0)))
                    self.verdicts.add((item.post_id, item.revision))
        except (ServiceUnavailable, LeaseLost, AlreadyDecided, NotFound):
            return  # a newer revision came, or nobody knows whether it was written: the store does

    def _pause(self, store: Store) -> None:
        self._ended.wait(_REST_S)
        while not self._ended.is_set():
            try:
                if store.count_pending() < self._pending:
                    return
            except ServiceUnavailable:
                return
            time.sleep(0.05)
