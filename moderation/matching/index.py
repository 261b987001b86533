"""What is looked for, by the letters of its forms: four automata, and which neighbours their forms have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.fold import codes
from moderation.folding.letters import FIRST_UNSPACED, sound_table
from moderation.folding.skeleton import letters_together
from moderation.matching.automaton import Automaton
from moderation.matching.forms import drawn, forms
from moderation.matching.lines import as_lines, edges_of, merged_letters, plain_letters

Indices = NDArray[np.int64]
Ways = Sequence[tuple[str, str]]  # a term's form, and one of its other forms or itself
_LEAST_HIDDEN = 3  # letters of a term in a script with words
_PAIR = 2
_IDEOGRAPHS = 0x3400
_LINE_BITS = 32
_TERMS_KEPT = 1 << 15  # whose forms are not made again when other terms are added, as running workers do


class Woken(NamedTuple):
    """What literals woke, and in which lines: each once, by line and number."""

    numbers: Indices
    lines: Indices

    def those(self, which: NDArray[np.bool_]) -> Woken:
        """Some of them."""
        return Woken(self.numbers[which], self.lines[which])


class Index:
    """What stands behind the letters that an automaton finds: ``owners`` are the terms whose forms they are."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self.owners: list[tuple[str, ...]] = []
        self._wakes: dict[int, set[int]] = {}
        self.automaton: Automaton
        self.owned: NDArray[np.bool_]
        self._woken: NDArray[np.int64]
        self._bounds: Indices

    def add(self, owned: Iterable[tuple[str, str]], letters: Iterable[bytes]) -> None:
        """Look for the letters of a form, for the term that owns it."""
        numbers, owners = self._numbers, self.owners
        for (form, _), own in zip(owned, letters, strict=True):
            if not own:
                continue
            number = numbers.setdefault(own, len(owners))
            if number == len(owners):
                owners.append((form,))
            elif form not in owners[number]:
                owners[number] += (form,)

    def add_literal(self, wakes: Sequence[int], ways: Iterable[bytes]) -> None:
        """Look for a literal, in the ways in which it may stand inside a word."""
        for letters in ways:
            self._wakes.setdefault(self._number(letters), set()).update(wakes)

    def build(self) -> None:
        """Make the automaton of what was added, and forget what only adding needs."""
        self.automaton = Automaton(self._numbers)
        self._numbers = {}
        self.owned = np.array([bool(owners) for owners in self.owners], dtype=np.bool_)
        waking = sorted(self._wakes)
        self._woken = np.array([number for at in waking for number in sorted(self._wakes[at])], dtype=np.int64)
        self._bounds = np.zeros(len(self.owners) + 1, dtype=np.int64)
        self._bounds[[at + 1 for at in waking]] = [len(self._wakes[at]) for at in waking]
        self._bounds = self._bounds.cumsum()
        self._wakes = {}

    def woken(self, forms: Indices, lines: Indices) -> Woken:
        """What the literals among finds wake."""
        first = self._bounds[forms]
        count = self._bounds[forms + 1] - first
        some = count.nonzero()[0]
        first, count, lines = first[some], count[some], lines[some]
        step = np.arange(int(count.sum())) + (first - count.cumsum() + count).repeat(count)
        keys = lines.repeat(count) << _LINE_BITS | self._woken[step]
        keys.sort()
        keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)]]
        return Woken(keys & (1 << _LINE_BITS) - 1, keys >> _LINE_BITS)

    def _number(self, letters: bytes) -> int:
        number = self._numbers.setdefault(letters, len(self._numbers))
        if number == len(self.owners):
            self.owners.append(())
        return number


class Indexes(NamedTuple):
    """Where to look for the forms of terms.

    ``plain``: as they are written, in every line, with the literals. ``drawn``: in parts and look-alikes, where Han
    characters follow one another strangely. ``merged``: where something may be hidden. ``shortened``: forms that are
    short without their repeats (ass is as), where something is repeated. ``pairs`` are the letters that stand together
    in forms, ``heard[a, b]`` says whether one that sounds like a stands before one like b.
    """

    plain: Index
    drawn: Index
    merged: Index
    shortened: Index
    pairs: NDArray[np.bool_]
    heard: NDArray[np.bool_]


def index_terms(terms: Collection[str], wakes: Mapping[str, Sequence[int]], disguised: Collection[str]) -> Indexes:
    """Make the indexes of folded terms, of which some may be ``disguised``, and of literals and what they wake."""
    owned = [(term, form) for term in terms for form in (_forms(term) if term in disguised else (term,))]
    in_parts = [(term, form) for term in terms if term in disguised for form in _drawn(term)]
    spaceless = [(term, term.replace(" ", "")) for term in terms if " " in term]
    hidden = [(term, form) for term, form in (*owned, *spaceless) if _can_hide(term, form)]
    plain = _index_plain(owned)
    as_clauses = [literal.replace("\n", "\r") for literal in wakes]  # both end a clause, one also ends a line
    for (literal, numbers), letters in zip(wakes.items(), plain_letters(as_clauses), strict=True):
        plain.add_literal(numbers, edges_of(literal, letters))
    drawn_index, (merged, shortened) = _index_plain(in_parts), _index_merged(terms, hidden)
    for index in (plain, drawn_index, merged, shortened):
        index.build()
    pairs = letters_together(codes(as_lines([form for _, form in hidden])))
    return Indexes(plain, drawn_index, merged, shortened, pairs, _sounds_together(terms))


@lru_cache(maxsize=_TERMS_KEPT)
def _forms(term: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((term, *forms(term))))


@lru_cache(maxsize=_TERMS_KEPT)
def _drawn(term: str) -> tuple[str, ...]:
    return tuple(form for form in dict.fromkeys(drawn(term)) if form != term)


def _index_plain(ways: Ways) -> Index:
    index, letters = Index(), plain_letters([form for _, form in ways])
    # a form of which emoji or symbols are a part is seen only where those are read
    whole = [term == form or _is_whole(form, own) for (term, form), own in zip(ways, letters, strict=True)]
    index.add(compress(ways, whole), compress(letters, whole))
    return index


def _index_merged(terms: Iterable[str], hidden: Ways) -> tuple[Index, Index]:
    merged, shortened = Index(), Index()
    written = [form for _, form in hidden]
    plus = [(term, form) for term, form in hidden if "+" in form]
    for ways, letters in (
        (hidden, merged_letters(written)),
        (hidden, merged_letters(written, repeats=False)),
        (plus, merged_letters([form for _, form in plus], symbols=False)),
    ):
        telling = [_is_telling(form, own) for (_, form), own in zip(ways, letters, strict=True)]
        merged.add(compress(ways, telling), compress(letters, telling))
    alphabetic = [(term, term) for term in terms if _can_hide(term, term)]
    letters = merged_letters([term for term, _ in alphabetic], repeats=False)
    short = [not _is_telling(term, own) for (term, _), own in zip(alphabetic, letters, strict=True)]
    shortened.add(compress(alphabetic, short), compress(letters, short))
    return merged, shortened


def _is_whole(form: str, letters: bytes) -> bool:
    return len(letters) == 2 * (len(form) - form.count(" "))


def _is_telling(form: str, letters: bytes) -> bool:
    """Whether letters that pass for others are enough to look for: two, or three of alphabets."""
    if len(letters) >= 2 * _LEAST_HIDDEN or len(letters) < 2 * _PAIR:
        return len(letters) >= 2 * _LEAST_HIDDEN
    return max(letters[::2]) >= FIRST_UNSPACED or any("가" <= character <= "힣" for character in form)


def _can_hide(form: str, other: str) -> bool:
    """Whether a form is long enough not to be seen everywhere once letters that pass for one another are one."""
    return len(other) >= _LEAST_HIDDEN or (
        len(form) > 1 and any(ord(character) >= _IDEOGRAPHS or character == "+" for character in other)
    )


def _sounds_together(terms: Iterable[str]) -> NDArray[np.bool_]:
    """``table[a, b]``: whether a character that sounds like a stands before one like b in a term."""
    sounds = sound_table()
    heard = sounds[codes("\n".join(["", *terms]))]
    table = np.zeros((int(sounds.max()) + 1,) * 2, dtype=np.bool_)
    table[heard[:-1], heard[1:]] = True
    table[0] = table[:, 0] = False
    return table
