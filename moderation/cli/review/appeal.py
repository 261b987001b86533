"""``moderation review appeal``: authors ask for another look, and another person takes it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli import options
from moderation.cli.callers import Call, called
from moderation.cli.display import print_json, print_table
from moderation.cli.groups import InOrder
from moderation.cli.pool.common import opened_store
from moderation.cli.review.common import any_desk, item_argument, item_desk, note_of
from moderation.cli.review.decide import Request, carry_out, deciding, tell
from moderation.cli.review.lease import USUAL, print_view
from moderation.cli.review.printing import span_of
from moderation.cli.review.rendering import item_json
from moderation.domain.errors import Forbidden, NotFound, UsageError
from moderation.domain.pool import PostRecord
from moderation.domain.review import ReviewItem

if TYPE_CHECKING:
    from moderation.pool.review.desk import Desk

DUE_S = 86_400.0
"""An author waits no longer than a day."""


@click.group("appeal", cls=InOrder)
def command() -> None:
    """Open, read and decide appeals.

    \b
    Example:
      moderation review appeal open n-1 --text "It is a song."
      moderation review appeal ls --desk zh
    """


@command.command("open")
@click.argument("post_id")
@click.option("--revision", type=click.IntRange(1), help="Which revision [default: the newest].")
@click.option("--text", default="", help="What the author says.")
@click.option("--text-file", type=click.Path(allow_dash=True), help="The same, from a file or - for stdin.")
@options.common
def open_(
    post_id: str,
    revision: int | None,
    text: str,
    text_file: str | None,
    config: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    """Ask for another look at a post, for its author: called by the platform, which needs no token of a reviewer.

    \b
    Example:
      moderation review appeal open n-1 --text "It is a song."
    """
    from moderation.pool.review.appeals import open_appeal
    from moderation.settings import load_routes

    text = note_of(text, text_file)
    with opened_store(config) as store:
        now = time.time()
        store.settle(now)
        number = revision or _newest(store.show(post_id), post_id)
        item_id = open_appeal(store, (post_id, number), text, now, DUE_S, load_routes().desks)
    if as_json:
        print_json({"v": 1, "item": item_id, "post_id": post_id, "rev": number})
    else:
        click.echo({"en": f"appeal {item_id} waits for another person", "zh": f"申诉 {item_id} 号待另一人复审"}[lang])


@command.command("ls")
@any_desk
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@called
def list_(call: Call, desk: str | None, limit: int) -> None:
    """List the appeals that wait, the one that is due first at the top.

    \b
    Example:
      moderation review appeal ls --desk zh
    """
    from moderation.pool.review.access import permit

    with call.office() as (office, who):
        permit(who, "queue")
        now = office.clock()
        items = office.store.queue(desk, limit, now, "appeal")
    if call.as_json:
        print_json({"v": 1, "desk": desk, "items": [item_json(item) for item in items]})
        return
    titles = {
        "en": ("Appeals", "id", "desk", "post", "due", "language", "the author says"),
        "zh": ("申诉", "编号", "审核台", "内容", "期限", "语言", "作者说明"),
    }
    title, *headings = titles[call.lang]
    rows = [(item.id, item.desk, item.post_id, span_of(item.due_at - now), item.language, item.text) for item in items]
    print_table(title, headings, rows, empty="0")


@command.command()
@item_argument
@item_desk
@called
def show(call: Call, item_id: int, desk: str | None) -> None:
    """Show an appeal: the post, what the author says, and what was decided before.

    \b
    Example:
      moderation review appeal show 12
    """
    with call.at(item_id, desk) as at:
        print_view(call, at, _appeal(at, item_id).id, USUAL, call.retelling())


@command.command()
@deciding
def decide(call: Call, request: Request) -> None:
    """Decide an appeal that you hold; exit 8 where it is a verdict of your own that is appealed against.

    Claim it with `moderation review claim --lane appeal`. Exit codes are those of `moderation review decide`.

    \b
    Example:
      moderation review appeal decide 12 --lease L-3 --fence 1 --action allow --basis read
    """
    from moderation.pool.review.appeals import outcome

    with call.at(request.item_id, request.desk) as at:
        item = _appeal(at, request.item_id)
        before = at.office.store.of_post(item.post_id, item.revision)
        if any(one.reviewer == at.reviewer.name and one.item != item.id for one in before):
            raise Forbidden(
                f"you have decided post {item.post_id} before; an appeal takes another person",
                zh=f"你曾判定过帖子 {item.post_id}；申诉须由另一人复审",
            )
        result = carry_out(at, request)
        came = outcome(at.office.store, result.recorded[0]).outcome if result.recorded else None
        tell(call, at, request, result, appeal=came)


def _appeal(at: Desk, item_id: int) -> ReviewItem:
    item = at.office.store.item(item_id, at.office.clock())
    if item.kind != "appeal":
        raise UsageError(
            f"item {item_id} is no appeal; `moderation review show {item_id}` shows it",
            zh=f"{item_id} 号条目不是申诉；可用 `moderation review show {item_id}` 查看",
        )
    return item


def _newest(records: Sequence[PostRecord], post_id: str) -> int:
    if not records:
        raise NotFound(f"no post `{post_id}` in the pool; `moderation pool search` finds what is there")
    return int(records[0].post["revision"])
