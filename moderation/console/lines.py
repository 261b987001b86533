"""Lines of terminal cells: cut, padded, wrapped and boxed by the width that the terminal gives a character.

Borders are ASCII: box drawing is ambiguous in width, one cell in some terminals and two in those of East Asia.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, split_graphemes
from rich.text import Text

DIM = "dim"
BOLD = "bold"
MARKED = "bold underline"
WARN = "bold yellow"
BAD = "bold red"
CHOSEN = "reverse"

_ACTS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""What would act on a terminal. Panes show a post's characters as marks; this is the last door before the driver."""


def fit(text: Text | str, width: int) -> Text:
    """A copy of exactly ``width`` cells: cut between graphemes, or padded with spaces; nothing in it acts."""
    line = text.copy() if isinstance(text, Text) else Text(text)
    line.end = ""
    line.no_wrap = True
    plain = line.plain
    if not plain.isprintable() and _ACTS.search(plain):
        plain = _ACTS.sub("?", plain)
        line.plain = plain
    cells = cell_len(plain)
    if cells > width:
        taken = 0
        for start, _end, size in split_graphemes(plain)[0]:
            if taken + size > width:
                line = line[:start]
                break
            taken += size
        line.end = ""
        cells = taken
    line.append(" " * (width - cells))
    return line


def shortened(text: Text | str, width: int) -> Text:
    """At most ``width`` cells; what was cut ends with ``..``."""
    line = text if isinstance(text, Text) else Text(text)
    if cell_len(line.plain) <= width:
        return line
    cut = fit(line, max(width - 2, 0))
    cut.rstrip()
    return cut.append("..")


def wrapped(text: Text | str, width: int) -> list[Text]:
    """Lines of at most ``width`` cells, broken at spaces, or where there are none between graphemes."""
    whole = text if isinstance(text, Text) else Text(text)
    lines: list[Text] = []
    for paragraph in whole.split("\n", allow_blank=True) if "\n" in whole.plain else [whole]:
        if cell_len(paragraph.plain) <= width:
            lines.append(paragraph)
            continue
        for line in paragraph.divide(_breaks(paragraph.plain, width)):
            line.rstrip()
            lines.append(line)
    return lines


def hanging(lead: str, text: Text | str, width: int, style: str = "") -> list[Text]:
    """A paragraph after a lead, the further lines indented as wide as it."""
    indent = cell_len(lead)
    body = wrapped(text, max(width - indent, 8))
    return [Text.assemble((lead if n == 0 else " " * indent, style), line) for n, line in enumerate(body)]


def flowing(parts: Iterable[Text | str], width: int, gap: str = "   ") -> list[Text]:
    """Parts one after another, as many on a line as fit."""
    lines: list[Text] = []
    for part in parts:
        piece = Text.assemble(part)  # its style stays its own when others are appended
        if lines and cell_len(lines[-1].plain) + len(gap) + cell_len(piece.plain) <= width:
            lines[-1].append(gap).append_text(piece)
        else:
            lines.append(piece)
    return lines


def border(widths: Sequence[int], titles: Sequence[Text | str], notes: Sequence[str] = ()) -> Text:
    """``+- title ---- note -+- title ---+``: one title (and a note at its right) over each column's inner width."""
    line = Text("+")
    for n, width in enumerate(widths):
        note = f" {notes[n]} -" if n < len(notes) and notes[n] else ""
        head = Text.assemble("- ", shortened(titles[n], width - cell_len(note) - 4), " ") if titles[n] else Text()
        line.append_text(head).append("-" * (width - cell_len(head.plain) - cell_len(note)) + note).append("+")
    return line


def boxed(columns: Sequence[tuple[Text | str, int]]) -> Text:
    """``| column | column |``: each of its width and a space on both sides."""
    line = Text("|")
    for text, width in columns:
        line.append(" ").append_text(fit(text, width - 2)).append(" |")
    return line


def _breaks(plain: str, width: int) -> list[int]:
    """The offsets at which a paragraph breaks."""
    breaks: list[int] = []
    taken, space = 0, None
    sizes = split_graphemes(plain)[0]
    for n, (start, _end, size) in enumerate(sizes):
        if taken + size > width and plain[start] != " ":
            at = n if space is None else space + 1
            breaks.append(sizes[at][0])
            taken = sum(each[2] for each in sizes[at:n])
            space = None
        if plain[start] == " ":
            space = n
        taken += size
    return breaks
