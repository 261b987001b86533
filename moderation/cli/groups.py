"""Groups of commands whose help lists them in the order in which one meets them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class InOrder(click.Group):
    """Lists its commands in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


class Imported(click.Group):
    """Imports a command when it is called: ``places`` says for each name in which module, and as what, it stands."""

    def __init__(self, *args: Any, places: Mapping[str, str], **named: Any) -> None:
        super().__init__(*args, **named)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._places:
            return None
        module, _, name = self._places[cmd_name].rpartition(".")
        command: click.Command = getattr(import_module(module), name)
        return command
