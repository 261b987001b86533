"""What the workers do with posts: detect and route, judge and commit, publish, look after what was left behind.

Every step may run twice, or beside itself, and then changes nothing: the store decides what is still pending.

A post that kills its worker must not do so for ever. Each try at a group of posts is counted; the third takes it apart
into single posts, and a single post at its third try is buried among the dead letters. A post that merely makes the
code fail is found at once, by halving its group.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Protocol, TypeVar

from moderation.domain.errors import ServiceUnavailable
from moderation.domain.language import Language
from moderation.domain.pool import Publication
from moderation.domain.ports import UNMETERED, Meter, Store
from moderation.domain.post import Post
from moderation.pipeline import Pipeline
from moderation.pool.surge import UNHURRIED, Triage

log = logging.getLogger(__name__)

LAST_TRY = 3
_PAGE = 512
_SWEPT = 16_384
_QUOTABLE = re.compile(r"\w{4,}|[^\x00-\x7f]")

HERE = "here"
"""Ends the name of a group that is judged where its languages were detected, as a route does of one that is sent."""

PostJson = Mapping[str, Any]
Detected = tuple[Post, Language]
T = TypeVar("T", PostJson, Detected)


class Sender(Protocol):
    """Puts work into the broker's queues."""

    def detect(self, unit: str, posts: Sequence[PostJson]) -> None:
        """Have the languages of posts detected."""
        ...

    def judge(self, route: str, unit: str, detected: Sequence[Detected]) -> None:
        """Have posts judged by the workers of a route."""
        ...

    def publish(self) -> None:
        """Have the outbox emptied."""
        ...


class Outlet(Protocol):
    """Where decisions are published; one publisher at a time."""

    def want(self) -> bool:
        """Say that there is something to publish; whether nobody had said so before."""
        ...

    def wanted(self) -> bool:
        """Whether somebody has said so since the last :meth:`begin`."""
        ...

    def begin(self) -> bool:
        """Become the publisher; False while another is."""
        ...

    def last(self) -> int | None:
        """The number of the last publication that it holds; None where it holds none."""
        ...

    def append(self, publications: Sequence[Publication]) -> bool:
        """Publish, all or none; False where another has become the publisher meanwhile."""
        ...

    def end(self) -> None:
        """Let another be the publisher."""
        ...


@dataclass(frozen=True, slots=True)
class Flow:
    """The workers' use cases over the ports.

    ``route`` names the route of a post by its language; ``here`` are the routes that this process judges itself: posts
    of these are judged at once, which saves them a second way through the broker. ``triage`` says whose posts are
    judged in a hurry.
    """

    store: Store
    pipeline: Pipeline
    send: Sender
    outlet: Outlet
    route: Callable[[Language], str]
    here: Collection[str] = ()
    meter: Meter = UNMETERED
    triage: Triage = UNHURRIED
    clock: Callable[[], float] = time.time

    def detect(self, unit: str, posts: Sequence[PostJson], *, again: bool) -> None:
        """Detect languages; judge what is judged here, and send on the rest, one message a route.

        ``again``: the broker delivered it before. The first delivery of a message needs no count in the store; it
        cannot be a loop.
        """
        if again and self.store.begin(unit, self.clock()) + 1 >= LAST_TRY:
            self._take_apart(unit, posts, posts, self.send.detect)
            return
        detected: list[Detected] = []

        def work(some: Sequence[PostJson]) -> None:
            with self.meter.stage("parse", len(some)):
                parsed = [Post.parse(post) for post in some]
            detected.extend(zip(parsed, self.pipeline.detect(parsed), strict=True))

        self._halving(unit, work, posts)
        here: list[Detected] = []
        away: dict[str, list[Detected]] = {}
        for one in detected:
            route = self.route(one[1])
            (here if route in self.here else away.setdefault(route, [])).append(one)
        for route, some in away.items():
            self.send.judge(route, f"{unit}.{route}", some)
        if here:
            self.judge(f"{unit}.{HERE}", here)
        if again:
            self.store.commit(unit, (), self.clock())

    def judge(self, unit: str, detected: Sequence[Detected]) -> None:
        """Judge those posts that are still pending and commit the decisions."""
        with self.meter.stage("begin", len(detected)):
            tries, pending = self.store.attempt(unit, [post.key for post, _ in detected], self.clock())
        left = [one for one in detected if one[0].key in pending]
        if not left:
            return
        if tries >= LAST_TRY:
            self._take_apart(unit, detected, left, self._judge_again)
            return

        def work(some: Sequence[Detected]) -> None:
            posts = [post for post, _ in some]
            hurried = self.triage.hurried(posts)
            decisions = self.pipeline.judge(posts, [language for _, language in some], hurried)
            with self.meter.stage("commit", len(some)):
                self.store.commit(unit, decisions, self.clock())
            self.meter.decided(decisions)

        self._halving(unit, work, left)
        if self.outlet.want():
            self.send.publish()

    def publish(self) -> None:
        """Empty the outbox into the stream, in order; again while more is wanted. Verdicts that are due come first."""
        while self.outlet.begin():
            try:
                last = self.outlet.last()
                if last is not None and (forgotten := self.store.unmark_published(last)):
                    log.warning(
                        "the decision stream has forgotten its end, it is published again entries=%d", forgotten
                    )
                self.store.settle(self.clock())
                while page := self.store.unpublished(_PAGE):
                    with self.meter.stage("publish", len(page)):
                        if not self.outlet.append(page):
                            return
                        self.store.mark_published([one.seq for one in page], self.clock())
            finally:
                self.outlet.end()
            if not self.outlet.wanted():
                return

    def sweep(self, before: float) -> int:
        """Enqueue again what is pending and was last enqueued before a time; returns how many posts.

        Verdicts whose time to be undone is over take effect, and what waits to be published is.
        """
        units = self.store.take_stale(before, _SWEPT, self.clock())
        for unit in units:
            self.send.detect(unit.id, unit.posts)
        self.store.settle(self.clock())
        if self.store.unpublished(1):
            self.send.publish()
        return sum(len(unit.posts) for unit in units)

    def _judge_again(self, unit: str, detected: Sequence[Detected]) -> None:
        for one in detected:
            self.send.judge(self.route(one[1]), unit, [one])

    def _take_apart(
        self, unit: str, items: Sequence[T], left: Sequence[T], send: Callable[[str, Sequence[T]], None]
    ) -> None:
        """Send each post by itself, under a name that is the same whenever this unit is taken apart."""
        if len(items) == 1:
            self.store.bury(unit, _key(items[0]), f"its worker was lost {LAST_TRY - 1} times", self.clock())
            return
        for n, item in enumerate(items):
            if item in left:
                send(f"{unit}.{n}", [item])

    def _halving(self, unit: str, work: Callable[[Sequence[T]], None], items: Sequence[T]) -> None:
        """Do ``work``; where it fails do it on halves, so that one bad post costs only itself."""
        try:
            work(items)
        except ServiceUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a post brings about, the others go on
            if len(items) == 1:
                self.store.bury(unit, _key(items[0]), explain(error, _json(items[0])), self.clock())
                return
            middle = len(items) // 2
            self._halving(unit, work, items[:middle])
            self._halving(unit, work, items[middle:])


def explain(error: Exception, post: PostJson) -> str:
    """The type of an error, its place and its message, which is left out where it quotes the post."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {'/'.join(PurePath(frames[-1].filename).parts[-2:])}:{frames[-1].lineno}" if frames else ""
    message = str(error).partition("\n")[0][:200]
    words = str([post.get(name) for name in ("text", "title", "media", "extra")])
    quoted = any(part in words for part in _QUOTABLE.findall(message))
    return f"{type(error).__name__}{place}" + (f": {message}" if message and not quoted else "")


def _key(item: PostJson | Detected) -> tuple[str, int]:
    return item[0].key if isinstance(item, tuple) else (item["id"], item["revision"])


def _json(item: PostJson | Detected) -> PostJson:
    return item[0].to_json() if isinstance(item, tuple) else item
