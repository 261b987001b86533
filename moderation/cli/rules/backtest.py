"""``moderation rules backtest``."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moderation.cli import options
from moderation.cli.display import print_json, visible
from moderation.cli.rules import replay
from moderation.cli.rules.common import load, rule_of
from moderation.cli.rules.grid import Mark, print_grid
from moderation.policy.compiler import wake

if TYPE_CHECKING:
    from moderation.authoring.backtest import Backtest, Posts, RuleReport, Tally

_GOOD, _POOR = 0.9, 0.5
_TIMED = 1000
"""At most so many of the posts that are shown are used to time rules."""


@click.command()
@click.argument("rules", type=click.Path(path_type=Path, file_okay=False))
@replay.posts
@replay.labels
@replay.html
@replay.jobs
@click.option("--rule", "names", multiple=True, metavar="ID", help="Report this rule only; may be given again.")
@options.common
def backtest(
    rules: Path,
    posts: str,
    labels: str | None,
    html: Path | None,
    jobs: int | None,
    names: tuple[str, ...],
    config: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    """See what the rules of a folder do to posts (JSON Lines, .gz read directly, - for stdin); drafts run too.

    Hits by rule and language, and where verdicts are known how many of them are right: those of --labels, or the
    same fields in the posts. Nothing is written when it is interrupted.

    \b
    Example:
      moderation rules backtest rules posts.jsonl.gz --labels verdicts.jsonl --html report.html
    """
    from moderation.authoring.backtest import Backtest, Observed, observe
    from moderation.authoring.costs import measure

    replay.check_writable(html)
    rule_set = wake(load(rules, config))
    wanted = [rule_of(rule_set, name).id for name in names]
    verdicts = replay.read_verdicts(labels, posts)
    processes = jobs or os.cpu_count() or 1
    (pipeline,) = replay.pipelines_of([rule_set], config, processes)
    counted = Backtest({rule.id: rule for rule in rule_set.rules})

    def take(line: tuple[int, bytes], seen: Observed) -> None:
        counted.take(line, seen, verdicts(seen.post_id) or seen.verdict)

    left = replay.replay(posts, [pipeline], observe, processes, take, lang)
    replay.say_unread(counted.unread, lang)
    reports = counted.reports(measure(rule_set, pipeline, counted.sampled()[:_TIMED]), wanted)
    if html is not None:
        from moderation.authoring.report.pages import Source, backtest_page
        from moderation.authoring.report.words import WORDS

        facts = [(WORDS[lang]["rules"], f"{rules} ({rule_set.digest[:19]})"), (WORDS[lang]["posts"], posts)]
        page = backtest_page(counted, reports, Source(facts, left.refused, left.repeated), lang, visible)
        replay.write_page(html, page, lang)
    if as_json:
        print_json({"rules_digest": rule_set.digest, **left._asdict(), **_json(counted, reports)})
    else:
        _print(counted, reports, lang, samples=bool(wanted))


def _print(counted: Backtest, reports: Sequence[RuleReport], lang: str, *, samples: bool) -> None:
    from moderation.authoring.report.pages import language_rows
    from moderation.authoring.report.words import WORDS

    say = WORDS[lang]
    total = counted.total
    judged = bool(total.benign or total.violating)
    rows = [(name, _posts_marks(posts, judged=judged)) for name, posts in language_rows(counted, say)]
    known = ("harmed", "interval", "reached") if judged else ()
    actions = ("approve", "limit", "hold", "remove")
    print_grid(say["languages"], [say[key] for key in ("posts", *actions, "touched", *known)], rows)
    if judged:
        click.echo(f"{say['harmed']}, {say['reached']}: {say['judged_says']}")
    click.echo()
    found = [report for report in reports if report.total.hits]
    if found:
        columns = ("hits", "share", "acted", "sole", "precision", "interval", "known", "microseconds")
        lines = [line for report in found for line in _rule_lines(report, counted)]
        print_grid(say["by_rule"], [say[key] for key in columns], lines)
        click.echo(f"{say['sole']}: {say['sole_says']}\n{say['precision']}: {say['precision_says']}")
    silent = [report.rule.id for report in reports if not report.total.hits]
    if silent:
        click.secho(f"\n{say['no_hits']} ({len(silent)})", bold=True)
        click.echo(click.wrap_text(", ".join(silent), width=98, initial_indent="  ", subsequent_indent="  "))
    if samples:
        _print_samples(found, say)
    else:
        click.echo(f"\n{say['ask_rule']}")


def _print_samples(reports: Sequence[RuleReport], say: Mapping[str, str]) -> None:
    for report in reports:
        click.secho(f"\n{report.rule.id}", bold=True)
        for name, count in report.shared[:5]:
            click.echo(f"  {say['shared']} {name}: {count:,}")
        for language, samples in report.samples.items():
            for sample in samples:
                known = sample.verdict and say["violating" if sample.verdict.violating else "benign"]
                click.echo(
                    f"  {language} {sample.post_id}{f' ({known})' if known else ''}: {replay.marked(sample.segments)}"
                )


def _posts_marks(posts: Posts, *, judged: bool) -> list[Mark]:
    from moderation.authoring.report.pages import interval, share
    from moderation.domain.decision import Action

    marks = [Mark(f"{posts.count:,}"), *(Mark(f"{posts.actions[action]:,}") for action in Action)]
    marks.append(Mark(share(posts.touched, posts.count)))
    if judged:
        marks += [
            Mark(share(posts.harmed, posts.benign)),
            Mark(interval(posts.harmed, posts.benign)),
            Mark(share(posts.reached, posts.violating)),
        ]
    return marks


def _rule_lines(report: RuleReport, counted: Backtest) -> list[tuple[str, list[Mark]]]:
    cost = f"{report.cost.microseconds:.1f}" if report.cost else "-"
    name = f"{report.rule.id} [{report.rule.status}]"
    lines = [(name, _tally_marks(report.total, counted.total.count, cost))]
    for language, tally in report.languages.items():
        lines.append((f"  {language}", _tally_marks(tally, counted.languages[language].count, "")))
    return lines


def _tally_marks(tally: Tally, posts: int, cost: str) -> list[Mark]:
    from moderation.authoring.report.pages import interval, share

    precision = tally.precision
    colour = None if precision is None else "green" if precision >= _GOOD else "red" if precision < _POOR else "yellow"
    return [
        Mark(f"{tally.hits:,}"),
        Mark(share(tally.hits, posts)),
        Mark(f"{tally.acted:,}"),
        Mark(f"{tally.sole:,}"),
        Mark(share(tally.right, tally.known), colour),
        Mark(interval(tally.right, tally.known)),
        Mark(f"{tally.known:,}"),
        Mark(cost),
    ]


def _json(counted: Backtest, reports: Sequence[RuleReport]) -> dict[str, Any]:
    total = counted.total
    return {
        "posts": total.count,
        "unread_verdicts": counted.unread,
        "total": _posts_json(total),
        "languages": {name: _posts_json(posts) for name, posts in sorted(counted.languages.items())},
        "rules": [_report_json(report, counted) for report in reports],
    }


def _posts_json(posts: Posts) -> dict[str, Any]:
    from moderation.domain.decision import Action
    from moderation.domain.intervals import wilson

    return {
        "posts": posts.count,
        "actions": {action.name: posts.actions[action] for action in Action},
        "benign": posts.benign,
        "benign_acted_on": posts.harmed,
        "benign_interval": wilson(posts.harmed, posts.benign),
        "violating": posts.violating,
        "violating_acted_on": posts.reached,
    }


def _tally_json(tally: Tally, posts: int) -> dict[str, Any]:
    return {
        "posts": posts,
        "hits": tally.hits,
        "share": tally.hits / posts if posts else None,
        "acted": tally.acted,
        "recorded": tally.recorded,
        "sole": tally.sole,
        "right": tally.right,
        "wrong": tally.wrong,
        "precision": tally.precision,
        "interval": tally.interval,
        "categories_known": tally.named,
        "own_category": tally.own,
    }


def _report_json(report: RuleReport, counted: Backtest) -> dict[str, Any]:
    return {
        "rule": report.rule.id,
        "status": report.rule.status,
        "category": report.rule.category,
        "version": report.rule.version,
        **_tally_json(report.total, counted.total.count),
        "microseconds": report.cost.microseconds if report.cost else None,
        "shared": dict(report.shared),
        "languages": {
            language: {
                **_tally_json(tally, counted.languages[language].count),
                "samples": [
                    {
                        "post_id": sample.post_id,
                        "text": replay.segments_json(sample.segments),
                        "acted": sample.acted,
                        "verdict": replay.verdict_json(sample.verdict),
                    }
                    for sample in report.samples[language]
                ],
            }
            for language, tally in report.languages.items()
        },
    }
