"""What a post's Latin letters are: shorthand, pinyin, English beside another script, else what the profiles say."""

from __future__ import annotations

import re

from moderation.language.pinyin import is_pinyin
from moderation.language.shorthand import LONGEST, shorthand
from moderation.language.verdict import Verdict

ENGLISH = "en"
PINYIN = "zh-Latn-pinyin"

# Beside another script a profile must be this sure, of this many words, before it is not English.
SURE_BESIDE = 0.95
WORDS_BESIDE = 3

_WORD = re.compile(r"[^\W\d_]+")


def judge_latin(text: str, words: int, profile: Verdict, *, beside: bool) -> Verdict:
    """The verdict on the Latin runs of a post (small letters, joined by blanks).

    ``beside``: the post has letters of another script too.
    """
    if words <= LONGEST and (known := shorthand(_WORD.findall(text))):
        tag, sure = known
        return Verdict(tag, 0.97 if sure else 0.5, () if sure else (profile.tag,))
    if words >= LONGEST and is_pinyin(text):
        return Verdict(PINYIN, 0.97, (profile.tag,))
    if beside and profile.tag != ENGLISH and (words < WORDS_BESIDE or profile.confidence < SURE_BESIDE):
        return Verdict(ENGLISH, 0.95, (profile.tag,))
    if beside and profile.tag == ENGLISH:
        return Verdict(ENGLISH, max(profile.confidence, 0.95))
    return profile
