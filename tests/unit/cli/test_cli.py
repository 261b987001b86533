"""The command line: every command has help with an example, light commands start fast, errors leave as one line."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from moderation.cli import COMMANDS, cli
from moderation.cli.display import visible


def every_command(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from every_command(inner, (*path, name))


ALL = dict(every_command(cli, ("moderation",)))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, [*path[1:], "--help"])
    assert result.exit_code == 0
    assert re.search(rf"Example:\n +(.*\n +)?(.*\\| )?{' '.join(path)}", result.output)


@pytest.mark.parametrize(
    ("path", "command"), [(p, c) for p, c in ALL.items() if not isinstance(c, click.Group)], ids=str
)
def test_every_command_takes_a_settings_file_and_a_language(path: tuple[str, ...], command: click.Command) -> None:
    assert {"--config", "--lang"} <= {name for parameter in command.params for name in parameter.opts}


def test_a_mistyped_command_gets_the_near_one() -> None:
    result = CliRunner().invoke(cli, ["scren"])
    assert result.exit_code == 2
    assert "Did you mean `screen`?" in result.output


@pytest.mark.slow
def test_help_starts_in_under_four_tenths_of_a_second() -> None:
    def once() -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "moderation", "--help"], check=True, capture_output=True)
        return time.perf_counter() - started

    assert min(once() for _ in range(5)) < 0.4


HEAVY = ("numpy", "scipy", "sklearn", "torch", "celery", "sqlalchemy", "redis", "rich")


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_loads_nothing_heavy(name: str) -> None:
    code = (
        "import sys; from click.testing import CliRunner; from moderation.cli import cli;"
        f"assert CliRunner().invoke(cli, ['{name}', '--help']).exit_code == 0;"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


SHOWN = [
    ("plain text 普通", "plain text 普通"),
    ("a\x1b]52;c;x\x07b", "a<U+001B>]52;c;x<U+0007>b"),
    ("\u202egnp.exe", "<U+202E>gnp.exe"),
    ("微\u200b信", "微<U+200B>信"),
    ("two\nlines\r\n", "two / lines / "),
    ("e" + "\u0301" * 40, "e" + "\u0301" * 3 + "<+37 marks>"),
]


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_hostile_text_is_shown_as_marks(text: str, shown: str) -> None:
    assert visible(text) == shown
