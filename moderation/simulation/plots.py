"""Backlog, age and harm over the days: in a terminal of 80 columns, and as a picture."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from moderation.domain.review import DESKS
from moderation.simulation.scenario import HOURS
from moderation.simulation.summary import Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANEL = 38
_LABEL = 7
_ROWS = 6
_COLOURS = ("#b3362c", "#2c5fb3", "#6b6b6b")


class Words(NamedTuple):
    """What stands over the plots."""

    backlog: str
    oldest: str
    harm: str
    day: str
    workers: str


def terminal(series: Mapping[str, Series], words: Words) -> str:
    """The two desks side by side, one row of panels for each of the three."""
    from rich.cells import set_cell_size

    lines = []
    for title, values in zip(words[:3], zip(*(series[desk] for desk in DESKS), strict=True), strict=True):
        top = max(*map(max, values), 0) or 1.0
        panels = [_panel(each, top) for each in values]
        lines.append("   ".join(set_cell_size(f"{desk}: {title}", _PANEL) for desk in DESKS).rstrip())
        lines.extend("   ".join(row).rstrip() for row in zip(*panels, strict=True))
    lines.append(words.day)
    return "\n".join(lines)


def _panel(values: Sequence[float], top: float) -> list[str]:
    """One line over the days, in Braille dots, as rows of :data:`_PANEL` cells; ``top`` is the end of its scale."""
    from plotille import Canvas

    width = _PANEL - _LABEL - 1
    canvas = Canvas(width, _ROWS, xmin=0, ymin=0, xmax=max(len(values), 2), ymax=top)
    for hour, (before, after) in enumerate(pairwise(values)):
        canvas.line(hour + 1, before, hour + 2, after)
    labels = [_short(top), *[""] * (_ROWS - 2), "0"]
    return [f"{label:>{_LABEL}}|{row:<{width}}" for label, row in zip(labels, canvas.plot().splitlines(), strict=True)]


def _short(value: float) -> str:
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def picture(series: Mapping[str, Series], start: date, words: Words) -> str:
    """The same and the workers' backlog as an SVG document; equal series give equal text."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "moderation",
        "font.family": "sans-serif",
        "font.size": 9,
    }
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # whoever shows the SVG has the font
        figure = Figure(figsize=(8, 8), layout="constrained")
        panels = figure.subplots(4, sharex=True)
        for panel, title, field in zip(panels, words[:3], Series._fields, strict=False):
            for desk, colour in zip(DESKS, _COLOURS, strict=False):
                _line(panel, getattr(series[desk], field), colour, desk)
            _frame(panel, title)
            panel.legend(loc="upper right", frameon=False)
        _line(panels[3], series["workers"].backlog, _COLOURS[2], "")
        _frame(panels[3], words.workers)
        panels[3].set_xlabel(f"{words.day} ({start.isoformat()} = 1)")
        panels[3].set_xticks(range(1, len(series["workers"].backlog) // HOURS + 2))
        file = StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def _line(panel: Axes, values: Sequence[float], colour: str, label: str) -> None:
    days = [1 + (hour + 1) / HOURS for hour in range(len(values))]
    panel.plot(days, values, color=colour, linewidth=1.2, label=label)


def _frame(panel: Axes, title: str) -> None:
    panel.set_title(title, loc="left")
    panel.margins(x=0)
    panel.set_ylim(bottom=0)
    panel.spines[["top", "right"]].set_visible(False)
