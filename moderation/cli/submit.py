"""``moderation submit``: enqueue posts through the broker."""

from __future__ import annotations

import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import click

from moderation.cli import options
from moderation.cli.display import print_json, visible
from moderation.cli.files import open_input, progress
from moderation.cli.pool.status import STATES
from moderation.domain.errors import UsageError
from moderation.pool.door import read_posts, until_damaged
from moderation.settings import Settings, load_settings


@dataclass(slots=True)
class Tally:
    """What became of the lines so far, and the damage that ended the reading early."""

    accepted: int = 0
    enqueued: int = 0
    repeated: int = 0
    refused: int = 0
    damage: list[UsageError] = field(default_factory=list)


@click.command()
@click.argument("file", default="-", type=click.Path(allow_dash=True))
@options.config
@options.lang
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on stdout.")
def command(file: str, config: Path | None, lang: str, as_json: bool) -> None:
    """Write posts (JSON Lines, also .gz) to the pool and enqueue them; waits while too many are pending.

    Safe to run again: what is in already is passed over. Refused lines are named on stderr and kept as dead letters.

    \b
    Example:
      moderation submit posts.jsonl.gz
      zcat posts.jsonl.gz | moderation submit -
    """
    settings = load_settings(config)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    tally, started, interrupted = Tally(), time.perf_counter(), False
    try:
        _submit(settings, file, tally, lang)
    except KeyboardInterrupt:
        interrupted = True
    _summarise(tally, time.perf_counter() - started, lang, as_json=as_json)
    if interrupted:
        click.echo(_WORDS[lang]["interrupted"], err=True)
        sys.exit(130)
    if tally.damage:
        raise tally.damage[0]


def _submit(settings: Settings, file: str, tally: Tally, lang: str) -> None:
    from moderation.client import Producer

    told = False

    def waits(pending: int) -> None:
        nonlocal told
        if not told:
            state = STATES[lang][producer.state()]
            click.echo(_WORDS[lang]["waiting"].format(pending=pending, state=state), err=True)
        told = True

    with open_input(file) as stream, Producer(settings) as producer, progress("submitting") as advance:
        for receipt in producer.submit_each(until_damaged(read_posts(stream), tally.damage), source=file, waits=waits):
            tally.accepted += receipt.accepted
            tally.enqueued += receipt.enqueued
            tally.repeated += receipt.repeated
            tally.refused += len(receipt.refused)
            for refusal in receipt.refused:
                click.echo(visible(str(refusal)), err=True)
            advance(receipt.accepted + receipt.repeated + len(receipt.refused))
            told = False


def _summarise(tally: Tally, seconds: float, lang: str, *, as_json: bool) -> None:
    if as_json:
        names = ("accepted", "enqueued", "repeated", "refused")
        print_json({**{name: getattr(tally, name) for name in names}, "seconds": round(seconds, 3)})
    say = _WORDS[lang]
    counts = {"accepted": tally.accepted, "repeated": tally.repeated, "refused": tally.refused}
    click.echo(say["in"].format(**counts, rate=tally.accepted / seconds), err=True)
    if missing := tally.accepted - tally.enqueued:
        click.echo(say["missing"].format(missing=missing), err=True)


_WORDS = {
    "en": {
        "in": "{accepted:,} posts are in ({repeated:,} were before, {refused:,} lines refused), {rate:,.0f}/s",
        "missing": (
            "{missing:,} of them are in the pool but not yet in the broker, which is away; the workers' sweeper "
            "enqueues them, nothing is lost"
        ),
        "waiting": "{pending:,} posts are pending: waiting for workers (`moderation worker`); load: {state}",
        "interrupted": "interrupted; the same command resumes, what is in is passed over",
    },
    "zh": {
        "in": "已入库 {accepted:,} 条（此前已有 {repeated:,} 条，拒收 {refused:,} 行），每秒 {rate:,.0f} 条",
        "missing": "其中 {missing:,} 条已入库但暂未进入消息队列（队列不可达）；工作进程的清扫器会补发，不会丢失",
        "waiting": "待处理 {pending:,} 条：等待工作进程（`moderation worker`）；负载：{state}",
        "interrupted": "已中断；重跑同一命令即可继续，已入库的会跳过",
    },
}
