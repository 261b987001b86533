"""``moderation rules``: for policy authors. One module a command."""

from __future__ import annotations

import click

from moderation.cli.groups import InOrder
from moderation.cli.rules import (
    backtest,
    breaker,
    check,
    coverage,
    diff,
    explain,
    flips,
    listing,
    new,
    parity,
    promote,
    schema,
    test,
)

COMMANDS = (
    new.new,
    check.check,
    test.test,
    explain.explain,
    backtest.backtest,
    diff.diff,
    parity.parity,
    flips.flips,
    coverage.coverage,
    promote.promote,
    listing.list_rules,
    breaker.breaker,
    schema.schema,
)
"""In the order in which an author meets them."""


@click.group(cls=InOrder)
def command() -> None:
    """Check, test, list and explain rules.

    \b
    Example:
      moderation rules check
      moderation rules explain --post "姐妹们加V看主页"
    """


for each in COMMANDS:
    command.add_command(each)
