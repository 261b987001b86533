"""Words that are only there because the end of one sentence or quotation touches the start of the next."""

from __future__ import annotations

from moderation.folding.fold import SENTINEL

_QUOTES = frozenset('()[]{}<>"«»‹›“”„‘（）【】《》〈〉「」『』〔〕')
_DOTS = frozenset(".·")


def is_junction(folded: str, start: int, end: int) -> bool:
    """Whether all that ``folded[start:end]`` has between two letters is a lone quote or bracket, or a row of dots."""
    gap = folded[start + 1 : end - 1].replace(SENTINEL, "")
    return (len(gap) == 1 and gap in _QUOTES) or (len(gap) > 1 and _DOTS.issuperset(gap))


def ends_sentence(seen: str) -> bool:
    """Whether a sentence ends inside a folded stretch of text: a point, and a blank (``no dm. Me too``)."""
    at = seen.find(". ")
    while at >= 0:
        if at > 1 and seen[at - 2 : at].isalpha():
            return True
        at = seen.find(". ", at + 1)
    return False
