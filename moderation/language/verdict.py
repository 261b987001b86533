"""What one script's letters in a post are said to be."""

from __future__ import annotations

from typing import NamedTuple


class Verdict(NamedTuple):
    """A tag, the calibrated probability in [0, 1] that it is right, the tags that it may be instead, and who says so.

    ``by``: the layer that decided (``script``, ``characters``, ``profiles``, ``lingua``, ``words``, ``pinyin`` …).
    """

    tag: str
    confidence: float
    others: tuple[str, ...] = ()
    by: str = "script"
