"""Tables that can be read in a terminal, in a document (they are Markdown) and as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table as RichTable

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; the first columns name things, the rest count them."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of the benchmark found; ``figures`` are those that have a target."""

    tables: Sequence[Table]
    figures: Mapping[str, float | None] = field(default_factory=dict)


def print_table(table: Table) -> None:
    """Print a table to standard output."""
    made = RichTable(box=MARKDOWN, pad_edge=False)
    for number, column in enumerate(table.columns):
        is_name = any(isinstance(row[number], str) for row in table.rows)
        made.add_column(column, justify="left" if is_name else "right", no_wrap=True)
    for row in table.rows:
        made.add_row(*map(shown, row))
    # as wide as it needs to be: a pipe has no width
    console = Console(width=400, file=sys.stdout, markup=False, highlight=False)
    console.print(f"\n{table.title}\n" + (f"({table.note})\n" if table.note else ""), soft_wrap=True)
    with console.capture() as capture:
        console.print(made)
    print("\n".join(line.rstrip() for line in capture.get().splitlines() if line.strip()), flush=True)


def print_json(tables: Sequence[Table]) -> None:
    """Print tables as one JSON document."""
    document = [{"title": table.title, "columns": table.columns, "rows": table.rows} for table in tables]
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    print()


def shown(cell: Cell) -> str:
    """A cell as it is printed: shares and seconds with one decimal, counts and rates in thousands, – for nothing.

    >>> [shown(12800), shown(97.25), shown(None)]
    ['12,800', '97.2', '–']
    """
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    return cell if isinstance(cell, str) else f"{cell:,}"
