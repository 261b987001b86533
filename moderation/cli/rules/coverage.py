"""``moderation rules coverage``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli import options
from moderation.cli.display import print_json
from moderation.cli.rules.common import load
from moderation.cli.rules.grid import Mark, print_grid

if TYPE_CHECKING:
    from moderation.authoring.coverage import Cell

STRICT = frozenset({"zh", "en"})
"""The languages of the desks, in which no category may be without a rule."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "rules": "Rules that can match, by language",
        "legend": "number: rules that act (enforce, canary)   !: only one has a match test there   ?: none has\n"
        "s: shadow only   ·: none   m: a classifier",
        "match": "match tests", "ok": "ok tests", "gaps": "Without a rule",
        "sole": "The only rule that acts, or that acts and has a match test there",
        "untested": "A rule acts without a match or an ok test", "nothing": "none",
        "sum": "{cells} cells: {acting} with a rule that acts, {shadow} with shadow only, {empty} without a rule",
    },
    "zh": {
        "rules": "各语言中能命中的规则",
        "legend": "数字：起作用的规则数（enforce、canary）  !：其中只有一条有该语言的 match 测试  ?：都没有\n"
        "s：只有 shadow  ·：没有  m：有分类器",
        "match": "match 测试", "ok": "ok 测试", "gaps": "没有规则",
        "sole": "唯一起作用的规则，或唯一有该语言 match 测试的规则",
        "untested": "有规则起作用，但缺少 match 或 ok 测试", "nothing": "无",
        "sum": "{cells} 格：{acting} 格有起作用的规则，{shadow} 格只有 shadow，{empty} 格没有规则",
    },
}  # fmt: skip


@click.command()
@click.option("--strict", is_flag=True, help="Exit 1 when a category has no rule in zh or en.")
@options.rules
@options.common
def coverage(rules: Path | None, strict: bool, config: Path | None, as_json: bool, lang: str) -> None:
    """Map which categories the rules reach in which languages: rules, tests, classifiers, gaps.

    A rule counts where its scope has the language and its conditions that know the language are enough for a match. A
    classifier alone does nothing: what it covers without a rule is a gap.

    \b
    Example:
      moderation rules coverage --strict
    """
    from moderation.authoring.coverage import LANGUAGES, read_models, survey
    from moderation.classifiers.artifact import shipped
    from moderation.settings import load_settings

    rule_set = load(rules, config)
    cells = survey(rule_set, read_models(load_settings(config).models.classifiers or shipped()))
    if as_json:
        print_json({"languages": LANGUAGES, **_counts(cells), "results": [_json(cell) for cell in cells]})
    else:
        _print(cells, LANGUAGES, lang)
    if strict and any(cell.empty for cell in cells if cell.language in STRICT):
        sys.exit(1)


def _print(cells: Sequence[Cell], languages: Sequence[str], lang: str) -> None:
    say = _WORDS[lang]
    titles = _titles(lang)
    by_category: dict[str, list[Cell]] = {}
    for cell in cells:
        by_category.setdefault(cell.category, []).append(cell)

    def grid(title: str, mark: Callable[[Cell], Mark]) -> None:
        rows = [(titles.get(name, name), [mark(cell) for cell in row]) for name, row in by_category.items()]
        print_grid(title, languages, rows)

    grid(say["rules"], _mark)
    click.echo(f"{say['legend']}\n")
    grid(say["match"], lambda cell: _number(cell.match_tests))
    click.echo()
    grid(say["ok"], lambda cell: _number(cell.ok_tests))
    click.echo()
    _list(say["gaps"], [(titles.get(cell.category, cell.category), cell.language) for cell in cells if cell.empty], say)
    untested = [(titles.get(cell.category, cell.category), cell.language) for cell in cells if cell.untested]
    _list(say["untested"], untested, say)
    _list(say["sole"], [(cell.sole, cell.language) for cell in cells if cell.sole], say)
    click.echo(say["sum"].format(**_counts(cells)))


def _list(title: str, entries: Sequence[tuple[str, str]], say: Mapping[str, str]) -> None:
    grouped: dict[str, list[str]] = {}
    for name, language in entries:
        grouped.setdefault(name, []).append(language)
    click.secho(title, bold=True)
    for name, languages in grouped.items():
        click.echo(f"  {name}: {' '.join(languages)}")
    if not grouped:
        click.echo(f"  {say['nothing']}")


def _titles(lang: str) -> Mapping[str, str]:
    """Names of categories: in Chinese those of the taxonomy; in English the names that rules are written with."""
    if lang == "en":
        return {}
    from moderation.settings import load_taxonomy

    return {name: category.title[lang] for name, category in load_taxonomy().categories.items()}


def _mark(cell: Cell) -> Mark:
    model = "m" if cell.classifier else " "
    if cell.acting:
        sign = "!" if cell.sole else " " if cell.proven else "?"
        return Mark(f"{len(cell.acting)}{sign}{model}", None if cell.proven and not cell.sole else "yellow")
    return Mark(f"· {model}", "red") if cell.empty else Mark(f"s {model}", "yellow")


def _number(number: int) -> Mark:
    return Mark(str(number)) if number else Mark("·", "red")


def _counts(cells: Sequence[Cell]) -> dict[str, int]:
    acting = sum(bool(cell.acting) for cell in cells)
    empty = sum(cell.empty for cell in cells)
    return {"cells": len(cells), "acting": acting, "shadow": len(cells) - acting - empty, "empty": empty}


def _json(cell: Cell) -> dict[str, object]:
    return {**asdict(cell), "empty": cell.empty, "sole": cell.sole, "untested": cell.untested}
