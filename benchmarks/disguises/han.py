"""Disguises of Chinese terms: by script, by sound, by shape, by meaning."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache
from random import Random

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin
from pypinyin.phrases_dict import phrases_dict

from benchmarks.disguises.data import han_characters, han_emoji, han_words, innocents, terms
from benchmarks.disguises.letters import numeral as figures
from benchmarks.disguises.letters import replaced

_SCRIPTS = ("s2t", "s2tw", "s2hk")
# Terms of two characters that users write in bare pinyin; others would be guesswork.
_WRITTEN_IN_PINYIN = (
    "傻逼 傻叉 我操 去死 贱人 婊子 骚货 鸡巴 屌丝 装逼 脑残 智障 "
    "约炮 嫖娼 卖淫 裸聊 做爱 口交 色情 赌博 博彩 刷单 网贷 冰毒"
)
_V_AND_X = {"微": ("V", "v", "薇"), "信": ("X", "芯"), "加": ("+", "➕", "十")}
_NUMERALS = {
    "零": "0０⓪〇", "一": "1１①壹㈠𝟏", "二": "2２②贰㈡𝟐", "两": "2２②", "三": "3３③叁㈢𝟑", "四": "4４④肆㈣𝟒",
    "五": "5５⑤伍㈤𝟓", "六": "6６⑥陆㈥𝟔", "七": "7７⑦柒㈦𝟕", "八": "8８⑧捌㈧𝟖",
}  # fmt: skip


@cache
def _syllables(term: str, style: Style) -> tuple[str, ...]:
    return tuple(lazy_pinyin(term.replace("代还", "代环"), style=style))  # 还 is huán here, and hái to pypinyin


@cache
def _converter(script: str) -> OpenCC:
    return OpenCC(script)


@cache
def _initials_of_terms() -> Counter[str]:
    return Counter(initials_of(term) for term in terms("zh"))


@cache
def _known_abbreviations() -> frozenset[str]:
    """Latin abbreviations of the innocent posts: nobody would read these as a term's initials."""
    words = "".join(
        char if char.isascii() and char.isalpha() else " " for _, text in innocents("initials_like") for char in text
    )
    return frozenset(words.lower().split())


@cache
def _shapes() -> dict[str, tuple[str, ...]]:
    """The hand-written look-alikes and the Kangxi radicals that are characters of their own."""
    table = dict(han_characters("lookalikes"))
    for code in range(0x2F00, 0x2FD6):
        char = unicodedata.normalize("NFKC", chr(code))
        table[char] = (*table.get(char, ()), chr(code))
    return table


def is_han(text: str) -> bool:
    """Whether every character is Han."""
    return all("\u4e00" <= char <= "\u9fff" for char in text)


def initials_of(term: str) -> str:
    """The first letters of the syllables."""
    return "".join(syllable[0] for syllable in _syllables(term, Style.NORMAL))


def traditional(term: str, _language: str, rng: Random) -> str | None:
    """In traditional characters: OpenCC's standard, Taiwan's or Hong Kong's."""
    return str(_converter(rng.choice(_SCRIPTS)).convert(term))


def pinyin(term: str, _language: str, rng: Random) -> str | None:
    """Bare, with tone marks or tone figures, joined or spaced, or in part."""
    if not is_han(term) or len(term) < 2:
        return None
    if rng.random() < 0.4:
        return partly_pinyin(term, _language, rng)
    style = rng.choice((Style.NORMAL, Style.NORMAL, Style.TONE, Style.TONE3))
    if style is Style.NORMAL and len(term) < 3 and term not in _WRITTEN_IN_PINYIN:
        style = rng.choice((Style.TONE, Style.TONE3))
    return rng.choice(("", "", " ")).join(_syllables(term, style))


def partly_pinyin(term: str, _language: str, rng: Random) -> str | None:
    """One character in pinyin, or a few of a longer term."""
    if not is_han(term) or len(term) < 2:
        return None
    syllables = _syllables(term, Style.NORMAL)
    chosen = set(rng.sample(range(len(term)), rng.randint(1, max(1, len(term) // 2))))
    return "".join(syllables[place] if place in chosen else char for place, char in enumerate(term))


def initials(term: str, _language: str, rng: Random) -> str | None:
    """The first letters of three to five characters, where no other term has the same and no abbreviation is meant."""
    letters = initials_of(term)
    if not is_han(term) or not 3 <= len(term) <= 5 or _initials_of_terms()[letters] > 1:
        return None
    if letters in _known_abbreviations():
        return None
    return rng.choice((letters, letters, letters.upper()))


def homophone(term: str, _language: str, rng: Random) -> str | None:
    """One or more characters by others of the same sound, or the whole term as users write it."""
    whole = han_words("whole").get(term)
    if whole and rng.random() < 0.5:
        return rng.choice(whole)
    table = {char: tuple(values) for char, values in han_characters("homophones").items()}
    if "微信" in term:
        table = table | {char: table[char] + signs for char, signs in _V_AND_X.items()}
    return _some(term, table, rng)


def split(term: str, _language: str, rng: Random) -> str | None:
    """Characters taken apart."""
    return _some(term, han_words("splits"), rng)


def lookalike(term: str, _language: str, rng: Random) -> str | None:
    """Characters that look alike."""
    return _some(term, _shapes(), rng)


def emoji(term: str, _language: str, rng: Random) -> str | None:
    """Emoji for characters or words inside the term; at least half of it stays."""
    table = han_emoji()
    words = [word for word in table if word in term and len(term) >= 2 * len(word)]
    if not words:
        return None
    rng.shuffle(words)
    left = len(term) // 2
    written = term
    for word in words[: rng.randint(1, 2)]:
        if len(word) <= left and word in written:
            left -= len(word)
            written = written.replace(word, rng.choice(table[word]), 1)
    return written


def numeral(term: str, language: str, rng: Random) -> str | None:
    """Its numbers in another style."""
    whole = han_words("numerals").get(term)
    if whole:
        return rng.choice(whole)
    return figures(term, language, rng) or (None if "一起" in term else replaced(term, _NUMERALS, rng, 1, 1))


def _some(term: str, table: dict[str, tuple[str, ...]], rng: Random) -> str | None:
    """Characters through a table: one of two, one or two of more, now and then all; never into an ordinary word."""
    places = [place for place, char in enumerate(term) if char in table]
    if not places or len(term) < 2:
        return None
    count = 1 if len(term) == 2 or rng.random() < 0.55 else min(2, len(places))
    if len(term) > 2 and rng.random() < 0.12:
        count = len(places)
    chosen = set(rng.sample(places, count))
    written = "".join(rng.choice(table[char]) if place in chosen else char for place, char in enumerate(term))
    return None if written in phrases_dict else written
