"""What single words tell of texts that no profile knows: romanised languages, Singlish, Taglish, chat.

The lists are written by hand (``data/lexicon``). A strong word is hardly ever met in another language written in Latin
letters; a weak one is, and counts only beside a strong one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from moderation.language import wordlists
from moderation.language.vietnamese import is_vietnamese

ENGLISH = "en"
SINGLISH = "en-SG"
ARABIZI = "ar-Latn"
RUSSIAN = "ru-Latn"
VIETNAMESE = "vi"

# Lists of common languages: they say what stands beside, never what a text is.
_BESIDE_ONLY = ("en", "es")
# Where one of these is told the other may be meant, whatever the words say.
_RELATIVES = {"hi-Latn": ("ur-Latn",), "ur-Latn": ("hi-Latn",), "id": ("ms",), "ms": ("id",), "en-SG": ("en",)}
# Where as much speaks for two, these.
_FIRST = frozenset(("hi-Latn", "id"))

# What a tag has is counted in one number, because one sum is faster than two: its strong words in the upper bits, its
# weak ones in the lower. A strong word is worth three weak ones.
_STRONG, _WEAK = 1 << 20, 1
_WORTH = 3
_LEAST_WEAK = 3

# English beside: so many of its words, and this share of all.
_LEAST_BESIDE = 2
_SHARE_BESIDE = 0.25
# By the number of strong words.
_CONFIDENCE = (0.8, 0.85, 0.95, 0.98)

_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
# Shapes of words that no list needs to name. Digits that are Arabic consonants stand between letters and beside a vowel
# (ma3rafsh), or first (7abib); never last, where numbers stand, and never with a unit alone (7am, 3inch). Twi writes 3
# for ɛ beside e. Ends and clusters of Russian are of no other language in Latin letters.
_DIGITS = re.compile(r"(?=.*(?:[aiou][23579][a-z]|[a-z][23579][aiou])|[379][aiou])[379]?(?:[a-z]+[23579])*[a-z]+")
_UNITS = re.compile(r"[0-9]+(?:[a-z]{1,3}|inch|inches|ounces?)|[a-z]+2[a-z]+")
_RUSSIAN_ENDS = (
    *("nyy", "vyy", "lyy", "ryy", "tyy", "myy", "kiy", "niy", "shiy", "chiy", "eniya", "aniya", "ayu", "uyu", "oyu"),
    *("ayut", "oyut", "yyut", "nogo", "kogo", "ovogo", "ykh", "nyh", "vyh", "atsya", "etsya", "itsya", "chno", "zhno"),
)
_RUSSIAN_CLUSTERS = re.compile("zh(?:[dn]|iv)|v(?:sh|stv)|zdn")
_SHORTEST_SHAPED = 4
_LONGEST_WORD = 32

# Shares of the distinct words that must be telling, by the numbers of strong and weak ones; of those that are not
# English, where so many words of English stand beside.
_SHARE_OF_STRONG = 0.15
_SHARE_OF_ONE = 0.33
_SHARE_OF_ONE_AND_WEAK = 0.4
_SHARE_OF_ONE_AND_TWO = 0.25
_SHARE_OF_FOUR_WEAK = 0.5
_SHARE_OF_THREE_WEAK = 0.75


class Told(NamedTuple):
    """What the words tell: the likeliest tag, the probability in [0, 1] that it is right, and what it may be instead.

    ``beside``: languages mixed in, with words enough of their own (English in Taglish); the text is mainly ``tag``.
    """

    tag: str
    confidence: float
    others: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, digits within them kept (``7abibi``), numbers too.

    >>> words_of("ya 7abibi, don't go at 5")
    ['ya', '7abibi', "don't", 'go', 'at', '5']
    """
    return _WORD.findall(text)


_LISTS = wordlists.read("lexicon")
_ENGLISH_WORDS = frozenset(word for word, tags in _LISTS.items() if ENGLISH in tags)
_STARTS = frozenset(word.split()[0] for word in _LISTS if " " in word)
_LONGEST_PHRASE = max(word.count(" ") + 1 for word in _LISTS)


def tell(words: Sequence[str]) -> Told | None:
    """What the words of a text (:func:`words_of`, small letters) tell, None where they tell too little.

    >>> tell(["kya", "hua", "bhai"]).tag, tell(["what", "happened"])
    ('hi-Latn', None)
    """
    distinct = set(words)
    counts: dict[str, int] = {}
    for word in distinct if _STARTS.isdisjoint(distinct) else distinct | _phrases(words):
        for tag, count in _look(word) if len(word) <= _LONGEST_WORD else ():
            counts[tag] = counts.get(tag, 0) + count
    if is_vietnamese(words):
        counts[VIETNAMESE] = counts.get(VIETNAMESE, 0) + 2 * _STRONG
    if not counts or max(counts.values()) < _LEAST_WEAK:
        return _singlish(words)
    points = {tag: count // _STRONG * _WORTH + count % _STRONG for tag, count in counts.items()}
    tag = max(points, key=lambda tag: (points[tag], tag in _FIRST, tag))
    strong, weak = divmod(counts[tag], _STRONG)
    english = sum(tag not in _LISTS[word] for word in distinct & _ENGLISH_WORDS)
    if not _enough(strong, weak, len(distinct), english):
        return _singlish(words)
    others = [other for other, some in points.items() if other != tag and some * 2 > points[tag]]
    others += [other for other in _RELATIVES.get(tag, ()) if other not in others]
    confidence = _CONFIDENCE[min(strong, len(_CONFIDENCE) - 1)]
    if tag == SINGLISH or english < _LEAST_BESIDE or english < _SHARE_BESIDE * len(distinct):
        return Told(tag, confidence, tuple(others))
    if english > strong + weak:
        return Told(ENGLISH, confidence, tuple(others), (tag,))
    return Told(tag, confidence, tuple(others), (ENGLISH,))


@lru_cache(maxsize=1 << 15)
def _look(word: str) -> tuple[tuple[str, int], ...]:
    """What a word adds to the counts of which tags: by the lists, else by its shape."""
    if tags := _LISTS.get(word):
        return tuple((tag, _STRONG if strong else _WEAK) for tag, strong in tags.items() if tag not in _BESIDE_ONLY)
    if not word.isascii() or len(word) < _SHORTEST_SHAPED:
        return ()
    if not word.isalpha():
        return ((ARABIZI, _STRONG),) if _DIGITS.fullmatch(word) and not _UNITS.fullmatch(word) else ()
    if len(word) > _SHORTEST_SHAPED and (word.endswith(_RUSSIAN_ENDS) or _RUSSIAN_CLUSTERS.search(word)):
        return ((RUSSIAN, _STRONG),)
    return ()


def _enough(strong: int, weak: int, words: int, english: int) -> bool:
    """Whether so many telling words, all distinct, tell the language of a text of so many, some of them English."""
    telling, rest = strong + weak, words - english
    if strong > 1:
        return telling >= _SHARE_OF_STRONG * words
    if strong:
        return (
            telling >= _SHARE_OF_ONE * words
            or (weak > 0 and telling >= _SHARE_OF_ONE_AND_WEAK * rest)
            or (weak > 1 and telling >= _SHARE_OF_ONE_AND_TWO * words)
        )
    return weak >= _LEAST_WEAK and weak >= (_SHARE_OF_THREE_WEAK if weak == _LEAST_WEAK else _SHARE_OF_FOUR_WEAK) * rest


def _phrases(words: Sequence[str]) -> set[str]:
    """The phrases that begin as listed ones do."""
    starts = [at for at, word in enumerate(words) if word in _STARTS]
    return {" ".join(words[at : at + size]) for at in starts for size in range(2, _LONGEST_PHRASE + 1)}


# Particles that end a sentence of Singlish.
_PARTICLES = frozenset(("lah", "leh", "lor", "hor", "mah", "wor", "nia"))


def _singlish(words: Sequence[str]) -> Told | None:
    """English that ends in a particle of Singapore."""
    if len(words) > 1 and words[-1] in _PARTICLES:
        english = len(_ENGLISH_WORDS.intersection(words))
        if english * 2 >= len(words) - 1:
            return Told(SINGLISH, _CONFIDENCE[1], (ENGLISH,))
    return None
