"""``moderation pool``: what is in the content pool. One module for what belongs together."""

from __future__ import annotations

import click

from moderation.cli.groups import InOrder
from moderation.cli.pool import letters, search, show, status, views

COMMANDS = (
    status.status,
    show.show,
    search.search,
    views.views,
    show.export,
    letters.dead_letters,
    letters.retry,
)
"""In the order in which one meets them."""


@click.group(cls=InOrder)
def command() -> None:
    """Look at the content pool.

    \b
    Example:
      moderation pool status
      moderation pool show n-1
    """


for each in COMMANDS:
    command.add_command(each)
