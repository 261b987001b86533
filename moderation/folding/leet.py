"""Letters that pass for one another: digits and symbols typed for letters, and letters of other scripts.

``STANDS_FOR`` and the look-alikes of :mod:`moderation.folding.confusables` say which; here they are joined into
classes whose members the merged skeleton writes alike. A class is wider than its pairs (6 and 8 make b, в and б one),
so what is found by it is read again, letter by letter, with :func:`passes_for`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from moderation.folding.confusables import IN_LATIN_WORDS
from moderation.folding.fold import fold

_FLAG_LETTERS = {chr(0x1F1E6 + n): chr(ord("a") + n) for n in range(26)}

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "@": "a", "$": "s", "!": "il", "|": "il", "€": "e", "£": "l", "¥": "y", "₿": "b", "¢": "c",
        "¡": "i", "(": "c", "+": "t", "†": "t", "©": "c", "®": "r", "×": "x", "§": "s", "⭕": "o", "❌": "x", "❎": "x",
        "💲": "s", "❗": "il", "❕": "il", "✝": "t", "🚫": "o", "⚫": "o", "⚪": "o", "🔴": "o", "◯": "o",
        **_FLAG_LETTERS,
    }
)  # fmt: skip
"""What a symbol is typed for, beside letters."""

_DIGITS = {
    "0": "oо",
    "1": "ilі",
    "2": "z",
    "3": "eз",
    "4": "aч",
    "5": "s",
    "6": "bб",
    "7": "t",
    "8": "bв",
    "9": "gq",
    "ʒ": "з",
}
STANDS_FOR: Mapping[str, str] = MappingProxyType({**_DIGITS, **SYMBOLS})
"""What a digit or a symbol is typed for."""

_ALIKE = frozenset({("v", "u")})

# Letters of one script that are typed for one another.
_VARIANTS = (
    "اأإآٱٲٳٵ", "يیىئۍېےۓ", "كکڪ", "هةۀەھہۃۂ", "وؤۆۇۈۋۉ", "رڕړڒڔ", "قڨٯ", "نڹںڼ", "فڢڡڤ", "йи", "їі", "ўу",
)  # fmt: skip


@cache
def _latin() -> Mapping[str, str]:
    """The Latin letter that a folded letter of another script passes for."""
    return MappingProxyType({fold(letter): latin.lower() for letter, latin in reversed(IN_LATIN_WORDS.items())})


@cache
def variants() -> frozenset[tuple[str, str]]:
    """Pairs of letters of one script that are typed for one another."""
    return frozenset((one, other) for letters in _VARIANTS for one in letters for other in letters if one != other)


@cache
def classes() -> Mapping[str, str]:
    """Each character that passes for another → the one that stands for its class."""
    of: dict[str, str] = {}

    def top(character: str) -> str:
        while of.setdefault(character, character) != character:
            character = of[character]
        return character

    stands = {(seen, meant) for seen, letters in STANDS_FOR.items() for meant in letters}
    for seen, meant in sorted(stands | set(_latin().items()) | variants() | _ALIKE):
        one, other = sorted((top(seen), top(meant)), key=lambda c: (not "a" <= c <= "z", c))
        of[other] = one
    return MappingProxyType({character: top(character) for character in of})


def passes_for(seen: str, meant: str) -> str | None:
    """How a folded character passes for a letter: ``folded`` (another script), ``leet``, or not at all."""
    latin = _latin()
    letter = latin.get(meant, meant)
    if latin.get(seen, seen) == letter or (seen, meant) in variants():
        return "folded"
    if meant in STANDS_FOR.get(seen, "") or letter in STANDS_FOR.get(seen, "") or (seen, meant) in _ALIKE:
        return "leet"
    return None
