"""Writes ``data/fold.tsv`` and ``data/characters.tsv``: ``python -m moderation.folding.build``.

The tables are committed, so that every Python, whatever its Unicode version, folds alike, and so that loading costs
milliseconds. Traditional to simplified is OpenCC's ``t2s``, each character alone (Apache-2.0).
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from moderation.folding.confusables import ALWAYS
from moderation.folding.tables import DATA, Kind

# Unicode's default-ignorable code points, and the tatweel, which only makes an Arabic word longer.
IGNORABLE = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x0640, 0x0640), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip

# Combining marks of Latin, Greek and Cyrillic (and those that frame or strike anything). Marks of Thai, Devanagari,
# Arabic … make other syllables and stay.
ALPHABETIC_MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20F0), (0x2DE0, 0x2DFF),
    (0xA66F, 0xA672), (0xA674, 0xA67D), (0xFE20, 0xFE2F),
)  # fmt: skip

# Letters and numerals in brackets, of one character: ㈠ is 一.
BRACKETED = ((0x249C, 0x24B5), (0x3200, 0x320D), (0x3220, 0x3243), (0x1F110, 0x1F129))

# Letters in their own right, though Unicode writes them as a letter and a mark.
LETTERS_WITH_MARKS = frozenset("йїўѓќ")

# The ideographic blocks and planes, also where this Python does not know a character yet.
IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x3FFFD))
SURROGATES = ((0xD800, 0xDFFF),)

# Writing systems by the first words of their characters' names; the rest is Zyyy.
SCRIPTS = {
    "LATIN": "Latn", "GREEK": "Grek", "CYRILLIC": "Cyrl", "ARMENIAN": "Armn", "HEBREW": "Hebr", "ARABIC": "Arab",
    "SYRIAC": "Syrc", "THAANA": "Thaa", "NKO": "Nkoo", "DEVANAGARI": "Deva", "BENGALI": "Beng", "GURMUKHI": "Guru",
    "GUJARATI": "Gujr", "ORIYA": "Orya", "TAMIL": "Taml", "TELUGU": "Telu", "KANNADA": "Knda", "MALAYALAM": "Mlym",
    "SINHALA": "Sinh", "THAI": "Thai", "LAO": "Laoo", "TIBETAN": "Tibt", "MYANMAR": "Mymr", "GEORGIAN": "Geor",
    "HANGUL": "Hang", "ETHIOPIC": "Ethi", "CHEROKEE": "Cher", "CANADIAN": "Cans", "MONGOLIAN": "Mong",
    "KHMER": "Khmr", "HIRAGANA": "Hira", "KATAKANA": "Kana", "KATAKANA-HIRAGANA": "Kana", "BOPOMOFO": "Bopo",
    "CJK": "Hani", "IDEOGRAPHIC": "Hani", "YI": "Yiii", "TIFINAGH": "Tfng", "JAVANESE": "Java", "BALINESE": "Bali",
    "NEW TAI": "Talu", "TAI": "Tale", "OL": "Olck", "ADLAM": "Adlm", "VAI": "Vaii",
}  # fmt: skip

# Scripts written without spaces between words: a term may begin and end anywhere in a run of them.
UNSPACED = frozenset(
    ("Hani", "Hira", "Kana", "Bopo", "Thai", "Laoo", "Khmr", "Mymr", "Tibt", "Yiii", "Java", "Bali", "Talu", "Tale")
)

# Punctuation that people put between the letters of a word to hide it. Not the apostrophe (he'll is not hell), not
# what ends a clause or names a topic: , ; : ! ? … # @ and the em dash. All other dashes, connectors and signs of
# mathematics count too.
SEPARATORS = frozenset("*.·•・|/\\_‧∙⋅")
_NOT_SEPARATORS = frozenset("—―⸺⸻<>")


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def _first_word_script(character: str) -> str:
    name = unicodedata.name(character, "")
    words = name.split(" ")
    return SCRIPTS.get(" ".join(words[:2])) or SCRIPTS.get(words[0], "")


def script_of(character: str) -> str:
    """ISO 15924 code of a letter or mark; ``Zyyy`` for letters of other scripts, empty for what is neither."""
    if _within(ord(character), IDEOGRAPHS):
        return "Hani"
    plain = unicodedata.normalize("NFKC", character)
    plain = plain if len(plain) == 1 else character
    if unicodedata.category(character)[0] == "M":
        return _first_word_script(character) or "Zinh"
    if plain.isalpha() or character == "〇":
        return _first_word_script(plain) or "Zyyy"
    return ""


def _simplify() -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def _single(text: str, otherwise: str) -> str:
    return text if len(text) == 1 else otherwise


def _fold_step(character: str, simplify: Callable[[str], str]) -> str:
    code = ord(character)
    if _within(code, IGNORABLE) or _within(code, ALPHABETIC_MARKS):
        return "\0"
    category = unicodedata.category(character)
    if category == "Cc" and character not in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85":
        return "\0"
    if category == "Zs":
        return " "
    if _within(code, BRACKETED):
        return unicodedata.normalize("NFKC", character)[1]
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    character = _single(unicodedata.normalize("NFKC", character), character)
    character = _single(character.casefold(), _single(character.lower(), character))
    if character not in LETTERS_WITH_MARKS:
        decomposed = unicodedata.normalize("NFD", character)
        if len(decomposed) > 1 and all(_within(ord(mark), ALPHABETIC_MARKS) for mark in decomposed[1:]):
            character = decomposed[0]
    character = ALWAYS.get(character, character)
    return _single(simplify(character), character) if script_of(character) == "Hani" else character


def folded_characters() -> Iterator[tuple[int, int]]:
    """``(code point, what it folds to)`` for all that change."""
    simplify = _simplify()
    for code in range(sys.maxunicode + 1):
        if _within(code, SURROGATES):
            continue
        character = chr(code)
        while (folded := _fold_step(character, simplify)) != character:
            character = folded
        if ord(character) != code:
            yield code, ord(character)


def kind_of(character: str, script: str) -> Kind:
    """What a folded character is to the views."""
    category = unicodedata.category(character)
    kind = Kind.other
    if category[0] == "M":
        kind = Kind.unspaced_mark if script in UNSPACED else Kind.mark
    elif script:
        kind = Kind.unspaced if script in UNSPACED else Kind.letter
    elif category == "Nd":
        kind = Kind.digit
    elif character in " \t":
        kind = Kind.blank
    elif character == "~" or category == "So":
        kind = Kind.ornament
    elif character in SEPARATORS or (category in {"Pd", "Pc", "Sm", "Sk"} and character not in _NOT_SEPARATORS):
        kind = Kind.separator
    return kind


def character_ranges() -> Iterator[tuple[int, int, str, Kind]]:
    """``(first, last, script, kind)`` of all characters that have either."""
    first, last = 0, -1
    at: tuple[str, Kind] = ("", Kind.other)
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        script = script_of(character)
        found = (script, kind_of(character, script))
        if found != at:
            if at != ("", Kind.other):
                yield first, last, *at
            first, at = code, found
        last = code
    if at != ("", Kind.other):
        yield first, last, *at


def tables() -> dict[str, str]:
    """File name → content."""
    fold = "".join(f"{code:X}\t{folded:X}\n" for code, folded in folded_characters())
    characters = "".join(
        f"{first:X}\t{last:X}\t{script or '-'}\t{kind.value}\n" for first, last, script, kind in character_ranges()
    )
    return {"fold.tsv": fold, "characters.tsv": characters}


def write(folder: Path = DATA) -> None:
    """Write the tables that the package ships."""
    for name, content in tables().items():
        (folder / name).write_text(content, encoding="ascii")


if __name__ == "__main__":
    write()
