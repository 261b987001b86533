"""``moderation pool views``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click
import orjson

from moderation.cli import options
from moderation.cli.display import print_json, visible
from moderation.cli.files import open_input
from moderation.cli.pool.common import opened_store
from moderation.domain.errors import RefusedPost

_BATCH = 1000


@click.command()
@click.argument("file", default="-", type=click.Path(allow_dash=True))
@options.common
def views(file: str, config: Path | None, as_json: bool, lang: str) -> None:
    """Say how often posts are seen now: what waits for review is put in order anew.

    Each line is {"id": "n-1", "views_per_minute": 12.5}. Refused lines are named on stderr.

    \b
    Example:
      moderation pool views views.jsonl
      echo '{"id": "n-1", "views_per_minute": 900}' | moderation pool views -
    """
    taken = refused = changed = 0
    with open_input(file) as stream, opened_store(config) as store:
        batch: dict[str, float] = {}
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                post_id, per_minute = _parse(line)
            except RefusedPost as error:
                refused += 1
                click.echo(visible(f"line {number}: {error}"), err=True)
                continue
            taken += 1
            batch[post_id] = per_minute
            if len(batch) == _BATCH:
                changed += store.views(batch, time.time())
                batch = {}
        changed += store.views(batch, time.time()) if batch else 0
    if as_json:
        print_json({"v": 1, "taken": taken, "refused": refused, "items": changed})
    says = {
        "en": f"{taken:,} lines taken, {refused:,} refused; {changed:,} items that wait were put in order anew",
        "zh": f"已接收 {taken:,} 行，拒收 {refused:,} 行；{changed:,} 个待审项重新排序",
    }
    click.echo(says[lang], err=True)


def _parse(line: bytes) -> tuple[str, float]:
    """Id and views a minute; :class:`RefusedPost` says what is wrong."""
    try:
        value: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise RefusedPost("line", f"is not JSON ({error.msg})") from None
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise RefusedPost("id", 'must be a string: {"id": "n-1", "views_per_minute": 12.5}')
    per_minute = value.get("views_per_minute")
    if isinstance(per_minute, bool) or not isinstance(per_minute, float | int) or per_minute < 0:
        raise RefusedPost("views_per_minute", "must be a number, 0 or more")
    return value["id"], float(per_minute)
