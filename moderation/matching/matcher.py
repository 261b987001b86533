"""Finds a vocabulary in posts, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from moderation.domain.language import Language, covers
from moderation.domain.post import Post
from moderation.domain.signal import Contact, Evidence, Found, Hit, Vocabulary
from moderation.domain.text import Span
from moderation.folding.fold import codes, fold_codes, text_of
from moderation.matching.contacts.cues import CUES, may_hold
from moderation.matching.contacts.recogniser import ContactFinder
from moderation.matching.finds import Find
from moderation.matching.index import Woken
from moderation.matching.lines import Lines
from moderation.matching.patterns import PatternFinder, View
from moderation.matching.terms import TermFinder

_NOTHING = Found()
_CUE = (1 << 32) - 1  # what cues of contacts wake, beside the patterns
Field = tuple[int, str, str]  # the number of the post, the name of the field, its text


class Matcher:
    """Finds a vocabulary in posts (implements :class:`~moderation.domain.ports.Matcher`).

    Terms are folded by the same table as the posts. Hits may overlap; a term has one hit a span, with its strongest
    evidence. A disguised term counts only in a post that may be in its language, and so does a pattern of a language.
    Raises :class:`~moderation.domain.errors.UsageError` for a pattern that RE2 refuses.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._languages = [term.language for term in vocabulary.terms]
        self._patterns = PatternFinder(vocabulary.patterns, vocabulary.gates)
        self._contacts = ContactFinder() if vocabulary.contacts or vocabulary.links else None
        wakes = {literal: list(numbers) for literal, numbers in self._patterns.waits.items()}
        for cue in CUES if self._contacts else ():
            wakes.setdefault(cue, []).append(_CUE)
        self._terms = TermFinder(vocabulary.terms, wakes, vocabulary.disguised)
        # Tables are read when they are first needed: now, so that the processes forked from this one share them.
        self([Post("warm-up", "words, w-o-r-d-s, w0rds, wооords and 文字 @ 1")], [Language("en")])

    def __call__(self, posts: Sequence[Post], languages: Sequence[Language]) -> list[Found]:
        """The hits of each post, ordered by field, start, end and number."""
        fields: list[Field] = [
            (number, name, text) for number, post in enumerate(posts) for name, text in post.fields()
        ]
        if not fields:
            return [_NOTHING] * len(posts)
        original = "\n".join(["", *[text for _, _, text in fields], ""])
        folded = fold_codes(codes(original))
        starts = np.array(list(accumulate([len(text) + 1 for _, _, text in fields], initial=1)), dtype=np.int64)
        lines = Lines(original, text_of(folded), folded, starts)
        finds, woken = self._terms(lines)
        terms = self._term_hits(fields, lines, finds, languages)
        patterns = self._pattern_hits(fields, lines, woken, languages, terms)
        contacts, links = self._reach(fields, lines, woken)
        found = [_NOTHING] * len(posts)
        for number in {*terms, *patterns, *contacts, *links}:
            found[number] = Found(
                terms.get(number, ()), patterns.get(number, ()), contacts.get(number, ()), links.get(number, ())
            )
        return found

    def _term_hits(
        self, fields: Sequence[Field], lines: Lines, finds: list[Find], languages: Sequence[Language]
    ) -> dict[int, list[Hit]]:
        hits: dict[int, list[Hit]] = {}
        finds.sort()
        for line, start, end, term, evidence, chain in finds:
            post, name, text = fields[line]
            if evidence.rank > Evidence.folded.rank and not _speaks(self._languages[term], languages[post]):
                continue
            at = int(lines.starts[line])
            span = Span(name, start - at, end - at, text[start - at : end - at])
            hits.setdefault(post, []).append(Hit(term, span, evidence, chain))
        return hits

    def _pattern_hits(
        self,
        fields: Sequence[Field],
        lines: Lines,
        woken: Woken,
        languages: Sequence[Language],
        terms: dict[int, list[Hit]],
    ) -> dict[int, list[Hit]]:
        awake = self._patterns.awake(lines, woken.those(woken.numbers != _CUE))
        opened = {post: behind for post, found in terms.items() if (behind := self._patterns.opened(found))}
        posts = {fields[line][0] for line in awake}.union(opened)
        if self._patterns.always:
            posts.update(range(len(languages)))
        hits: dict[int, list[Hit]] = {}
        views: dict[int, list[View]] = {post: [] for post in posts}
        for line, (post, name, text) in enumerate(fields):
            if post in views:
                views[post].append(View(name, text, awake.get(line, ()), lines, line))
        for post, seen in views.items():
            found = self._patterns.find(seen, languages[post], opened.get(post, ()))
            if found:
                hits[post] = found
        return hits

    def _reach(
        self, fields: Sequence[Field], lines: Lines, woken: Woken
    ) -> tuple[dict[int, list[Contact]], dict[int, list[Contact]]]:
        contacts: dict[int, list[Contact]] = {}
        links: dict[int, list[Contact]] = {}
        if self._contacts is None:
            return contacts, links
        cued = set(woken.lines[woken.numbers == _CUE].tolist())
        cued.update(may_hold(lines.folded, lines.starts).nonzero()[0].tolist())
        for line in sorted(cued):
            post, name, text = fields[line]
            for kind, value, start, end, evidence, chain in self._contacts(text, lines.line(line)):
                hit = Hit(-1, Span(name, start, end, text[start:end]), evidence, chain)
                (links if kind == "link" else contacts).setdefault(post, []).append(Contact(kind, value, hit))
        return contacts, links


def _speaks(language: str, spoken: Language) -> bool:
    return language == "*" or any(covers(language, tag) for tag in spoken.tags())
