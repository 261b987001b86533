"""Every command of the desks has a heading in the document on review, and every heading a command."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from moderation.cli import cli

PAGE = (Path(__file__).parent.parent.parent / "docs" / "review.md").read_text(encoding="utf-8")
HEADINGS = set(re.findall(r"^### `(.+)`$", PAGE, re.MULTILINE))
ELSEWHERE = {"moderation pool search", "moderation pool views"}


def leaves(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from leaves(inner, f"{path} {name}")


ALL = dict(leaves(cli, "moderation"))
DESKS = {path for path in ALL if path.split()[1] in {"review", "users", "audit"}} | ELSEWHERE


def test_every_command_of_the_desks_has_its_heading_and_no_other() -> None:
    assert HEADINGS == DESKS


EVERYWHERE = {"--config", "--json", "--lang", "--token-file", "--reviewer", "--desk", "--limit", "--window", "--after"}


@pytest.mark.parametrize("path", sorted(DESKS))
def test_every_option_of_a_command_stands_in_the_document(path: str) -> None:
    options = {name for parameter in ALL[path].params for name in parameter.opts if name.startswith("--")}
    for option in options - EVERYWHERE:
        assert option in PAGE, option
