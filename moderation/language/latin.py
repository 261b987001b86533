"""What a post's Latin letters are, where the profiles alone do not settle it: words that statistics cannot know."""

from __future__ import annotations

import re
from typing import NamedTuple

from moderation.language import wordlists
from moderation.language.calibration import SURE
from moderation.language.lexicon import ENGLISH, SINGLISH, tell, words_of
from moderation.language.pinyin import is_pinyin
from moderation.language.shorthand import LONGEST, PINYIN, Known, shorthand
from moderation.language.verdict import Verdict

# Beside another script a profile must be this sure, of this many words, before it is not English.
SURE_BESIDE = 0.95
WORDS_BESIDE = 3

# What ends a clause of Singlish; in a text that is English anyway, that is enough.
_PARTICLES = frozenset({"lah", "leh", "lor", "meh", "hor", "liao", "sia"})
_PARTICLE = re.compile(r"(?<= )(?:lah|leh|lor|meh|hor|liao|(?<!by )sia)(?= *(?:[.,!?~…;]|$))")


class Latin(NamedTuple):
    """The verdict on the Latin letters of a post, and the second language that its words are mixed with, if any."""

    verdict: Verdict
    beside: str = ""


def telling_words() -> list[str]:
    """The words of the lexicon for which even a text that the profiles are sure of is looked at once more."""
    return [
        word
        for word, tags in wordlists.read("lexicon").items()
        if word.isalpha() and (word in _PARTICLES or any(strong and "-" in tag for tag, strong in tags.items()))
    ]


def judge_latin(text: str, words: int, profile: Verdict, *, settled: bool) -> Latin | None:
    """What the words of Latin runs (small letters, joined by blanks) tell; None where they tell nothing.

    ``words`` is their number, ``profile`` what the profiles say and ``settled`` whether only chat may be otherwise.
    """
    parts = words_of(text)
    if words <= LONGEST and (known := shorthand(parts)):
        return Latin(_weigh(known, profile, sure=known.sure and len(text) > 1))
    if settled:
        return None
    if is_pinyin(text):
        return Latin(Verdict(PINYIN, 0.97, (profile.tag,), "pinyin"))
    if told := tell(parts):
        return Latin(Verdict(told.tag, told.confidence, told.others, "words"), *told.beside[:1])
    if profile.tag == ENGLISH and _is_singlish(text, parts):
        return Latin(profile._replace(tag=SINGLISH, others=(ENGLISH, *profile.others), by="words"))
    return None


def beside(profile: Verdict, words: int) -> Verdict:
    """The verdict on Latin letters beside another script: English, unless the profiles are sure of many words."""
    if profile.tag != ENGLISH and (words < WORDS_BESIDE or profile.confidence < SURE_BESIDE):
        return Verdict(ENGLISH, 0.95, (profile.tag,), "beside")
    return profile._replace(confidence=max(profile.confidence, 0.95)) if profile.tag == ENGLISH else profile


def _weigh(known: Known, profile: Verdict, *, sure: bool) -> Verdict:
    """Chat words beside the profiles: a word of several languages is that of them which the profiles say."""
    others = tuple(dict.fromkeys((*known.others, profile.tag)))
    if sure and (profile.tag == known.tag or profile.confidence < SURE):
        return Verdict(known.tag, 0.97, known.others, "shorthand")
    if sure or profile.tag not in known.others:
        return Verdict(known.tag, 0.5, others, "shorthand")
    return profile._replace(others=tuple(dict.fromkeys((*profile.others, known.tag))))


def _is_singlish(text: str, words: list[str]) -> bool:
    """Whether English has a word that only Singapore's has, or a particle at the end of a clause."""
    lists = wordlists.read("lexicon")
    return any(lists.get(word, {}).get(SINGLISH) for word in words) or _PARTICLE.search(text) is not None
