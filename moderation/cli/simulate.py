"""``moderation simulate``: replay a wave against workers and two desks, and see what waits."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table
from moderation.cli.files import open_output
from moderation.domain.review import DESKS

if TYPE_CHECKING:
    from moderation.settings import Settings
    from moderation.simulation.replay import Ground, Outcome
    from moderation.simulation.scenario import SEATS, Scenario

_ENTRY = re.compile(r"(?P<name>[\w*.-]+)=(?P<number>\d{1,6})")


class _Counts(click.ParamType[dict[str, int]]):
    """``zh=40,en=12``; a number alone is that of ``*``."""

    name = "NAME=N,…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, int]:
        if isinstance(value, dict):
            return value
        if value.isascii() and value.isdigit():
            return {"*": int(value)}
        entries = [_ENTRY.fullmatch(part.strip()) for part in value.split(",")]
        if None in entries:
            self.fail(f"`{value}` is not like zh=40,en=12", param, ctx)
        return {entry["name"]: int(entry["number"]) for entry in entries if entry}


@click.command()
@click.option(
    "--scenario",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What comes and who is there [default: configs/wave.yaml].",
)
@click.option("--posts", type=click.IntRange(1, 20_000_000), help="Posts in all [default: the scenario's].")
@click.option("--staff", type=_Counts(), help="Seats around the clock, as zh=40,en=12 [default: the shifts].")
@click.option("--workers", type=_Counts(), help="Processes, as 4 or intake=1,zh=2,*=1 [default: the scenario's].")
@click.option("--us-per-post", type=click.FloatRange(1), help="CPU microseconds a post [default: the scenario's].")
@click.option("--find-staff", is_flag=True, help="Also find the fewest seats that decide 95% in time.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same posts.")
@click.option("--plot", is_flag=True, help="Plots below the tables even where stdout is no terminal.")
@click.option("--svg", type=click.Path(dir_okay=False), help="Write the plots to this file.")
@options.common
def command(
    file: Path | None,
    posts: int | None,
    staff: dict[str, int] | None,
    workers: dict[str, int] | None,
    us_per_post: float | None,
    find_staff: bool,
    seed: int,
    plot: bool,
    svg: str | None,
    config: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    """Replay the wave of a scenario against workers and desks: backlog, age, harm of waiting, seats that are needed.

    A simulation by discrete events; what its figures rest on stands in the scenario beside each of them.

    \b
    Example:
      moderation simulate
      moderation simulate --staff zh=3,en=2 --find-staff
      moderation simulate --posts 5000000 --workers 8 --svg wave.svg
    """
    from moderation.settings import load_settings, shipped
    from moderation.simulation import summary
    from moderation.simulation.replay import least_staff, replay
    from moderation.simulation.scenario import load_scenario

    source = file or shipped("configs") / "wave.yaml"
    scenario = _changed(load_scenario(source), posts, workers, us_per_post)
    outcome = replay(scenario, ground_of(scenario, load_settings(config)), _seats(scenario, staff), seed)
    fewest = least_staff(outcome.items, scenario.days) if find_staff else None
    drawn = summary.series(outcome)
    if as_json:
        print_json(_json(outcome, scenario, source, seed) | {"least_staff": fewest, "series": _plain(drawn)})
    else:
        _print(outcome, seed, lang)
        if fewest is not None:
            _print_fewest(fewest, lang)
    if svg or (not as_json and (plot or sys.stdout.isatty())):
        from moderation.simulation import plots

        words = plots.Words(**_WORDS[lang]["plots"])
        if not as_json and (plot or sys.stdout.isatty()):
            click.echo("\n" + plots.terminal(drawn, words))
        if svg:
            with open_output(svg) as stream:
                stream.write(plots.picture(drawn, scenario.start, words).encode())


def ground_of(scenario: Scenario, settings: Settings) -> Ground:
    """The shipped taxonomy, the workers' settings, and where ``routes.yaml`` sends each language of a scenario."""
    from moderation.domain.language import Language
    from moderation.policy.decide import Decider
    from moderation.settings import load_routes, load_taxonomy
    from moderation.simulation.replay import Ground
    from moderation.simulation.workers import Limits
    from workers.routing import route_of

    taxonomy, table = load_taxonomy(), load_routes()
    decider = Decider(taxonomy, table.desks)
    workers = settings.workers
    return Ground(
        taxonomy,
        Limits(workers.batch, workers.high_water, workers.surge.thresholds()),
        {tag: route_of(tag, table.routes) for tag in scenario.languages},
        {tag: decider.desk(Language(tag)) for tag in scenario.languages},
    )


def _changed(
    scenario: Scenario, posts: int | None, workers: dict[str, int] | None, us_per_post: float | None
) -> Scenario:
    """A scenario with what the command line says instead."""
    plant = scenario.workers
    if workers is not None:
        from moderation.settings import load_routes

        known = ("intake", *dict.fromkeys(load_routes().routes.values()), "*")
        if unknown := [name for name in workers if name not in known]:
            raise click.UsageError(f"--workers: no queue `{unknown[0]}`; the queues: {', '.join(known)}")
        plant = plant.model_copy(update={"processes": workers})
    if us_per_post is not None:
        plant = plant.model_copy(update={"us_per_post": plant.us_per_post.scaled(us_per_post)})
    return scenario.model_copy(update={"posts": posts or scenario.posts, "workers": plant})


def _seats(scenario: Scenario, staff: dict[str, int] | None) -> SEATS:
    from moderation.simulation.scenario import HOURS, seats_by_hour

    staff = staff or {}
    if unknown := [name for name in staff if name not in DESKS]:
        raise click.UsageError(f"--staff: no desk `{unknown[0]}`; the desks: {', '.join(DESKS)}")
    around = {desk: [seats] * (scenario.days * HOURS) for desk, seats in staff.items()}
    return {**seats_by_hour(scenario), **around}


def _json(outcome: Outcome, scenario: Scenario, source: Path, seed: int) -> dict[str, Any]:
    from moderation.simulation import summary

    waits = summary.by_severity(outcome).items()
    return {
        "v": 1,
        "scenario": str(source),
        "seed": seed,
        "start": scenario.start.isoformat(),
        "days": scenario.days,
        "posts": len(outcome.posts.at),
        "flagged": len(outcome.items.at),
        "helped": outcome.reviewed.helped,
        "seats": outcome.seats,
        "desks": [day._asdict() | {"wait": day.wait._asdict()} for day in summary.by_desk(outcome)],
        "severities": [{"desk": desk, "severity": name, **wait._asdict()} for (desk, name), wait in waits],
        "workers": [day._asdict() for day in summary.by_worker_day(outcome)],
        "states": [interval._asdict() for interval in summary.intervals(outcome)],
    }


def _plain(drawn: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each._asdict() for name, each in drawn.items()}


def _print(outcome: Outcome, seed: int, lang: str) -> None:
    from moderation.simulation import summary

    say = _WORDS[lang]
    days = summary.by_desk(outcome)
    harm = sum(day.harm for day in days)
    counts = {"posts": len(outcome.posts.at), "flagged": len(outcome.items.at), "helped": outcome.reviewed.helped}
    click.echo(say["run"].format(seed=seed, harm=harm, **counts) + "\n")
    print_table(
        say["desks"],
        say["desk_columns"],
        [
            (day.day, day.desk, day.arrived, day.reviewed, day.backlog, *_wait_cells(day.wait), f"{day.harm:,.0f}")
            for day in days
            if day.desk in DESKS or day.arrived or day.reviewed or day.backlog
        ],
    )
    click.echo()
    print_table(
        say["severities"],
        say["severity_columns"],
        [
            (desk, say["severity"][name], wait.items, *_wait_cells(wait))
            for (desk, name), wait in summary.by_severity(outcome).items()
        ],
    )
    click.echo()
    print_table(
        say["workers"],
        say["worker_columns"],
        [
            (*day[:5], _duration(day.longest_s / 3600), day.hurried, day.rejudged)
            for day in summary.by_worker_day(outcome)
        ],
    )
    for interval in summary.intervals(outcome):
        state = say["states"][interval.state]
        click.echo(say["interval"].format(state=state, since=interval.from_h, until=interval.to_h))


def _wait_cells(wait: Any) -> Sequence[str]:
    return (_duration(wait.p50_h), _duration(wait.p95_h), f"{wait.late:.1%}") if wait.items else ("-", "-", "-")


def _duration(hours: float) -> str:
    if hours >= 1:
        return f"{hours:.1f} h"
    return f"{hours * 60:.1f} min" if hours >= 1 / 60 else f"{hours * 3600:.1f} s"


def _print_fewest(fewest: Mapping[str, int | None], lang: str) -> None:
    say = _WORDS[lang]
    click.echo()
    for desk, seats in fewest.items():
        click.echo(say["fewest" if seats is not None else "none"].format(desk=desk, seats=seats))


_WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "run": (
            "seed {seed}: {posts:,} posts, {flagged:,} for a person; desks helped each other with {helped:,} of them\n"
            "harm-weighted waiting: {harm:,.0f} (severity weight · views a minute · hours)"
        ),
        "desks": "Desks by day (waits and lateness of what came that day)",
        "desk_columns": ("day", "desk", "came", "decided", "waits", "p50", "p95", "late", "harm"),
        "severities": "By severity",
        "severity_columns": ("desk", "severity", "items", "p50", "p95", "late"),
        "severity": {name: name for name in ("informational", "low", "medium", "high", "critical")},
        "workers": "Workers by day",
        "worker_columns": ("day", "came", "decided", "waits", "peak", "longest", "hurried", "rejudged"),
        "states": {"busy": "busy", "surge": "surge"},
        "interval": "workers {state}: hour {since:.2f} to {until:.2f}",
        "fewest": "{desk}: 95% of its items in time takes so many seats around the clock: {seats}",
        "none": "{desk}: no number of seats decides 95% of its items in time: handling alone takes too long",
        "plots": {
            "backlog": "items waiting",
            "oldest": "oldest, hours",
            "harm": "harm of waiting an hour",
            "day": "days from left to right",
            "workers": "posts waiting for workers",
        },
    },
    "zh": {
        "run": (
            "随机种子 {seed}：{posts:,} 条内容，{flagged:,} 条需人工审核；其中 {helped:,} 条得到另一审核台协助\n"
            "加权等待危害：{harm:,.0f}（严重度权重 × 每分钟浏览量 × 小时）"
        ),
        "desks": "各审核台逐日（等待与超时按当日到达的条目计）",
        "desk_columns": ("日", "审核台", "到达", "审结", "待审", "中位", "p95", "超时", "危害"),
        "severities": "按严重度",
        "severity_columns": ("审核台", "严重度", "条目", "中位", "p95", "超时"),
        "severity": {"informational": "提示", "low": "低", "medium": "中", "high": "高", "critical": "危急"},
        "workers": "工作进程逐日",
        "worker_columns": ("日", "到达", "已判", "待判", "峰值", "最长等待", "从简", "补判"),
        "states": {"busy": "繁忙", "surge": "洪峰"},
        "interval": "工作进程{state}：第 {since:.2f} 至 {until:.2f} 小时",
        "fewest": "{desk}：95% 的条目按时审结，全天需要的席位数：{seats}",
        "none": "{desk}：多少席位都无法使 95% 的条目按时审结，因为处理本身就已超时",
        "plots": {
            "backlog": "待审条目",
            "oldest": "最久等待（小时）",
            "harm": "每小时等待危害",
            "day": "横轴：天",
            "workers": "待判内容",
        },
    },
}
