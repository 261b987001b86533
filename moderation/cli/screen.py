"""``moderation screen``: posts in, decisions out; no broker, no store."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BufferedReader
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import BinaryIO, NamedTuple

import click
import orjson

from moderation.cli import options
from moderation.cli.files import open_input, open_output, progress
from moderation.domain.errors import ModerationError, UsageError
from moderation.domain.ports import Campaigns
from moderation.domain.post import Post
from moderation.domain.signal import Campaign
from moderation.pipeline import Pipeline
from moderation.pool.door import Refusal, batches, read_lines, read_post, until_damaged
from moderation.settings import load_settings

BATCH = 512
_LINE = orjson.OPT_APPEND_NEWLINE

Line = tuple[int, bytes]
Key = tuple[str, int]


class Chunk(NamedTuple):
    """Some lines, and the near-duplicates of those posts among them that have any; None where no rule asks."""

    lines: list[Line]
    campaigns: Mapping[Key, Campaign] | None = None


@dataclass(frozen=True, slots=True)
class Screened:
    """What became of one line: a refusal, or a post's key, the digest of its content, and its decision."""

    refusal: Refusal | None = None
    key: Key = ("", 0)
    digest: str = ""
    decision: bytes = b""


@dataclass(slots=True)
class Tally:
    """Counts for the summary, and what came in, to tell a repeat (same content) from a conflict (other content)."""

    decided: int = 0
    repeated: int = 0
    refused: int = 0
    first: dict[Key, tuple[int, str]] = field(default_factory=dict)

    def admit(self, number: int, line: bytes, result: Screened) -> Refusal | bytes:
        """The decision to write, nothing (``b""``) for a repeat, or a refusal; counted."""
        refusal = result.refusal
        if refusal is None:
            at, digest = self.first.setdefault(result.key, (number, result.digest))
            if digest != result.digest:
                name = f"{result.key[0]} revision {result.key[1]}"
                refusal = Refusal.of(number, line, "id", f"{name} stands with other content in line {at}")
            elif at != number:
                self.repeated += 1
                return b""
            else:
                self.decided += 1
                return result.decision
        self.refused += 1
        return refusal


# The pipeline of this process: built once by the parent, inherited by its forks.
_pipeline: Pipeline | None = None


def in_company(chunks: Iterable[list[Line]], campaigns: Campaigns, now: float) -> Iterator[Chunk]:
    """Look for near-duplicates in input order, in one process, so that it does not matter which one judges a post.

    All posts arrive ``now``. Of several lines with one id and revision the first counts: the others are left out.
    """
    known: set[Key] = set()
    for lines in chunks:
        fresh: dict[Key, Post] = {}
        for number, line in lines:
            post = read_post(number, line)
            if not isinstance(post, Refusal) and post.key not in known:
                fresh.setdefault(post.key, post)
        known.update(fresh)
        found = zip(fresh, campaigns(list(fresh.values()), now), strict=True)
        yield Chunk(lines, {key: campaign for key, campaign in found if campaign is not None})


def screen_lines(chunk: Chunk) -> list[Screened]:
    """Check and judge one batch of lines, in order."""
    if _pipeline is None:
        raise ModerationError("screen_lines was called before the pipeline was built")
    pipeline, found = _pipeline, chunk.campaigns
    if found is not None:
        pipeline = replace(pipeline, campaigns=lambda posts, _: [found.get(post.key) for post in posts])
    read = [read_post(number, line) for number, line in chunk.lines]
    decisions = iter(pipeline([post for post in read if not isinstance(post, Refusal)]))
    return [
        Screened(refusal=post)
        if isinstance(post, Refusal)
        else Screened(None, post.key, post.digest(), orjson.dumps(next(decisions).to_json(), option=_LINE))
        for post in read
    ]


def in_order(chunks: Iterable[Chunk], jobs: int) -> Iterator[tuple[list[Line], list[Screened]]]:
    """Screen batches by ``jobs`` processes, results in input order; only a few batches are in memory at once."""
    if jobs == 1:
        for chunk in chunks:
            yield chunk.lines, screen_lines(chunk)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        waiting: deque[tuple[list[Line], Future[list[Screened]]]] = deque()
        try:
            for chunk in chunks:
                waiting.append((chunk.lines, pool.submit(screen_lines, chunk)))
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


@click.command()
@click.argument("file", default="-")
@click.option("-o", "--output", default="-", help="Where the decisions go [default: stdout].")
@click.option("--refused", type=click.Path(path_type=Path, dir_okay=False), help="Where refused lines go.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes [default: one a core].")
@options.rules
@options.config
@options.lang
def command(
    file: str, output: str, refused: Path | None, jobs: int | None, rules: Path | None, config: Path | None, lang: str
) -> None:
    """Judge posts (JSON Lines, .gz read directly) without broker or store: one decision a post, in input order.

    A bad line is refused with its number and reason and the others go on; refused lines are kept in --refused FILE
    (OUT.refused.jsonl, or refused.jsonl when the decisions go to stdout).

    \b
    Example:
      moderation screen posts.jsonl.gz -o decisions.jsonl
      echo '{"id": "n-1", "text": "加V看主页"}' | moderation screen
    """
    from moderation.bootstrap import build_pipeline

    global _pipeline  # noqa: PLW0603 - forks inherit it; passing it would copy the models to every process
    settings = load_settings(config)
    letters = refused or Path("refused.jsonl" if output == "-" else f"{output}.refused.jsonl")
    with ExitStack() as stack:
        source = stack.enter_context(open_input(file))
        processes = jobs or os.cpu_count() or 1
        pipeline = _pipeline = build_pipeline(settings, rules, forks=processes > 1)
        sink = stack.enter_context(open_output(output))
        tally = Tally()
        started = perf_counter()
        try:
            _write(source, sink, letters, pipeline, processes, tally)
        finally:
            sink.flush()
            _summarise(tally, perf_counter() - started, letters, lang)


def _write(source: BufferedReader, sink: BinaryIO, letters: Path, pipeline: Pipeline, jobs: int, tally: Tally) -> None:
    damage: list[UsageError] = []
    lines_of = batches(until_damaged(read_lines(source), damage), BATCH)
    chunks: Iterable[Chunk] = map(Chunk, lines_of)
    if pipeline.campaigns is not None:
        chunks = in_company(lines_of, pipeline.campaigns, datetime.fromisoformat(pipeline.clock()).timestamp())
    with ExitStack() as stack, progress("screening") as advance:
        dead: BinaryIO | None = None
        for lines, results in in_order(chunks, jobs):
            for (number, line), result in zip(lines, results, strict=True):
                outcome = tally.admit(number, line, result)
                if isinstance(outcome, Refusal):
                    dead = dead or stack.enter_context(letters.open("wb"))
                    dead.write(orjson.dumps(outcome.to_json(), option=_LINE))
                    click.echo(str(outcome), err=True)
                else:
                    sink.write(outcome)
            advance(len(lines))
    if damage:
        raise damage[0]


_WORDS = {
    "en": {
        "decided": "{count:,} posts decided in {seconds:.1f} s ({rate:,.0f} posts/s)",
        "repeated": "{count:,} repeats left out",
        "refused": "{count:,} lines refused, kept in {letters}",
        "and": "; ",
    },
    "zh": {
        "decided": "{seconds:.1f} 秒内判定 {count:,} 条（每秒 {rate:,.0f} 条）",
        "repeated": "略过重复 {count:,} 条",
        "refused": "拒收 {count:,} 行，存于 {letters}",
        "and": "；",
    },
}


def _summarise(tally: Tally, seconds: float, letters: Path, lang: str) -> None:
    say = _WORDS[lang]
    rate = tally.decided / max(seconds, 1e-9)
    parts = [say["decided"].format(count=tally.decided, seconds=seconds, rate=rate)]
    if tally.repeated:
        parts.append(say["repeated"].format(count=tally.repeated))
    if tally.refused:
        parts.append(say["refused"].format(count=tally.refused, letters=letters))
    click.echo(say["and"].join(parts), err=True)
