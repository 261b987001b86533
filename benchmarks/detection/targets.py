"""What the detector has to reach, and whether it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .candidates import LIGHT, OURS
from .tables import Cell, Table, shown


class Target(NamedTuple):
    """A bound on a figure: from below, or from above where ``most``."""

    name: str
    figure: str
    bound: float
    unit: str = "%"
    most: bool = False

    def is_met(self, measured: float) -> bool:
        """Whether a measured figure keeps within the bound."""
        return measured <= self.bound if self.most else measured >= self.bound


TARGETS = (
    Target("speed of langdetect, batch of 256, with lingua", f"{OURS}, 256, the stream", 75, "x"),
    Target("speed of langdetect, batch of 256, light", f"{LIGHT}, 256, the stream", 100, "x"),
    Target("speed of langdetect, one text at a time", f"{OURS}, 1, the stream", 8, "x"),
    Target("main language right, <= 30 characters, 18 languages", "short", 93),
    Target("Chinese-English mixed: main right", "mixed", 95),
    Target("Chinese-English mixed: set right", "mixed set", 90),
    Target("right of not doubtful, sentences, 18 languages", "kept sentences, 18 languages", 98),
    Target("doubtful, sentences, 18 languages", "doubtful sentences, 18 languages", 20, most=True),
    Target("right of not doubtful, hand-written posts, by language", "kept hand-written posts", 98),
    Target("right of not doubtful, hand-written posts, by tag", "posts kept", 98),
    Target("doubtful, hand-written posts", "posts doubtful", 20, most=True),
    Target("texts that get another answer when asked again", "flapping", 0, "", most=True),
    Target("hostile strings that raise", "exceptions", 0, "", most=True),
    Target("texts with another answer in a batch than alone", "differing", 0, "", most=True),
)


def against_targets(figures: Mapping[str, float | None]) -> Table:
    """The targets of what was measured in this run."""
    rows: list[tuple[Cell, ...]] = []
    for target in TARGETS:
        measured = figures.get(target.figure)
        if measured is not None:
            sign = "<=" if target.most else ">="
            verdict = "met" if target.is_met(measured) else "MISSED"
            rows.append((target.name, f"{sign} {target.bound:g} {target.unit}".rstrip(), shown(measured), verdict))
    return Table("Targets", ("figure", "target", "measured", "verdict"), rows)
