"""``moderation review stats``: what the desks did, what waits, what comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from moderation.cli.callers import Call, called
from moderation.cli.display import print_json, print_table
from moderation.cli.groups import InOrder
from moderation.cli.review.forecast import forecast
from moderation.cli.times import span

if TYPE_CHECKING:
    from moderation.domain.reviewer import Reviewer
    from moderation.pool.review.stats import Figures

_FIELDS = {"desk": "desk", "lang": "language", "policy": "category", "basis": "basis"}


def fields(value: str) -> tuple[str, ...]:
    """``desk,lang,policy,basis``, or some of these: fields of a verdict.

    >>> fields("lang,basis")
    ('language', 'basis')
    """
    names = tuple(dict.fromkeys(value.split(",")))
    if unknown := set(names) - _FIELDS.keys():
        raise click.BadParameter(f"not counted by {', '.join(sorted(unknown))}; there are {', '.join(_FIELDS)}")
    return tuple(_FIELDS[name] for name in names)


by_option = click.option("--by", type=fields, default="desk,basis", show_default=True, help="desk,lang,policy,basis.")


@click.group("stats", cls=InOrder)
def command() -> None:
    """Say what the desks did, what waits, and what will.

    \b
    Example:
      moderation review stats live
      moderation review stats history --by lang,basis --window 7d
    """


@command.command()
@by_option
@called
def live(call: Call, by: tuple[str, ...]) -> None:
    """Say what each desk did in the shift that works, and what waits.

    \b
    Example:
      moderation review stats live --by desk,basis --json
    """
    from moderation.pool.review import stats
    from moderation.pool.review.access import permit

    with call.office() as (office, who):
        permit(who, "stats")
        figures = stats.live(office.store, office.shifts, office.clock(), by)
    _print(call, _for(who, figures))


@command.command()
@by_option
@click.option("--window", type=span, default="8h", show_default=True, help="How far back: 8h, 7d.")
@called
def history(call: Call, by: tuple[str, ...], window: float) -> None:
    """Say what was decided in the last hours or days, how fast, and how much of it was overturned.

    \b
    Example:
      moderation review stats history --by desk,lang,policy,basis --window 7d
    """
    from moderation.pool.review import stats
    from moderation.pool.review.access import permit

    with call.office() as (office, who):
        permit(who, "stats")
        now = office.clock()
        figures = stats.history(office.store, by, now - window, now)
    _print(call, figures, window)


command.add_command(forecast)


def _for(who: Reviewer, figures: Figures) -> Figures:
    """The figures without the lanes of which somebody may not know how much waits in them."""
    from moderation.pool.review.access import knows_lane

    def known(counts: Mapping[tuple[str, str], int]) -> Mapping[tuple[str, str], int]:
        return {place: number for place, number in counts.items() if knows_lane(who, place[1])}

    waiting = figures.backlog
    if waiting is None:
        return figures
    return replace(figures, backlog=replace(waiting, open=known(waiting.open), due_1h=known(waiting.due_1h)))


def _print(call: Call, figures: Figures, window: float | None = None) -> None:
    if call.as_json:
        print_json({**figures.to_json(), **({"window": f"{window:g}s"} if window else {})})
        return
    words = _WORDS[call.lang]
    rows = [
        (
            *row.of.values(),
            row.decided,
            "-" if row.p50_s is None else f"{row.p50_s:.0f} s",
            "-" if row.p90_s is None else f"{row.p90_s:.0f} s",
            "-" if row.overturn.rate is None else f"{row.overturn.rate:.0%} ({row.overturn.n})",
            f"{row.load:.0f}",
        )
        for row in figures.rows
    ]
    headings = (
        *(words[name] for name in figures.by),
        *(words[name] for name in ("n", "p50", "p90", "overturn", "load")),
    )
    print_table(words["decided"], headings, rows, empty="0")
    if waiting := figures.backlog:
        places = [(*place, number, waiting.due_1h.get(place, 0)) for place, number in waiting.open.items()]
        print_table(words["waiting"], (words["desk"], words["lane"], words["open"], words["due"]), places, empty="0")


_WORDS = {
    "en": {
        "decided": "Decided",
        "desk": "desk",
        "language": "language",
        "category": "policy",
        "basis": "basis",
        "n": "decided",
        "p50": "p50",
        "p90": "p90",
        "overturn": "overturned on appeal",
        "load": "load",
        "waiting": "Waiting",
        "lane": "lane",
        "open": "open",
        "due": "due in 1 h",
    },
    "zh": {
        "decided": "已判",
        "desk": "审核台",
        "language": "语言",
        "category": "条款",
        "basis": "依据",
        "n": "已判",
        "p50": "中位用时",
        "p90": "九成用时",
        "overturn": "申诉改判",
        "load": "负荷",
        "waiting": "待审",
        "lane": "通道",
        "open": "未判",
        "due": "1 小时内到期",
    },
}
