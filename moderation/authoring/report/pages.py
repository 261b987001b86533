"""The pages of reports. Text of posts is hostile: it is escaped, and ``visible`` shows what would hide in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from moderation.authoring.backtest import Backtest, Posts, RuleReport
from moderation.authoring.diff import Change, Count, Diff
from moderation.authoring.report.words import WORDS
from moderation.authoring.samples import KEPT
from moderation.domain.decision import Action
from moderation.domain.intervals import wilson

if TYPE_CHECKING:
    from jinja2 import Environment

_ROWS = 30
_LANGUAGES = 18
_COLUMNS = 16
_COSTLY = 20
_ENOUGH = 30
"""Posts of a language, at the least, for a share of them to be drawn."""

Visible = Callable[[str], str]


class Source(NamedTuple):
    """What a report is about: facts to print at its top, lines refused, repeats left out."""

    facts: Sequence[tuple[str, str]]
    refused: int = 0
    repeated: int = 0


class _Tile(NamedTuple):
    value: str
    name: str
    more: str = ""


def share(part: int, of: int) -> str:
    """``3.1%``; a dash where there is nothing to have a share of.

    >>> share(1, 3), share(1, 30_000), share(0, 0)
    ('33.3%', '0.003%', '–')
    """
    if not of:
        return "–"
    value = part / of * 100
    digits = 1 if value >= 10 or value == 0 else 2 if value >= 0.1 else 3  # noqa: PLR2004 - per cent
    return f"{value:.{digits}f}%"


def interval(part: int, of: int) -> str:
    """``96.3–99.9%``, the 95% interval of a share; a dash where nothing was counted."""
    if not of:
        return "–"
    low, high = wilson(part, of)
    return f"{low * 100:.1f}–{high * 100:.1f}%"


def language_rows(backtest: Backtest, say: Mapping[str, str]) -> list[tuple[str, Posts]]:
    """The languages with the most posts, the others as one, and all."""
    ordered = sorted(backtest.languages.items(), key=lambda entry: (-entry[1].count, entry[0]))
    shown, others = ordered[:_LANGUAGES], ordered[_LANGUAGES:]
    if others:
        rest = Posts()
        for _, posts in others:
            rest.add(posts)
        shown.append((say["others"].format(count=len(others)), rest))
    return [*shown, (say["all"], backtest.total)]


def backtest_page(
    backtest: Backtest, reports: Sequence[RuleReport], source: Source, lang: str, visible: Visible
) -> str:
    """The page of a backtest."""
    from markupsafe import Markup

    say = WORDS[lang]
    total = backtest.total
    found = [report for report in reports if report.total.hits]
    counts = {name: posts.count for name, posts in backtest.languages.items()}
    least = min(_ENOUGH, max(counts.values(), default=0))
    tiles = [
        _Tile(f"{total.count:,}", say["posts"]),
        _Tile(share(total.touched, total.count), say["touched"], f"{total.touched:,}"),
        _Tile(f"{len(found)} / {len(reports)}", say["matched_rules"]),
    ]
    judged = total.benign + total.violating
    if judged:
        tiles += [
            _Tile(f"{judged:,}", say["verdicts"]),
            _Tile(share(total.harmed, total.benign), say["harmed"], interval(total.harmed, total.benign)),
            _Tile(share(total.reached, total.violating), say["reached"], interval(total.reached, total.violating)),
        ]
    plots = _backtest_plots(
        backtest,
        found,
        sorted((name for name in counts if counts[name] >= least), key=lambda name: (-counts[name], name)),
    )
    return _render(
        "backtest.html",
        lang,
        visible,
        {
            "title": say["backtest"],
            "facts": source.facts,
            "tiles": [*tiles, *_losses(source, say)],
            "actions": list(Action),
            "languages": language_rows(backtest, say),
            "counts": counts,
            "total": total,
            "judged": judged,
            "plots": {name: Markup(svg) for name, svg in plots.items()},  # noqa: S704 - ours: ids, tags and numbers
            "heat_says": say["heat_says"].format(rules=min(len(found), _ROWS), least=least),
            "sampled": say["sampled"].format(kept=KEPT),
            "reports": found,
            "silent": [report.rule for report in reports if not report.total.hits],
        },
    )


def diff_page(diff: Diff, source: Source, lang: str, visible: Visible) -> str:
    """The page of a difference."""
    from markupsafe import Markup

    say = WORDS[lang]
    changes = diff.touched()
    tiles = [_Tile(f"{diff.posts:,}", say["posts"])]
    tiles += [
        _Tile(f"{count.posts:,}", say[change.value], _known(count, say))
        for change in Change
        if (count := diff.count(change)).posts or change in {Change.caught, Change.released}
    ]
    kinds = [change for change in Change if diff.count(change).posts]
    languages = sorted({name for name, _ in diff.languages}, key=lambda name: (-diff.seen[name], name))
    return _render(
        "diff.html",
        lang,
        visible,
        {
            "title": say["diff"],
            "facts": source.facts,
            "tiles": [*tiles, *_losses(source, say)],
            "changes": changes,
            "kinds": kinds,
            "languages": languages,
            "seen": diff.seen,
            "by_language": diff.languages,
            "by_rule": diff.rules,
            "gained": diff.gained,
            "lost": diff.lost,
            "legend": f"n: {say['posts']} ({say['violating']} / {say['benign']})",
            "plots": {name: Markup(svg) for name, svg in _diff_plots(diff, languages).items()},  # noqa: S704 - as above
            "sampled": say["sampled"].format(kept=KEPT),
            "samples": diff.samples(),
        },
    )


def _backtest_plots(backtest: Backtest, found: Sequence[RuleReport], languages: Sequence[str]) -> dict[str, str]:
    from moderation.authoring.report.plots import Interval, bars, heat, intervals

    if not found:
        return {}
    hits: dict[str, tuple[float, float]] = {}
    for report in found:
        for name, tally in report.languages.items():
            acted, recorded = hits.get(name, (0, 0))
            hits[name] = acted + tally.acted, recorded + tally.recorded
    most = sorted(hits, key=lambda name: (-sum(hits[name]), name))[:_COLUMNS]
    plots = {"hits": bars({name: hits[name] for name in most})}
    columns = [name for name in languages if name in hits][:_COLUMNS]
    rows = found[:_ROWS]
    shares = {
        (report.rule.id, name): tally.hits / backtest.languages[name].count
        for report in rows
        for name, tally in report.languages.items()
        if name in columns
    }
    if shares:
        plots["heat"] = heat([report.rule.id for report in rows], columns, shares)
    known = {
        f"{report.rule.id}  ({report.total.known:,})": Interval(
            report.total.interval[0], report.total.precision, report.total.interval[1]
        )
        for report in rows
        if report.total.precision is not None
    }
    if known:
        plots["precision"] = intervals(known)
    timed = sorted(
        ((report.rule.id, report.cost.microseconds) for report in found if report.cost),
        key=lambda entry: (-entry[1], entry[0]),
    )
    if timed:
        plots["cost"] = bars({name: (round(spent, 1), 0.0) for name, spent in timed[:_COSTLY]}, unit="µs")
    return plots


def _diff_plots(diff: Diff, languages: Sequence[str]) -> dict[str, str]:
    from moderation.authoring.report.plots import bars

    def posts(name: str, *kinds: Change) -> int:
        return sum(diff.languages[name, kind].posts for kind in kinds if (name, kind) in diff.languages)

    plots = {}
    if languages:
        plots["languages"] = bars(
            {
                name: (posts(name, Change.caught, Change.stricter), posts(name, Change.released, Change.laxer))
                for name in languages[:_ROWS]
            },
            apart=True,
        )
    rules = {
        name: (diff.gained[name].posts if name in diff.gained else 0, diff.lost[name].posts if name in diff.lost else 0)
        for name in {*diff.gained, *diff.lost}
    }
    most = sorted(rules, key=lambda name: (-sum(rules[name]), name))[:_ROWS]
    if most:
        plots["rules"] = bars({name: rules[name] for name in most}, apart=True)
    return plots


def _losses(source: Source, say: Mapping[str, str]) -> list[_Tile]:
    entries = ((source.refused, "refused"), (source.repeated, "repeated"))
    return [_Tile(f"{count:,}", say[name]) for count, name in entries if count]


def _known(count: Count, say: Mapping[str, str]) -> str:
    if not count.violating and not count.benign:
        return ""
    return (
        f"{count.violating:,} {say['violating']}, {count.benign:,} {say['benign']}, {count.unknown:,} {say['unknown']}"
    )


def counted(count: Count | None) -> str:
    """``12 (9 / 2)``: posts, and the violating and the benign ones where any verdict is known."""
    if count is None:
        return ""
    known = f" ({count.violating} / {count.benign})" if count.violating or count.benign else ""
    return f"{count.posts:,}{known}"


def _environment(visible: Visible) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("moderation.authoring", "report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(visible=visible, share=share, interval=interval, counted=counted)
    return environment


def _render(name: str, lang: str, visible: Visible, values: Mapping[str, Any]) -> str:
    page = _environment(visible).get_template(name)
    return page.render(lang=lang, say=WORDS[lang], **values) + "\n"
