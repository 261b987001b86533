"""Judges a stream of posts in input order by several processes, with nothing remembered at its start.

What the flow remembers of earlier posts (near-duplicates, counts, breakers) lives in the process that reads the input
and is asked in input order, so the result depends neither on the number of processes nor on how the stream is cut.
Before a batch goes to a process, its near-duplicates and the posts of its authors are known. Which rules a post matches
is known only afterwards: the few posts for which what rules matched before makes a difference are judged once more.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing import get_context
from typing import Any, Generic, NamedTuple, TypeVar

from moderation.domain.decision import Decision
from moderation.domain.errors import ModerationError
from moderation.domain.language import primary
from moderation.domain.post import Post
from moderation.domain.signal import POSTS, Campaign, Tally
from moderation.pipeline import Pipeline
from moderation.pool.door import Refusal, read_post

T = TypeVar("T")
Line = tuple[int, bytes]
Key = tuple[str, int]
Shape = Callable[[Post, Sequence[Decision]], T]
"""What is wanted of a post and the decision of each pipeline; runs where they are judged, so its result travels."""


class Screened(NamedTuple, Generic[T]):
    """A post that was judged: what was wanted of it, its key, and the digest of its content."""

    result: T
    key: Key
    digest: str


class _Past(NamedTuple):
    """What one pipeline remembers before a post, as far as it can be known without judging the batch."""

    campaign: Campaign | None = None
    counts: Mapping[Tally, int] = {}


class _Chunk(NamedTuple):
    """Some lines, and for each pipeline what came before those posts of which anything did."""

    lines: list[Line]
    past: list[dict[Key, _Past]]


class _Judged(NamedTuple):
    """A post that a process judged; with its decisions where a pipeline remembers what rules match."""

    screened: Screened[Any]
    decisions: Sequence[Decision] = ()


# The pipelines and the shape that this process works with: set by the parent, inherited by its forks.
_work: tuple[Sequence[Pipeline], Shape[Any]] | None = None


def screen(
    chunks: Iterable[list[Line]], pipelines: Sequence[Pipeline], shape: Shape[T], jobs: int
) -> Iterator[tuple[Line, Refusal | Screened[T] | None]]:
    """Judge lines; each comes back in its place: refused, judged, or None where it repeats an earlier line.

    Languages are detected once, by the first pipeline. A line with the id and revision of an earlier one and other
    content is refused. All posts arrive at the time of the call. Only a few chunks are in memory at once.
    """
    global _work  # noqa: PLW0603 - forks inherit it; passing it would copy the models to every process
    _work = (pipelines, shape)
    gc.freeze()  # the models stay: the collector need not look through them, nor children copy their pages for it
    now = datetime.fromisoformat(pipelines[0].clock()).timestamp()
    register = _Register()
    remembers = any(map(_remembers, pipelines))
    for chunk, results in _in_order(_with_past(chunks, pipelines, now), jobs):
        for line, result in zip(chunk.lines, results, strict=True):
            admitted = result if isinstance(result, Refusal) else register.admit(line, result)
            if isinstance(admitted, _Judged):
                screened: Screened[T] = admitted.screened
                post = read_post(*line) if remembers else None
                if isinstance(post, Post):
                    decisions = [
                        _after(pipeline, past.get(post.key, _Past()), post, decision, now)
                        for pipeline, past, decision in zip(pipelines, chunk.past, admitted.decisions, strict=True)
                    ]
                    if any(new is not old for new, old in zip(decisions, admitted.decisions, strict=True)):
                        screened = screened._replace(result=shape(post, decisions))
                yield line, screened
            else:
                yield line, admitted


def _remembers(pipeline: Pipeline) -> bool:
    """Whether what rules matched before can make a difference to a post."""
    return pipeline.matched is not None or pipeline.fuses is not None


def _after(pipeline: Pipeline, past: _Past, post: Post, decision: Decision, now: float) -> Decision:
    """The decision with what is remembered of earlier matches; the same object where that changes nothing."""
    counts: Mapping[Tally, int] = {}
    changed = False
    if pipeline.matched is not None:
        kinds = [[match.rule for match in decision.matches]]
        (counts,) = pipeline.matched([post], kinds, now)
        changed = [counts] != _Alone(pipeline.matched.tallies)([post], kinds, now)
    language = primary(decision.language.tag)
    cut: Collection[str] = ()
    if pipeline.fuses is not None:
        cut = pipeline.fuses.cut().get(language, ())
        changed |= any(match.rule in cut and match.status != "shadow" for match in decision.matches)
    if changed:
        knowing = replace(
            _knowing(pipeline, {post.key: past}),
            matched=pipeline.matched and _Given(pipeline.matched.tallies, {post.key: counts}),
            fuses=pipeline.fuses and _Cut(language, cut),
        )
        (decision,) = knowing.judge([post], [decision.language])
    if pipeline.fuses is not None:
        pipeline.fuses.record([post], [decision], now)
    return decision


@dataclass(slots=True)
class _Register:
    """What came in, to tell a repeat (the same content) from a conflict (other content)."""

    first: dict[Key, tuple[int, str]] = field(default_factory=dict)

    def admit(self, line: Line, judged: _Judged) -> Refusal | _Judged | None:
        """The post when it comes for the first time, None for a repeat, a refusal for a conflict."""
        _, key, digest = judged.screened
        at, known = self.first.setdefault(key, (line[0], digest))
        if known != digest:
            return Refusal.of(*line, "id", f"{key[0]} revision {key[1]} stands with other content in line {at}")
        return judged if at == line[0] else None


def _with_past(chunks: Iterable[list[Line]], pipelines: Sequence[Pipeline], now: float) -> Iterator[_Chunk]:
    """Ask what came before each post, in input order. Of several lines with one key the first counts."""
    asked = any(pipeline.campaigns or pipeline.posted for pipeline in pipelines)
    known: set[Key] = set()
    for lines in chunks:
        fresh: dict[Key, Post] = {}
        for line in lines if asked else ():
            post = read_post(*line)
            if not isinstance(post, Refusal) and post.key not in known:
                fresh.setdefault(post.key, post)
        known.update(fresh)
        yield _Chunk(lines, [_past(pipeline, list(fresh.values()), now) for pipeline in pipelines])


def _past(pipeline: Pipeline, posts: list[Post], now: float) -> dict[Key, _Past]:
    campaigns = pipeline.campaigns(posts, now) if pipeline.campaigns else [None] * len(posts)
    counts = pipeline.posted(posts, [(POSTS,)] * len(posts), now) if pipeline.posted else [{}] * len(posts)
    known = zip(posts, map(_Past, campaigns, counts), strict=True)
    return {post.key: past for post, past in known if past.campaign is not None or past.counts}


def _judge(chunk: _Chunk) -> list[Refusal | _Judged]:
    """Check and judge the lines of a chunk, in order."""
    if _work is None:
        raise ModerationError("a process was asked to judge before it was told how")
    pipelines, shape = _work
    read = [read_post(*line) for line in chunk.lines]
    posts = [post for post in read if not isinstance(post, Refusal)]
    languages = pipelines[0].detect(posts)
    decided = [
        _knowing(pipeline, past).judge(posts, languages) for pipeline, past in zip(pipelines, chunk.past, strict=True)
    ]
    kept = any(map(_remembers, pipelines))
    judged = (
        _Judged(Screened(shape(post, decisions), post.key, post.digest()), decisions if kept else ())
        for post, decisions in zip(posts, zip(*decided, strict=True), strict=True)
    )
    return [post if isinstance(post, Refusal) else next(judged) for post in read]


def _knowing(pipeline: Pipeline, past: Mapping[Key, _Past]) -> Pipeline:
    """The pipeline with what is known of each post's past, as if no rule had matched anything before."""
    nothing = _Past()
    return replace(
        pipeline,
        campaigns=pipeline.campaigns and (lambda posts, _: [past.get(post.key, nothing).campaign for post in posts]),
        posted=pipeline.posted and _Given(pipeline.posted.tallies, {key: one.counts for key, one in past.items()}),
        matched=pipeline.matched and _Alone(pipeline.matched.tallies),
        fuses=None,
    )


class _Given(NamedTuple):
    """Counts that are known already."""

    tallies: Sequence[Tally]
    known: Mapping[Key, Mapping[Tally, int]]

    def __call__(
        self, posts: Sequence[Post], kinds: Sequence[Collection[str]], now: float
    ) -> list[Mapping[Tally, int]]:
        return [self.known.get(post.key, {}) for post in posts]


class _Alone(NamedTuple):
    """Counts each post as if it were its author's first."""

    tallies: Sequence[Tally]

    def __call__(
        self, posts: Sequence[Post], kinds: Sequence[Collection[str]], now: float
    ) -> list[Mapping[Tally, int]]:
        return [
            {} if post.author.id is None else {tally: int(tally.of in kind) for tally in self.tallies}
            for post, kind in zip(posts, kinds, strict=True)
        ]


class _Cut(NamedTuple):
    """Rules that are cut off in a language."""

    language: str
    rules: Collection[str]

    def cut(self) -> Mapping[str, Collection[str]]:
        return {self.language: self.rules}

    def record(self, posts: Sequence[Post], decisions: Sequence[Decision], now: float) -> None:
        """Count nothing: who asked has done it."""


def _in_order(chunks: Iterable[_Chunk], jobs: int) -> Iterator[tuple[_Chunk, list[Refusal | _Judged]]]:
    """Judge chunks by ``jobs`` processes, results in input order."""
    if jobs == 1:
        for chunk in chunks:
            yield chunk, _judge(chunk)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        waiting: deque[tuple[_Chunk, Future[list[Refusal | _Judged]]]] = deque()
        try:
            for chunk in chunks:
                waiting.append((chunk, pool.submit(_judge, chunk)))
                if len(waiting) > 2 * jobs:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        except BrokenProcessPool:
            raise ModerationError(
                "a screening process was killed (out of memory?); run again with --jobs 1 to see which post does it"
            ) from None
        finally:
            for _, future in waiting:
                future.cancel()
