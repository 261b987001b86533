"""Disguises of the letters of Latin, Cyrillic and Arabic words.

A disguise takes the term, its language and the source of chance, and gives how the term is written, or None where it
does not apply.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from random import Random

from benchmarks.disguises.data import ARABIC, CYRILLIC, emoji_words

_STARTS = {  # the letter A or a of alphabets that stand in order, for each (upper, lower)
    "bold": (0x1D400, 0x1D41A),
    "bold italic": (0x1D468, 0x1D482),
    "bold script": (0x1D4D0, 0x1D4EA),
    "bold fraktur": (0x1D56C, 0x1D586),
    "sans bold": (0x1D5D4, 0x1D5EE),
    "sans bold italic": (0x1D63C, 0x1D656),
    "monospace": (0x1D670, 0x1D68A),
    "circled": (0x24B6, 0x24D0),
    "negative circled": (0x1F150, 0x1F150),
    "squared": (0x1F130, 0x1F130),
    "negative squared": (0x1F170, 0x1F170),
    "double-struck": (0x1D552, 0x1D552),  # lower case only: the upper case has holes
}
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_SMALL_CAPITALS = dict(zip(_LOWER, "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡxʏᴢ", strict=True))
_SUPERSCRIPTS = dict(zip(_LOWER, "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖqʳˢᵗᵘᵛʷˣʸᶻ", strict=True))

_HOMOGLYPHS_OF_LATIN = {
    "a": "аɑα", "b": "Ьƅ", "c": "сϲ", "d": "ԁ", "e": "еҽє", "f": "ƒ", "g": "ɡց", "h": "һհ", "i": "іι", "j": "ј",
    "k": "кκ", "l": "ӏⅼ", "m": "мⅿ", "n": "ոп", "o": "оοօ", "p": "рρ", "q": "ԛ", "r": "г", "s": "ѕ", "t": "тτ",
    "u": "սυ", "v": "νѵ", "w": "ԝѡ", "x": "хⅹ", "y": "уγ", "z": "ᴢ", "A": "АΑ", "B": "ВΒ", "C": "С", "E": "ЕΕ",
    "H": "НΗ", "I": "ІΙ", "K": "КΚ", "M": "МΜ", "N": "Ν", "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ",
}  # fmt: skip
_HOMOGLYPHS_OF_CYRILLIC = {
    "а": "aα", "е": "e", "о": "oο", "р": "pρ", "с": "c", "у": "y", "х": "x", "к": "kκ", "і": "i", "ї": "ï", "п": "n",
    "и": "u", "г": "r", "т": "t", "м": "m", "в": "B", "н": "H", "ё": "ë", "ѕ": "s", "з": "ʒ", "ь": "b", "А": "A",
}  # fmt: skip
_HOMOGLYPHS_OF_ARABIC = {
    "ar": {"ك": "کڪ", "ي": "یېى", "ه": "ہھە", "ا": "ٱأ", "أ": "اٱ", "ة": "هۃ", "و": "ۆ", "ق": "ڨ", "ف": "ڤ", "ر": "ڕ"},
    "fa": {"ک": "كڪ", "ی": "يىې", "ه": "ہھە", "ا": "أٱ", "آ": "ا", "و": "ۆ", "ق": "ڨ", "ف": "ڤ", "ر": "ڕ"},
}

_ACCENTED = {
    "a": "àáâãäåāă", "b": "ḃ", "c": "çćĉč", "d": "ďḋ", "e": "èéêëēě", "f": "ḟ", "g": "ĝğġ", "h": "ĥħ", "i": "ìíîïī",
    "j": "ĵ", "k": "ķḱ", "l": "ĺļľ", "m": "ḿṁ", "n": "ñńň", "o": "òóôõöøō", "p": "ṗ", "r": "ŕř", "s": "śŝşš",
    "t": "ţť", "u": "ùúûüūů", "v": "ṽ", "w": "ŵẅ", "x": "ẋ", "y": "ýÿŷ", "z": "źżž",
}  # fmt: skip
_OWN_ACCENTS = {  # an accent of the language itself would make another word
    "en": "", "es": "áéíóúüñ", "fr": "àâçéèêëîïôùûüÿ", "de": "äöü", "pt": "áâãàçéêíóôõú", "it": "àèéìíîòóùú",
    "pl": "ąćęłńóśźż", "tr": "çğıöşüâîû", "id": "éè",
}  # fmt: skip
_MARKS = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030c\u0323\u0324\u032d\u0331"
_OVERLAYS = "\u0335\u0336\u0332\u0333\u0338"
_HARAKAT = "\u064e\u064f\u0650\u0652"
_BARE = str.maketrans("łŁđĐıøæœßё", "lLdDioaose")
_OTHER_WORDS_WHEN_BARE = frozenset({"coño", "Vögeln"})  # a cone, and what is close to birds

_LEET = {
    "a": "4@", "b": "8", "c": "(", "e": "3€", "g": "9", "i": "1!", "l": "1|", "o": "0", "s": "5$", "t": "7+", "z": "2",
    "о": "0", "з": "3", "ч": "4", "б": "6", "а": "@", "в": "8",
}  # fmt: skip
_NOT_FIRST = "(+!|"
_NOT_LAST = "(+!|"

_LETTER_EMOJI = {
    "a": ("🅰️",), "b": ("🅱️",), "o": ("🅾️", "⭕"), "p": ("🅿️",), "i": ("ℹ️",), "x": ("❌", "❎"), "s": ("💲",),
    "m": ("Ⓜ️",), "t": ("✝️",), "а": ("🅰️",), "в": ("🅱️",), "о": ("⭕", "🅾️"), "х": ("❌",), "р": ("🅿️",), "с": ("©️",),
}  # fmt: skip

_DIGIT_STARTS = (0xFF10, 0x1D7CE, 0x1D7D8, 0x1D7F6)  # full-width, bold, double-struck, monospace
_DIGIT_ROWS = ("⓪①②③④⑤⑥⑦⑧⑨", "⓿❶❷❸❹❺❻❼❽❾", "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉")
_DIGITS_BY_LANGUAGE = {"ar": "٠١٢٣٤٥٦٧٨٩", "fa": "۰۱۲۳۴۵۶۷۸۹"}

_NOT_JOINING = "اأإآٱدذرزژوؤةىء"  # letters that do not join the next


def replaced(
    text: str, table: Mapping[str, str | tuple[str, ...]], rng: Random, least: float, most: float
) -> str | None:
    """``text`` with a share of the characters that ``table`` has replaced; None where it has none of them."""
    places = [place for place, character in enumerate(text) if character in table]
    if not places:
        return None
    low = max(1, round(least * len(places)))
    count = rng.randint(low, max(low, round(most * len(places))))
    chosen = set(rng.sample(places, count))
    return "".join(rng.choice(table[char]) if place in chosen else char for place, char in enumerate(text))


def case(term: str, language: str, rng: Random) -> str | None:
    """Capitals where the author had none: all, every other, by chance, or the first of each word."""
    upper = {"i": "İ", "ı": "I"} if language == "tr" else {}

    def large(text: str) -> str:
        return "".join(upper.get(character, character.upper()) for character in text)

    return rng.choice(
        (
            large(term),
            "".join(large(char) if place % 2 else char.lower() for place, char in enumerate(term)),
            "".join(large(char) if rng.random() < 0.5 else char.lower() for char in term),
            " ".join(large(word[:1]) + word[1:] for word in term.split(" ")),
        )
    )


def fullwidth(term: str, _language: str, rng: Random) -> str | None:
    """Full-width letters, figures and signs; the space is full-width too, or stays."""
    space = rng.choice(" \u3000")
    return _mostly(term, {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {" ": space})


def styled(term: str, language: str, rng: Random) -> str | None:
    """Mathematical, circled, squared, small-capital or superscript letters; Arabic in its presentation forms."""
    if language in ARABIC:
        return _presentation_forms(term, rng)
    style = rng.choice([*_STARTS, "small capitals", "superscript"])
    if style == "small capitals":
        return _mostly(term.lower(), _SMALL_CAPITALS)
    if style == "superscript":
        return _mostly(term.lower(), _SUPERSCRIPTS)
    upper, lower = _STARTS[style]
    table = {chr(97 + place): chr(lower + place) for place in range(26)}
    table |= {chr(65 + place): chr(upper + place) for place in range(26)}
    return _mostly(term, table)


def homoglyph(term: str, language: str, rng: Random) -> str | None:
    """Letters of another script that look the same."""
    if language in CYRILLIC:
        return replaced(term, _HOMOGLYPHS_OF_CYRILLIC, rng, 0.3, 1)
    if language in ARABIC:
        return replaced(term, _HOMOGLYPHS_OF_ARABIC[language], rng, 0.5, 1)
    return replaced(term, _HOMOGLYPHS_OF_LATIN, rng, 0.2, 0.9)


def diacritic(term: str, language: str, rng: Random) -> str | None:
    """Marks put on, precomposed or combining, or the language's own left out; harakat on Arabic."""
    if language in ARABIC:
        return _marked(term, _HARAKAT, rng, share=0.7)
    bare = "".join(char for char in unicodedata.normalize("NFD", term) if not unicodedata.combining(char)).translate(
        _BARE
    )
    ways = [_overlaid(term, rng)]
    # A syllable of Vietnamese without its marks is several other words.
    if bare != term and term not in _OTHER_WORDS_WHEN_BARE and not (language == "vi" and " " not in term):
        ways += [bare] * 3
    if language in _OWN_ACCENTS:
        own = _OWN_ACCENTS[language]
        foreign = {letter: "".join(mark for mark in marks if mark not in own) for letter, marks in _ACCENTED.items()}
        ways += [replaced(term, {k: v for k, v in foreign.items() if v}, rng, 0.3, 0.8) or term] * 2
        ways += [_marked(term, _MARKS, rng, share=0.6), _marked(term, _MARKS, rng, share=0.5, most=3)]
    return rng.choice(ways)


def leet(term: str, _language: str, rng: Random) -> str | None:
    """Figures and signs for letters; at least two in five letters stay."""
    letters = sum(char.isalpha() for char in term)
    places = [place for place, char in enumerate(term) if char in _LEET]
    if not places or letters < 3:
        return None
    chosen = set(rng.sample(places, rng.randint(1, max(1, min(len(places), int(letters * 0.6))))))
    written = []
    for place, char in enumerate(term):
        signs = _LEET.get(char, "") if place in chosen else ""
        if place == 0:
            signs = "".join(sign for sign in signs if sign not in _NOT_FIRST)
        if place == len(term) - 1:
            signs = "".join(sign for sign in signs if sign not in _NOT_LAST)
        written.append(rng.choice(signs) if signs else char)
    return "".join(written)


def letter_emoji(term: str, language: str, rng: Random) -> str | None:
    """Emoji for letters, or one for a word of a longer term."""
    words = emoji_words(language)
    inside = [word for word in words if word != term and f" {word} " in f" {term} "]
    if inside and rng.random() < 0.7:
        word = rng.choice(inside)
        return f" {term} ".replace(f" {word} ", f" {rng.choice(words[word])} ", 1)[1:-1]
    letters = sum(char.isalpha() for char in term)
    return replaced(term, _LETTER_EMOJI, rng, 0.3, 0.8) if letters >= 3 else None


def numeral(term: str, language: str, rng: Random) -> str | None:
    """The figures of a term in another style."""
    if not any(char in "0123456789" for char in term):
        return None
    rows = ["".join(chr(start + digit) for digit in range(10)) for start in _DIGIT_STARTS]
    rows += _DIGIT_ROWS
    if language in _DIGITS_BY_LANGUAGE:
        rows += [_DIGITS_BY_LANGUAGE[language]] * 4
    if rng.random() < 0.15:
        return "".join(f"{char}\ufe0f\u20e3" if char in "0123456789" else char for char in term)
    return term.translate(str.maketrans("0123456789", rng.choice(rows)))


def _mostly(term: str, table: Mapping[str, str]) -> str | None:
    """``term`` through a table that must have more than half of its letters; any letter is enough in a Han term."""
    letters = [char for char in term if char.isalnum() and not "\u4e00" <= char <= "\u9fff"]
    if not letters or sum(char in table for char in letters) * 2 <= len(letters):
        return None
    return "".join(table.get(char, char) for char in term)


def _marked(term: str, marks: str, rng: Random, share: float, most: int = 1) -> str:
    """``term`` with up to ``most`` combining marks on a share of its letters."""
    written = [
        char + "".join(rng.sample(marks, rng.randint(1, most))) if char.isalpha() and rng.random() < share else char
        for char in term
    ]
    return "".join(written)


def _overlaid(term: str, rng: Random) -> str:
    """Every letter struck through or underlined."""
    overlay = rng.choice(_OVERLAYS)
    return "".join(char + overlay if char.isalpha() else char for char in term)


def _presentation_forms(term: str, rng: Random) -> str | None:
    """Arabic as old fonts and copied pages have it: shaped letters, or every letter in its isolated form."""
    forms: dict[tuple[str, str], str] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEF5)):
        tag, _, letter = unicodedata.decomposition(chr(code)).partition(" ")
        if letter and " " not in letter:
            forms[tag, chr(int(letter, 16))] = chr(code)
    isolated = rng.random() < 0.3
    written = []
    for place, char in enumerate(term):
        joins_before = place > 0 and term[place - 1].isalpha() and term[place - 1] not in _NOT_JOINING
        joins_after = char not in _NOT_JOINING and place + 1 < len(term) and term[place + 1].isalpha()
        shape = {(0, 0): "isolated", (0, 1): "initial", (1, 0): "final", (1, 1): "medial"}[joins_before, joins_after]
        written.append(forms.get((f"<{'isolated' if isolated else shape}>", char), char))
    return "".join(written)
