"""``moderation pool search``."""

from __future__ import annotations

import time

import click

from moderation.cli.callers import Call, called
from moderation.cli.display import print_json, print_table
from moderation.cli.times import moment
from moderation.domain.review import Search
from moderation.domain.taxonomy import CATEGORIES
from moderation.pool.review.shifts import iso

STATES = ("live", "limited", "held", "removed")


@click.command()
@click.option("--language", help="A language tag, such as zh-Hant; also those that begin with it.")
@click.option("--category", type=click.Choice(CATEGORIES), help="What a rule found.")
@click.option("--rule", help="The rule that found it.")
@click.option("--state", type=click.Choice(STATES), help="Where the post stands.")
@click.option("--author", help="Whose posts, by the platform's id: for auditors and admins.")
@click.option("--campaign", help="Posts of a campaign.")
@click.option("--since", type=moment, help="Decided from then on: a day, a time, or 8h for that long ago.")
@click.option("--until", type=moment, help="Decided before.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--cursor", type=click.IntRange(1), help="Go on where the last page ended: its `next`.")
@called
def search(
    call: Call,
    language: str | None,
    category: str | None,
    rule: str | None,
    state: str | None,
    author: str | None,
    campaign: str | None,
    since: float | None,
    until: float | None,
    limit: int,
    cursor: int | None,
) -> None:
    """Find decided posts, the newest first; what is asked for must all be true. Authors go by pseudonyms.

    \b
    Example:
      moderation pool search --language zh --category scam --state held --since 8h
    """
    from moderation.bootstrap import pseudonym_key
    from moderation.cli.pool.telling import hidden_from, told_found
    from moderation.pool.review.access import permit

    wanted = Search(language, category, rule, state, author, campaign, since, until)
    with call.store() as (store, who):
        permit(who, "search")
        if author is not None:
            permit(who, "search_author")
        found = store.search(wanted, limit + 1, before=cursor)
        hidden, key = hidden_from(who, store, time.time()), pseudonym_key(call.settings)
    page = found[:limit]
    following = page[-1]["seq"] if len(found) > limit else None
    # What is found by its state or its campaign would give them away.
    page = [
        told_found(row, hidden, key)
        for row in page
        if not ((row["post_id"], row["revision"]) in hidden and (state or campaign))
    ]
    if call.as_json:
        posts = [{**row, "decided_at": iso(row["decided_at"])} for row in page]
        print_json({"v": 1, "posts": posts, "next": following})
        return
    titles = {
        "en": ("Found", "post", "rev", "state", "decided", "language", "why"),
        "zh": ("结果", "内容", "版本", "状态", "判定时间", "语言", "原因"),
    }
    title, *headings = titles[call.lang]
    rows = [
        (
            row["post_id"],
            row["revision"],
            row["state"] or "-",
            iso(row["decided_at"]),
            row["decision"]["language"]["tag"],
            " ".join(
                (
                    ", ".join(sorted({match["rule"] for match in row["decision"]["matches"]})) or "-",
                    "|",
                    row["post"]["title"],
                    row["post"]["text"],
                )
            ),
        )
        for row in page
    ]
    print_table(title, headings, rows, empty="0")
    if following:
        click.echo({"en": f"more: --cursor {following}", "zh": f"还有更多：--cursor {following}"}[call.lang], err=True)
