"""``moderation models list``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table


@click.command(name="list")
@options.common
def list_models(config: Path | None, as_json: bool, lang: str) -> None:
    """Show the models in use: digest, size, and which categories they cover in which languages.

    \b
    Example:
      moderation models list --json
    """
    from moderation.settings import load_settings
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


def _coverage(heads: Mapping[str, Any]) -> list[str]:
    return [f"{head}: {' '.join(languages)}" for head, languages in heads.items()]
