"""The matcher: every field of every post of a batch, at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.domain.signal import Found, Hit, Vocabulary
from moderation.domain.text import Span
from moderation.folding.fold import codes, fold_codes, text_of
from moderation.matching.patterns import PatternFinder, Views
from moderation.matching.terms import TermFinder


class Matcher:
    """Finds a vocabulary in posts (implements :class:`~moderation.domain.ports.Matcher`).

    Terms are folded by the same table as the posts. Hits may overlap; a term has one hit a span, with its strongest
    evidence. A pattern with a gate is looked for only in posts where the gate stands open, and one of a language only
    in posts that may be in it. Raises :class:`~moderation.domain.errors.UsageError` for a pattern that RE2 refuses.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        gates = vocabulary.gates or (None,) * len(vocabulary.patterns)
        self._terms = TermFinder(vocabulary.terms)
        self._patterns = PatternFinder(vocabulary.patterns, [n for n, gate in enumerate(gates) if gate is None])
        self._opened_by_term: dict[int, list[int]] = {}
        self._opened_by_pattern: dict[int, list[int]] = {}
        for number, gate in enumerate(gates):
            for term in gate.terms if gate else ():
                self._opened_by_term.setdefault(term, []).append(number)
            for pattern in gate.patterns if gate else ():
                self._opened_by_pattern.setdefault(pattern, []).append(number)
        # Tables are read when they are first needed: now, so that the processes forked from this one share them.
        self([Post("warm-up", "words and 文字")], [Language("en")])

    def __call__(self, posts: Sequence[Post], languages: Sequence[Language]) -> list[Found]:
        """The hits of each post, ordered by field, start, end and index."""
        found = [Found() for _ in posts]
        fields = _fields(posts)
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
        views: list[list[tuple[str, Views]]] = [[] for _ in posts]
        for (post, name, text), offset in zip(fields, starts, strict=False):
            views[post].append((name, {"original": text, "folded": folded_text[offset : offset + len(text)]}))
        for one, named, language in zip(found, views, languages, strict=True):
            one.patterns.extend(self._pattern_hits(one, named, language.tags()))
        return found

    def _pattern_hits(self, found: Found, named: Sequence[tuple[str, Views]], tags: frozenset[str]) -> Iterator[Hit]:
        first = [set(self._patterns.occurring(views, tags)) for _, views in named]
        opened = {number for hit in found.terms for number in self._opened_by_term.get(hit.index, ())}
        for number in set[int]().union(*first):
            opened.update(self._opened_by_pattern.get(number, ()))
        for (name, views), numbers in zip(named, first, strict=True):
            hits = [(*span, n) for n in numbers | opened for span in self._patterns.spans(n, views)]
            for start, end, evidence, number in sorted(hits, key=lambda hit: (hit[0], hit[1], hit[3])):
                yield Hit(number, Span(name, start, end, views["original"][start:end]), evidence)


def _fields(posts: Sequence[Post]) -> list[tuple[int, str, str]]:
    return [(number, name, text) for number, post in enumerate(posts) for name, text in post.fields()]
