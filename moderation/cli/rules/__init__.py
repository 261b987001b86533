"""``moderation rules``: for policy authors. One module a command."""

from __future__ import annotations

import click

from moderation.cli.rules import check, explain, listing, schema, test

COMMANDS = (check.check, test.test, explain.explain, listing.list_rules, schema.schema)
"""In the order in which an author meets them."""


class _InOrder(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_InOrder)
def command() -> None:
    """Check, test, list and explain rules.

    \b
    Example:
      moderation rules check
      moderation rules explain --post "姐妹们加V看主页"
    """


for each in COMMANDS:
    command.add_command(each)
