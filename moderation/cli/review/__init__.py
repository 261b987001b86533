"""``moderation review``: the reviewer's screen, and the two desks' queues for scripts. One module a group."""

from __future__ import annotations

import os
import sys

import click

from moderation.cli.callers import Call, called
from moderation.cli.groups import InOrder
from moderation.cli.review import appeal, decide, export, handover, lease, qa, queue, stats
from moderation.domain.errors import UsageError
from moderation.domain.review import DESKS
from moderation.settings import load_settings

COMMANDS = (
    queue.queue,
    lease.claim,
    lease.show,
    lease.renew,
    decide.decide,
    decide.undo,
    lease.release,
    decide.escalate,
    decide.second,
    handover.command,
    appeal.command,
    qa.command,
    stats.command,
    export.command,
)
"""In the order in which a shift meets them."""


@click.group(cls=InOrder, invoke_without_command=True)
@click.option("--desk", type=click.Choice(DESKS), help="At which desk [default: your first].")
@click.option("--web", is_flag=True, help="Show the screen in a browser of this machine instead.")
@click.option("--port", type=click.IntRange(1, 65535), default=8700, show_default=True, help="Where, with --web.")
@called
@click.pass_context
def command(context: click.Context, call: Call, desk: str | None, web: bool, port: int) -> None:
    """Open the reviewer's screen; with a command, work the queues from a script.

    A script claims an item, reads it, and decides it with the lease and fence that it got.

    \b
    Example:
      moderation review --desk zh --lang zh
      moderation review queue --desk zh
      moderation review claim --desk en --json
    """
    if context.invoked_subcommand is None:
        _open(call, desk, port if web else None)


def _open(call: Call, desk: str | None, port: int | None) -> None:
    """The screen, in this terminal or served at a port; who may not review does not get that far."""
    from moderation.console.app import run

    with call.desk(desk) as at:
        if port is None:
            if "TEXTUAL_DRIVER" not in os.environ and not (sys.stdin.isatty() and sys.stdout.isatty()):
                raise UsageError("the screen needs a terminal; take one, or --web, or a command such as `review queue`")
            settings = load_settings(call.config)
            run(at, call.lang, settings.review.keys)
            return
        named = at.desk
    from moderation.console.web import serve

    if call.token:
        os.environ["MODERATION_TOKEN"] = call.token  # for the processes that draw the pages; a command line is public
    words = [sys.executable, "-m", "moderation", "review", "--desk", named, "--lang", call.lang]
    words += ["--config", str(call.config)] if call.config else []
    words += ["--reviewer", call.reviewer] if call.reviewer else []
    serve(words, port, "moderation review")


for each in COMMANDS:
    command.add_command(each)
