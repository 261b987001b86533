"""Runs of one script: the letters of many texts, cut where the script changes, each with its weight.

Numbers, punctuation and emoji between letters of one script do not cut a run, and belong to none at its ends. A run
weighs its ideographs (scripts without spaces) or its words (scripts with them), because 加 is as much as ``add``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.language.traits import BETWEEN, BY_ITSELF, FAMILY, NEVER, QUOTE, family_names, heard

Indices = NDArray[np.int64]
Traits = NDArray[np.uint16]


class Runs(NamedTuple):
    """Parallel arrays, one row a run, in order. ``starts`` and ``ends`` index the joined text."""

    fields: Indices
    families: Indices
    starts: Indices
    ends: Indices
    weights: Indices


def changes(numbers: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Where a number differs from the one before it; the first always does."""
    new = np.empty(len(numbers), dtype=np.bool_)
    new[:1] = True
    np.not_equal(numbers[1:], numbers[:-1], out=new[1:])
    return new


def group(numbers: Indices) -> tuple[Indices, Indices]:
    """Where each stretch of equal numbers begins, and which stretch each place is in.

    >>> group(np.array([3, 3, 7]))
    (array([0, 2]), array([0, 0, 1]))
    """
    new = changes(numbers)
    return new.nonzero()[0], new.cumsum() - 1


def families_of(traits: Traits, aside: Iterable[tuple[int, int]]) -> NDArray[np.uint8]:
    """The family of each character; letters within the slices ``aside`` are of :data:`ASIDE`."""
    families = (traits & FAMILY).astype(np.uint8)
    for start, end in aside:
        part = families[start:end]
        part[part != 0] = len(family_names()) - 1
    return families


def apostrophes(traits: Traits, letters: NDArray[np.bool_]) -> Indices:
    """The places of apostrophes between two letters."""
    at = (traits & QUOTE).nonzero()[0]
    if len(at):
        at = at[(at > 0) & (at + 1 < len(traits))]
    return at[letters[at - 1] & letters[at + 1]] if len(at) else at


def find_runs(traits: Traits, families: NDArray[np.uint8], field_of: Indices) -> Runs:
    """Cut texts into runs; ``field_of`` numbers the field of each character."""
    at = families.nonzero()[0]
    if not len(at):
        nothing = np.zeros(0, dtype=np.int64)
        return Runs(nothing, nothing, nothing, nothing, nothing)
    family, field, trait = families[at], field_of[at], traits[at]
    cut = changes(family)
    cut[1:] |= field[1:] != field[:-1]
    first = cut.nonzero()[0]
    between = ((traits & BETWEEN) > 0).cumsum()[at]  # letters are not between words: two neighbours differ by 1
    word = cut.copy()
    word[1:] |= between[1:] > between[:-1]
    weight = ((trait & BY_ITSELF) > 0) | (word & ((trait & NEVER) == 0))
    weight &= heard()[family]
    ends = np.empty_like(first)
    ends[:-1] = at[first[1:] - 1]
    ends[-1] = at[-1]
    return Runs(
        fields=field[first],
        families=family[first].astype(np.int64),
        starts=at[first],
        ends=ends + 1,
        weights=np.add.reduceat(weight, first, dtype=np.int64),
    )
