"""``moderation models evaluate``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table
from moderation.cli.files import progress
from moderation.cli.models.common import figure, in_use, load, named

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "order": "How well scores tell violating posts from others (95% intervals in brackets)",
        "points": "How the operating points do, and whether the probabilities come true",
        "category": "category", "language": "lang", "source": "source", "rows": "rows", "positives": "pos",
        "auroc": "AUROC", "ap": "AP", "f1": "F1", "false_positive_rate": "FPR", "ece": "ECE", "threshold": "at",
        "all": "all", "any": "any",
    },
    "zh": {
        "order": "分数区分违规内容的能力（括号内为 95% 区间）",
        "points": "工作点的表现，以及概率是否准确",
        "category": "类别", "language": "语言", "source": "来源", "rows": "条数", "positives": "违规",
        "auroc": "AUROC", "ap": "AP", "f1": "F1", "false_positive_rate": "误报率", "ece": "ECE", "threshold": "阈值",
        "all": "全部", "any": "任一违规",
    },
}  # fmt: skip
_WIDEST = 16  # cells of a name: with it the tables have 100 columns
_TABLES = (
    ("order", ("rows", "positives"), ("auroc", "ap")),
    ("points", ("threshold",), ("f1", "false_positive_rate", "ece")),
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@options.common
def evaluate(file: Path, config: Path | None, as_json: bool, lang: str) -> None:
    """Measure the classifiers on labelled texts, by category, language and source, with 95% intervals.

    FILE is JSON Lines: text, lang, labels (names of categories) or violating (1, 0, null), and perhaps source. A text
    counts for a category where it carries its label, or where nothing is wrong with it (violating 0); for `any` where
    it is known whether it violates anything. All rows weigh the same: AP, F1 and ECE are those of the file, whatever
    its share of violations.

    \b
    Example:
      moderation models evaluate labelled.jsonl
      moderation models evaluate labelled.jsonl --json
    """
    from moderation.training.evaluate import evaluate as run
    from moderation.training.labelled import read_examples

    examples = read_examples(file)
    classifier = load(in_use(config))
    measured = run(examples, classifier, progress)
    if as_json:
        for row in measured:
            print_json(row)
    else:
        _print(measured, _WORDS[lang])


def _print(measured: Sequence[Mapping[str, Any]], say: Mapping[str, str]) -> None:
    sources = any(row["source"] not in {None, "all"} for row in measured)
    places = ("category", "language", "source") if sources else ("category", "language")
    for title, counts, figures in _TABLES:
        rows = [
            [
                *(_cut(named(row[name], say)) for name in places),
                *(figure(row[name]) if name == "threshold" else row[name] for name in counts),
                *(figure(row[name], row[f"{name}_interval"]) for name in figures),
            ]
            for row in measured
        ]
        print_table(say[title], [say[name] for name in (*places, *counts, *figures)], rows)


def _cut(name: str) -> str:
    from rich.cells import cell_len, set_cell_size

    return name if cell_len(name) <= _WIDEST else f"{set_cell_size(name, _WIDEST - 1)}…"
