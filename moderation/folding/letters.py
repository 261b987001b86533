"""What each character is to a skeleton: its letter in both readings, its group, and what two neighbours say."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.disguises import emoji
from moderation.folding.han import syllable_table, syllables
from moderation.folding.leet import SYMBOLS, classes, variants
from moderation.folding.sounds import near
from moderation.folding.tables import SIZE, Codes, Kind, kind_table, script_names, script_table

Indices = NDArray[np.int64]
Letters = NDArray[np.uint16]
Bools = NDArray[np.bool_]

# What a character is to its neighbours.
(SOFT, LATIN, CYRILLIC, DIGIT, HANGUL, LETTER, MARK, UNSPACED, GREEK, SEPARATOR, BLANK, ORNAMENT,
 SYMBOL, PICTURE, CLAUSE, NOTHING) = range(16)  # fmt: skip

# Ends of clauses, over which no term is read: 印刷，单位 has no 刷单.
_BREAKS = ",;:!?。，；：！？、…—،؛؟।॥"
_JOINTS = '#%&=^"`丶'
_NEWLINES = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Arabic vowel signs, which a word is written with or without.
_HARAKAT = ((0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC), (0x06DF, 0x06E8), (0x06EA, 0x06ED))

# Ids: of letters with words (two bits say whether one begins and ends), of the others (from 64 << 7), of syllables.
_SPACED, _UNSPACED, _FIRST_UNSPACED_ID, _FIRST_SYLLABLE = 2039, 7001, 8192, 15_200
BREAK_LETTER = 0x7FFF
BREAK = BREAK_LETTER.to_bytes(2, "little")
"""The bytes of a letter that no term reads over."""
APOSTROPHES = "'’ʼ´"
FIRST_UNSPACED = 0x80 | _FIRST_UNSPACED_ID >> 7
"""The first byte of a letter of a script without words, or of a break, is this or more."""
INITIAL, FINAL = 0x100, 0x200
WORD_EDGES = INITIAL | FINAL
BASE = np.uint16(0xFFFF & ~WORD_EDGES)
PLUS = 0x7CFE
"""The letter of a plus that stands for 加; its edges make it no break."""

ALPHABETS = {LATIN, CYRILLIC, GREEK}
"""Whose letters pass for one another. Armenian and Cherokee are no group of their own, and go with Latin."""

# How two neighbours stand to each other, by their groups: bits of a pair.
HIDES, OPENS, CLOSES, SYMBOL_SIGN, TONE_SIGN, PICTURE_SIGN, LISTS = 1, 2, 4, 8, 16, 32, 64


class Tables(NamedTuple):
    """``traits[code]``: the letter in bits 0–15, its group in 16–19 and, for pairs, again in 28–31."""

    plain: NDArray[np.uint32]
    merged: NDArray[np.uint32]


def _letter(code: NDArray[np.int64]) -> NDArray[np.uint32]:
    packed: NDArray[np.uint32] = ((0x80 | code >> 7) | (code & 0x7F) << 8).astype(np.uint32)
    return packed


@cache
def group_table() -> NDArray[np.uint8]:
    """``table[code]``: what a folded character is to its neighbours, one of the groups above."""
    kinds, scripts, names = kind_table(), script_table(), script_names()
    groups = np.zeros(SIZE, dtype=np.uint8)
    for kind, group in (
        (Kind.letter, LETTER), (Kind.unspaced, UNSPACED), (Kind.digit, DIGIT), (Kind.separator, SEPARATOR),
        (Kind.blank, BLANK), (Kind.ornament, ORNAMENT), (Kind.mark, MARK), (Kind.unspaced_mark, UNSPACED),
        (Kind.nothing, NOTHING),
    ):  # fmt: skip
        groups[kinds == kind] = group
    letters = kinds == Kind.letter
    for name, group in (
        ("Latn", LATIN), ("Armn", LATIN), ("Cher", LATIN), ("Cyrl", CYRILLIC), ("Grek", GREEK), ("Hang", HANGUL),
    ):  # fmt: skip
        groups[letters & (scripts == names.index(name))] = group
    for character in _BREAKS:
        groups[ord(character)] = CLAUSE
    for character in _NEWLINES:
        groups[ord(character)] = BLANK
    for character in _JOINTS:
        groups[ord(character)] = SEPARATOR
    for character in APOSTROPHES:
        groups[ord(character)] = SOFT  # joins where something else hints at it: he'll is not hell
    for first, last in _HARAKAT:
        groups[first : last + 1] = NOTHING
    for character in emoji():
        if len(character) == 1 and groups[ord(character)] in {ORNAMENT, SOFT, SEPARATOR}:
            groups[ord(character)] = PICTURE
    for character in SYMBOLS:
        groups[ord(character)] = SYMBOL
    return groups


@cache
def sound_table() -> NDArray[np.uint16]:
    """``table[code]`` numbers the sound of a Han character, from 1; characters that may sound alike have one number."""
    sounds = [near(syllable) if syllable else "" for syllable in syllables()]
    numbers = {sound: number for number, sound in enumerate(sorted(set(sounds)))}
    return np.array([numbers[sound] for sound in sounds], dtype=np.uint16)[syllable_table()]


@cache
def tables() -> Tables:
    """The traits of every folded character in both readings."""
    groups = group_table()
    code = np.arange(SIZE, dtype=np.int64)
    unspaced = groups == UNSPACED
    spaced = (groups >= LATIN) & (groups <= GREEK) & ~unspaced
    as_spaced, as_unspaced = (code % _SPACED) << 2, _FIRST_UNSPACED_ID + code % _UNSPACED
    plain = np.zeros(SIZE, dtype=np.uint32)
    plain[spaced] = _letter(as_spaced[spaced])
    plain[unspaced] = _letter(as_unspaced[unspaced])
    for seen, meant in variants():
        plain[[ord(seen), ord(meant)]] = plain[ord(classes()[meant])]
    plain[[ord(character) for character in _BREAKS + _NEWLINES]] = BREAK_LETTER
    plain[ord("丶")] = 0
    merged = plain.copy()
    heard = sound_table()
    known = unspaced & (heard > 0)
    merged[known] = _letter(_FIRST_SYLLABLE + heard[known].astype(np.int64))
    for character, same in classes().items():
        merged[ord(character)] = plain[ord(same)]
    pictures = groups == PICTURE
    plain_pictures = _letter(as_unspaced[pictures])
    merged[pictures] = plain_pictures
    wide = groups.astype(np.uint32)
    high = (wide << np.uint32(16) | wide << np.uint32(28)).astype(np.uint32)  # as it is, and shifted for pairs
    return Tables(plain | high, merged | high)


def is_between(folded: Codes) -> Bools:
    """Which characters are blanks, but for newlines, or none to a reader."""
    groups = group_table()[folded]
    between: Bools = ((groups == BLANK) | (groups == NOTHING)) & (folded != ord("\n"))
    return between


def is_gap(character: str) -> bool:
    """Whether a folded character is no letter of a word: separators, blanks, symbols, emoji."""
    group = int(group_table()[ord(character)])
    return group > GREEK or group == SOFT


def leaves_nothing(character: str) -> bool:
    """Whether a folded character is none to a reader: a sentinel, or an Arabic vowel sign."""
    return bool(group_table()[ord(character)] == NOTHING)


def joins(left: int, right: int) -> bool:
    """Whether two letters side by side are of one word; ``left`` and ``right`` are groups."""
    word = ALPHABETS
    return (
        (left in word and right in word)
        or (left == right and left in {DIGIT, HANGUL, LETTER})
        or (left == MARK and right in {*word, LETTER, MARK})
        or (right == MARK and left in {*word, LETTER, HANGUL, DIGIT})
    )


@cache
def pair_table() -> NDArray[np.uint16]:
    """``table[left << 4 | right]``: INITIAL where the right one begins a word, FINAL where the left one ends one.

    And in the bits below, what speaks for a hidden word.
    """
    table = np.zeros(256, dtype=np.uint16)
    for left in range(16):
        for right in range(16):
            table[left << 4 | right] = _edges_between(left, right) | _hints_between(left, right)
    return table


def _edges_between(left: int, right: int) -> int:
    """A number may follow a word or go before it (vx123), a word may not follow the digits of a term (a18)."""
    value = 0
    if right in {*ALPHABETS, HANGUL, LETTER} and not joins(left, right):
        value |= INITIAL
    if left in {*ALPHABETS, LETTER, MARK} and not joins(left, right):
        value |= FINAL
    if right == DIGIT and left not in {DIGIT, *ALPHABETS}:
        value |= INITIAL
    if left == DIGIT and right not in {DIGIT, *ALPHABETS, MARK}:
        value |= FINAL
    return value


def _hints_between(left: int, right: int) -> int:
    joints, letters = {SEPARATOR, ORNAMENT, SYMBOL, PICTURE, CLAUSE}, {*ALPHABETS, LETTER, DIGIT, HANGUL}
    hints = (
        (HIDES, left != right and {left, right} <= ALPHABETS | {DIGIT}),
        (SYMBOL_SIGN, SYMBOL in {left, right} and not {left, right} & {BLANK, CLAUSE, NOTHING}),
        (TONE_SIGN, left == LATIN and right == DIGIT),
        (PICTURE_SIGN, left == PICTURE),
        (LISTS, left == UNSPACED and right == CLAUSE),
        (OPENS, left in letters and right in joints),
        (CLOSES, right in letters and left in joints),
    )
    return sum(hint for hint, holds in hints if holds)


def pairs_of(traits: NDArray[np.uint32]) -> NDArray[np.uint16]:
    """What each two neighbours say, by :func:`pair_table`; one fewer than there are characters."""
    octets = traits.view(np.uint8)
    between: NDArray[np.uint16] = pair_table()[octets[3:-4:4] | octets[6::4]]
    return between


def _table(groups: Iterable[int]) -> Bools:
    table = np.zeros(16, dtype=np.bool_)
    table[list(groups)] = True
    return table


IS_WORD = _table(ALPHABETS)
IS_SPECIAL = _table((SYMBOL, PICTURE, CLAUSE))
IS_GAP = _table((SOFT, SEPARATOR, BLANK, ORNAMENT, CLAUSE))
BESIDE_SYMBOLS = _table({*ALPHABETS, SYMBOL, DIGIT})
BESIDE_JOINTS = _table({*ALPHABETS, SYMBOL, LETTER})


@cache
def edge_table() -> NDArray[np.uint16]:
    """Which edges of words a letter of a group can be."""
    table = np.zeros(16, dtype=np.uint16)
    table[[*ALPHABETS, DIGIT, LETTER, MARK, SYMBOL]] = WORD_EDGES
    table[HANGUL] = INITIAL
    return table


@cache
def merged_join_table() -> Bools:
    """As :func:`joins`, and symbols and digits may be letters."""
    table = np.zeros(256, dtype=np.bool_)
    word = ALPHABETS | {DIGIT, SYMBOL}
    for left in range(16):
        for right in range(16):
            table[left << 4 | right] = joins(left, right) or (left in word and right in word)
    return table
