"""The words that carry a post's sense, by language: who is spoken of, what is said of them, how it is meant.

A lexicon lists terms by cue. ``*`` at the end of a term stands for any ending; where words are spaced, a term is
whole words. Groups have neutral names and slurs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import ahocorasick_rs
import numpy as np

from moderation.classifiers.folded import Folded, Integers
from moderation.folding.fold import term_form, text_of
from moderation.folding.tables import Codes, Kind, kind_table

CUES = (
    *("group", "slur"),
    *("dehumanise", "exclude", "threaten", "demean", "praise"),
    *("negate", "ask", "quote", "condemn", "suppose", "self"),
    *("you", "person", "object"),
    *("profanity", "sexual", "minor", "self_harm", "help", "weapon", "goods", "contact", "money", "sale", "official"),
    *("private", "health", "play", "news"),
)
"""Every kind of word that a lexicon lists, in the order in which the models number them."""

Entry = tuple[str, str]
"""Term and cue."""

_NONE: Integers = np.zeros(0, dtype=np.int64)

_THRICE = re.compile(r"(.)\1{2,}")

_INFLECTION = 4
"""Letters that the ending of a starred term may have: immigrants, Muslimen, but not Muslimhass."""

_SPACED = np.isin(kind_table(), (Kind.letter, Kind.digit, Kind.mark))
"""Letters and digits of scripts that put spaces between words."""


class Hits(NamedTuple):
    """Terms found in a batch of folded texts, one text after the other, in the order of their starts.

    ``rows`` (hits,) the text of each; ``starts`` and ``ends`` (hits,) where it stands in the codes of the batch,
    ``[start, end)``; ``cues`` (hits,) its number in :data:`CUES`. One term may be several hits, of several cues.
    """

    rows: Integers
    starts: Integers
    ends: Integers
    cues: Integers

    def of(self, row: int) -> Hits:
        """Those of one text."""
        first, last = np.searchsorted(self.rows, (row, row + 1))
        return Hits(*(column[first:last] for column in self))


class Lexicon:
    """Finds the terms of one language in folded texts."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        found: dict[str, dict[int, bool]] = {}
        for term, cue in entries:
            # Texts are read without the third of three equal characters.
            form = _THRICE.sub(r"\1\1", term_form(term.removesuffix("*")))
            if form:
                cues = found.setdefault(form, {})
                cues[CUES.index(cue)] = cues.get(CUES.index(cue), False) or term.endswith("*")
        self._cues = np.array([cue for cues in found.values() for cue in cues], dtype=np.int64)
        self._counts = np.array([len(cues) for cues in found.values()], dtype=np.int64)
        self._firsts = np.cumsum(self._counts) - self._counts
        self._open = np.array([any(cues.values()) for cues in found.values()], dtype=np.bool_)
        self._whole_left = np.array([_SPACED[ord(form[0])] for form in found], dtype=np.bool_)
        self._whole_right = np.array([_SPACED[ord(form[-1])] for form in found], dtype=np.bool_) & ~self._open
        self._automaton = ahocorasick_rs.AhoCorasick(list(found))

    def __call__(self, codes: Codes) -> tuple[Integers, Integers, Integers]:
        """Starts, ends and cues of the terms in code points that begin and end with a blank.

        Of terms that overlap the first stands, of those that begin together the longest.
        """
        found = self._automaton.find_matches_as_indexes(text_of(codes), overlapping=True)
        if not found:  # as in most texts of a language that is rare in a batch
            return _NONE, _NONE, _NONE
        flat = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=3 * len(found))
        forms, starts, ends = flat[0::3], flat[1::3], flat[2::3]
        ends = np.where(self._open[forms], _word_ends(codes, ends), ends)
        whole = ~(self._whole_left[forms] & _SPACED[codes[starts - 1]])
        whole &= ~(self._whole_right[forms] & _SPACED[codes[ends]])
        forms, starts, ends = forms[whole], starts[whole], ends[whole]
        ordered = np.lexsort((-ends, starts))
        forms, starts, ends = forms[ordered], starts[ordered], ends[ordered]
        apart = np.ones(len(starts), dtype=np.bool_)
        apart[1:] = starts[1:] >= np.maximum.accumulate(ends)[:-1]
        forms, starts, ends = forms[apart], starts[apart], ends[apart]
        counts = self._counts[forms]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        cues = self._cues[np.repeat(self._firsts[forms], counts) + within]
        return np.repeat(starts, counts), np.repeat(ends, counts), cues


def find(folded: Folded, tags: Sequence[str], lexicons: Mapping[str, Lexicon]) -> Hits:
    """The hits of each text by the lexicon of its language; none where there is no lexicon."""
    parts = []
    languages = np.array(tags)
    for tag in sorted(lexicons.keys() & set(tags)):
        places = (languages == tag)[folded.rows].nonzero()[0]
        starts, ends, cues = lexicons[tag](folded.codes[places])
        parts.append((places[starts], places[ends - 1] + 1, cues))
    if not parts:
        return Hits(_NONE, _NONE, _NONE, _NONE)
    starts, ends, cues = (np.concatenate(column) for column in zip(*parts, strict=True))
    ordered = np.argsort(starts, kind="stable")
    return Hits(folded.rows[starts[ordered]], starts[ordered], ends[ordered], cues[ordered])


def read_lexicons(described: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, Lexicon]:
    """A lexicon for each language."""
    return {tag: Lexicon((term, cue) for term, cue in entries) for tag, entries in described.items()}


def _word_ends(codes: Codes, ends: Integers) -> Integers:
    """Where the words end that hits end in; a longer rest than an inflection is another word, and stays."""
    breaks = (~_SPACED[codes]).nonzero()[0]
    following = breaks[np.searchsorted(breaks, ends)]
    inflected: Integers = np.where(following - ends <= _INFLECTION, following, ends)
    return inflected
