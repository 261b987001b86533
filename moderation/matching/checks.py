"""Whether a find is meant: short words inside longer ones, words that only touch, homophones that are words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from math import inf, log1p
from pathlib import Path

from moderation.domain.signal import Evidence
from moderation.folding.fold import codes
from moderation.folding.letters import leaves_nothing
from moderation.folding.tables import Kind, kind_table
from moderation.matching.junctions import ends_sentence, is_junction
from moderation.matching.ordinary import LENGTHS, words
from moderation.matching.pairs import are_ordinary
from moderation.matching.reading import Reading

_KEPT = 1 << 12  # places that are not judged again; the same post comes many times, others seldom have the same
_MARKS = frozenset((Kind.mark, Kind.unspaced_mark))
_HAN = "\u3400", "\ua000"

# What cutting running Chinese into words costs, in logarithms of rarity: any character alone, a word that is never met
# in ordinary texts, a term. A find gives way to a cut that is clearly cheaper: 印刷|单位 to 印|刷单|位.
_SINGLE, _RAREST, _TERM = 10.0, 15.0, 11.0
_CLEARLY = {1: 0.01, 2: 0.01, 3: 3.0}  # by the characters of the term
_EVERYDAY = 5.5
MODERN = Path(__file__).parent / "data" / "modern.txt"
"""Words of the present, one a line, that the dictionary, older than they are, hardly knows; they cost as little."""
_SHORT = 3
"""Terms of more characters do not come about by chance."""
_LONG = 4
"""Terms of as many characters are not written by chance with half of them right."""
_AROUND = 3
_AS_WRITTEN = frozenset((Evidence.folded, Evidence.squeezed))
_PLACES = frozenset("山镇村县河湖岛寺")
_TITLES = ("老师", "同学", "先生", "女士", "教授", "医生", "经理", "律师", "院士", "书记", "主任")
"""What follows the name of a place or a person."""
_OBJECTS = frozenset(("", "你", "他", "她", "它", "我", "妈"))
"""What may follow a term of one character in the middle of running text; else that is part of a name or a word."""
_NEAR = 6
_LEAST_PINYIN = 6
"""Letters of pinyin that are no word of another language by chance."""


def is_meant(text: str, start: int, end: int, form: str, reading: Reading | None) -> bool:
    """Whether ``text[start:end]`` (folded) says a term, which it is (no reading) or is read as."""
    following = text[end]
    if _is_mark(following):
        return False
    if reading is not None and not _is_disguise(text, start, end, form, reading):
        return False
    if form[0] < _HAN[0]:
        alone = len(form) > 1 or not (text[start - 1].isdigit() or following.isdigit())
        return alone and (reading is None or not ends_sentence(text[start:end]))
    if reading is not None and reading.evidence not in _AS_WRITTEN:
        seen = text[start:end]
        return (
            len(seen) != len(form) or len(form) > _SHORT or not all(map(_is_han, seen)) or _is_apart(text, start, end)
        )
    return len(form) > _SHORT or _stands_alone(text, start, end, form, reading)


def _is_apart(text: str, start: int, end: int) -> bool:
    """Whether other characters for a short term do not make words with those around them: 大约|跑了."""
    before, after = _han_around(text, start, end)
    return not (before or after) or not _gives_way(before, text[start:end], after)


def _is_mark(character: str) -> bool:
    """Whether a character belongs to the one before, and is seen."""
    if character < "\u0300" or _is_han(character):
        return False
    return kind_table()[ord(character)] in _MARKS and not leaves_nothing(character)


def _stands_alone(text: str, start: int, end: int, form: str, reading: Reading | None) -> bool:
    """Whether a short term of Han characters, as they are, is no part of the words and names around it."""
    if reading is not None and is_junction(text, start, end):
        return False
    before, after = _han_around(text, start, end)
    if after[:1] in _PLACES or ((before or len(form) == 1) and after.startswith(_TITLES)):
        return False
    if len(form) == 1 and before and after[:1] not in _OBJECTS:
        return False
    return not (before or after) or not _gives_way(before, form, after)


def _is_disguise(text: str, start: int, end: int, form: str, reading: Reading) -> bool:
    """Whether letters were changed on purpose, and not all of them for digits.

    Those of a Chinese term for Latin ones in a Chinese text, or for Han characters that make no words with their
    neighbours.
    """
    changed = [step for step in reading.steps if step.meant]
    if not any(map(str.isalpha, text[start:end])) and changed and changed[0].evidence is Evidence.leet:
        return False
    latin = [step for step in changed if step.meant[0] >= _HAN[0] and text[start + step.at].isascii()]
    if latin and not _is_among_han(text, start, end):
        letters = sum(step.end - step.at for step in latin)
        return all(step.evidence is Evidence.homophone for step in latin) and letters >= _LEAST_PINYIN
    han = [step for step in changed if step.end > step.at and _is_han(text[start + step.at])]
    if not han or (len(form) >= _LONG and 2 * len(han) <= len(form)):
        return True
    parted = any(step.evidence is Evidence.split for step in han)
    seldom = parted or not all(map(_is_han, text[start:end])) or _is_seldom(text[start:end])
    return seldom and not all(_is_of_words(text, start + step.at, start + step.end) for step in han)


def _is_seldom(text: str) -> bool:
    written = codes(text)
    return not are_ordinary(written[:-1], written[1:]).all()


def _is_among_han(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _NEAR) : start].rpartition("\n")[2]
    after = text[end : end + _NEAR].partition("\n")[0]  # beyond may stand another post
    return any(map(_is_han, before + text[start:end] + after))


def _is_of_words(text: str, start: int, end: int) -> bool:
    """Whether a cut of the text around some characters into words takes each of these for one that has more."""
    before, after = _han_around(text, start, end)
    return _in_words(before, text[start:end], after)


@lru_cache(maxsize=_KEPT)
def _in_words(before: str, middle: str, after: str) -> bool:
    at, start = len(before) + len(middle) + len(after), len(before)
    end = start + len(middle)
    lengths = _cut(before + middle + after)[1]
    while at > start:
        first = at - lengths[at]
        if first >= start and at <= end:  # alone, or a word of the parts of one character: 女子 for 好
            return False
        at = first
    return True


@lru_cache(maxsize=_KEPT)
def _gives_way(before: str, form: str, after: str) -> bool:
    """Whether the characters around a short term make other words with its own: 印刷|单位 has no 刷单."""
    if not _is_crossed(before, form, after):
        return False
    own = _SINGLE if len(form) == 1 else min(_TERM, _own_prices().get(form, inf), _price(words().get(form)))
    apart = _cut(before)[0][-1] + own + _cut(after)[0][-1]
    # a longer word that has all of a term of two characters is about it: 微信群
    free = _cut(before + form + after, (len(before), len(before) + len(form)) if len(form) > 1 else None)
    return free[0][-1] + _CLEARLY[len(form)] < apart


def _is_crossed(before: str, form: str, after: str) -> bool:
    """Whether any word goes over an end of a term, for without one no cut is cheaper; quick to tell."""
    text, start, end = before + form + after, len(before), len(before) + len(form)
    known, whole = words(), len(form) > 1
    for first, last in _around(start, end, len(text)):
        if text[first:last] in known and not (whole and first <= start and end <= last):
            return True
    return False


@cache
def _around(start: int, end: int, length: int) -> tuple[tuple[int, int], ...]:
    """The stretches of a short text, no longer than a word, that go over an end of a term."""
    places = [
        (first, last)
        for edge in (start, end)
        for first in range(max(0, edge - LENGTHS[-1] + 1), edge)
        for last in range(edge + 1, min(length, first + LENGTHS[-1]) + 1)
    ]
    return tuple(dict.fromkeys(places))


def _cut(text: str, whole: tuple[int, int] | None = None) -> tuple[list[float], list[int]]:
    """The cheapest cut into words: what each beginning of the text costs, and how long its last word is.

    No word is longer than ``whole`` (start, end) and has all of it.
    """
    met = words().get
    costs, lengths = [0.0], [0]
    for end in range(1, len(text) + 1):
        best, length = costs[end - 1] + _SINGLE, 1
        for start in range(max(0, end - LENGTHS[-1]), end - 1):
            if whole and start <= whole[0] and whole[1] <= end and end - start > whole[1] - whole[0]:
                continue
            cost = costs[start] + _price(met(text[start:end]))
            if cost < best:
                best, length = cost, end - start
        costs.append(best)
        lengths.append(length)
    return costs, lengths


@cache
def _price(met: int | None) -> float:
    """What an ordinary word costs: less, the oftener it is met. What is no word costs too much."""
    return inf if met is None else _RAREST - log1p(met)


@cache
def _own_prices() -> Mapping[str, float]:
    """What terms cost that are words of the present, and harmless."""
    return dict.fromkeys(MODERN.read_text("utf-8").split(), _EVERYDAY)


def _is_han(character: str) -> bool:
    return _HAN[0] <= character < _HAN[1]


def _han_around(text: str, start: int, end: int) -> tuple[str, str]:
    """The Han characters that touch a stretch of text, before it and after it; the nearest few."""
    first, last = start, end
    while first > max(0, start - _AROUND) and _is_han(text[first - 1]):
        first -= 1
    while last < min(len(text), end + _AROUND) and _is_han(text[last]):
        last += 1
    return text[first:start], text[end:last]
