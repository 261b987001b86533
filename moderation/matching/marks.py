"""Invisible characters around and inside a hit: combining marks belong to their letter, the others hide something."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from moderation.folding.fold import SENTINEL
from moderation.folding.letters import leaves_nothing

_BARRED = frozenset("đłøħ")
# Marks that make other letters; all others are noise.
_LETTER_MARKS = frozenset(
    "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u031b\u0323\u0326\u0327\u0328"
)
_ARABIC = "\u0600", "\u0700"  # whose vowel signs do not fold away


def end_with_marks(original: str, folded: str, end: int) -> int:
    """Where a hit ends when the marks that fold away after its last letter (é written as e and ´) belong to it."""
    while folded[end] == SENTINEL or _ARABIC[0] <= folded[end] < _ARABIC[1]:
        if not (_is_mark(original[end]) if folded[end] == SENTINEL else leaves_nothing(folded[end])):
            break
        end += 1
    return end


def hides(original: str, folded: str) -> bool:
    """Whether a slice holds something invisible that is no mark: a zero-width space, a joiner."""
    return SENTINEL in folded and any(
        seen == SENTINEL and not _is_mark(written) for written, seen in zip(original, folded, strict=True)
    )


def keeps_marks(written: str, term: str, *, tonal: bool) -> bool:
    """Whether no letter of a stretch of text has another diacritic than the term has.

    schön is schon without them, wéchat is wechat, aňo is no año. Where they are tones (Vietnamese) it has all or none:
    lớn is no lồn.
    """
    seen, meant = _marks(written), _marks(term)
    if len(seen) != len(meant) or seen == meant:
        return True
    if tonal:
        return not any(seen)
    return not any(one and other and one != other for one, other in zip(seen, meant, strict=True))


@lru_cache(maxsize=1 << 12)
def _marks(text: str) -> tuple[str, ...]:
    """The diacritics of each letter; a bar through a letter is one."""
    marks: list[str] = []
    for character in unicodedata.normalize("NFD", text.casefold()):
        if character in _LETTER_MARKS and marks:
            marks[-1] += character
        elif not _is_mark(character):
            marks.append("/" if character in _BARRED else "")
    return tuple(marks)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"
