"""``moderation review stats forecast``: what each shift will meet, and how many it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from statistics import mean
from typing import TYPE_CHECKING

import click

from moderation.cli.callers import Call, called
from moderation.cli.display import print_json, print_table
from moderation.cli.times import span
from moderation.domain.review import DESKS, VERDICTS

if TYPE_CHECKING:
    from moderation.domain.review_ports import Queue, Verdicts
    from moderation.pool.review.staffing import Outlook, Replay

_DAYS = 14
_DAY_S = 86_400
_HOUR_S = 3600
_FARTHEST_S = 31 * _DAY_S
_LEAST = 30  # looks from which on their mean time is used
_LONGEST_S = 1800.0  # of a look; whoever was longer away


@click.command()
@click.option("--window", type=span, default="48h", show_default=True, help="How far ahead: 24h, 7d.")
@called
def forecast(call: Call, window: float) -> None:
    """Say what each shift will meet and how many seats it takes, from what came in the last 14 days.

    Seats by Erlang C: 90% started within 10 minutes, nobody busier than 85%, 30% of paid time elsewhere. Beside it what
    the shifts as planned would have made of those days.

    \b
    Example:
      moderation review stats forecast --window 24h
    """
    if not _HOUR_S <= window <= _FARTHEST_S:
        raise click.UsageError("--window: write 1h to 31d; what came in 14 days says nothing of later")
    from moderation.pool.review import staffing, stats
    from moderation.pool.review.access import permit

    with call.office() as (office, who):
        permit(who, "stats")
        now = office.clock()
        came = arrivals(office.store, now - _DAYS * _DAY_S, now)
        waits = stats.waiting(office.store, now).open
        outlooks: list[Outlook] = []
        replays: dict[str, Replay] = {}
        for desk in DESKS:
            takes = handling_s(office.store, desk, now) or office.taxonomy.handling_s
            open_ = sum(number for (at, _), number in waits.items() if at in {desk, "both"})
            hours = round(window / _HOUR_S)
            outlooks += staffing.forecast(desk, open_, came.get(desk, {}), office.shifts, takes, now, hours)
            replays[desk] = staffing.replay(desk, came.get(desk, {}), office.shifts, takes, now, _DAYS)
    if call.as_json:
        past = {desk: replay.to_json() for desk, replay in replays.items()}
        print_json({"v": 1, "shifts": [outlook.to_json() for outlook in outlooks], "replay": past})
        return
    _table(outlooks, replays, call.lang)


def arrivals(store: Queue, since: float, until: float) -> Mapping[str, Mapping[int, int]]:
    """Items that came in a time, by desk and hour (Unix seconds // 3600); one for both desks counts at each."""
    came: dict[str, Counter[int]] = {desk: Counter() for desk in DESKS}
    for (at, hour), count in store.arrivals(since, until).items():
        for desk in DESKS:
            if at in {desk, "both"}:
                came[desk][hour] += count
    return came


def handling_s(store: Verdicts, desk: str, now: float) -> float | None:
    """Mean seconds from claim to verdict at a desk in the last days; None where there were too few looks."""
    looks = {
        (one.reviewer, one.at): one.at - one.claimed_at
        for one in store.verdicts(now - _DAYS * _DAY_S)
        if one.desk == desk and one.action in VERDICTS
    }
    took = [seconds for seconds in looks.values() if 0 < seconds <= _LONGEST_S]
    return mean(took) if len(took) >= _LEAST else None


def _table(outlooks: list[Outlook], replays: Mapping[str, Replay], lang: str) -> None:
    words = _WORDS[lang]
    rows = [
        (
            one.shift.name,
            one.shift.desk,
            f"{one.waiting:.0f}",
            f"{one.arrivals:.0f}",
            one.needed.seats,
            f"{one.planned:.1f}",
            f"{one.backlog:.0f}",
            one.shift.hours(lang),
        )
        for one in outlooks
    ]
    names = ("shift", "desk", "waiting", "come", "needed", "planned", "left", "hours")
    print_table(words["title"], [words[name] for name in names], rows, empty="0")
    for desk, replay in replays.items():
        if replay.in_time is None:
            click.echo(words["nothing"].format(desk=desk, days=replay.days))
            continue
        in_time = f"{replay.in_time:.0%}"
        says = words["replay"].format(desk=desk, days=replay.days, n=replay.arrivals, in_time=in_time, peak=replay.peak)
        click.echo(says)


_WORDS = {
    "en": {
        "title": "Shifts that come",
        "shift": "shift",
        "desk": "desk",
        "waiting": "waiting",
        "come": "will come",
        "needed": "seats needed",
        "planned": "planned",
        "left": "left",
        "hours": "hours",
        "nothing": "{desk}: nothing came in the whole hours of {days} days, so nothing is known of these shifts",
        "replay": "{desk}: of {n:,} items in {days} days these shifts start {in_time} in time; at most {peak:.0f} wait",
    },
    "zh": {
        "title": "后续班次",
        "shift": "班次",
        "desk": "审核台",
        "waiting": "待审",
        "come": "预计新增",
        "needed": "所需席位",
        "planned": "计划席位",
        "left": "剩余",
        "hours": "时间",
        "nothing": "{desk}：最近 {days} 天的整点时段内没有新增审核项，无法推算",
        "replay": "{desk}：按此排班，最近 {days} 天的 {n:,} 个审核项有 {in_time} 按时开始；最多积压 {peak:.0f} 个",
    },
}
