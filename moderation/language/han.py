"""Chinese or Japanese, simplified, traditional or Cantonese: by the characters that only one of them uses.

Simplified is what GB 2312 has and Big5 has not, traditional the reverse, Japanese what only JIS X 0208 has: the
standard library's codecs hold the three lists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from moderation.folding.fold import codes
from moderation.folding.tables import SIZE, Codes, script_names, script_table
from moderation.language.verdict import Verdict

# Characters of written Cantonese; those of the second row stand in Mandarin too.
_CANTONESE = frozenset("嘅喺咗哋啲嚟佢嘢嗰瞓嘥噉咩乜攞揾搵諗谂冚孖叻餸嗮氹")
_CANTONESE_HINTS = frozenset("唔冇係咁畀俾話啱睇")

# Japanese の stands in Chinese shop names and jokes too (鮮の味).
_NO = frozenset("のノ")

_CLAUSE = re.compile(r"[^\W\d_]+")

# Forms of JIS that Chinese writers use as well.
_ALSO_CHINESE = frozenset("裏衆値説啓呪妬姉麺艶呑咲栢観顔緑録黒")


_SHORT = 4


class Kind(IntEnum):
    """What a character of Han, Kana or Bopomofo counts for; one may count for several."""

    han = 0
    kana = 1
    no = 2
    simplified = 3
    traditional = 4
    not_japanese = 5
    only_japanese = 6
    cantonese = 7
    cantonese_hint = 8


def _in_codec(characters: list[str], codec: str) -> set[str]:
    return {character for character in characters if character.encode(codec, "ignore")}


@cache
def _table() -> NDArray[np.uint16]:
    """``table[code]`` has bit ``k`` set where the character counts for :class:`Kind` ``k``."""
    scripts, names = script_table(), script_names()
    table = np.zeros(SIZE, dtype=np.uint16)
    table[scripts == names.index("Hani")] = 1 << Kind.han | 1 << Kind.not_japanese
    table[scripts == names.index("Bopo")] = 1 << Kind.han | 1 << Kind.traditional | 1 << Kind.not_japanese
    table[(scripts == names.index("Hira")) | (scripts == names.index("Kana"))] = 1 << Kind.kana
    for character in _NO:
        table[ord(character)] = 1 << Kind.no
    ideographs = [chr(code) for code in range(0x3400, 0xA000)]
    simplified, traditional = _in_codec(ideographs, "gb2312"), _in_codec(ideographs, "big5")
    japanese = _in_codec(ideographs, "shift_jis")
    # the first level of JIS ends there: what is beyond is rare in Japanese and mostly an old Chinese form
    common_japanese = {character for character in japanese if character.encode("shift_jis") < b"\x98\x9f"}
    for kind, characters in (
        (Kind.simplified, simplified - traditional),
        (Kind.traditional, traditional - simplified),
        (Kind.only_japanese, (common_japanese - simplified - traditional - _ALSO_CHINESE) | {"々"}),
        (Kind.cantonese, _CANTONESE),
        (Kind.cantonese_hint, _CANTONESE_HINTS),
    ):
        table[[ord(character) for character in characters]] |= 1 << kind
    table[[ord(character) for character in (*japanese, "々")]] &= ~np.uint16(1 << Kind.not_japanese)
    return table


def count(text: Codes, units: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """How many characters of each :class:`Kind` each of ``number`` units has: an array (units, kinds).

    ``units`` names the unit of each character of ``text``.
    """
    bits = _table()[text]
    return np.stack([np.bincount(units[bits >> kind & 1 == 1], minlength=number) for kind in Kind], axis=1)


def judge(counts: Sequence[int]) -> Verdict:
    """The language of a text of Han and Kana, from its row of :func:`count`."""
    han, kana, no, simplified, traditional, not_japanese, only_japanese, cantonese, hints = counts
    if kana and kana + no >= not_japanese:
        return Verdict("ja", 0.999 if kana > 1 else 0.98, ("zh-Hans",))
    if only_japanese and not not_japanese:
        return Verdict("ja", 0.97, ("zh-Hant",))
    if simplified and traditional and not not_japanese:
        return Verdict("ja", 0.8, ("zh-Hans", "zh-Hant"))
    if cantonese or hints > 1:
        return Verdict("yue", 0.98 if cantonese > 1 or (cantonese and hints) else 0.95, ("zh-Hant",))
    if simplified >= traditional:
        # without a telling character both spellings are the same text, and either tag is right
        return Verdict("zh-Hans", 0.99 if simplified > traditional or not traditional else 0.7, ("zh-Hant",))
    return Verdict("zh-Hant", 0.99 if not_japanese or han > _SHORT else 0.85, ("ja",))


def clauses(text: str) -> list[tuple[int, int, int, str]]:
    """``(start, end, weight, tag)`` of the clauses of a text that mixes Chinese with Japanese.

    A clause with kana is Japanese, one with a character that Japanese has not is Chinese, and one that may be either
    is what the clause before it is (the one after, at the start).
    """
    slices = [match.span() for match in _CLAUSE.finditer(text)]
    letters = [codes(text[start:end]) for start, end in slices]
    counted = [count(part, np.zeros(len(part), dtype=np.int64), 1)[0].tolist() for part in letters]
    tags = [
        judge(counts).tag if counts[Kind.kana] or counts[Kind.not_japanese] or counts[Kind.only_japanese] else ""
        for counts in counted
    ]
    for number in range(1, len(tags)):
        tags[number] = tags[number] or tags[number - 1]
    for number in range(len(tags) - 2, -1, -1):
        tags[number] = tags[number] or tags[number + 1]
    return [(*place, sum(counts[:3]), tag) for place, counts, tag in zip(slices, counted, tags, strict=True)]


def is_mixed(counts: Sequence[int]) -> bool:
    """Whether Chinese and Japanese may both be there: kana, and characters that Japanese has not."""
    return bool(counts[Kind.kana] and counts[Kind.not_japanese])
