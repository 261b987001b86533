"""``moderation review claim``, ``show``, ``renew`` and ``release``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from moderation.cli.callers import Call, called
from moderation.cli.display import print_json, visible
from moderation.cli.review.common import (
    fence_option,
    item_argument,
    item_desk,
    lease_of,
    lease_option,
    own_desk,
)
from moderation.cli.review.printing import print_item, print_translation
from moderation.cli.review.rendering import hidden, item_json, lease_json, retold_json, translation_json, view_json
from moderation.cli.times import span
from moderation.domain.errors import ModerationError, QueueEmpty
from moderation.domain.review import LANES, REASONS, ReviewItem
from moderation.domain.reviewer import LEVELS
from moderation.domain.taxonomy import CATEGORIES
from moderation.pool.review.shifts import iso

if TYPE_CHECKING:
    from moderation.cli.decided import Retelling
    from moderation.pool.review.desk import Desk
    from moderation.pool.review.view import Translation

PARTS = ("why", "scores", "gloss", "mt", "thread", "author", "precedents", "campaign", "history")
USUAL = frozenset(PARTS) - {"mt"}
"""What is shown where nothing is said; a translation takes time and goes to a machine."""


def parts(value: str) -> frozenset[str]:
    """``why,gloss``: parts of what is shown."""
    found = frozenset(filter(None, value.split(",")))
    if unknown := found - set(PARTS):
        raise click.BadParameter(f"no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return found


with_option = click.option(
    "--with", "wanted", type=parts, help=f"What to show, by comma: {','.join(PARTS)} [default: all but mt]."
)


@click.command()
@own_desk
@click.option("-n", "count", type=click.IntRange(1, 100), default=1, help="How many items.")
@click.option("--policy", "--category", "categories", type=click.Choice(CATEGORIES), multiple=True, help="Only these.")
@click.option("--max-read", type=click.Choice(LEVELS), default="R3", help="Only what needs at most this level.")
@click.option("--lane", type=click.Choice([lane for lane in LANES if lane != "golden"]), help="Only this lane.")
@click.option("--ttl", type=span, help="Hold it for a shorter time than usual, such as 60s.")
@with_option
@called
def claim(
    call: Call,
    desk: str | None,
    count: int,
    categories: tuple[str, ...],
    max_read: str,
    lane: str | None,
    ttl: float | None,
    wanted: frozenset[str] | None,
) -> None:
    """Lease the next items of a desk; exit 3 when nothing waits, 10 when you have read enough for this shift.

    What the store knows is told at once; rules and models, which the rest takes, load for a second or two. A script
    in a hurry says --with why.

    \b
    Example:
      moderation review claim --desk zh --json
      moderation review claim --desk en --policy scam --max-read R2 -n 3
    """
    if ttl is not None and ttl < 1:
        raise click.UsageError("--ttl: a lease lasts a second at least; write 60s or 5m")
    with call.desk(desk) as at:
        items = at.claim(count, categories=categories, most=max_read, lane=lane)
        if not items:
            raise QueueEmpty(f"nothing waits at desk {at.desk}", zh=f"{at.desk} 审核台没有待审条目")
        retell = call.retelling()
        chosen = USUAL if wanted is None else wanted
        for item in items:
            held = item if ttl is None else _shorter(at, item, ttl)
            _print_claimed(call, at, held, chosen, retell)


@click.command()
@item_argument
@item_desk
@with_option
@called
def show(call: Call, item_id: int, desk: str | None, wanted: frozenset[str] | None) -> None:
    """Show one item: the post, why it waits, what weighed most in its scores, its gloss, precedents, author, lease.

    \b
    Example:
      moderation review show 12 --lang zh
      moderation review show 12 --with why,gloss,mt --json
    """
    with call.at(item_id, desk) as at:
        print_view(call, at, item_id, USUAL if wanted is None else wanted, call.retelling())


def print_view(call: Call, at: Desk, item_id: int, wanted: frozenset[str], retell: Retelling) -> None:
    """Print an item with what its reviewer may see of it."""
    view = at.view(item_id, wanted - {"mt", "scores"})
    item = view.item
    retold = retell(item) if "scores" in wanted and not hidden(item) else None
    translation = _translated(at, item, call.lang) if "mt" in wanted else None
    if not call.as_json:
        print_item(item, call.lang, view, retold)
        if translation:
            print_translation(translation, call.lang)
        return
    told = {"translation": translation_json(translation)} if translation else {}
    print_json({**view_json(view), **retold_json(retold), **told})


def _print_claimed(call: Call, at: Desk, item: ReviewItem, wanted: frozenset[str], retell: Retelling) -> None:
    """Print an item that was claimed: whatever cannot be gathered about it, its lease reaches its reviewer."""
    try:
        print_view(call, at, item.id, wanted, retell)
    except Exception as error:  # noqa: BLE001 - the item is held now, whatever the rules or models do
        # The message of an error of others could quote the post.
        reason = visible(error.say(call.lang)) if isinstance(error, ModerationError) else type(error).__name__
        click.echo(_BARE[call.lang].format(item=item.id, reason=reason), err=True)
        if call.as_json:
            print_json({**item_json(item), **retold_json(None)})
        else:
            print_item(item, call.lang)


_BARE = {
    "en": "item {item} is yours, and is shown without gloss, precedents and author: {reason}",
    "zh": "{item} 号已归你，但无法显示释义、先例和作者：{reason}",
}


def _translated(at: Desk, item: ReviewItem, lang: str) -> Translation:
    """The post in the language of the call, by a machine."""
    text = "\n".join(filter(None, (item.post["title"], item.post["text"])))
    return at.office.translator.translate(text, item.language, lang)


def _shorter(at: Desk, item: ReviewItem, ttl: float) -> ReviewItem:
    """An item that was claimed, held for a shorter time."""
    now = at.office.clock()
    if item.lease is None or item.lease.expires_at <= now + ttl:
        return item
    return replace(item, lease=at.office.store.renew(item.id, item.lease, now + ttl, now))


@click.command()
@item_argument
@lease_option
@fence_option
@item_desk
@called
def renew(call: Call, item_id: int, lease_id: str, fence: int, desk: str | None) -> None:
    """Hold an item for longer; exit 4 when the lease is lost.

    \b
    Example:
      moderation review renew 12 --lease L-3 --fence 1
    """
    with call.at(item_id, desk) as at:
        lease = at.renew(item_id, lease_of(at, lease_id, fence))
    until = iso(lease.expires_at)
    call.say(
        {"item": item_id, "lease": lease_json(lease)},
        en=f"item {item_id} is yours until {until}",
        zh=f"{item_id} 号由你持有至 {until}",
    )


@click.command()
@item_argument
@lease_option
@fence_option
@click.option("--reason", type=click.Choice(REASONS), default="busy", help="Any but busy: never offered to you again.")
@click.option("--note", default="", help="For those who come after you.")
@item_desk
@called
def release(call: Call, item_id: int, lease_id: str, fence: int, reason: str, note: str, desk: str | None) -> None:
    """Give an item back to its queue; with a reason but busy, pass on it for good.

    The third to pass on an item sends it to the leads.

    \b
    Example:
      moderation review release 12 --lease L-3 --fence 1
      moderation review release 12 --lease L-3 --fence 1 --reason language
    """
    passed = 0
    with call.at(item_id, desk) as at:
        lease = lease_of(at, lease_id, fence)
        if reason == "busy":
            at.release(item_id, lease)
        else:
            passed = at.skip(item_id, lease, reason, note)
    call.say(
        {"item": item_id, "released": True, "reason": reason, "passed": passed},
        en=f"item {item_id} is back in the queue",
        zh=f"{item_id} 号已退回队列",
    )
