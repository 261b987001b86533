"""Plots as inline SVG: the same numbers give the same bytes, and their colours are those of the page.

Plots carry ids of rules, tags of languages and numbers, so they need neither translation nor other fonts; their titles
stand in the page.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {"ink": "#010101", "muted": "#020202", "line": "#030303", "one": "#040404", "two": "#050505"}
"""Placeholders for the page's colours: in the SVG each becomes ``var(--name)``."""
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "moderation",
    "font.size": 10,
    "text.color": _COLOURS["ink"],
    "axes.labelcolor": _COLOURS["muted"],
    "axes.edgecolor": _COLOURS["line"],
    "xtick.color": _COLOURS["muted"],
    "ytick.color": _COLOURS["line"],
    "ytick.labelcolor": _COLOURS["ink"],
    "xtick.labelcolor": _COLOURS["muted"],
    "grid.color": _COLOURS["line"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "ytick.left": False,
    "axes.axisbelow": True,
}
_WIDTH = 9.2  # inches; the page scales it
_ROW = 0.27
_MARGIN = 0.75
_STRONGEST = 0.85
_THOUSAND = 1000


class Interval(NamedTuple):
    """A share with both ends of its interval, from 0 to 1."""

    low: float
    share: float
    high: float


def bars(rows: Mapping[str, tuple[float, float]], *, apart: bool = False, unit: str = "") -> str:
    """Two numbers a row: one bar behind the other, or to both sides of zero where they stand ``apart``."""

    def draw(axes: Axes) -> None:
        names = list(rows)
        first, second = ([row[n] for row in rows.values()] for n in (0, 1))
        axes.barh(names, first, color=_COLOURS["one"], height=0.66)
        axes.barh(
            names,
            [-value for value in second] if apart else second,
            left=None if apart else first,
            color=_COLOURS["two"],
            height=0.66,
        )
        for n, (one, two) in enumerate(rows.values()):
            if not apart:
                _say(axes, one + two, n, f"{one + two:,.4g}" if one + two < _THOUSAND else f"{one + two:,.0f}")
                continue
            if one:
                _say(axes, one, n, f"+{one:,.4g}")
            if two:
                _say(axes, -two, n, f"−{two:,.4g}", left=True)
        axes.margins(x=0.09)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(axis="x", linewidth=0.6)
        axes.set_xlabel(unit)
        if apart:
            axes.axvline(0, color=_COLOURS["muted"], linewidth=0.8)
            axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):,.4g}")
        else:
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.4g}" if value < _THOUSAND else f"{value:,.0f}")

    return _svg(len(rows), draw)


def intervals(rows: Mapping[str, Interval]) -> str:
    """A share a row, with its interval, from 0 to 100%."""

    def draw(axes: Axes) -> None:
        for n, (low, share, high) in enumerate(rows.values()):
            axes.plot([low, high], [n, n], color=_COLOURS["one"], alpha=0.35, linewidth=5, solid_capstyle="round")
            axes.plot([share], [n], "o", color=_COLOURS["one"], markersize=6)
        axes.set_yticks(range(len(rows)), list(rows))
        axes.set_xlim(-0.01, 1.02)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value * 100:.0f}%")
        axes.grid(axis="x", linewidth=0.6)

    return _svg(len(rows), draw)


def heat(rows: Sequence[str], columns: Sequence[str], values: Mapping[tuple[str, str], float]) -> str:
    """A number in per cent a cell, the larger the stronger; cells without one are empty."""
    from matplotlib.patches import Rectangle

    most = max(values.values(), default=0) or 1

    def draw(axes: Axes) -> None:
        for y, row in enumerate(rows):
            for x, column in enumerate(columns):
                value = values.get((row, column))
                if not value:
                    continue
                strength = 0.1 + (_STRONGEST - 0.1) * (value / most) ** 0.5
                cell = Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, color=_COLOURS["one"], alpha=strength, linewidth=0)
                axes.add_patch(cell)
                axes.text(x, y, _per_cent(value), ha="center", va="center", fontsize=8)
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xticks(range(len(columns)), list(columns))
        axes.set_yticks(range(len(rows)), list(rows))
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.spines["bottom"].set_visible(False)

    return _svg(len(rows), draw)


def _per_cent(share: float) -> str:
    """Two digits that say something, in per cent, without the sign."""
    value = share * 100
    if value < 0.01:  # noqa: PLR2004
        return "<.01"
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}".removeprefix("0")  # noqa: PLR2004


def _say(axes: Axes, x: float, y: float, text: str, *, left: bool = False) -> None:
    axes.annotate(
        text, (x, y), (-4 if left else 4, 0), textcoords="offset points",
        ha="right" if left else "left", va="center", fontsize=8.5, color=_COLOURS["muted"],
    )  # fmt: skip


def _svg(rows: int, draw: Callable[[Axes], None]) -> str:
    """Draw on axes of so many rows; the text of the SVG element."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, _MARGIN + _ROW * max(rows, 1)), layout="constrained")
        draw(figure.add_subplot())
        return _inline(figure)


def _inline(figure: Figure) -> str:
    file = io.StringIO()
    figure.savefig(
        file, format="svg", transparent=True, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    text = file.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r'<g id="[^"]*">', "<g>", text)  # figure_1, axes_1: the same in every plot of a page
    text = re.sub(r' (?:width|height)="[^"]*pt"', "", text)  # the page says how wide it is
    text = re.sub(r'<style type="text/css">.*?</style>', "", text, count=1, flags=re.DOTALL)
    for name, colour in _COLOURS.items():
        text = text.replace(colour, f"var(--{name})")
    return text.replace("<svg", '<svg role="img"', 1)
