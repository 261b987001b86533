"""``moderation screen``: posts in, decisions out; no broker, no store."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from time import perf_counter
from typing import BinaryIO

import click
import orjson

from moderation.cli import options
from moderation.cli.files import open_input, open_output, progress
from moderation.domain.decision import Decision
from moderation.domain.errors import UsageError
from moderation.domain.post import Post
from moderation.pipeline import Pipeline
from moderation.pool.door import Refusal, batches, read_lines, until_damaged
from moderation.pool.screening import screen
from moderation.settings import load_settings

BATCH = 512
_LINE = orjson.OPT_APPEND_NEWLINE


@dataclass(slots=True)
class Tally:
    """Counts for the summary."""

    decided: int = 0
    repeated: int = 0
    refused: int = 0


def as_json(_post: Post, decisions: Sequence[Decision]) -> bytes:
    """A decision as a line of the output."""
    return orjson.dumps(decisions[0].to_json(), option=_LINE)


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

    settings = load_settings(config)
    letters = refused or Path("refused.jsonl" if output == "-" else f"{output}.refused.jsonl")
    with ExitStack() as stack:
        source = stack.enter_context(open_input(file))
        processes = jobs or os.cpu_count() or 1
        pipeline = build_pipeline(settings, rules, forks=processes > 1)
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
    chunks = batches(until_damaged(read_lines(source), damage), BATCH)
    with ExitStack() as stack, progress("screening") as advance:
        dead: BinaryIO | None = None
        for _, outcome in screen(chunks, [pipeline], as_json, jobs):
            if isinstance(outcome, Refusal):
                tally.refused += 1
                dead = dead or stack.enter_context(letters.open("wb"))
                dead.write(orjson.dumps(outcome.to_json(), option=_LINE))
                click.echo(str(outcome), err=True)
            elif outcome is None:
                tally.repeated += 1
            else:
                tally.decided += 1
                sink.write(outcome.result)
            advance(1)
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
