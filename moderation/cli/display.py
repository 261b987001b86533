"""How JSON and wide tables reach a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click
import orjson

from moderation.domain.marks import visible

__all__ = ["print_json", "print_table", "visible"]

_WIDTH_OF_A_FILE = 120
_LEAST_ROOM = 16


def print_json(value: Any) -> None:
    """One JSON value a line, on stdout."""
    click.echo(orjson.dumps(value).decode())


def print_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "-") -> None:
    """A table on stdout, padded by the width of terminal cells; its last column is cut where the line ends."""
    from rich.box import ASCII
    from rich.cells import cell_len, set_cell_size
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[visible(str(cell)) for cell in row] for row in rows]
    if not cells:
        click.echo(f"{title}: {empty}")
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_FILE
    *others, _ = zip(headings, *cells, strict=True)
    taken = sum(max(map(cell_len, column)) + len(" | ") for column in others)
    room = max(console.width - taken, _LEAST_ROOM)
    console.width = max(console.width, taken + room)  # too narrow a terminal wraps the lines; nothing is hidden
    click.echo(title)
    table = Table(box=ASCII, show_edge=False, pad_edge=False)
    for n, heading in enumerate(headings):
        numeric = all(row[n].replace(",", "").replace(".", "", 1).isdigit() for row in cells)
        table.add_column(heading, justify="right" if numeric else "left", no_wrap=True)
    for row in cells:
        last = row[-1] if cell_len(row[-1]) <= room else set_cell_size(row[-1], room)
        table.add_row(*map(Text, (*row[:-1], last)))
    console.print(table, crop=False)
