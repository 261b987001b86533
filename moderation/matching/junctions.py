"""Words that are only there because the end of a sentence touches the start of the next: 印刷 单位, 印刷😂单位.

A blank or an emoji between two ideographs of running text is more often a pause than a disguise. A longer term is not
made by chance, and whoever writes 刷*单 or 刷.单 means it.
"""

from __future__ import annotations

from moderation.folding.fold import SENTINEL
from moderation.folding.tables import Kind, kind_table

_PAUSES = (Kind.blank, Kind.ornament)


def is_junction(folded: str, start: int, end: int) -> bool:
    """Whether ``folded[start:end]`` is two unspaced letters around a pause, with more letters on both outer sides."""
    seen = folded[start:end].replace(SENTINEL, "")
    if not (seen[1:-1] and _unspaced(seen[0]) and _unspaced(seen[-1])):
        return False
    paused = all(kind_table()[ord(character)] in _PAUSES for character in seen[1:-1])
    return paused and start > 0 and _unspaced(folded[start - 1]) and _unspaced(folded[end])


def _unspaced(character: str) -> bool:
    return bool(kind_table()[ord(character)] == Kind.unspaced)
