"""Many numbers in little width: categories, variants or languages by language, within 100 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import click


class Mark(NamedTuple):
    """What stands in a cell, and its colour: a help to the eye that says nothing more than the text does."""

    text: str
    colour: str | None = None


def print_grid(title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Mark]]]) -> None:
    """A title, then a line a row: its name, and its marks under the names of their columns, set to the right."""
    from rich.cells import cell_len

    first = max(cell_len(name) for name, _ in rows)
    widths = [
        max(cell_len(column), *(cell_len(marks[n].text) for _, marks in rows)) for n, column in enumerate(columns)
    ]
    click.secho(title, bold=True)
    head = " ".join(" " * (width - cell_len(column)) + column for column, width in zip(columns, widths, strict=True))
    click.echo(f"{' ' * first} {head}".rstrip())
    for name, marks in rows:
        cells = [
            click.style(" " * (width - cell_len(mark.text)) + mark.text, fg=mark.colour)
            for mark, width in zip(marks, widths, strict=True)
        ]
        click.echo(f"{name}{' ' * (first - cell_len(name))} {' '.join(cells)}".rstrip())
