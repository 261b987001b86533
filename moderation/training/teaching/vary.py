"""Other spellings of a sentence, as people type and as evaders do; the sense, and so the label, stays."""

from __future__ import annotations

from functools import cache
from random import Random
from unicodedata import category

from moderation.folding.han import readings, syllable_table, syllables

_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"}
_ENDINGS = ("!!", "...", " lol", " 😂", " 🙏", " ❤️", " 🤷", "~", " 👀", " 😡", " 🔥", "。。。", "！")
# i and ı are two letters of Turkish, and keep apart in both cases.
_TURKISH_LOWER = str.maketrans("Iİ", "ıi")
_TURKISH_UPPER = str.maketrans("ıi", "Iİ")


def vary(text: str, lang: str, rng: Random) -> str:
    """One variation, drawn at random; the text as it is where no letter would be left."""
    varied = rng.choice((_bare, _ending, *_WAYS.get(lang, _OF_SPACED)))(text, rng)
    return varied if any(map(str.isalpha, varied)) else text


def _lower(text: str, _rng: Random) -> str:
    return text.lower()


def _shout(text: str, _rng: Random) -> str:
    return text.upper()


def _turkish_lower(text: str, _rng: Random) -> str:
    return text.translate(_TURKISH_LOWER).lower()


def _turkish_shout(text: str, _rng: Random) -> str:
    return text.translate(_TURKISH_UPPER).upper()


def _bare(text: str, _rng: Random) -> str:
    return "".join(c for c in text if c == "'" or c.isspace() or category(c)[0] in "LMN")


def _ending(text: str, rng: Random) -> str:
    return text.rstrip(".。!！") + rng.choice(_ENDINGS)


def _leet(text: str, rng: Random) -> str:
    return "".join(rng.choice(_LEET[c]) if c in _LEET and rng.random() < 0.3 else c for c in text)  # noqa: PLR2004


def _typo(text: str, rng: Random) -> str:
    """Two neighbours change places, or one letter is doubled or lost."""
    inner = [n for n in range(1, len(text) - 2) if text[n].isalpha() and text[n + 1].isalpha()]
    if not inner:
        return text
    n = rng.choice(inner)
    return rng.choice(
        (text[:n] + text[n + 1] + text[n] + text[n + 2 :], text[:n] + text[n] + text[n:], text[:n] + text[n + 1 :])
    )


def _spaced_out(text: str, rng: Random) -> str:
    """One longer word is spelled out."""
    words = text.split(" ")
    long = [n for n, word in enumerate(words) if word.isalpha() and len(word) > 3]  # noqa: PLR2004
    if not long:
        return text
    n = rng.choice(long)
    words[n] = rng.choice((" ", ".", "-", "*")).join(words[n])
    return " ".join(words)


def _homophone(text: str, rng: Random) -> str:
    """A few characters become others that are read alike, or their pinyin."""
    out = []
    for character in text:
        same = _alike(readings(character)[0]) if readings(character) else ""
        if not same or rng.random() > 0.15:  # noqa: PLR2004
            out.append(character)
        else:
            out.append(readings(character)[0] if rng.random() < 0.3 else rng.choice(same))  # noqa: PLR2004
    return "".join(out)


_OF_SPACED = (_lower, _shout, _typo, _leet, _spaced_out)
_WAYS = {
    "zh": (_homophone, _homophone),
    "ja": (),
    "th": (),
    "tr": (_turkish_lower, _turkish_shout, _typo, _leet, _spaced_out),
}


@cache
def _alike(syllable: str) -> str:
    """Characters that are read so, of those that people type: GB 2312, a third of the ideographs."""
    table = syllable_table()
    number = syllables().index(syllable)
    alike = "".join(map(chr, (table[0x4E00:0x9FA6] == number).nonzero()[0] + 0x4E00))
    return alike.encode("gb2312", "ignore").decode("gb2312")
