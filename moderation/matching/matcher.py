"""The matcher: every field of every post of a batch, at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from moderation.domain.post import Post
from moderation.domain.signal import Found, Hit, Vocabulary
from moderation.domain.text import Span
from moderation.folding.fold import codes, fold_codes, text_of
from moderation.matching.patterns import PatternFinder
from moderation.matching.terms import TermFinder


class Matcher:
    """Finds a vocabulary in posts (implements :class:`~moderation.domain.ports.Matcher`).

    Terms are folded by the same table as the posts. Hits may overlap; a term has one hit a span, with its strongest
    evidence. Raises :class:`~moderation.domain.errors.UsageError` for a pattern that RE2 refuses.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._terms = TermFinder(vocabulary.terms)
        self._patterns = [
            (view, PatternFinder(chosen, folded=view == "folded"))
            for view in ("folded", "original")
            if (chosen := [(n, pattern) for n, pattern in enumerate(vocabulary.patterns) if pattern.view == view])
        ]
        # Tables are read when they are first needed: now, so that the processes forked from this one share them.
        self([Post("warm-up", "words and 文字")])

    def __call__(self, posts: Sequence[Post]) -> list[Found]:
        """The hits of each post, ordered by field, start, end and index."""
        found = [Found() for _ in posts]
        fields = [(post, name, text) for post, name, text in _fields(posts)]
        if not fields:
            return found
        original = "\n".join([*(text for _, _, text in fields), ""])
        folded = fold_codes(codes(original))
        starts = [0, *accumulate(len(text) + 1 for _, _, text in fields)]

        for place, evidence in sorted(self._terms(original, folded).items(), key=lambda hit: (*hit[0][1:], hit[0][0])):
            at = bisect_right(starts, place.start) - 1
            post, name, text = fields[at]
            start, end = place.start - starts[at], place.end - starts[at]
            if end <= len(text):  # else a term with a newline found across two fields
                found[post].terms.append(Hit(place.term, Span(name, start, end, text[start:end]), evidence))

        folded_text = text_of(folded)
        for (post, name, text), offset in zip(fields, starts, strict=False):
            views = {"folded": folded_text[offset : offset + len(text)], "original": text}
            hits = [hit for view, finder in self._patterns for hit in finder(text, views[view])]
            for start, end, index, evidence in sorted((start, end, index, seen) for index, start, end, seen in hits):
                found[post].patterns.append(Hit(index, Span(name, start, end, text[start:end]), evidence))
        return found


def _fields(posts: Sequence[Post]) -> list[tuple[int, str, str]]:
    return [(number, name, text) for number, post in enumerate(posts) for name, text in post.fields()]
