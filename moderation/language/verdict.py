"""What one script's letters in a post are said to be."""

from __future__ import annotations

from typing import NamedTuple


class Verdict(NamedTuple):
    """A tag, the calibrated probability in [0, 1] that it is right, and the tags that it may be instead."""

    tag: str
    confidence: float
    others: tuple[str, ...] = ()
