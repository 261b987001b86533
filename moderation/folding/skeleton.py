"""The skeleton of a text: two bytes for each letter and nothing for the rest, so that one automaton reads a batch.

A letter of a script with spaces says whether its word begins and ends there, so that a term is found only as whole
words, without a check of each place where its letters stand. There are two readings of a text:

=========  =========================================================================================================
plain      as written: ``we-chat`` is two words, ``vx123`` the word vx and a number
merged     as hidden: separators, emoji and blanks between single letters join, letters that pass for one another are
           one (``wесhаt``, ``te1egram``, ``@ss``), Han characters are their syllables, repeats are shortened
=========  =========================================================================================================

Both break at newlines and at marks that end a clause. A skeleton carries where each of its letters stands, so a find
is two look-ups away from the original. A letter is ``hi | lo << 8`` with ``hi >= 128 > lo``: no find begins inside one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.letters import (
    BASE,
    BESIDE_JOINTS,
    BESIDE_SYMBOLS,
    BLANK,
    BREAK_LETTER,
    CLAUSE,
    CLOSES,
    DIGIT,
    FINAL,
    FIRST_UNSPACED,
    HIDES,
    INITIAL,
    IS_GAP,
    IS_SPECIAL,
    IS_WORD,
    LATIN,
    LISTS,
    NOTHING,
    OPENS,
    PICTURE_SIGN,
    PLUS,
    SYMBOL,
    SYMBOL_SIGN,
    TONE_SIGN,
    UNSPACED,
    WORD_EDGES,
    Bools,
    Indices,
    Letters,
    edge_table,
    merged_join_table,
    pairs_of,
    tables,
)
from moderation.folding.tables import Codes, pair_slots

LONGEST_GAP = 4
_PAIR_BITS = 20


class Skeleton(NamedTuple):
    """``letters[i]`` stands at ``at[i]`` of the text that it was made of."""

    letters: Letters
    at: Indices


def letters_together(folded: Codes) -> NDArray[np.bool_]:
    """A set of the pairs of letters that stand together in the merged skeleton of lines, for :func:`stand_together`."""
    base = merged(folded).letters & BASE
    table = np.zeros(1 << _PAIR_BITS, dtype=np.bool_)
    table[pair_slots(base[:-1], base[1:], _PAIR_BITS)] = True
    return table


def stand_together(table: NDArray[np.bool_], left: Codes, right: Codes) -> NDArray[np.bool_]:
    """Whether two folded characters, merged, may be a pair of the set."""
    letters = tables().merged
    together: NDArray[np.bool_] = table[
        pair_slots(letters[left].astype(np.uint16) & BASE, letters[right].astype(np.uint16) & BASE, _PAIR_BITS)
    ]
    return together


class Plain(NamedTuple):
    """The plain reading of lines, and where something may be hidden that :func:`merged` brings to light.

    ``joints``: what may join or pass for letters; ``symbols``: symbols beside letters; ``pictures``: emoji that may
    stand for words; ``tones``: digits after letters; ``repeats``: letters that stand three times.
    """

    skeleton: Skeleton
    joints: Indices
    symbols: Indices
    pictures: Indices
    tones: Indices
    repeats: Indices


def plain(folded: Codes) -> Plain:
    """Read folded lines as they are written; the text begins and ends with a newline."""
    traits = tables().plain[folded]
    seen = None
    if _has_marks(traits):
        seen = (traits.view(np.uint8)[2::4] != NOTHING).nonzero()[0]
        traits = traits[seen]
    between = pairs_of(traits)
    letters = traits.view(np.uint16)[::2].copy()
    letters[1:] |= between & INITIAL
    letters[:-1] |= between & FINAL
    at = letters.nonzero()[0]
    kept = letters[at]
    repeats, joined = _repeating(kept, at), _single(kept, at)
    signs = between.view(np.uint8)[::2]
    hints = signs.nonzero()[0]
    sign = signs[hints]
    symbols = hints[sign & SYMBOL_SIGN != 0]
    if len(symbols):
        symbols = _symbols(symbols, traits, folded if seen is None else folded[seen])
    joints = np.concatenate([hints[_hiding(hints, sign)], joined, repeats])
    places = [joints, symbols, hints[sign & PICTURE_SIGN != 0], hints[sign & TONE_SIGN != 0], repeats]
    if seen is not None:
        at, places = seen[at], [seen[place] for place in places]
    return Plain(Skeleton(kept, at), *places)


def _symbols(pairs: Indices, traits: NDArray[np.uint32], folded: Codes) -> Indices:
    """Where symbols may be letters, of the pairs that one of them is in: sh!t but not great!, (unt but not (see, +v."""
    groups = traits.view(np.uint8)[2::4]
    second = groups[pairs + 1] == SYMBOL
    symbol, other = folded[pairs + second], groups[pairs + ~second]
    word = IS_WORD[other] | (other == SYMBOL)
    before = second & (symbol != ord("!"))
    after = ~second & (symbol != ord("("))
    plus = ~second & (symbol == ord("+")) & (other == UNSPACED)
    places: Indices = pairs[word & (before | after) | plus]
    return places


def _has_marks(traits: NDArray[np.uint32]) -> bool:
    return bool((traits.view(np.uint8)[2::4] == NOTHING).any())


def _hiding(hints: Indices, signs: NDArray[np.uint8]) -> Bools:
    """Where a letter touches what may stand for one, or a joint stands between two letters without a blank.

    And where breaks part single unspaced letters: 打、飞、机.
    """
    step = hints[1:] - hints[:-1]
    hiding = signs & HIDES != 0
    hiding[:-1] |= (step == 1) & (signs[:-1] & OPENS != 0) & (signs[1:] & CLOSES != 0)
    hiding[:-1] |= (step == 2) & (signs[:-1] & signs[1:] & LISTS != 0)  # noqa: PLR2004 - the letter between two breaks
    found: Bools = hiding
    return found


def _repeating(kept: Letters, at: Indices) -> Indices:
    """Where two unspaced letters stand twice each (加加微微), and where any letter stands three times."""
    base = kept & BASE
    same = (base[1:] == base[:-1]).nonzero()[0]
    same = same[kept[same] != BREAK_LETTER]
    twice = same[_is_unspaced(kept[same])]
    return np.concatenate([at[twice[1:][twice[1:] == twice[:-1] + 2]], at[same[1:][same[1:] == same[:-1] + 1]]])


def _is_unspaced(letters: Letters) -> Bools:
    unspaced: Bools = ((letters & 0xFF) >= FIRST_UNSPACED) & (letters != BREAK_LETTER)
    return unspaced


def _single(kept: Letters, at: Indices) -> Indices:
    """Where two words of one letter follow each other."""
    single = (kept & WORD_EDGES == WORD_EDGES).nonzero()[0]
    single = single[(kept[single] & 0xFF) < FIRST_UNSPACED]
    places: Indices = at[single[:-1][single[1:] == single[:-1] + 1]]
    return places


def merged(folded: Codes, *, symbols: bool = True, tones: bool = True, repeats: bool = True) -> Skeleton:
    """Read folded lines (see :func:`plain`) as what may be hidden in them.

    Without ``symbols`` those between letters join them, and are none. Without ``tones`` a digit 1 to 5 after a letter
    is left out (``wei1 xin4``). Without ``repeats`` a letter that is repeated is written once.
    """
    traits = tables().merged[folded]
    seen = (traits.view(np.uint8)[2::4] != NOTHING).nonzero()[0]
    traits, folded = traits[seen], folded[seen]
    groups = traits.view(np.uint8)[2::4]
    letters = traits.view(np.uint16)[::2].copy()
    _settle_symbols(letters, groups, folded, symbols)
    if not tones:
        _leave_out_tones(letters, groups, folded)
    at = letters.nonzero()[0]
    letters, kept = letters[at], groups[at]
    kept[letters == BREAK_LETTER] = CLAUSE  # a symbol that is none
    joined = _joined(groups, kept, at)
    after = np.append(joined[1:], False)
    if not repeats:
        again = (folded[at[1:]] == folded[at[:-1]]) & (joined[1:] | _is_unspaced(letters[1:]))
        first = np.append(True, ~again).nonzero()[0]
        after = after[np.append(first[1:], len(letters)) - 1]  # a run of letters is one: it joins what follows its last
        letters, at, joined, kept = letters[first], at[first], joined[first], kept[first]
    edges = edge_table()[kept]
    letters |= edges & (~joined).astype(np.uint16) << 8
    letters |= edges & (~after).astype(np.uint16) << 9
    return Skeleton(letters, seen[at])


def _settle_symbols(letters: Letters, groups: NDArray[np.uint8], folded: Codes, as_letters: bool) -> None:
    """Symbols are letters beside letters (a$$, @ss), or joints; other marks between letters are joints.

    Pictures are words, but between the letters of one. Breaks that part single unspaced letters are joints.
    """
    at = IS_SPECIAL[groups].nonzero()[0]
    group, left, right, code = groups[at], groups[at - 1], groups[at + 1], folded[at]
    written = tables().plain[code].astype(np.uint16)
    written[code == ord("+")] = PLUS
    ends = written == BREAK_LETTER
    symbol = group == SYMBOL
    before, after = BESIDE_SYMBOLS[left], BESIDE_SYMBOLS[right] & ~(ends & (right == SYMBOL))
    after &= before | (code != ord("("))  # a bracket opens before a word, and is a letter inside one
    if as_letters:
        alone = IS_GAP[left] & IS_GAP[right] & IS_GAP[groups[at - 3]] & (folded[at - 1] != ord("\n"))
        after |= alone & BESIDE_SYMBOLS[groups[at - 2]]  # among single letters: t r o ! a
        out = symbol & ~(after | before & ~ends)  # great! ends a clause, a$$ does not
    else:
        out = symbol & ~(before & after)
        letters[at[symbol & before & after]] = 0
    letters[at[out]] = written[out]
    letters[at[~symbol & BESIDE_JOINTS[left] & BESIDE_JOINTS[right]]] = 0
    breaks = at[(group == CLAUSE) & (left == UNSPACED) & (right == UNSPACED)]
    again = breaks[1:][breaks[1:] == breaks[:-1] + 2]
    letters[again] = letters[again - 2] = 0


def _leave_out_tones(letters: Letters, groups: NDArray[np.uint8], folded: Codes) -> None:
    tones = ((folded[1:-1] >= ord("1")) & (folded[1:-1] <= ord("5"))).nonzero()[0] + 1
    letters[tones[(groups[tones - 1] == LATIN) & (groups[tones + 1] != DIGIT)]] = 0


def _joined(groups: NDArray[np.uint8], kept: NDArray[np.uint8], at: Indices) -> Bools:
    """For each letter that is kept whether it is of one word with the one before."""
    steps = at[1:] - at[:-1]
    joins = merged_join_table()[kept[:-1] << 4 | kept[1:]]
    blanks = (groups == BLANK).cumsum()
    blank = blanks[at[1:]] != blanks[at[:-1]]
    alone = np.ones(len(at) + 1, dtype=np.bool_)  # nothing joins before a letter but over a blank, nor after the last
    alone[1:-1] = ~(joins & ~blank & (steps <= LONGEST_GAP))
    single = alone[:-1] & alone[1:]
    pairs = blank & single[1:] & single[:-1] & (steps <= LONGEST_GAP)
    apart = pairs.copy()  # of three letters or more: и л*и*ч*к*у is two words
    apart[:-1] &= pairs[1:]
    apart[1:] |= pairs[1:] & pairs[:-1]
    joint = apart | ~blank & (steps <= LONGEST_GAP)
    joined = np.zeros(len(at), dtype=np.bool_)
    joined[1:] = joins & joint
    return joined
