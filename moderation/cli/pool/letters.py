"""``moderation pool dead-letters`` and ``retry``."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

import click

from moderation.cli import options
from moderation.cli.callers import Call, called
from moderation.cli.display import print_json, print_table
from moderation.cli.pool.common import opened_store


@click.command("dead-letters")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@called
def dead_letters(call: Call, limit: int, offset: int) -> None:
    """List what could not be moderated, newest first, with the reason.

    \b
    Example:
      moderation pool dead-letters --json
    """
    with call.pool("dead_letters") as (store, _):
        letters = store.dead_letters(limit, offset)
    if call.as_json:
        for letter in letters:
            print_json(asdict(letter))
        return
    titles = {"en": ("Dead letters", "id", "source", "post", "reason"), "zh": ("死信", "编号", "来源", "内容", "原因")}
    title, *headings = titles[call.lang]
    print_table(title, headings, [(x.id, x.source, x.post_id or "-", x.reason) for x in letters], empty="0")


@click.command()
@click.argument("ids", nargs=-1, type=int)
@options.config
@options.lang
def retry(ids: tuple[int, ...], config: Path | None, lang: str) -> None:
    """Put buried posts back into the pool (all, or those dead letters): running workers take them up.

    \b
    Example:
      moderation pool retry
      moderation pool retry 17 18
    """
    from moderation.pool.intake import new_unit

    with opened_store(config) as store:
        posts = store.retry(ids or None, new_unit(), time.time())
    says = {
        "en": f"{len(posts)} post(s) are pending again; the workers' sweeper takes them up",
        "zh": f"{len(posts)} 条内容重新排队，由工作进程的清扫器取走",
    }
    click.echo(says[lang], err=True)
