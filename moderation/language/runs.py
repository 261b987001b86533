"""Runs of one script: the letters of many texts, cut where the script changes, each with its weight.

Numbers, punctuation and emoji between letters of one script do not cut a run, and belong to none at its ends. A run
weighs its ideographs (scripts without spaces) or its words (scripts with them), because 加 is as much as ``add``.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.tables import Codes, Kind, fold_table, kind_table, script_names, script_table

Indices = NDArray[np.int64]

# Written mixed within one word of Japanese, so one family.
_HAN_FAMILY = ("Hani", "Hira", "Kana", "Bopo")
HAN = "Hani"

ASIDE = "aside"
"""Letters that tell nothing (addresses, names of users): they weigh nothing and take the tag of their neighbours."""

OTHER = "Zyyy"
"""Letters of a script that we know no language of."""

_APOSTROPHES = "'’ʼ"


class Runs(NamedTuple):
    """Parallel arrays, one row a run, in order. ``starts`` and ``ends`` index the joined text."""

    fields: Indices
    families: Indices
    starts: Indices
    ends: Indices
    weights: Indices


@cache
def family_names() -> tuple[str, ...]:
    """The name of each family number: the script's, ``Hani`` for all of Japanese; the last is :data:`ASIDE`."""
    return (*script_names(), ASIDE)


@cache
def family_table() -> NDArray[np.uint8]:
    """``table[code]`` numbers the family of a letter; 0 for all else and for marks that any script uses."""
    names = script_names()
    table = script_table().copy()
    for name in _HAN_FAMILY:
        table[table == names.index(name)] = names.index(HAN)
    table[table == names.index("Zinh")] = 0
    return table


@cache
def _inside_words() -> NDArray[np.bool_]:
    """``table[code]``: whether a character between two letters leaves them one word (don't, a soft hyphen)."""
    table: NDArray[np.bool_] = (fold_table() == 0) | (script_table() == script_names().index("Zinh"))
    for apostrophe in _APOSTROPHES:
        table[ord(apostrophe)] = True
    return table


def families_of(text: Codes, aside: list[tuple[int, int]]) -> NDArray[np.uint8]:
    """The family of each character; letters within the slices ``aside`` are of :data:`ASIDE`."""
    families = family_table()[text]
    for start, end in aside:
        part = families[start:end]
        part[part != 0] = len(family_names()) - 1
    return families


def find_runs(text: Codes, families: NDArray[np.uint8], field_of: Indices) -> Runs:
    """Cut texts into runs; ``field_of`` numbers the field of each character."""
    at = np.flatnonzero(families)
    family, field = families[at], field_of[at]
    cut = np.ones(len(at), dtype=np.bool_)
    cut[1:] = (family[1:] != family[:-1]) | (field[1:] != field[:-1])
    first = np.flatnonzero(cut)
    if not len(first):
        nothing = np.zeros(0, dtype=np.int64)
        return Runs(nothing, nothing, nothing, nothing, nothing)
    between = np.cumsum(~_inside_words()[text])[at]  # letters are not "inside words": two neighbours differ by 1
    word = cut.copy()
    word[1:] |= np.diff(between) > 1
    kind = kind_table()[text[at]]
    weight = np.where(kind == Kind.unspaced, 1, word & (kind != Kind.unspaced_mark))
    silent = (family == len(family_names()) - 1) | (family == script_names().index(OTHER))
    weight[silent] = 0
    last = np.append(first[1:], len(at)) - 1
    return Runs(
        fields=field[first],
        families=family[first].astype(np.int64),
        starts=at[first],
        ends=at[last] + 1,
        weights=np.add.reduceat(weight.astype(np.int64), first),
    )
