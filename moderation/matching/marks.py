"""Invisible characters around and inside a hit: combining marks belong to their letter, the others hide something."""

from __future__ import annotations

import unicodedata

from moderation.folding.fold import SENTINEL


def end_with_marks(original: str, folded: str, end: int) -> int:
    """Where a hit ends when the marks that fold away after its last letter (é written as e and ´) belong to it."""
    while folded[end] == SENTINEL and _is_mark(original[end]):
        end += 1
    return end


def hides(original: str, folded: str) -> bool:
    """Whether a slice holds something invisible that is no mark: a zero-width space, a joiner."""
    return SENTINEL in folded and any(
        seen == SENTINEL and not _is_mark(written) for written, seen in zip(original, folded, strict=True)
    )


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"
