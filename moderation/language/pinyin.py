"""Chinese written in Latin letters: words that are syllables of Hanyu Pinyin, enough of them telling."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from moderation.language import wordlists
from moderation.language.shorthand import CHINESE

# Initials with the finals that follow them (GB/T 16159); v and ü are one letter to people who type.
_SYLLABLES_TEXT = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v ve ue ü üe",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve ue ü üe",
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
_SYLLABLES = frozenset(i + final for i, finals in _SYLLABLES_TEXT.items() for final in finals.split())

# Syllables that are common words of other languages written in Latin letters: they tell nothing.
_ELSEWHERE_TEXT = """
a ai an ang ao ba bai ban bang bao bei ben bi bin bo bu ca cai can cang cao ce cha chai chan chang che chi chong chuo
ci cu cui da dai dan dang dao de dei den di die ding dong du dui dun duo e ei en er fa fan fen fo fu ga gai gan gang ge
gen gu guang gun ha hai han hang he hei hen hong hu hua huang hui hun huo ji jin ju ka kai kan kang ke ken keng ku kua
kuan kuang kun la lai lan lang lao le lei li lia liang lie liu lo long lu lue lun ma mai man mang me mei men mi mie min
mo mu na nai nan nang nao ne nei neng ni nian nie ning nong nou nu o ou pa pai pan pang pen peng pi pian pin ping po pu
quan que ran rang re reng ri rong ru run ruo sa sai san sang sao se sen seng sha shan she shi si song sou su sui sun
suo ta tai tan tang tao te teng ti tie ting tong tou tu tun tuo wa wai wan wang wao wei wen wo wu xi xin ya yan yang
yao ye yi yin yo yong you yu yue za zan zao ze zen zi zou zu
"""
_ELSEWHERE = frozenset(_ELSEWHERE_TEXT.split())
# Those of them that every Chinese sentence is made of.
_EVERYDAY_TEXT = """
bu chi de dao ge hai hao hen ke kan le ma me mei men na ne neng ni shi ta wo yao you yi xi xin zai zi
"""
_EVERYDAY = frozenset(_EVERYDAY_TEXT.split())
# Written whole, these are posts of their own.
_GREETINGS_TEXT = """
nihao nihaoma xiexie xiexieni zaijian wanan zaoan woaini duibuqi meiguanxi buyongxie bukeqi gongxifacai jiayou
haode haochi haohe wodetian taihaole zenmeyang zenmeban duoshaoqian haojiubujian shengrikuaile xinniankuaile ganbei
meiwenti meishi jiawo jiaweixin jiawoweixin weishenme zaoshanghao wanshanghao chifanlema nizaina nizaiganma wobuzhidao
bushi shenmeshi shenmeyisi qingwen laoban xinniankuaile xinkule henhao henhaochi haoba haoya buhaoyisi
"""
_GREETINGS = frozenset(_GREETINGS_TEXT.split())
_LISTED = frozenset(wordlists.read("pinyin"))

_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_BREAK = re.compile("['’ʼ1-5]")
_TONES = str.maketrans("", "", "\u0300\u0301\u0304\u030c")
# One of these must be in the text before é and à count as tones; č and ě are left out, being Czech.
_MARKED = frozenset("āēīōūǎǐǒǔǖǘǚǜ")
_TELLTALE = re.compile("zh|x[iu]|q[iu](?!e)|lü|nü|[nl]v|i[ao]ng|iao|uang|shuo")
_LONGEST_SYLLABLE = 6
_ENDS = "aeiouvüngr"
_LONGEST_WORD = 64
_HEAD = 72  # characters of a longer text that say by themselves whether to go on

_TWO = 2
# Points needed: by a text of two words, of one (letters too), of more; as a share of the words, too.
_OF_ONE, _LETTERS_OF_ONE = 4, 10
_OF_TWO = 4
_OF_MORE, _SHARE = 3, 0.3
# With words of another language, a quarter at the most.
_FOREIGN_SHARE = 0.25
_OF_MIXED, _SHARE_OF_MIXED = 4, 0.6


def is_pinyin(text: str) -> bool:
    """Whether the Latin words of a text are pinyin, with tone marks, tone numbers or none, joined or not.

    Everyday phrases are told whole; else the syllables must tell, that hardly another language has. One word in four
    may be a name or a word of another language.

    >>> is_pinyin("wo men yi qi qu chi fan"), is_pinyin("wǒ xiǎng qù"), is_pinyin("he can run")
    (True, True, False)
    """
    lower = text.lower()
    marked = True
    if not lower.isascii():
        lower = unicodedata.normalize("NFC", lower)
        marked = not _MARKED.isdisjoint(lower)
    if len(lower) > _HEAD:
        head = _WORD.findall(lower, 0, _HEAD)[:-1]  # the last may be cut
        if sum(_said(word, marked=marked) is None for word in head) * 2 > len(head):
            return False
    words = _WORD.findall(lower)
    distinct = {word for word in words if not word.isdigit()}
    allowed = _FOREIGN_SHARE * len(distinct)
    points = foreign = 0
    for word in distinct:
        said = _said(word, marked=marked)
        if said is not None:
            points += said
        elif (foreign := foreign + 1) > allowed:
            return False
    if foreign:
        return points >= max(_OF_MIXED, _SHARE_OF_MIXED * len(distinct))
    if _BREAK.sub("", _without_marks("".join(words))) in _GREETINGS:
        return True
    if len(distinct) == 1:
        return points >= _OF_ONE and len(min(distinct)) >= _LETTERS_OF_ONE
    return points >= (_OF_TWO if len(distinct) == _TWO else max(_OF_MORE, _SHARE * len(distinct)))


def _said(word: str, *, marked: bool) -> int | None:
    """The points of a word; letters with marks other than ü count where the text has marks of Chinese tones."""
    if len(word) > _LONGEST_WORD or not (marked or word.isascii() or word.replace("ü", "v").isascii()):
        return None
    return _points(word)


@lru_cache(maxsize=1 << 15)
def _points(word: str) -> int | None:
    """What a word in small letters says for pinyin, from nothing (0) to all (5); None where it cannot be any."""
    if word in CHINESE:
        return 2
    bare = word if word.isascii() else _without_marks(word)
    cuts = [_cut(piece) for piece in _BREAK.split(bare) if piece]
    syllables = [syllable for cut in cuts for syllable in cut]
    if not all(cuts) or not syllables:
        return None
    toned = bare != word or bare[-1].isdigit()
    if bare in _LISTED:
        return 3 + toned
    if len(syllables) > 1:
        return min(3, sum(syllable not in _ELSEWHERE for syllable in syllables)) + bool(_TELLTALE.search(bare)) + toned
    if syllables[0] not in _ELSEWHERE:
        return 2 + toned
    return (syllables[0] in _EVERYDAY) + toned


def _without_marks(word: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).translate(_TONES))


def _cut(word: str) -> list[str]:
    """The syllables of a word, as few as they may be, none where it is no pinyin.

    Within a word none begins with a vowel (xi'an is not xian).
    """
    if word[-1] not in _ENDS:
        return []
    cuts: list[list[str] | None] = [[], *([None] * len(word))]
    for end in range(1, len(word) + 1):
        for start in range(max(end - _LONGEST_SYLLABLE, 0), end):
            before, now = cuts[start], cuts[end]
            if before is None or word[start:end] not in _SYLLABLES or (start and word[start] in "aeo"):
                continue
            if now is None or len(before) + 1 < len(now):
                cuts[end] = [*before, word[start:end]]
    return cuts[-1] or []
