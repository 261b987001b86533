"""Other ways to write a text that a reader takes for the same: by width, case, script, disguise, and what stands by.

Each is deterministic, and gives the text itself where there is nothing to change.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from types import MappingProxyType
from zlib import crc32

from moderation.domain.language import covers
from moderation.domain.signal import Evidence
from moderation.folding.han import readings
from moderation.folding.tables import fold_table

_HAN = r"\u3400-\u9fff\U00020000-\U000323af"
_EDGE = rf"(?=\s|$|[{_HAN}])"  # a mark of ASCII before anything else may be part of a link, a handle or a number
_CLAUSE = rf"(?:[，。！？；：、…।؟،۔]|[,.!?;:]+{_EDGE})"
_END = re.compile(rf"({_CLAUSE}+)\s*")
_LOOSE_MARK = re.compile(rf"(?:{_CLAUSE}|[“”‘’«»（）《》「」【】～]|[,.!?;:)\"'~]+{_EDGE}|(?<!\S)[(\"'])+")
_TOKEN = re.compile(r"[\w@][\w./:@?=&+%-]*", re.ASCII)
_ADDRESS = re.compile(r"[\d_@/]|[.:]\w", re.ASCII)
_LEAST = 2  # letters of a word that can be parted
_LONG = 4
_HAN_RUN = re.compile(f"[{_HAN}]+")

_WIDE = {n: n + 0xFEE0 for n in range(0x21, 0x7F)} | {0x20: 0x3000}
_LEET = str.maketrans("aeiosAEIOS", "4310543105")
_CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_FORMAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
_PLAIN = str.maketrans("0123456789", "〇一二三四五六七八九")
_STROKES = str.maketrans("đĐłŁøØıħĦ", "dDlLoOihH")  # no mark of its own that could be taken away
_FLOWERS = "🌸🍀⭐🎈"

# What people put beside a text in another language, and which says nothing; so many that no one of them is the finding.
_BESIDE_CHINESE = (
    "good morning everyone", "just a quick update", "what a lovely day", "back from the gym", "coffee first",
    "happy weekend",
)  # fmt: skip
_BESIDE_OTHERS = ("大家早上好", "今天天气不错", "刚刚下班回家", "周末愉快", "先喝杯咖啡", "简单说两句")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to write a text anew. ``make(text, language)``; ``evidence`` is what a term in it is seen by."""

    name: str
    evidence: Evidence
    make: Callable[[str, str], str]


def full_width(text: str, _: str) -> str:
    """ＷｅＣｈａｔ for WeChat."""
    return text.translate(_WIDE)


def upper_case(text: str, _: str) -> str:
    """Capitals, in scripts that have them; links, handles and numbers of wallets stay."""
    return _outside_addresses(text, str.upper)


def traditional(text: str, language: str) -> str:
    """Chinese in traditional characters; of several the one of fewest strokes (发 is 發 here, never 髮)."""
    return text.translate(traditional_table()) if covers("zh", language) else text


def simplified(text: str, language: str) -> str:
    """Chinese in simplified characters."""
    if not covers("zh", language):
        return text
    return _HAN_RUN.sub(lambda run: "".join(chr(fold_table()[ord(character)]) for character in run[0]), text)


def without_diacritics(text: str, _: str) -> str:
    """Cafe for café: only Latin letters lose their marks, for which they are no others."""
    plain = []
    for character in unicodedata.normalize("NFC", text):
        parted = unicodedata.normalize("NFD", character)
        plain.append(parted[0] if len(parted) > 1 and parted[0].isascii() else character)
    changed = "".join(plain).translate(_STROKES)
    return changed if changed != unicodedata.normalize("NFC", text) else text


def zero_width(text: str, _: str) -> str:
    """A zero-width space between each two letters."""
    return _over_words(text, "\u200b".join)


def spaced(text: str, _: str) -> str:
    """A space between each two letters of a word, two between words."""
    return _over_words(re.sub(" +", "  ", text), " ".join)


def repeated(text: str, _: str) -> str:
    """Looong words: the second letter of each word of four or more thrice, in scripts with capitals."""

    def stretch(letters: list[str]) -> str:
        cased = all(letter.lower() != letter.upper() for letter in letters)
        return "".join((letters[0], letters[1] * 3, *letters[2:]) if cased and len(letters) >= _LONG else letters)

    return _over_words(text, stretch)


def leet(text: str, _: str) -> str:
    """Digits for vowels and s in Latin words."""
    return _over_words(text, lambda letters: "".join(letters).translate(_LEET))


def circled_digits(text: str, _: str) -> str:
    """① for 1."""
    return text.translate(_CIRCLED)


def formal_digits(text: str, language: str) -> str:
    """壹 for 1, in Chinese."""
    return text.translate(_FORMAL) if covers("zh", language) else text


def han_digits(text: str, language: str) -> str:
    """一 for 1, in Chinese and Japanese."""
    return text.translate(_PLAIN) if covers("zh", language) or covers("ja", language) else text


def pinyin(text: str, language: str) -> str:
    """Chinese in syllables without tones, a space between them."""
    if not covers("zh", language):
        return text

    def spell(run: re.Match[str]) -> str:
        characters = (chr(fold_table()[ord(character)]) for character in run[0])
        return f" {' '.join((readings(character) or (character,))[0] for character in characters)} "

    return re.sub(" +", " ", _HAN_RUN.sub(spell, text)).strip()


def emoji_between(text: str, _: str) -> str:
    """An emoji between words, and between clauses where no blank stands between words."""
    count = iter(range(len(text)))
    return re.sub(r"(?<=\S) (?=\S)|(?<=[，、。！？；])(?=\S)", lambda _: f" {_FLOWERS[next(count) % 4]} ", text)


def emoji_at_the_end(text: str, _: str) -> str:
    """Three emoji behind the text."""
    return f"{text}🌸🌸✨"


def mixed_before(text: str, language: str) -> str:
    """A neutral clause of another language before the text: English by Chinese, Chinese by all others."""
    return f"{_beside(text, language)}, {text}"


def mixed_after(text: str, language: str) -> str:
    """The same behind the text."""
    return f"{text} {_beside(text, language)}"


def without_punctuation(text: str, _: str) -> str:
    """Blanks for the marks at the edges of words; those inside of handles, links and prices stay."""
    bare = re.sub(r"[^\S\n]+", " ", _LOOSE_MARK.sub(" ", text)).strip()
    return bare if bare != text.strip() else text


def line_breaks(text: str, _: str) -> str:
    """Each clause on a line of its own."""
    return _END.sub(r"\1\n", text).rstrip("\n")


VARIANTS: tuple[Variant, ...] = (
    Variant("full_width", Evidence.folded, full_width),
    Variant("upper_case", Evidence.folded, upper_case),
    Variant("traditional", Evidence.folded, traditional),
    Variant("simplified", Evidence.folded, simplified),
    Variant("no_diacritics", Evidence.folded, without_diacritics),
    Variant("emoji_end", Evidence.exact, emoji_at_the_end),
    Variant("no_punctuation", Evidence.exact, without_punctuation),
    Variant("line_breaks", Evidence.exact, line_breaks),
    Variant("mixed_before", Evidence.exact, mixed_before),
    Variant("mixed_after", Evidence.exact, mixed_after),
    Variant("zero_width", Evidence.squeezed, zero_width),
    Variant("spaced", Evidence.squeezed, spaced),
    Variant("repeated", Evidence.squeezed, repeated),
    Variant("emoji_between", Evidence.squeezed, emoji_between),
    Variant("leet", Evidence.leet, leet),
    Variant("circled_digits", Evidence.numeral, circled_digits),
    Variant("formal_digits", Evidence.numeral, formal_digits),
    Variant("han_digits", Evidence.numeral, han_digits),
    Variant("pinyin", Evidence.homophone, pinyin),
)
"""Those that any reader sees through first, by the evidence that they need."""


@cache
def traditional_table() -> Mapping[int, str]:
    """Simplified character → a traditional one: the reverse of the fold, as far as Big5's common half writes it.

    Big5 orders its 5,401 common characters by strokes. What is itself one of them (后, 里, 面) stays as it is.
    """
    table: dict[int, tuple[bytes, str]] = {}
    folded = fold_table()
    for code in range(0x4E00, 0xA000):
        target = int(folded[code])
        written = _big5(chr(code))
        if target != code and written is not None and _big5(chr(target)) is None:
            table[target] = min(table.get(target, (written, chr(code))), (written, chr(code)))
    return MappingProxyType({code: character for code, (_, character) in table.items()})


_COMMON_BIG5 = (b"\xa4\x40", b"\xc6\x7e")


def _big5(character: str) -> bytes | None:
    try:
        written = character.encode("big5")
    except UnicodeEncodeError:
        return None
    return written if _COMMON_BIG5[0] <= written <= _COMMON_BIG5[1] else None


def _over_words(text: str, make: Callable[[list[str]], str]) -> str:
    """The text with its words of two letters and more made anew."""
    return _outside_addresses(text, lambda part: "".join(_words(part, make)))


def _outside_addresses(text: str, make: Callable[[str], str]) -> str:
    """The text made anew but for its links, handles and words with digits, which would lead elsewhere."""
    parts: list[str] = []
    done = 0
    for token in _TOKEN.finditer(text):
        if _ADDRESS.search(token[0]):
            parts += [make(text[done : token.start()]), token[0]]
            done = token.end()
    return "".join([*parts, make(text[done:])])


def _words(text: str, make: Callable[[list[str]], str]) -> Iterator[str]:
    for is_word, run in groupby(text, key=lambda character: unicodedata.category(character)[0] in "LM"):
        letters = _letters(run)
        yield make(letters) if is_word and len(letters) >= _LEAST else "".join(letters)


def _letters(word: Iterable[str]) -> list[str]:
    """The letters of a word, each with its marks."""
    letters: list[str] = []
    for character in word:
        if letters and unicodedata.category(character)[0] == "M":
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _beside(text: str, language: str) -> str:
    clauses = _BESIDE_CHINESE if covers("zh", language) else _BESIDE_OTHERS
    return clauses[crc32(text.encode()) % len(clauses)]
