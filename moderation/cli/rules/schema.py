"""``moderation rules schema``."""

from __future__ import annotations

import json

import click

from moderation.cli import options


@click.command()
@options.none
def schema() -> None:
    """Print the JSON Schema of a rule file, for editors.

    \b
    Example:
      moderation rules schema > rules/schema.json
    """
    from moderation.policy.schema import rule_schema

    click.echo(json.dumps(rule_schema(), indent=1, ensure_ascii=False))
