"""The console script ``moderation``: one thin module a command group, imported only when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from moderation import __version__
from moderation.domain.errors import ModerationError

# name → (module, one line of help); each module names its click command `command`.
COMMANDS = {
    "demo": "Drain the bundled posts through real workers and look at what was decided.",
    "screen": "Posts in, decisions out: no broker, no store.",
    "submit": "Enqueue posts through the broker.",
    "worker": "Run Celery workers with the project's settings.",
    "pool": "The content pool: status, search, posts, decisions, dead letters.",
    "review": "The reviewer's screen, and the two desks' queues for scripts: claim, read, decide.",
    "users": "Who may review: roles, desks, what they read, tokens.",
    "audit": "Is the log of what was decided whole?",
    "rules": "For policy authors: check, test, list, explain.",
    "language": "What the language detector makes of a text, and why.",
    "models": "Classifiers: list, card, train, evaluate, compare, calibrate.",
    "simulate": "Replay a wave of posts against workers and desks: what waits, and for how long.",
    "doctor": "Look for what is wrong with this installation.",
}


class _LazyGroup(click.Group):
    """Knows its commands by name and imports only the one that is called: `--help` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"moderation.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"no command `{args[0]}`.{hint} `moderation --help` lists them.", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="moderation")
@click.option("--debug", is_flag=True, help="Show a traceback when something of ours fails.")
def cli(debug: bool) -> None:
    """Moderate one global content pool.

    \b
    Example:
      moderation demo
      moderation screen posts.jsonl -o decisions.jsonl
    """


def main() -> None:
    """Run the command line; every error leaves as one message and its exit code (design page 2)."""
    debug = "--debug" in sys.argv[1:2]
    call: dict[str, str] = {}  # what the command's --lang leaves
    try:
        cli(standalone_mode=False, obj=call)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader went away (`| head`): not our error, and the interpreter must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except ModerationError as error:
        if debug:
            raise
        click.echo(f"moderation: {error.say(call.get('lang', 'en'))}", err=True)
        sys.exit(error.exit_code)
    except Exception as error:  # the last line of defence: no traceback reaches a user
        if debug:
            raise
        click.echo(
            f"moderation: a fault of ours: {type(error).__name__}: {error}\n"
            "Run the command again as `moderation --debug …` and send us what it prints.",
            err=True,
        )
        sys.exit(70)
