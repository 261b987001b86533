"""``moderation models card``."""

from __future__ import annotations

from pathlib import Path

import click

from moderation.cli import options


@click.command()
@click.argument("name")
@options.plain
def card(name: str, config: Path | None) -> None:
    """Print a model's card: intended use, data, figures by language, known failures.

    \b
    Example:
      moderation models card calibration
    """
    from moderation.settings import load_settings
    from moderation.training.catalogue import read_card

    click.echo(read_card(load_settings(config).models.classifiers, name))
