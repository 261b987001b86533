"""The squeezed view: what was put between the letters of a word is left out, and long repeats become one letter.

==================  =========================================================================================
invisible           always left out: ``we<ZWSP>chat``
between Han & co.   up to three separators, blanks or emoji, where one neighbour is unspaced: ``加.微.信``, ``加 V``
single letters      the same between letters that stand alone: ``w e c h a t``, ``w-e-c-h-a-t``
inside a word       one separator, no blank: ``we.chat`` (``the rapist`` keeps its blank, and ``1.8`` its point)
repeats             three or more of one letter are one (``weeechat``), in a second view two (``coooool``)
==================  =========================================================================================

A view carries for each of its characters where that stands in the original, so a hit's span is two look-ups.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.folding.fold import codes, text_of
from moderation.folding.tables import Codes, Kind, kind_table

LONGEST_GAP = 3
SHORTEST_REPEAT = 3

Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class View:
    """A text derived from a folded one: character ``i`` stands for ``folded[starts[i]:ends[i]]``."""

    text: str
    starts: Indices
    ends: Indices


def squeeze(folded: Codes) -> list[View]:
    """The squeezed views of folded lines (joined by newlines); none where squeezing changes nothing.

    Lines that no view changes are left out of it. The first view writes a repeat once, the second, there only where
    something is repeated, twice.
    """
    at, kinds = _without_gaps(folded)
    kept = folded[at]
    repeats = _repeats(kept, kinds)
    changed = np.ones(len(folded), dtype=np.bool_)
    changed[at] = repeats >= 1
    views = [_view(folded, at, kept, repeats, changed, most=1)]
    repeated = np.zeros(len(folded), dtype=np.bool_)
    repeated[at] = repeats >= 1
    views.append(_view(folded, at, kept, repeats, repeated, most=2))
    return [view for view in views if view.text]


def squeeze_term(folded: str) -> str:
    """The form in which a folded term stands in a squeezed view. Its own repeats stay: ``xxx`` is not ``x``.

    >>> squeeze_term("加 v"), squeeze_term("we-chat"), squeeze_term("dm  me"), squeeze_term("xxx")
    ('加v', 'wechat', 'dm me', 'xxx')
    """
    line = codes(folded)
    at, _ = _without_gaps(line)
    return text_of(line[at])


def _without_gaps(folded: Codes) -> tuple[Indices, NDArray[np.uint8]]:
    """Indices and kinds of what is left when sentinels and gaps inside words are left out; blanks become one."""
    kinds = kind_table()[folded]
    at = np.flatnonzero(kinds != Kind.nothing)
    kinds = kinds[at]
    gap = (kinds == Kind.separator) | (kinds == Kind.blank) | (kinds == Kind.ornament)
    first, last = _runs(gap)
    inner = (first > 0) & (last < len(kinds) - 1)
    first, last = first[inner], last[inner]
    if not len(first):
        return at, kinds
    length = last - first + 1
    left, right = kinds[first - 1], kinds[last + 1]
    word = (kinds == Kind.letter) | (kinds == Kind.digit) | (kinds == Kind.mark)
    before, after = _run_lengths(word)
    single = (before[first - 1] == 1) & (after[last + 1] == 1)
    letters = word[first - 1] & word[last + 1] & ~((left == Kind.digit) & (right == Kind.digit))
    unspaced = (_is_unspaced(left) & (_is_unspaced(right) | word[last + 1])) | (_is_unspaced(right) & word[first - 1])
    inside = (length == 1) & (kinds[first] == Kind.separator)
    leave_out = (length <= LONGEST_GAP) & (unspaced | (letters & (single | inside)))

    keep = np.ones(len(kinds), dtype=np.bool_)
    steps = np.zeros(len(kinds) + 1, dtype=np.int64)
    steps[first[leave_out]] = 1
    steps[last[leave_out] + 1] -= 1
    keep[np.cumsum(steps[:-1]) > 0] = False
    keep[1:] &= ~((kinds[1:] == Kind.blank) & (kinds[:-1] == Kind.blank))
    return at[keep], kinds[keep]


def _is_unspaced(kinds: NDArray[np.uint8]) -> Bools:
    return np.isin(kinds, (Kind.unspaced, Kind.unspaced_mark))


def _runs(mask: Bools) -> tuple[Indices, Indices]:
    """First and last index of each run of true values."""
    edges = np.diff(np.concatenate(([False], mask, [False])).astype(np.int8))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1


def _run_lengths(mask: Bools) -> tuple[Indices, Indices]:
    """For each index: how many true values end there, and how many begin there, without a break."""
    index = np.arange(len(mask))
    last_false = np.maximum.accumulate(np.where(mask, -1, index))
    next_false = np.minimum.accumulate(np.where(mask, len(mask), index)[::-1])[::-1]
    return index - last_false, next_false - index


def _repeats(kept: Codes, kinds: NDArray[np.uint8]) -> Indices:
    """For each character its place (1, 2, 3 …) in a run of three or more equal letters, else 0."""
    same = np.zeros(len(kept), dtype=np.bool_)
    same[1:] = (kept[1:] == kept[:-1]) & ((kinds[1:] == Kind.letter) | (kinds[1:] == Kind.unspaced))
    long = np.zeros(len(kept), dtype=np.bool_)
    long[2:] = same[2:] & same[1:-1]
    if not long.any():
        return np.zeros(len(kept), dtype=np.int64)
    before, after = _run_lengths(same)
    place = before + 1
    place[~same] = 1
    size = place + np.where(np.append(same[1:], False), np.append(after[1:], 0), 0)
    return np.where(size >= SHORTEST_REPEAT, place, 0)


def _view(folded: Codes, at: Indices, kept: Codes, repeats: Indices, changed: Bools, most: int) -> View:
    """The lines that have a changed character, repeats written at most ``most`` times."""
    line = np.cumsum(folded == ord("\n"))
    line[folded == ord("\n")] -= 1  # a newline belongs to the line that it ends
    changed_lines = np.zeros(int(line[-1]) + 1 if len(line) else 0, dtype=np.bool_)
    changed_lines[line[changed]] = True
    shown = np.flatnonzero(changed_lines[line[at]] & (repeats <= most))
    if not len(shown):
        return View("", shown, shown)
    # a character's own end, but for the last one written of a repeat, which stands for all that follow
    last = np.append(shown[1:], len(at)) - 1
    ends = at[np.where(repeats[shown] == most, last, shown)] + 1
    return View(text_of(kept[shown]), at[shown], ends)
