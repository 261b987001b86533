"""``moderation models``: what judges, how good it is, how to train it, and how it does on texts of your own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table
from moderation.settings import load_settings

_NAMES = ("zh", "en", "world", "embedding")


@click.group()
def command() -> None:
    """Classifiers and the embedding: list, card, train, evaluate.

    \b
    Example:
      moderation models list
    """


@command.command(name="list")
@options.common
def list_models(config: Path | None, as_json: bool, lang: str) -> None:
    """Show the models in use: digest, size, and which categories they cover in which languages.

    \b
    Example:
      moderation models list --json
    """
    from moderation.training.catalogue import describe

    models = load_settings(config).models
    found = describe(models.classifiers, models.embedding)
    if as_json:
        for entry in found:
            print_json(entry)
        return
    title, *headings = {
        "en": ("Models", "name", "kind", "version", "MB", "covers"),
        "zh": ("模型", "名称", "类型", "版本", "MB", "覆盖"),
    }[lang]
    rows = [
        (e["name"], e["kind"], e["version"], f"{e['bytes'] / 1e6:.1f}", "; ".join(_coverage(e["heads"]))) for e in found
    ]
    print_table(title, headings, rows)


@command.command()
@click.argument("name")
@options.plain
def card(name: str, config: Path | None) -> None:
    """Print a model's card: intended use, data, figures by language, known failures.

    \b
    Example:
      moderation models card zh
    """
    from moderation.training.catalogue import read_card

    click.echo(read_card(load_settings(config).models.classifiers, name))


@command.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="Folder that holds train/NAME.jsonl.gz and parallel/NAME.tsv.gz.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("models"),
    show_default=True,
    help="Folder for the models; name it as `models.classifiers` in the settings to use them.",
)
@click.option("--only", help=f"Train only these of {','.join(_NAMES)} [default: all].")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same data: same models.")
@click.option("--force", is_flag=True, help="Train anew what stands already.")
@options.none
def train(data: Path, out: Path, only: str | None, seed: int, force: bool) -> None:
    """Train the models from labelled texts and translations: minutes on two cores.

    Each line of a train file: {"text": …, "lang": "de", "labels": ["hate"], "violating": 1}. What an earlier run with
    the same data and seed has finished is not trained again.

    \b
    Example:
      moderation models train --data data --out models --only zh,en
    """
    from moderation.training.run import train as run

    chosen = _NAMES if only is None else tuple(name.strip() for name in only.split(","))
    unknown = sorted(set(chosen) - set(_NAMES))
    if unknown:
        raise click.BadParameter(f"no model {', '.join(unknown)}; there are {', '.join(_NAMES)}", param_hint="--only")
    written = run(data, out, chosen, seed, force=force, report=_report)
    click.echo("\n".join(str(out / name) for name in written))


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@options.common
def evaluate(file: Path, config: Path | None, as_json: bool, lang: str) -> None:
    """Measure the classifiers on labelled texts (JSON Lines with text, lang, labels and, if known, violating).

    A text counts for a category where it carries its label, or where nothing is wrong with it (violating 0). Weights
    are uniform: AP, F1 and ECE are those of the file, whatever its share of violations.

    \b
    Example:
      moderation models evaluate labelled.jsonl --json
    """
    from moderation.training.evaluate import evaluate as run

    measured = run(file, load_settings(config).models.classifiers)
    if as_json:
        for row in measured:
            print_json(row)
        return
    counts, figures = ("category", "language", "rows", "positives"), ("auroc", "ap", "f1", "false_positive_rate", "ece")
    title, *headings = {
        "en": ("Evaluation", "category", "lang", "rows", "pos", "AUROC", "AP", "F1", "FPR", "ECE"),
        "zh": ("评测", "类别", "语言", "条数", "违规", "AUROC", "AP", "F1", "误报率", "ECE"),
    }[lang]
    empty = {"en": "no text is in a language that a model covers", "zh": "没有模型覆盖的语言"}[lang]
    rows = [
        [*(row[name] for name in counts), *("–" if row[name] is None else f"{row[name]:.3f}" for name in figures)]
        for row in measured
    ]
    print_table(title, headings, rows, empty=empty)


def _coverage(heads: Mapping[str, Any]) -> list[str]:
    return [f"{head}: {' '.join(languages)}" for head, languages in heads.items()]


def _report(line: str) -> None:
    if sys.stderr.isatty():
        click.echo(line, err=True)
