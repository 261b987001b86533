"""Words of chat that no profile knows: greetings, thanks, laughs and initials, too short for n-grams."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from moderation.language import wordlists

# Initials of Chinese phrases, typed without tones; inside Han text they are part of it.
_INITIALS = (
    "yyds xswl awsl nsdd zqsg dbq tql srds xdm xdjm jms yysy yygq bdjw ssfd plmm plgg gkd kdl drl szd kswl nbcs wdnmd "
    "nmsl cnm wcnm rnm tmd nmd zz xjj xgg pyq dddd djll u1s1"
)
CHINESE = frozenset(_INITIALS.split())
PINYIN = "zh-Latn-pinyin"

# Said in every language; English if anything, and no more than that.
_ANYWHERE = "_any"
_LIKELIEST = "en"

# Where as much speaks for two, the one that a global pool has more of; the rest follow in the alphabet's order.
_ORDER = {
    tag: number for number, tag in enumerate(f"en {PINYIN} es pt fr de it id ru ar hi tr vi pl nl ja ko-Latn".split())
}

# Laughs of any length, weak ones where two languages have them.
_LAUGHS: tuple[tuple[re.Pattern[str], Mapping[str, bool]], ...] = tuple(
    (re.compile(pattern), tags)
    for pattern, tags in (
        (r"(?:ha|he|hi|ho|hu)+h?|[ae]?(?:ha){2,}h?|x+d+|lo+l(?:o+l)*|hm+|a+h+|o+h+|u+h+", {_ANYWHERE: True}),
        (r"a?(?:ja){3,}j?|e?(?:je){3,}j?|(?:ji){3,}|(?:js){2,}j?", {"es": True}),
        (r"(?:rs){2,}r?|(?:hue){2,}|k{2,}[jkrs]*[jrs]+k*", {"pt": True}),
        (r"k{3,}", {"pt": False, "ko-Latn": False, "en": False}),
        (r"w{3,}", {"ja": False}),
        (r"w?(?:kw){2,}k?|a?wo(?:ka?wo)+k?", {"id": True}),
        (r"l+m+a+o+", {"en": True}),
        (r"m+d+r+|p+t+d+r+", {"fr": True}),
        (r"(?:ah){2,}a?|(?:eh){2,}e?", {"it": False, "fr": False, "pt": False}),
        (r"x?(?:ax){2,}a?|(?:xa){2,}", {"ru-Latn": False, "el-Latn": False}),
        (r"h{3,}", {"ar-Latn": False, PINYIN: False, "fr": False}),
        (r"(?:xi){3,}", {PINYIN: False, "id": False}),
        (r"(?:sj){2,}s?", {"tr": True}),
        (r"а?(?:ха){2,}х?|х?(?:ах){2,}а?|(?:хе){2,}", {"ru": False, "uk": False, "bg": False}),
        (r"ه{2,}", {"ar": False, "fa": False}),
        (r"خ{3,}", {"fa": True}),
    )
)

LONGEST = 3
"""Words; longer texts have n-grams enough."""

_LONGEST_WORD = 40
_MOST_FORMS = 16
_ASIDE = "0123456789!?.,~…'’_-*"
_LETTERS_OF_A_LAUGH = 4
_DOUBLED = re.compile(r"(.)\1")
_RUNS = re.compile(r"(.)\1*")


class Known(NamedTuple):
    """The likeliest tag, whether the words leave no doubt about it, and the tags that they may be instead."""

    tag: str
    sure: bool
    others: tuple[str, ...] = ()


def shorthand(words: Sequence[str]) -> Known | None:
    """The language of words (small letters) that are all known here and do not disagree; None otherwise.

    Letters drawn out (soooo), digits and signs around a word (666yyds) are no matter; numbers tell nothing.

    >>> shorthand(["yyyyds"])
    Known(tag='zh-Latn-pinyin', sure=True, others=())
    """
    bare = [bare for word in words if (bare := word if word in _ENTRIES else word.strip(_ASIDE))]
    tags: list[Mapping[str, bool]] = []
    if len(bare) > 1 and (phrase := _ENTRIES.get(" ".join(bare))):
        tags.append(phrase)
    else:
        for word in bare:
            of_word = _known(word[:_LONGEST_WORD])
            if of_word is None:
                return None
            tags.append(of_word)
    if not tags:
        return None
    telling = [of_word for of_word in tags if _ANYWHERE not in of_word]
    if not telling:
        return Known(_LIKELIEST, sure=False)
    common = [tag for tag in telling[0] if all(tag in of_word for of_word in telling)]
    if not common:
        return None
    common.sort(key=lambda tag: (-sum(of_word[tag] for of_word in telling), _ORDER.get(tag, len(_ORDER)), tag))
    tag, *others = common
    return Known(tag, not others and any(of_word[tag] for of_word in telling), tuple(others))


_ENTRIES: dict[str, dict[str, bool]] = {**wordlists.read("shorthand"), **{word: {PINYIN: True} for word in CHINESE}}


@lru_cache(maxsize=1 << 15)
def _known(word: str) -> Mapping[str, bool] | None:
    """``{tag: strong}`` of a word: as it stands, as a laugh, or with its drawn-out letters shortened."""
    if tags := _ENTRIES.get(word):
        return tags
    if len(set(word)) <= _LETTERS_OF_A_LAUGH:
        for pattern, tags_of_laugh in _LAUGHS:
            if pattern.fullmatch(word):
                return tags_of_laugh
    if not _DOUBLED.search(word):
        return None
    return next((_ENTRIES[form] for form in _shortened(word) if form in _ENTRIES), None)


def _shortened(word: str) -> Iterator[str]:
    """The word with each run of three letters or more as two or one, and two at the end as one."""
    forms = [""]
    for run in _RUNS.finditer(word):
        letter, size = run[1], run.end() - run.start()
        drawn = size > 2 or (size == 2 and run.end() == len(word))  # noqa: PLR2004
        forms = [form + piece for form in forms for piece in ((letter * 2, letter) if drawn else (run[0],))]
        if len(forms) > _MOST_FORMS:
            return
    yield from forms
