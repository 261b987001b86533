"""``moderation models train``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from moderation.cli import options

_NAMES = ("fast", "reader", "calibration", "embedding")


@click.command()
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
      moderation models train --data data --out models --only fast,calibration
    """
    from moderation.training.run import train as run

    chosen = _NAMES if only is None else tuple(name.strip() for name in only.split(","))
    unknown = sorted(set(chosen) - set(_NAMES))
    if unknown:
        raise click.BadParameter(f"no model {', '.join(unknown)}; there are {', '.join(_NAMES)}", param_hint="--only")
    written = run(data, out, chosen, seed, force=force, report=_report)
    click.echo("\n".join(str(out / name) for name in written))


def _report(line: str) -> None:
    if sys.stderr.isatty():
        click.echo(line, err=True)
