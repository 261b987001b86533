"""Chinese or Japanese, simplified, traditional or Cantonese: the verdict on a text's Han and Kana, together.

Which spelling a character belongs to is what the standard library's codecs hold (GB 2312, Big5, the Japanese CP932);
what it makes likely beyond that is :mod:`moderation.language.kanji`'s.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from moderation.domain.language import UNDETERMINED
from moderation.folding.fold import codes
from moderation.folding.tables import SIZE, Codes, script_names, script_table
from moderation.language.kanji import FIRST, LAST, NAT, letter_table, unpack, weigh
from moderation.language.verdict import Verdict

BY = "characters"
"""Who says so, in a :class:`Verdict`."""

# Kana that faces and ornaments are made of: (ノ´▽`)ノ ヽ(・∀・)ノ (ツ) (つд⊂)
_ORNAMENTS = frozenset("ノヽヾゝゞツッシヘミメロエヮゎっつづへーﾉﾂｯｼﾍﾐﾒﾛｴｰ")

# Stands in Chinese shop names and jokes too (鮮の味).
_OF = frozenset("の")

# In both codecs, but of one spelling in use (counted in the development half): 听 and 于 are in Big5, 後 in GB 2312.
_SIMPLIFIED_TOO = frozenset("万与么于价优体儿党几听圣坏宁岭并异怀怜惊愿扰据机极构气洁种网胜苹荐虫触赶适")
_TRADITIONAL_TOO = frozenset("後於夥")

# What ends a clause: not a digit, nor a mark upon a letter.
_CUT = re.compile(r"[^\d\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]")


class Kind(IntEnum):
    """The columns of :func:`count`: numbers of characters, then two sums of weights."""

    han = 0
    kana = 1
    ornament = 2
    no = 3
    simplified = 4
    traditional = 5
    not_japanese = 6
    only_japanese = 7
    japanese = 8
    """Nats in eighths for Japanese against Chinese, of the ideographs."""
    cantonese = 9
    """The same for Cantonese against Mandarin."""


_JAPANESE, _CANTONESE = int(Kind.japanese), int(Kind.cantonese)

# Nats for Japanese that a kana adds, の by itself, an ornament, and a pair of forms that only Japanese writes together
# (one simplified and one traditional, as in 会員); chosen on the development half.
_KANA, _NO, _ORNAMENT, _BOTH = 3.0, 1.0, 0.25, 3.6
_MOST_BOTH = 2

# How probable Japanese must be to be said (of ordinary Chinese posts one in a thousand is that far), or to be named.
_ENOUGH, _WORTH_NAMING = 0.73, 0.02

# How probable it is at most where a few ideographs, or those beside a lone の, have fewer nats than that.
_UNPROVEN = 0.8
_FEW = 3
_OF_A_FEW, _OF_A_LONE_NO = 3.5, 2.0

_CERTAIN = 30.0  # nats beyond which the logistic is 0 or 1
_NEVER = -250  # eighths of a nat below which ideographs alone cannot be Japanese, whatever their forms

CURVE = (-0.70, 1.104)
"""Of 1 and the evidence: the logistic of their sum is how probable Japanese is."""

# From so many nats on a clause is said to be what it looks like, whatever its neighbours are.
_DECISIVE = 3.0

# A clause without kana needs less to be Chinese, because Japanese seldom goes without.
_LEANING = 1.0

# From so many nats on a text is Cantonese.
_YUE = 3.0 * NAT

_KANA_ALONE, _ONE_KANA = Verdict("ja", 0.999, by=BY), Verdict("ja", 0.98, by=BY)
_ORNAMENTS_ALONE = Verdict(UNDETERMINED, 1.0, by=BY)
_SIMPLIFIED, _TRADITIONAL = Verdict("zh-Hans", 0.99, ("zh-Hant",)), Verdict("zh-Hant", 0.99, ("zh-Hans",))
_TIED = Verdict("zh-Hans", 0.7, ("zh-Hant",))


def _in_codec(characters: list[str], codec: str) -> set[str]:
    return {character for character in characters if character.encode(codec, "ignore")}


@cache
def ideographs() -> NDArray[np.uint8]:
    """``table[letter]`` has a bit for each :class:`Kind` that an ideograph of the first plane counts for."""
    letters = [chr(code) for code in range(FIRST, LAST)]
    simplified, traditional = _in_codec(letters, "gb2312"), _in_codec(letters, "big5")
    japanese = _in_codec(letters, "cp932")
    # the first level of JIS ends there: what is beyond is rare in Japanese and mostly an old Chinese form
    common = {character for character in japanese if character.encode("cp932") < b"\x98\x9f"}
    table = np.zeros(len(letters), dtype=np.uint8)
    for kind, characters in (
        (Kind.simplified, simplified - traditional | _SIMPLIFIED_TOO),
        (Kind.traditional, traditional - simplified | _TRADITIONAL_TOO),
        (Kind.not_japanese, set(letters) - japanese),
        (Kind.only_japanese, (common - simplified - traditional) | set("々〆")),
    ):
        table[[ord(character) - FIRST for character in characters]] |= 1 << kind
    return table


@cache
def classes() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The class of each character, and ``membership[class, kind]``: 1 where characters of a class count for a kind."""
    scripts, names = script_table(), script_names()
    bits = np.zeros(SIZE, dtype=np.uint8)
    inside = scripts == names.index("Hani")
    bits[inside] = ideographs()[letter_table()[inside]] | 1 << Kind.han
    bits[scripts == names.index("Bopo")] = 1 << Kind.han | 1 << Kind.traditional | 1 << Kind.not_japanese
    bits[(scripts == names.index("Hira")) | (scripts == names.index("Kana"))] = 1 << Kind.kana
    for kind, characters in ((Kind.ornament, _ORNAMENTS), (Kind.no, _OF)):
        bits[[ord(character) for character in characters]] = 1 << kind
    patterns, numbers = np.unique(bits, return_inverse=True)
    kinds = np.arange(len(Kind))
    return numbers.astype(np.uint8), patterns.astype(np.int64)[:, np.newaxis] >> kinds & 1


def count(
    text: Codes, units: NDArray[np.int64], number: int, places: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """What each of ``number`` units has of each :class:`Kind`: an array (units, kinds).

    ``units`` names the unit of each character of ``text``; ``places``, where the characters stood in the text that they
    are taken from, tells which were neighbours (all, without it).
    """
    of_character, membership = classes()
    width = len(membership)
    of_class = np.bincount(units * width + of_character[text], minlength=number * width)
    joined = units[1:] == units[:-1]
    if places is not None:
        joined &= places[1:] == places[:-1] + 1
    table: NDArray[np.int64] = of_class.reshape(number, width) @ membership
    weights = np.bincount(units, weigh(text, joined), number)  # exact: whole numbers below 2**53
    table[:, _JAPANESE], table[:, _CANTONESE] = unpack(weights.astype(np.int64))
    return table


def judge(counts: Sequence[int]) -> Verdict:
    """The language of a text of Han and Kana, from its row of :func:`count`; ``und`` for ornaments alone."""
    ideographs, kana, ornament, no, simplified, traditional, _, _, japanese_sum, cantonese = counts
    if japanese_sum < _NEVER and not (kana or ornament or no):
        return _chinese(simplified, traditional, cantonese)
    if not ideographs:
        return (_KANA_ALONE if kana > 1 else _ONE_KANA) if kana else _ORNAMENTS_ALONE
    nats = CURVE[0] + CURVE[1] * evidence(counts)
    japanese = 1 / (1 + math.exp(-nats)) if nats > -_CERTAIN else 0.0
    if japanese > _UNPROVEN and not _is_proven(counts):
        japanese = _UNPROVEN
    chinese = _chinese(simplified, traditional, cantonese)
    if japanese >= _ENOUGH:
        return Verdict("ja", round(japanese, 4), (chinese.tag,), BY)
    if chinese.tag == "yue":
        return chinese
    others = (*chinese.others, "ja") if japanese > _WORTH_NAMING else chinese.others
    return Verdict(chinese.tag, round(chinese.confidence * (1 - japanese), 4), others, BY)


def _is_proven(counts: Sequence[int]) -> bool:
    """Whether there is more than weak evidence of a few ideographs that Chinese has too, or of a lone の."""
    ideographs, kana, _, no, _, _, _, only_japanese, japanese, _ = counts
    if kana or only_japanese or mixed_forms(counts):
        return True
    needed = _OF_A_LONE_NO if no else _OF_A_FEW if ideographs <= _FEW else 0.0
    return japanese >= needed * NAT


def evidence(counts: Sequence[int]) -> float:
    """Nats for Japanese against Chinese."""
    _, kana, ornament, no, _, _, _, _, japanese, _ = counts
    return japanese / NAT + _KANA * kana + _NO * no + _ORNAMENT * min(ornament, 2) + _BOTH * mixed_forms(counts)


def mixed_forms(counts: Sequence[int]) -> int:
    """How many simplified forms stand beside traditional ones (会員), as only Japanese has them."""
    _, _, _, _, simplified, traditional, not_japanese, _, _, _ = counts
    return 0 if not_japanese else min(simplified, traditional, _MOST_BOTH)


def _chinese(simplified: int, traditional: int, cantonese: int) -> Verdict:
    if cantonese >= _YUE:
        sure = 1 / (1 + math.exp(1 - cantonese / NAT)) if cantonese < _CERTAIN * NAT else 1.0
        return Verdict("yue", sure, ("zh-Hant" if traditional > simplified else "zh-Hans",))
    if traditional > simplified:
        return _TRADITIONAL
    # without a telling character both spellings are the same text, and either tag is right
    return _TIED if traditional == simplified > 0 else _SIMPLIFIED


def is_mixed(counts: Sequence[int]) -> bool:
    """Whether Chinese and Japanese may both be there: kana beside what is more likely Chinese."""
    _, kana, _, _, _, _, not_japanese, _, japanese, _ = counts
    return bool(kana and (not_japanese or japanese <= -_DECISIVE * NAT))


def clauses(text: str) -> list[tuple[int, int, int, str]]:
    """``(start, end, weight, tag)`` of the parts of a text that mixes Chinese with Japanese; every letter is in one.

    A clause is Japanese or Chinese by its own evidence; without enough it is what the clause before it is (the one
    after, at the start). Where a clause is both, its kana are Japanese and its ideographs Chinese. All that is Chinese
    is in one spelling.
    """
    everything = codes(text)
    places = np.flatnonzero(classes()[0][everything])
    if not len(places):
        return []
    letters = everything[places]
    cuts = [_CUT.search(text, before + 1, after) is not None for before, after in pairwise(places.tolist())]
    parts = np.cumsum([0, *cuts])
    both = np.array([_is_both(row) for row in _rows(letters, parts, places)])[parts]
    kana = _in_kana(letters)
    parts[1:] = np.cumsum((parts[1:] != parts[:-1]) | (both[1:] & (kana[1:] != kana[:-1])))
    rows = _rows(letters, parts, places)
    starts = np.flatnonzero(np.diff(parts, prepend=-1))
    ends = places[np.append(starts[1:], len(places)) - 1] + 1
    japanese = _fill(
        [
            is_kana if is_both else _decide(row)
            for row, is_both, is_kana in zip(rows, both[starts].tolist(), kana[starts].tolist(), strict=True)
        ],
        otherwise=judge(_total(rows)).tag == "ja",
    )
    *_, simplified, traditional, _, _, _, cantonese = _total(
        [row for row, is_japanese in zip(rows, japanese, strict=True) if not is_japanese]
    )
    chinese = _chinese(simplified, traditional, cantonese).tag
    return [
        (start, end, sum(row[: Kind.simplified]), "ja" if is_japanese else chinese)
        for start, end, row, is_japanese in zip(places[starts].tolist(), ends.tolist(), rows, japanese, strict=True)
    ]


def _rows(letters: Codes, parts: NDArray[np.int64], places: NDArray[np.int64]) -> list[list[int]]:
    rows: list[list[int]] = count(letters, parts, int(parts[-1]) + 1, places).tolist()
    return rows


def _total(rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)] or [0] * len(Kind)


def _is_both(counts: Sequence[int]) -> bool:
    """Whether the ideographs of a clause are Chinese in spite of the kana beside them."""
    return 0 < counts[Kind.kana] <= -counts[Kind.japanese] / NAT - _DECISIVE


def _in_kana(letters: Codes) -> NDArray[np.bool_]:
    """Whether each letter is kana; の and ornaments are what stands before them."""
    of_character, membership = classes()
    kinds = membership[of_character[letters]]
    own = (kinds[:, Kind.ornament] | kinds[:, Kind.no]) == 0
    kana: NDArray[np.bool_] = kinds[:, Kind.kana] > 0
    return kana[np.maximum.accumulate(np.where(own, np.arange(len(letters)), 0))]


def _decide(counts: Sequence[int]) -> bool | None:
    """Whether a clause is Japanese, where it says so by itself."""
    nats = evidence(counts)
    if not counts[Kind.kana] and nats <= -_LEANING:
        return False
    return nats > 0 if abs(nats) >= _DECISIVE else None


def _fill(values: Sequence[bool | None], *, otherwise: bool) -> list[bool]:
    """Give an unknown value the one before it, at the start the one after."""
    last = next((value for value in values if value is not None), otherwise)
    return [last := last if value is None else value for value in values]
