"""``moderation review queue``."""

from __future__ import annotations

from collections.abc import Mapping

import click

from moderation.cli.callers import Call, called
from moderation.cli.display import print_json, print_table
from moderation.cli.review.common import any_desk
from moderation.cli.review.printing import priority_of, reasons_of, span_of
from moderation.cli.review.rendering import item_json
from moderation.cli.times import span
from moderation.domain.review import LANES, ReviewItem
from moderation.domain.taxonomy import CATEGORIES

_LOOKED_AT = 5000  # items that are looked through for what the caller asks for


@click.command()
@click.argument("what", type=click.Choice(["ls", "peek"]), default="ls")
@any_desk
@click.option("--category", type=click.Choice(CATEGORIES), help="Only what was found of this category.")
@click.option("--lang-of-post", help="Only posts in this language: zh also means zh-Hans.")
@click.option("--lane", type=click.Choice(LANES), help="Only this lane [default: life and harm]; some are the leads'.")
@click.option("--due", type=span, help="Only what is due within this time, such as 1h.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@called
def queue(
    call: Call,
    what: str,
    desk: str | None,
    category: str | None,
    lang_of_post: str | None,
    lane: str | None,
    due: float | None,
    limit: int,
) -> None:
    """List what waits, in the order in which it is claimed. Takes no lease. `peek` says counts and numbers, no texts.

    \b
    Example:
      moderation review queue --desk zh --limit 5
      moderation review queue peek --due 1h --json
    """
    from moderation.pool.review.access import knows_lane, permit, permit_lane
    from moderation.pool.review.office import Seat
    from moderation.pool.review.viewing import shown

    narrow = category or lang_of_post or due is not None
    with call.office() as (office, who):
        permit(who, "queue")
        permit_lane(who, lane)
        now, seat = office.clock(), Seat(office, who, desk or who.desks[0])
        items = office.store.queue(desk, max(limit, _LOOKED_AT) if narrow else limit, now, lane)
        counts: dict[str, dict[str, int]] = {}
        for place, by_lane in office.store.status(now).desks.items():
            if known := {each: count for each, count in by_lane.items() if knows_lane(who, each)}:
                counts[place] = known
        wanted = [shown(seat, item) for item in items if _asked(item, category, lang_of_post, due, now)][:limit]
    if what == "peek":
        _peek(call, desk, counts, wanted)
    elif call.as_json:
        print_json({"v": 1, "desk": desk, "open": counts, "items": [item_json(item) for item in wanted]})
    else:
        _table(wanted, call.lang, now)


def _asked(item: ReviewItem, category: str | None, lang: str | None, due: float | None, now: float) -> bool:
    return (
        (category is None or item.category == category)
        and (lang is None or item.language == lang or item.language.startswith(f"{lang}-"))
        and (due is None or item.due_at <= now + due)
    )


def _peek(call: Call, desk: str | None, counts: Mapping[str, Mapping[str, int]], items: list[ReviewItem]) -> None:
    numbers = [item.id for item in items]
    if call.as_json:
        print_json({"v": 1, "desk": desk, "open": counts, "items": numbers})
        return
    for name, by_lane in sorted(counts.items()):
        click.echo(f"{name}: " + ", ".join(f"{lane} {count}" for lane, count in sorted(by_lane.items())))
    click.echo(" ".join(map(str, numbers)))


def _table(items: list[ReviewItem], lang: str, now: float) -> None:
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
            priority_of(item),
            span_of(item.due_at - now),
            item.decision["language"]["tag"],
            " ".join(filter(None, (f"{reasons_of(item, lang)}:", item.post["title"], item.post["text"]))),
        )
        for item in items
    ]
    print_table(title, headings, rows, empty="0")
