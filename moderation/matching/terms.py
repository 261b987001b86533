"""Terms in a batch of lines: one pass over what is written, others over the lines that hint at something hidden.

``forms.py`` (what to look for) → ``index.py``, ``automaton.py`` (where it stands) → ``reading.py`` (as what it is read)
→ ``checks.py`` (whether it is meant) → ``finds.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from moderation.domain.language import covers
from moderation.domain.signal import Evidence, Term
from moderation.folding.letters import is_between, sound_table
from moderation.folding.skeleton import Skeleton, merged, plain, stand_together
from moderation.folding.tables import Codes
from moderation.matching.automaton import Rows
from moderation.matching.checks import is_meant
from moderation.matching.finds import Find, without_echoes
from moderation.matching.index import Index, Woken, index_terms
from moderation.matching.lines import Lines, term_forms
from moderation.matching.marks import end_with_marks, hides, keeps_marks
from moderation.matching.pairs import are_ordinary
from moderation.matching.reading import Reading, chain, read
from moderation.matching.spans import signs_around, with_repeats, with_tone

Indices = NDArray[np.int64]
_PAIR = 2
_SHORT_TONAL = 6  # letters of a word that other tones make another
_AROUND_PICTURES = 2  # a blank and a variation selector between an emoji and the next letter


class TermFinder:
    """Finds terms in lines; and literals, which are found as they are, also inside words, and wake some numbers.

    A term that folds to nothing is never found. A literal has a letter or a digit. ``disguised``: the terms that are
    looked for in other letters too; None: all.
    """

    def __init__(
        self,
        terms: Sequence[Term],
        wakes: Mapping[str, Sequence[int]] = MappingProxyType({}),
        disguised: Collection[Term] | None = None,
    ) -> None:
        self._written = [term.text for term in terms]
        self._tonal = [covers("vi", term.language) for term in terms]
        self._terms_of: dict[str, list[int]] = {}
        for index, form in enumerate(term_forms(self._written)):
            if form:
                self._terms_of.setdefault(form, []).append(index)
        wanted = (
            form for form, of in self._terms_of.items() if disguised is None or any(terms[n] in disguised for n in of)
        )
        self._indexes = index_terms(self._terms_of, wakes, frozenset(wanted))
        self._signs = {form: sides for form in self._terms_of if any(sides := signs_around(form))}
        self._read = lru_cache(maxsize=1 << 12)(read)

    def __call__(self, lines: Lines) -> tuple[list[Find], Woken]:
        """What is found: terms, each with its strongest evidence at a place, in no order; and what literals woke."""
        indexes, reading = self._indexes, plain(lines.folded)
        found: dict[tuple[int, int, int], Find] = {}
        rows = indexes.plain.automaton.find(reading.skeleton)
        numbers = lines.of(rows.starts)
        self._add_all(found, lines, indexes.plain, rows, numbers)
        woken = indexes.plain.woken(rows.forms, numbers)
        unusual, heard, strange = self._strange(reading.skeleton, lines.folded)
        if len(unusual):
            inside = lines.inside(lines.of(unusual))[reading.skeleton.at]
            rows = indexes.drawn.automaton.find(Skeleton(reading.skeleton.letters[inside], reading.skeleton.at[inside]))
            self._add_all(found, lines, indexes.drawn, rows, lines.of(rows.starts))
        pictures = self._meaning(reading.pictures, lines.folded)
        suspects = np.concatenate([reading.joints, reading.symbols, pictures, reading.repeats, heard])
        for index, places, options in (
            (indexes.merged, suspects, {}),
            (indexes.merged, reading.symbols, {"symbols": False}),
            (indexes.merged, reading.tones, {"tones": False}),
            (indexes.merged, reading.repeats, {"repeats": False}),
            (indexes.shortened, reading.repeats, {"repeats": False}),
        ):
            if len(places):
                rows = self._hidden(lines, index, lines.inside(lines.of(places)), strange, **options)
                self._add_all(found, lines, index, rows, lines.of(rows.starts))
        return without_echoes(found.values()), woken

    def _meaning(self, pictures: Indices, folded: Codes) -> Indices:
        """The emoji that stand beside a letter as they do in a form of a term."""
        if not len(pictures):
            return pictures
        before, after = pictures - 1, pictures + 1
        for _ in range(_AROUND_PICTURES):
            before = before - is_between(folded[before])
            after = after + is_between(folded[after])
        picture = folded[pictures]
        beside = stand_together(self._indexes.pairs, folded[before], picture)
        return pictures[beside | stand_together(self._indexes.pairs, picture, folded[after])]

    def _strange(self, skeleton: Skeleton, folded: Codes) -> tuple[Indices, Indices, Indices]:
        """Where a Han character follows another as it seldom does; where both also sound as two of a term do.

        And how many characters up to each place are no Han character that follows another as it often does.
        """
        sounds = sound_table()[folded[skeleton.at]]
        both = sounds[1:].astype(np.bool_) & sounds[:-1].astype(np.bool_)
        second = both.nonzero()[0] + 1
        places = skeleton.at[second]
        ordinary = are_ordinary(folded[skeleton.at[second - 1]], folded[places])
        count = np.ones(len(folded), dtype=np.int32)
        count[places[ordinary & (skeleton.at[second - 1] == places - 1)]] = 0
        heard = self._indexes.heard[sounds[second - 1], sounds[second]]
        return places[~ordinary], places[heard & ~ordinary], count.cumsum()

    @staticmethod
    def _hidden(lines: Lines, index: Index, inside: NDArray[np.bool_], strange: Indices, **options: bool) -> Rows:
        """What may be hidden in some of the lines; two ordinary Han characters are what they are, and hide nothing."""
        at = inside.nonzero()[0]
        skeleton = merged(lines.folded[at], **options)
        rows = index.automaton.find(Skeleton(skeleton.letters, at[skeleton.at]))
        odd = (rows.letters != _PAIR) | (strange[rows.ends - 1] != strange[rows.starts])
        return Rows(*(each[odd] for each in rows))

    def _add_all(
        self, found: dict[tuple[int, int, int], Find], lines: Lines, index: Index, rows: Rows, numbers: Indices
    ) -> None:
        owned = index.owned[rows.forms].nonzero()[0]
        forms, starts, ends = rows.forms[owned].tolist(), rows.starts[owned].tolist(), rows.ends[owned].tolist()
        for form_number, start, end, line in zip(forms, starts, ends, numbers[owned].tolist(), strict=True):
            for form in index.owners[form_number]:
                self._add(found, lines, line, form, start, end)

    def _add(
        self, found: dict[tuple[int, int, int], Find], lines: Lines, line: int, form: str, start: int, end: int
    ) -> None:
        text = lines.text
        signs = self._signs.get(form)
        if signs:  # nothing but letters was found
            start, end = start - signs[0], end + signs[1]
            if text[start:end] != form:
                return
        elif text[start - 1] == text[start] or text[end] == text[end - 1]:
            start, end = with_repeats(text, start, end)
        seen = text[start:end]
        reading: Reading | None = None
        if seen != form:
            reading = self._read(seen, form)
            if reading is None:
                return
            end = with_tone(text, start, end, reading)
        if is_meant(text, start, end, form, reading):
            self._keep(found, lines, (line, start, end), form, reading)

    def _keep(
        self,
        found: dict[tuple[int, int, int], Find],
        lines: Lines,
        place: tuple[int, int, int],
        form: str,
        reading: Reading | None,
    ) -> None:
        """Note a find for each term of a form, if none there is stronger."""
        text, (line, start, end) = lines.text, place
        whole = end_with_marks(lines.original, text, end)
        original = lines.original[start:whole]
        evidence = reading.evidence if reading else Evidence.folded
        if evidence.rank <= Evidence.folded.rank:
            evidence = Evidence.squeezed if reading and hides(original, text[start:whole]) else Evidence.folded
        steps: tuple[str, ...] = ()
        if reading and evidence is not Evidence.folded and reading.evidence is not Evidence.exact:
            steps = chain(lines.original[start:end], text[start:end], form, reading)
        for term in self._terms_of[form]:
            written = self._written[term]
            exact = original == written
            if form.isascii() and not (exact or (original.isascii() and written.isascii())):
                tonal = self._tonal[term] and len(form) <= _SHORT_TONAL
                if not keeps_marks(original, written, tonal=tonal):
                    continue
            find = Find(line, start, whole, term, Evidence.exact if exact else evidence, () if exact else steps)
            known = found.get((term, start, whole))
            if known is None or find.evidence.rank < known.evidence.rank:
                found[term, start, whole] = find
