"""Letters typed as a letter and its marks (e and ´) put together, because profiles know é."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np

from moderation.folding.tables import Codes

_FIRST_MARK, _LAST_MARK = 0x300, 0x36F


def compose(text: Codes) -> Codes:
    """The text with composed letters in the places of their bases; the marks stay where they are."""
    marks = np.flatnonzero((text >= _FIRST_MARK) & (text <= _LAST_MARK))
    if not len(marks):
        return text
    composed = text.copy()
    base = -1
    for at in marks.tolist():
        if at == 0:
            continue
        if not _FIRST_MARK <= text[at - 1] <= _LAST_MARK:
            base = at - 1
        if base >= 0:
            composed[base] = _pair(int(composed[base]), int(text[at]))
    return composed


@lru_cache(maxsize=4096)
def _pair(base: int, mark: int) -> int:
    both = unicodedata.normalize("NFC", chr(base) + chr(mark))
    return ord(both) if len(both) == 1 else base
