"""``moderation review``: the two desks' queues, for a terminal and for scripts."""

from __future__ import annotations

import getpass
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from moderation.cli import options
from moderation.cli.decided import Retelling
from moderation.cli.display import print_json, print_table, visible
from moderation.cli.pool import campaign_line, opened_store, print_decision
from moderation.domain.errors import QueueEmpty
from moderation.domain.review import DESKS, VERDICTS, Lease, ReviewItem, Verdict
from moderation.domain.taxonomy import CATEGORIES
from moderation.settings import load_settings

BASES = ("read", "gloss", "translation", "pattern")

desk_option = click.option("--desk", type=click.Choice(DESKS), help="Which desk's queue [default: zh].", default="zh")
reviewer_option = click.option("--reviewer", default=getpass.getuser, help="Who reviews [default: your user name].")
lease_option = click.option("--lease", "lease_id", required=True, help="The lease that `claim` gave.")
fence_option = click.option("--fence", type=int, required=True, help="The fence number that `claim` gave.")


@click.group()
def command() -> None:
    """Work the queues: claim an item, read it, decide it with the lease and fence that you got.

    \b
    Example:
      moderation review queue --desk zh
      moderation review claim --desk en --json
    """


@command.command()
@click.option("--desk", type=click.Choice(DESKS), help="Which desk's queue [default: both].")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
@options.common
def queue(desk: str | None, limit: int, config: Path | None, as_json: bool, lang: str) -> None:
    """List what waits, in the order in which it is claimed. Takes no lease.

    \b
    Example:
      moderation review queue --desk zh --limit 5
    """
    now = time.time()
    with opened_store(config) as store:
        items = store.queue(desk, limit, now)
        counts = store.status(now).desks
    if as_json:
        print_json({"v": 1, "desk": desk, "open": counts, "items": [item_json(item) for item in items]})
        return
    titles = {
        "en": ("Waiting", "id", "desk", "lane", "priority", "due", "language", "why"),
        "zh": ("待审", "编号", "审核台", "通道", "优先级", "期限", "语言", "原因"),
    }
    title, *headings = titles[lang]
    rows = [
        (
            item.id,
            item.desk,
            item.lane,
            f"{item.priority:.1f}",
            _until(item.due_at - now),
            item.decision["language"]["tag"],
            " ".join(filter(None, (f"{_why(item, lang)}:", item.post["title"], item.post["text"]))),
        )
        for item in items
    ]
    print_table(title, headings, rows, empty="0")


@command.command()
@desk_option
@click.option("-n", "count", type=click.IntRange(1, 100), default=1, help="How many items.")
@reviewer_option
@options.common
def claim(desk: str, count: int, reviewer: str, config: Path | None, as_json: bool, lang: str) -> None:
    """Lease the next item of a desk; exit 3 when nothing waits.

    \b
    Example:
      moderation review claim --desk zh --json
    """
    settings = load_settings(config)
    with opened_store(config) as store:
        items = store.claim(desk, reviewer, count, settings.review.lease_s, time.time())
    if not items:
        raise QueueEmpty(f"nothing waits at desk {desk}")
    retell = Retelling(settings, lang)
    for item in items:
        _print_item(item, retell, as_json, lang)


@command.command()
@click.argument("item_id", type=int)
@options.common
def show(item_id: int, config: Path | None, as_json: bool, lang: str) -> None:
    """Show one item: the post, why it waits, what weighed most in its scores, its lease.

    \b
    Example:
      moderation review show 12 --lang zh
    """
    with opened_store(config) as store:
        item = store.item(item_id, time.time())
    _print_item(item, Retelling(load_settings(config), lang), as_json, lang)


@command.command()
@click.argument("item_id", type=int)
@lease_option
@fence_option
@click.option("--action", type=click.Choice(VERDICTS), required=True, help="What shall happen to the post.")
@click.option("--category", type=click.Choice(CATEGORIES), help="Which policy it breaks; needed unless allowed.")
@click.option("--basis", type=click.Choice(BASES), required=True, help="How you read the post.")
@click.option("--note", default="", help="For those who come after you.")
@reviewer_option
@options.common
def decide(
    item_id: int,
    lease_id: str,
    fence: int,
    action: str,
    category: str | None,
    basis: str,
    note: str,
    reviewer: str,
    config: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    """Decide an item that you hold; exit 4 when the lease is lost, 5 when somebody was first.

    \b
    Example:
      moderation review decide 12 --lease L-3 --fence 1 --action remove --category scam --basis read
    """
    if action != "allow" and category is None:
        raise click.UsageError(f"--action {action} needs --category: the policy that the post breaks")
    with opened_store(config) as store:
        lease = Lease(id=lease_id, reviewer=reviewer, fence=fence, expires_at=0)
        store.decide(item_id, lease, Verdict(action=action, category=category, basis=basis, note=note), time.time())
    if as_json:
        body = {"v": 1, "item": item_id, "action": action, "category": category, "basis": basis, "reviewer": reviewer}
        print_json(body)
    else:
        click.echo({"en": f"item {item_id}: {action}", "zh": f"{item_id} 号：{action}"}[lang])


@command.command()
@click.argument("item_id", type=int)
@lease_option
@fence_option
@reviewer_option
@options.common
def release(
    item_id: int, lease_id: str, fence: int, reviewer: str, config: Path | None, as_json: bool, lang: str
) -> None:
    """Give an item back to its queue.

    \b
    Example:
      moderation review release 12 --lease L-3 --fence 1
    """
    with opened_store(config) as store:
        store.release(item_id, Lease(id=lease_id, reviewer=reviewer, fence=fence, expires_at=0), time.time())
    if as_json:
        print_json({"v": 1, "item": item_id, "released": True})
    else:
        click.echo({"en": f"item {item_id} is back in the queue", "zh": f"{item_id} 号已退回队列"}[lang])


def item_json(item: ReviewItem) -> dict[str, Any]:
    """One item for scripts."""
    language = item.decision["language"]
    return {
        "v": 1,
        "item": {
            "id": item.id,
            "post_id": item.post_id,
            "rev": item.revision,
            "state": item.state,
            "lang": language["tag"],
            "lang_p": language["confidence"],
            "title": item.post["title"],
            "text": item.post["text"],
        },
        "desk": item.desk,
        "lane": item.lane,
        "priority": item.priority,
        "due_at": _iso(item.due_at),
        "lease": item.lease
        and {"id": item.lease.id, "fence": item.lease.fence, "expires_at": _iso(item.lease.expires_at)},
        "why": item.decision["matches"],
        "notes": item.decision["notes"],
        "campaign": item.decision.get("campaign"),
        "read": (item.decision["review"] or {}).get("read", {}),
    }


def _print_item(item: ReviewItem, retell: Retelling, as_json: bool, lang: str) -> None:
    if as_json:
        retold = retell(item)
        unknown = {"scores_explained": None, "explained_by_other_models": None}
        print_json({**item_json(item), **(retold.to_json() if retold else unknown)})
        return
    click.echo(f"#{item.id} {item.post_id} rev {item.revision}; {item.desk} / {item.lane}; P {item.priority:.1f}")
    for field in (item.post["title"], item.post["text"]):
        if field:
            click.echo(f"  | {visible(field)}")
    print_decision(item.decision, lang)
    if retold := retell(item):
        retold.print(lang)
    if item.lease:
        lease = item.lease
        click.echo(f"  --lease {lease.id} --fence {lease.fence}   ({_iso(lease.expires_at)})")


def _why(item: ReviewItem, lang: str) -> str:
    rules = [match["rule"] for match in item.decision["matches"] if match["status"] in {"enforce", "canary"}]
    reason = ", ".join(rules) or ", ".join(item.decision["unavailable"]) or "-"
    campaign = campaign_line(item.decision, lang)
    return f"{reason} [{campaign}]" if campaign else reason


def _until(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours:.0f} h" if abs(hours) >= 1 else f"{seconds / 60:.0f} min"


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
