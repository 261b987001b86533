"""Terms in folded lines: one automaton for the folded view, one for the squeezed, the same checks for both."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from moderation.domain.signal import Evidence, Term
from moderation.folding.fold import SENTINEL, fold, term_form, text_of
from moderation.folding.squeeze import squeeze, squeeze_term
from moderation.folding.tables import Codes
from moderation.matching.boundaries import Boundaries
from moderation.matching.junctions import is_junction
from moderation.matching.marks import end_with_marks, hides

Indices = NDArray[np.int64]


class Place(NamedTuple):
    """Where a term was found: the number of the term, at ``[start, end)`` of the joined lines."""

    term: int
    start: int
    end: int


class _Automaton:
    """The distinct forms of the terms in one view; finds them all, overlapping."""

    def __init__(self, forms: Sequence[str]) -> None:
        terms: dict[str, list[int]] = {}
        for index, form in enumerate(forms):
            if form:
                terms.setdefault(form, []).append(index)
        self.forms = list(terms)
        self.terms = list(terms.values())
        self._automaton = ahocorasick_rs.AhoCorasick(self.forms)

    def find(self, text: str) -> Indices:
        """Rows of (form, start, end)."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return np.array(found, dtype=np.int64).reshape(-1, 3)


class TermFinder:
    """Finds terms in joined lines. A term that folds to nothing is never found."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._written = [term.text for term in terms]
        self._forms = term_forms(self._written)
        self._folded = _Automaton(self._forms)
        self._squeezed = _Automaton(squeezed_forms(self._forms))

    def __call__(self, original: str, folded: Codes) -> dict[Place, Evidence]:
        """The hits in lines (each ended by a newline), with the strongest evidence of each term and span."""
        text = text_of(folded)
        boundaries = Boundaries(folded)
        hits = dict(self._in_folded(original, text, boundaries))
        for found, evidence in self._in_squeezed(original, text, folded, boundaries):
            if found not in hits or evidence.strength > hits[found].strength:
                hits[found] = evidence
        return _without_echoes(hits)

    def _in_folded(self, original: str, text: str, boundaries: Boundaries) -> Iterator[tuple[Place, Evidence]]:
        rows = self._folded.find(text)
        for form, start, seen_end in _whole_words(rows, rows[:, 1], rows[:, 2], boundaries):
            end = end_with_marks(original, text, seen_end)
            for index in self._folded.terms[form]:
                yield Place(index, start, end), self._plain(index, original[start:end])

    def _in_squeezed(
        self, original: str, text: str, folded: Codes, boundaries: Boundaries
    ) -> Iterator[tuple[Place, Evidence]]:
        for view in squeeze(folded):
            rows = self._squeezed.find(view.text)
            for form, start, seen_end in _whole_words(
                rows, view.starts[rows[:, 1]], view.ends[rows[:, 2] - 1], boundaries
            ):
                if is_junction(text, start, seen_end):
                    continue
                end = end_with_marks(original, text, seen_end)
                for index in self._squeezed.terms[form]:
                    evidence = self._evidence(index, self._squeezed.forms[form], original[start:end], text[start:end])
                    if evidence:
                        yield Place(index, start, end), evidence

    def _plain(self, index: int, written: str) -> Evidence:
        return Evidence.exact if written == self._written[index] else Evidence.folded

    def _evidence(self, index: int, form: str, written: str, folded: str) -> Evidence | None:
        """What a hit in a squeezed view is worth: that of the folded view where only marks were left out."""
        seen = folded.replace(SENTINEL, "")
        hidden = hides(written, folded)
        if seen == self._forms[index] and not hidden:
            return self._plain(index, written)
        if seen == form and not hidden and self._forms[index].replace(" ", "") != form:
            return None  # nothing is disguised: it is the term that lost its points (t.me is not tme)
        return Evidence.squeezed


def term_forms(texts: Sequence[str]) -> list[str]:
    """The form of each text in the folded view, all at once: thousands of calls would take seconds."""
    if not texts or any("\n" in text for text in texts):
        return [term_form(text) for text in texts]
    return [line.strip() for line in fold("\n".join(texts)).replace(SENTINEL, "").split("\n")]


def squeezed_forms(forms: Sequence[str]) -> list[str]:
    """The form of each folded form in the squeezed view, all at once: no gap goes past a line."""
    if not forms or any("\n" in form for form in forms):
        return [squeeze_term(form) for form in forms]
    return squeeze_term("\n".join(forms)).split("\n")


def _without_echoes(hits: dict[Place, Evidence]) -> dict[Place, Evidence]:
    """Leave out squeezed hits that say again what another hit of the term says: 加加加微信 has 加微信 once.

    A squeezed hit goes where it lies around a stronger one, or within another squeezed one.
    """
    squeezed: dict[int, list[Place]] = defaultdict(list)
    stronger: dict[int, list[Place]] = defaultdict(list)
    for place, evidence in sorted(hits.items(), key=_outer_first):
        (squeezed if evidence is Evidence.squeezed else stronger)[place.term].append(place)
    for term, places in squeezed.items():
        reached = -1
        for place in places:
            # the stronger hits of a term are of one length, so that the first to start is the first to end
            after = bisect_left(stronger[term], place.start, key=_start)
            around = after < len(stronger[term]) and stronger[term][after].end <= place.end
            if around or place.end <= reached:
                del hits[place]
            reached = max(reached, place.end)
    return hits


def _outer_first(hit: tuple[Place, Evidence]) -> tuple[int, int]:
    return hit[0].start, -hit[0].end


def _start(place: Place) -> int:
    return place.start


def _whole_words(
    rows: Indices, starts: Indices, ends: Indices, boundaries: Boundaries
) -> Iterator[tuple[int, int, int]]:
    if not len(rows):
        return iter(())
    held = boundaries.hold(starts, ends)
    return zip(rows[held, 0].tolist(), starts[held].tolist(), ends[held].tolist(), strict=True)
