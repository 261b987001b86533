"""Chinese written in Latin letters: three words or more, all of them syllables of Hanyu Pinyin."""

from __future__ import annotations

import re
import unicodedata

# Initials with the finals that follow them (GB/T 16159); v and ü are one letter to people who type.
_SYLLABLES = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v ve ü üe",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve ü üe",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ao ei en eng o u",
}

# Syllables that are common words of other languages: a text of nothing else is not pinyin (he can ran, de la ma).
_COMMON_ELSEWHERE_TEXT = """
a ai an ang ba ban bang bei ben bi bin bo bu ca can ce chi da dan dang de den di die do du e en er fa fan fen ga
gang gen ha hang he hen hu ka kan kun la lai lan le li lie long lu ma mai man me men mi min mo mu na nan ne nei ni
no nu o pan pang pen pi pin po pu que ran run sa san sang se she shi si song su sui sun ta tai tan tang te ti tu wa
wan ya yang ye yi you za ze
"""
_COMMON_ELSEWHERE = frozenset(_COMMON_ELSEWHERE_TEXT.split())

_SYLLABLE = "|".join(
    sorted((i + final for i, finals in _SYLLABLES.items() for final in finals.split()), key=len, reverse=True)
)
# Atomic: a word may be cut in several ways (xi-an, xian), and trying them all for a word that is not pinyin would
# take for ever.
_SYLLABIC = re.compile(rf"(?>(?:{_SYLLABLE}){{1,4}})")
_ONE_SYLLABLE = re.compile(_SYLLABLE)
_WORD = re.compile("(?<![a-zü0-9_])[a-zü]+(?=[1-5]*(?![a-zü0-9_]))")  # handles (demo_521) are no words
# Initials that hardly any other language writes before these letters. Syllables written together (sedang makan) need
# one of them somewhere in the text.
_TELLTALE = re.compile("zh|x[iu]|q[iu](?!e)|lü|nü")
# Words that every Chinese sentence is made of: three different ones tell as much as a telltale initial.
_EVERYDAY_TEXT = "bu chi danshi dou ge hao hen le ma ni nimen shi ta wo women you zai zhe"
_EVERYDAY = frozenset(_EVERYDAY_TEXT.split())
_LEAST_WORDS = 3
_FOREIGN_SHARE = 0.25
_TONES = str.maketrans("", "", "\u0300\u0301\u0304\u030c")


def is_pinyin(text: str) -> bool:
    """Whether the Latin words of a text are pinyin, with tone marks, tone numbers or none.

    Three words at the least must be; one in four may be a name or a word of another language.

    >>> is_pinyin("wo men yi qi qu chi fan"), is_pinyin("wǒ xiǎng qù"), is_pinyin("he can run")
    (True, True, False)
    """
    lower = text.lower()
    if not lower.isascii():
        lower = unicodedata.normalize("NFC", unicodedata.normalize("NFD", lower).translate(_TONES))
    words = _WORD.findall(lower)
    syllabic = [word for word in words if _SYLLABIC.fullmatch(word)]
    foreign = len(words) - len(syllabic)
    if len(syllabic) < _LEAST_WORDS or foreign > _FOREIGN_SHARE * len(words):
        return False
    everyday = len(_EVERYDAY.intersection(syllabic)) >= _LEAST_WORDS
    telltale = any(_TELLTALE.search(word) for word in syllabic)
    single = not foreign and all(_ONE_SYLLABLE.fullmatch(word) for word in syllabic)
    if not (everyday or single or telltale) or (foreign and not (everyday and telltale)):
        return False
    return sum(word not in _COMMON_ELSEWHERE for word in syllabic) * 3 >= len(words)
