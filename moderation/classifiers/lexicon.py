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

from moderation.classifiers.folded import Folded, Integers, ranges
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
    """The terms of one language.

    ``forms`` (forms × 5): of each folded form the first of its ``cues`` and how many it has, whether any ending may
    follow, and whether it must begin and end as a word does.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        found: dict[str, dict[int, bool]] = {}
        for term, cue in entries:
            # Texts are read without the third of three equal characters.
            form = _THRICE.sub(r"\1\1", term_form(term.removesuffix("*")))
            if form:
                cues = found.setdefault(form, {})
                cues[CUES.index(cue)] = cues.get(CUES.index(cue), False) or term.endswith("*")
        self.cues = np.array([cue for cues in found.values() for cue in cues], dtype=np.int64)
        counts = np.array([len(cues) for cues in found.values()], dtype=np.int64)
        starred = np.array([any(cues.values()) for cues in found.values()], dtype=np.bool_)
        whole_left = np.array([_SPACED[ord(form[0])] for form in found], dtype=np.bool_)
        whole_right = np.array([_SPACED[ord(form[-1])] for form in found], dtype=np.bool_) & ~starred
        self.forms = np.stack([np.cumsum(counts) - counts, counts, starred, whole_left, whole_right], axis=1)
        self._automaton = ahocorasick_rs.AhoCorasick(list(found))

    def __call__(self, text: str) -> Integers:
        """Form, start and end (n × 3) of whatever looks like a term in a text, overlapping ones too."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return np.fromiter(chain.from_iterable(found), dtype=np.int64, count=3 * len(found)).reshape(-1, 3)


def find(folded: Folded, tags: Sequence[str], lexicons: Mapping[str, Lexicon]) -> Hits:
    """The hits of each text by the lexicon of its language; none where there is no lexicon.

    Of terms that overlap the first stands, of those that begin together the longest.
    """
    places, forms, cues = _candidates(folded, tags, lexicons)
    codes, (starts, ends) = folded.codes, places.T
    firsts, counts, starred, whole_left, whole_right = forms.T
    ends = np.where(starred, _word_ends(codes, ends), ends)
    within_word = whole_left & _SPACED[codes[starts - 1]] | whole_right & _SPACED[codes[ends]]
    chosen = (within_word == 0).nonzero()[0]
    chosen = chosen[np.lexsort((-ends[chosen], starts[chosen]))]
    apart = np.ones(len(chosen), dtype=np.bool_)
    apart[1:] = starts[chosen[1:]] >= np.maximum.accumulate(ends[chosen])[:-1]
    chosen = chosen[apart]
    each = np.repeat(chosen, counts[chosen])
    return Hits(folded.rows[starts[each]], starts[each], ends[each], cues[ranges(firsts[chosen], counts[chosen])])


def _candidates(
    folded: Folded, tags: Sequence[str], lexicons: Mapping[str, Lexicon]
) -> tuple[Integers, Integers, Integers]:
    """Starts and ends (n × 2) of whatever looks like a term, its row of ``forms`` (n × 5), and the cues of all."""
    whole, bounds = text_of(folded.codes), folded.starts.tolist()
    texts: dict[str, list[int]] = {}
    for row, tag in enumerate(tags):
        if tag in lexicons:
            texts.setdefault(tag, []).append(row)
    places, forms, cues, known = [_NONE.reshape(0, 2)], [_NONE.reshape(0, 5)], [_NONE], 0
    for tag, rows in texts.items():
        found = lexicons[tag]("".join([whole[bounds[row] : bounds[row + 1]] for row in rows]))
        if len(found):  # which it is not in most texts of a language that is rare in a batch
            begins, sizes = folded.starts[rows], np.diff(folded.starts)[rows]
            ends = np.cumsum(sizes)
            moved = (begins - ends + sizes)[np.searchsorted(ends, found[:, 1], side="right")]
            places.append(found[:, 1:] + moved[:, None])
            described = lexicons[tag].forms[found[:, 0]]
            described[:, 0] += known
            forms.append(described)
            cues.append(lexicons[tag].cues)
            known += len(lexicons[tag].cues)
    return np.concatenate(places), np.concatenate(forms), np.concatenate(cues)


def read_lexicons(described: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, Lexicon]:
    """A lexicon for each language."""
    return {tag: Lexicon((term, cue) for term, cue in entries) for tag, entries in described.items()}


def _word_ends(codes: Codes, ends: Integers) -> Integers:
    """Where the words end that hits end in; a longer rest than an inflection is another word, and stays."""
    breaks = (~_SPACED[codes]).nonzero()[0]
    following = breaks[np.searchsorted(breaks, ends)]
    inflected: Integers = np.where(following - ends <= _INFLECTION, following, ends)
    return inflected
