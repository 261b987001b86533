"""``moderation pool show`` and ``export``."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from moderation.cli import options
from moderation.cli.callers import Call, called, identity, token_of
from moderation.cli.display import print_json, visible
from moderation.cli.files import open_output
from moderation.cli.pool.decision import print_decision
from moderation.domain.errors import NotFound


@click.command()
@click.argument("post_id")
@called
def show(call: Call, post_id: str) -> None:
    """Show all that is known about a post: its revisions, decisions and verdicts.

    Where the pool has users, authors go by pseudonyms, and of a post that is read blindly no opinion is told.

    \b
    Example:
      moderation pool show demo-zh-001
    """
    from moderation.bootstrap import pseudonym_key
    from moderation.cli.pool.telling import hidden_from, told

    with call.pool("show") as (store, who):
        now = time.time()
        store.settle(now)
        records = store.show(post_id)
        if who:
            hidden, key = hidden_from(who, store, now), pseudonym_key(call.settings)
            records = [told(who, record, hidden, key) for record in records]
    if not records:
        raise NotFound(f"no post `{post_id}` in the pool; `moderation pool status` counts what is there")
    for record in records:
        if call.as_json:
            print_json(asdict(record))
            continue
        click.echo(f"{post_id} revision {record.post['revision']}: {record.state or '-'}")
        click.echo(f"  {visible(record.post['title'])} {visible(record.post['text'])}".rstrip())
        if record.decision:
            print_decision(record.decision, call.lang)
        for verdict in record.verdicts:
            click.echo(f"  verdict: {verdict['action']} by {visible(verdict['reviewer'])} ({verdict['basis']})")


@click.command()
@click.option("-o", "--output", default="-", help="Where the decisions go [default: stdout].")
@identity
@options.plain
def export(output: str, config: Path | None, token_file: Path | None, reviewer: str | None) -> None:
    """Write every decision as JSON Lines, as `moderation screen` does, in order of intake.

    \b
    Example:
      moderation pool export -o decisions.jsonl
    """
    call = Call(config, as_json=True, lang="en", token=token_of(token_file), reviewer=reviewer)
    with call.pool("export") as (store, _), open_output(output) as sink:
        for decision in store.export():
            sink.write(orjson.dumps(decision, option=orjson.OPT_APPEND_NEWLINE))
