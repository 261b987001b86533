"""``moderation pool show`` and ``export``."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from moderation.cli import options
from moderation.cli.display import print_json, visible
from moderation.cli.files import open_output
from moderation.cli.pool.common import opened_store
from moderation.cli.pool.decision import print_decision
from moderation.domain.errors import NotFound


@click.command()
@click.argument("post_id")
@options.common
def show(post_id: str, config: Path | None, as_json: bool, lang: str) -> None:
    """Show all that is known about a post: its revisions, decisions and verdicts.

    \b
    Example:
      moderation pool show demo-zh-001
    """
    with opened_store(config) as store:
        store.settle(time.time())
        records = store.show(post_id)
    if not records:
        raise NotFound(f"no post `{post_id}` in the pool; `moderation pool status` counts what is there")
    for record in records:
        if as_json:
            print_json(asdict(record))
            continue
        click.echo(f"{post_id} revision {record.post['revision']}: {record.state}")
        click.echo(f"  {visible(record.post['title'])} {visible(record.post['text'])}".rstrip())
        if record.decision:
            print_decision(record.decision, lang)
        for verdict in record.verdicts:
            click.echo(f"  verdict: {verdict['action']} by {visible(verdict['reviewer'])} ({verdict['basis']})")


@click.command()
@click.option("-o", "--output", default="-", help="Where the decisions go [default: stdout].")
@options.plain
def export(output: str, config: Path | None) -> None:
    """Write every decision as JSON Lines, as `moderation screen` does, in order of intake.

    \b
    Example:
      moderation pool export -o decisions.jsonl
    """
    with opened_store(config) as store, open_output(output) as sink:
        for decision in store.export():
            sink.write(orjson.dumps(decision, option=orjson.OPT_APPEND_NEWLINE))
