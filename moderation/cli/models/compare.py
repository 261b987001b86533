"""``moderation models compare``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table, visible
from moderation.cli.files import progress
from moderation.cli.models.common import figure, load, named

if TYPE_CHECKING:
    from moderation.training.compare import Compared

_SHIPPED = "shipped"

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "B beside A (95% interval of the difference in brackets)",
        "category": "category", "language": "lang", "rows": "rows", "positives": "pos", "figure": "figure",
        "difference": "B − A", "mark": "B is",
        "auroc": "AUROC", "f1": "F1", "false_positive_rate": "FPR", "ece": "ECE", "all": "all", "any": "any",
        "better": "better", "worse": "worse", "same": "same", "few": "too few rows to say",
        "lost": "not covered, A is", "new": "covered, A is not",
    },
    "zh": {
        "title": "B 与 A 对比（括号内为差值的 95% 区间）",
        "category": "类别", "language": "语言", "rows": "条数", "positives": "违规", "figure": "指标",
        "difference": "B − A", "mark": "B 的结果",
        "auroc": "AUROC", "f1": "F1", "false_positive_rate": "误报率", "ece": "ECE", "all": "全部", "any": "任一违规",
        "better": "更好", "worse": "更差", "same": "相当", "few": "条数太少，无法判断",
        "lost": "不再覆盖（A 覆盖）", "new": "新覆盖（A 不覆盖）",
    },
}  # fmt: skip


@click.command()
@click.argument("a")
@click.argument("b")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@options.as_json
@options.no_config
@options.lang
def compare(a: str, b: str, file: Path, as_json: bool, lang: str) -> None:
    """Measure two folders of models on the same labelled texts; exit 1 where B is worse than A.

    A and B are folders of models, or the word `shipped`. FILE is as for `evaluate`. B is better or worse in a figure
    where the interval of the difference has not 0 in it, both drawn on the same rows; a category and language that A
    covers and B does not counts as worse.

    \b
    Example:
      moderation models compare shipped models labelled.jsonl
      moderation models compare models/old models/new labelled.jsonl --json
    """
    from moderation.training.compare import BAD
    from moderation.training.compare import compare as run
    from moderation.training.labelled import read_examples

    examples = read_examples(file)
    of_a, of_b = (load(None if folder == _SHIPPED else Path(folder)) for folder in (a, b))
    compared = run(examples, of_a, of_b, progress)
    worse = sum(each.mark in BAD for each in compared)
    if as_json:
        models = {
            name: {"models": folder, "versions": dict(classifier.versions)}
            for name, folder, classifier in (("a", a, of_a), ("b", b, of_b))
        }
        print_json({"v": 1, **models, "worse": worse, "figures": [asdict(each) for each in compared]})
    else:
        for name, folder, classifier in (("A", a, of_a), ("B", b, of_b)):
            versions = ", ".join(f"{part} {version}" for part, version in classifier.versions.items())
            click.echo(f"{name}: {visible(folder)} ({versions})")
        _print(compared, _WORDS[lang])
    if worse:
        sys.exit(1)


def _print(compared: Sequence[Compared], say: Mapping[str, str]) -> None:
    rows = [
        (
            named(each.category, say),
            named(each.language, say),
            each.rows,
            each.positives,
            say[each.figure] if each.figure else "–",
            figure(each.a),
            figure(each.b),
            figure(each.difference, each.interval),
            say[each.mark],
        )
        for each in compared
    ]
    columns = ("category", "language", "rows", "positives", "figure")
    headings = [*(say[name] for name in columns), "A", "B", say["difference"], say["mark"]]
    print_table(say["title"], headings, rows)
    marks = Counter(each.mark for each in compared)
    click.echo("; ".join(f"{say[mark]}: {count}" for mark, count in marks.items()))
