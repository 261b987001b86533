"""The kinds of disguise, where each makes sense, and the posts that carry them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from benchmarks.disguises import between, han, letters
from benchmarks.disguises.case import Case
from benchmarks.disguises.data import ARABIC, CYRILLIC, LANGUAGES, LATIN, carriers, everyday, joined, terms

Way = Callable[[str, str, Random], "str | None"]

_HAN = frozenset({"zh"})
_ALL = frozenset(LANGUAGES)
_LARGE_AND_SMALL = LATIN | CYRILLIC


class Kind(NamedTuple):
    """How a kind disguises terms of the languages where it makes sense, and how many cases of each language it has."""

    way: Way
    languages: frozenset[str]
    chinese: int = 80
    english: int = 80
    other: int = 24

    def count(self, language: str) -> int:
        """How many cases of a language are wanted; some languages have fewer."""
        return {"zh": self.chinese, "en": self.english}.get(language, self.other)


def _plain(term: str, _language: str, _rng: Random) -> str:
    return term


def _emoji(term: str, language: str, rng: Random) -> str | None:
    return (han.emoji if language == "zh" else letters.letter_emoji)(term, language, rng)


def _numeral(term: str, language: str, rng: Random) -> str | None:
    return (han.numeral if language == "zh" else letters.numeral)(term, language, rng)


_MIXTURES: dict[str, tuple[tuple[Way, ...], ...]] = {
    "zh": (
        (han.traditional, between.punctuation),
        (han.traditional, between.space),
        (han.traditional, between.zerowidth),
        (han.homophone, between.space),
        (han.homophone, between.punctuation),
        (han.homophone, between.emoji_between),
        (han.lookalike, between.zerowidth),
        (han.lookalike, between.punctuation),
        (han.emoji, han.traditional),
        (han.emoji, between.zerowidth),
        (han.homophone, han.traditional),
        (han.partly_pinyin, letters.fullwidth),
        (han.partly_pinyin, letters.case),
        (han.pinyin, letters.case),
        (han.numeral, han.traditional),
        (han.numeral, between.punctuation),
        (han.initials, letters.fullwidth),
        (han.homophone, han.traditional, between.punctuation),
    ),
    "latin": (
        (letters.leet, letters.case),
        (letters.leet, between.space),
        (letters.leet, between.punctuation),
        (letters.leet, between.zerowidth),
        (letters.leet, between.repeat),
        (letters.homoglyph, letters.case),
        (letters.homoglyph, between.zerowidth),
        (letters.homoglyph, between.space),
        (letters.leet, letters.homoglyph),
        (letters.diacritic, letters.leet),
        (letters.fullwidth, between.space),
        (letters.styled, between.zerowidth),
        (letters.case, between.punctuation),
        (letters.case, between.emoji_between),
        (between.repeat, letters.case),
        (letters.leet, letters.case, between.punctuation),
        (letters.leet, letters.homoglyph, between.zerowidth),
    ),
    "cyrillic": (
        (letters.leet, letters.case),
        (letters.leet, between.space),
        (letters.homoglyph, letters.case),
        (letters.homoglyph, between.punctuation),
        (letters.homoglyph, between.zerowidth),
        (letters.homoglyph, between.repeat),
        (letters.leet, letters.homoglyph),
        (letters.case, between.emoji_between),
        (letters.homoglyph, letters.case, between.space),
    ),
    "arabic": (
        (letters.homoglyph, between.punctuation),
        (letters.homoglyph, between.space),
        (letters.homoglyph, between.zerowidth),
        (letters.homoglyph, letters.diacritic),
        (between.repeat, letters.diacritic),
        (letters.homoglyph, between.emoji_between),
    ),
}


def _mixture(term: str, language: str, rng: Random) -> str | None:
    """Two or three ways one after the other; None where one of them does not change the term."""
    script = (
        language
        if language == "zh"
        else "cyrillic"
        if language in CYRILLIC
        else "arabic"
        if language in ARABIC
        else "latin"
    )
    ways = rng.choice(_MIXTURES[script])
    if ways[0] in (han.homophone, han.lookalike) and len(term) < 3:
        return None  # too little of the term would be left
    written = term
    for way in ways:
        before, after = written, way(written, language, rng)
        if not after or after == before:
            return None
        written = after
    return written


KINDS = {
    "plain": Kind(_plain, _ALL),
    "case": Kind(letters.case, _LARGE_AND_SMALL),
    "fullwidth": Kind(letters.fullwidth, LATIN | _HAN),
    "styled": Kind(letters.styled, LATIN | _HAN | ARABIC),
    "homoglyph": Kind(letters.homoglyph, LATIN | CYRILLIC | ARABIC),
    "diacritic": Kind(letters.diacritic, LATIN | CYRILLIC | ARABIC),
    "leet": Kind(letters.leet, LATIN | CYRILLIC),
    "punctuation": Kind(between.punctuation, _ALL),
    "space": Kind(between.space, _ALL),
    "zerowidth": Kind(between.zerowidth, _ALL),
    "repeat": Kind(between.repeat, _ALL),
    "traditional": Kind(han.traditional, _HAN, chinese=220),
    "pinyin": Kind(han.pinyin, _HAN, chinese=340),
    "initials": Kind(han.initials, _HAN, chinese=200),
    "homophone": Kind(han.homophone, _HAN, chinese=360),
    "split": Kind(han.split, _HAN, chinese=280),
    "lookalike": Kind(han.lookalike, _HAN, chinese=280),
    "emoji": Kind(_emoji, LATIN | CYRILLIC | ARABIC | _HAN, chinese=180, other=14),
    "emoji_between": Kind(between.emoji_between, _ALL),
    "numeral": Kind(_numeral, _ALL, chinese=180, other=10),
    "mixture": Kind(_mixture, _ALL, chinese=180, english=110),
}


def cases(kind: str, language: str, seed: int) -> Iterator[Case]:
    """The cases of a kind and language, its terms in turns, no way of writing a term twice.

    Ends early where the language has not enough: few Chinese terms have Latin letters to be written full-width.
    """
    rng = Random(f"{seed} {kind} {language}")  # noqa: S311 - not a secret
    wanted = KINDS[kind].count(language)
    shuffled = rng.sample(terms(language), len(terms(language)))
    vocabulary = {term.casefold() for term in shuffled}
    seen: set[tuple[str, str]] = set()
    for attempt in range(12 * len(shuffled)):
        if len(seen) == wanted:
            return
        term = shuffled[attempt % len(shuffled)]
        written = KINDS[kind].way(term, language, rng)
        if (
            not written
            or (term, written) in seen
            or (kind != "plain" and not _is_disguise(written, term, kind, vocabulary))
        ):
            continue
        seen.add((term, written))
        yield _carried(term, written, language, kind, rng)


def _is_disguise(written: str, term: str, kind: str, vocabulary: set[str]) -> bool:
    """Whether it is neither the term itself nor another one in plain letters."""
    return written != term and (kind == "case" or written.casefold() not in vocabulary)


def _carried(term: str, written: str, language: str, kind: str, rng: Random) -> Case:
    """A post around what is written, in a carrier that does not run into it, sometimes beside another sentence."""
    before, after = rng.choice(
        [carrier for carrier in carriers(language) if _stands_apart(written, *carrier, language)]
    )
    if language == "zh" and written[0].isascii() and rng.random() < 0.3:
        before, after = before + " " * bool(before), " " * bool(after) + after
    chance = rng.random()
    if chance < 0.15:
        before = joined(rng.choice(everyday(language)), before, language)
    elif chance < 0.3 and after:
        after = joined(after, rng.choice(everyday(language)), language)
    return Case(before + written + after, language, kind, term, len(before), len(before) + len(written))


def _stands_apart(written: str, before: str, after: str, language: str) -> bool:
    """Whether nothing next to the slot could be read as part of what is written."""
    if language == "zh":
        beside = before[-1:] + after[:1]
        if len(written) == 1 or (han.is_han(written) and len(set(written)) == 1):
            return not any(han.is_han(char) for char in beside)
        return before[-1:] != written[0] and after[:1] != written[-1]
    words = [*before.split(" ")[-2:], *after.split(" ")[:2]]
    return not any(len(word) == 1 and word.isalnum() for word in words)
