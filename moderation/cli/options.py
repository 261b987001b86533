"""The options that every command has, and how commands print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

config = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="MODERATION_CONFIG",
    help="Settings file [default: configs/moderation.yaml].",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
lang = click.option(
    "--lang",
    type=click.Choice(["en", "zh"]),
    envvar="MODERATION_LANG",
    default="en",
    show_default=True,
    help="Language of what is printed.",
)
rules = click.option(
    "--rules",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="MODERATION_RULES",
    help="Folder of rules [default: rules/].",
)


def common(function: F) -> F:
    """Give a command ``--config``, ``--json`` and ``--lang``."""
    return config(as_json(lang(function)))
