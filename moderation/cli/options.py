"""The options that every command has, and how commands print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def _config(*, used: bool) -> Callable[[F], F]:
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="MODERATION_CONFIG",
        expose_value=used,
        help="Settings file [default: configs/moderation.yaml].",
    )


def _remembered(context: click.Context, _: click.Parameter, lang: str) -> str:
    """Leave the language where ``main`` finds it when the command fails."""
    if context.obj is not None:
        context.obj["lang"] = lang
    return lang


def _lang(*, used: bool) -> Callable[[F], F]:
    return click.option(
        "--lang",
        type=click.Choice(["en", "zh"]),
        envvar="MODERATION_LANG",
        default="en",
        show_default=True,
        expose_value=used,
        is_eager=True,
        callback=_remembered,
        help="Language of what is printed.",
    )


config = _config(used=True)
no_config = _config(used=False)  # of a command that says its words in both languages, but reads no settings
lang = _lang(used=True)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
rules = click.option(
    "--rules",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="MODERATION_RULES",
    help="Folder of rules [default: rules/].",
)


def common(function: F) -> F:
    """Give a command ``--config``, ``--json`` and ``--lang``."""
    return config(as_json(lang(function)))


def plain(function: F) -> F:
    """Give a command ``--config``, and a ``--lang`` that it takes like every other: it prints no words of ours."""
    return config(_lang(used=False)(function))


def none(function: F) -> F:
    """Let a command that reads no settings take ``--config`` and ``--lang`` like every other."""
    return _config(used=False)(_lang(used=False)(function))
