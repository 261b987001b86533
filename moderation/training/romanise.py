"""How people type their language in Latin letters: texts of other scripts, written the way of one writer each.

Which way is chosen by the hash of a text, so that it is the same every time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]{2,}")

# A letter and the ways to write it; one writer keeps to one way for all letters.
_RUSSIAN = {
    **{letter: (latin,) for letter, latin in zip("абвгдезиклмнопрстуфэ", "abvgdeziklmnoprstufe", strict=True)},
    "ж": ("zh", "j"), "й": ("y", "j", "i"), "х": ("h", "kh", "x"), "ц": ("c", "ts"), "ч": ("ch",),
    "ш": ("sh",), "щ": ("sch", "shch"), "ъ": ("", "'"), "ы": ("y", "i"), "ь": ("", "'"),
    "ю": ("yu", "ju", "u"), "я": ("ya", "ja", "ia"), "ё": ("yo", "e", "jo"),
}  # fmt: skip
_GREEK = {
    **{letter: (latin,) for letter, latin in zip("αγδειζκλμνοπρσςτ", "agdeizklmnoprsst", strict=True)},
    "β": ("v", "b"), "η": ("i", "h"), "θ": ("th",), "ξ": ("ks", "x"), "υ": ("u", "y"), "φ": ("f", "ph"),
    "χ": ("x", "h", "ch"), "ψ": ("ps",), "ω": ("o", "w"),
}  # fmt: skip
_GREEK |= {letter: _GREEK[unicodedata.normalize("NFD", letter)[0]] for letter in "άέήίϊΐόύϋΰώ"}
_SERBIAN = {
    letter: (latin,)
    for letter, latin in zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        (
            "a",
            "b",
            "v",
            "g",
            "d",
            "đ",
            "e",
            "ž",
            "z",
            "i",
            "j",
            "k",
            "l",
            "lj",
            "m",
            "n",
            "nj",
            "o",
            "p",
            "r",
            "s",
            "t",
            "ć",
            "u",
            "f",
            "h",
            "c",
            "č",
            "dž",
            "š",
        ),
        strict=True,
    )
}

# Rows of the table of kana, each of five vowels; Hepburn's spelling, as people type it.
_ROWS = (
    ("あいうえお", "a i u e o"), ("かきくけこ", "ka ki ku ke ko"), ("がぎぐげご", "ga gi gu ge go"),
    ("さしすせそ", "sa shi su se so"), ("ざじずぜぞ", "za ji zu ze zo"), ("たちつてと", "ta chi tsu te to"),
    ("だぢづでど", "da ji zu de do"), ("なにぬねの", "na ni nu ne no"), ("はひふへほ", "ha hi fu he ho"),
    ("ばびぶべぼ", "ba bi bu be bo"), ("ぱぴぷぺぽ", "pa pi pu pe po"), ("まみむめも", "ma mi mu me mo"),
    ("やゆよ", "ya yu yo"), ("らりるれろ", "ra ri ru re ro"), ("わをん", "wa o n"), ("ゃゅょ", "ya yu yo"),
    ("ぁぃぅぇぉ", "a i u e o"),
)  # fmt: skip
_ROMAJI = {kana: latin for row, spelt in _ROWS for kana, latin in zip(row, spelt.split(), strict=True)}
_HIRAGANA = {code: chr(code - 0x60) for code in range(0x30A1, 0x30F7)}
_SMALL = re.compile(r"([a-z]*)i(y[auo])")
_DOUBLED = re.compile(r"っ([bcdfghjklmnpqrstvwxyz])")


def _digit(text: str, place: int, ways: int) -> int:
    return sha256(text.encode()).digest()[place] % ways


def pinyin(text: str) -> str:
    """Chinese: with tones, syllables apart, or two in one word."""
    from pypinyin import Style, lazy_pinyin

    way = _digit(text, 1, 3)
    style = Style.TONE if way == 0 else Style.NORMAL
    clauses = [lazy_pinyin(clause, style=style, errors="ignore") for clause in _HAN.findall(text)]
    if way == 1:
        return " ".join(" ".join(clause) for clause in clauses)
    return " ".join("".join(clause[at : at + 2]) for clause in clauses for at in range(0, len(clause), 2))


def romaji(text: str) -> str:
    """Japanese: its words in kana alone, because kanji do not say how they are read."""
    return " ".join(_spell(word.translate(_HIRAGANA)) for word in _KANA.findall(text))


def _spell(kana: str) -> str:
    spelt = "".join(_ROMAJI.get(letter, letter) for letter in kana)
    spelt = _DOUBLED.sub(r"\1\1", spelt).replace("っ", "").replace("ー", "")
    spelt = re.sub(r"(?<=sh)iy|(?<=ch)iy|(?<=j)iy", "", spelt)
    return _SMALL.sub(r"\1\2", spelt)


def _by_letter(ways: Mapping[str, Sequence[str]]) -> Callable[[str], str]:
    def write(text: str) -> str:
        chosen = {
            ord(letter): latin[_digit(text, n % 32, len(latin))] for n, (letter, latin) in enumerate(ways.items())
        }
        return text.lower().translate(chosen)

    return write


WAYS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "zh": ("zh-Latn-pinyin", pinyin),
    "zh-Hant": ("zh-Latn-pinyin", pinyin),
    "ja": ("ja-Latn", romaji),
    "ru": ("ru-Latn", _by_letter(_RUSSIAN)),
    "el": ("el-Latn", _by_letter(_GREEK)),
    "sr": ("sr-Latn", _by_letter(_SERBIAN)),
}
"""Language → the tag of its romanised form, and how to write it."""
