"""The one widget of the screen: draws the frame line by line."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

Draw = Callable[[int, int], list[Text]]
"""Gives the lines for a width and a height."""


class Sheet(Widget):
    """Shows what ``draw`` gives, anew after :meth:`redraw`."""

    DEFAULT_CSS = "Sheet { width: 100%; height: 1fr; }"

    def __init__(self, draw: Draw) -> None:
        super().__init__()
        self._draw = draw
        self._strips: list[Strip] = []
        self._drawn: Size | None = None

    def redraw(self) -> None:
        """What is shown has changed: send the lines that are not as they were, which is little over a slow line."""
        before, known = self._strips, self._drawn == self.size
        self._make()
        after = enumerate(self._strips)
        changed = [Region(0, y, self.size.width, 1) for y, strip in after if not known or before[y] != strip]
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """One line, from the frame of the present size."""
        if self._drawn != self.size:
            self._make()
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)

    def _make(self) -> None:
        console, base = self.app.console, self.rich_style
        lines = self._draw(self.size.width, self.size.height)
        self._strips = [Strip(line.render(console)).apply_style(base) for line in lines]
        self._drawn = self.size
