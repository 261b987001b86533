"""``moderation review``: the reviewer's screen, and the two desks' queues for scripts. One module a group."""

from __future__ import annotations

import os
import sys

import click

from moderation.cli.callers import Call, called
from moderation.cli.groups import Imported
from moderation.domain.errors import UsageError
from moderation.domain.review import DESKS

COMMANDS = {
    "queue": f"{__name__}.queue.queue",
    "claim": f"{__name__}.lease.claim",
    "show": f"{__name__}.lease.show",
    "renew": f"{__name__}.lease.renew",
    "decide": f"{__name__}.decide.decide",
    "undo": f"{__name__}.decide.undo",
    "release": f"{__name__}.lease.release",
    "escalate": f"{__name__}.decide.escalate",
    "second": f"{__name__}.decide.second",
    "handover": f"{__name__}.handover.command",
    "appeal": f"{__name__}.appeal.command",
    "qa": f"{__name__}.qa.command",
    "stats": f"{__name__}.stats.command",
    "export": f"{__name__}.export.command",
}
"""In the order in which a shift meets them."""


@click.group(cls=Imported, places=COMMANDS, invoke_without_command=True)
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
            run(at, call.lang, call.settings.review.keys)
            return
        named = at.desk
    from moderation.console.web import serve

    if call.token:
        os.environ["MODERATION_TOKEN"] = call.token  # for the processes that draw the pages; a command line is public
    words = [sys.executable, "-m", "moderation", "review", "--desk", named, "--lang", call.lang]
    words += ["--config", str(call.config)] if call.config else []
    words += ["--reviewer", call.reviewer] if call.reviewer else []
    serve(words, port, "moderation review")
