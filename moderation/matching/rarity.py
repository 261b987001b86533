"""How often strings stand in posts: a small estimate, by which a pattern chooses the literals that wake it."""

from __future__ import annotations

from functools import lru_cache
from math import inf, prod

from moderation.folding.tables import Kind, kind_table, script_names, script_table

Strings = frozenset[str]

_MOST = 1024  # strings of a set; more are not worth their place in the automaton
_POST = 60  # places in a post where a string may begin
_TELLING = 8  # characters; by then every string is rare

# How often a character is each of these, roughly and over all languages of the script.
_LETTERS = dict(zip("eaoinrtsludcmphgbfvykwjzqx", (
    0.11, 0.1, 0.075, 0.075, 0.07, 0.06, 0.06, 0.06, 0.045, 0.04, 0.035, 0.03, 0.03, 0.025, 0.025, 0.02, 0.015, 0.015,
    0.015, 0.015, 0.01, 0.01, 0.004, 0.004, 0.003, 0.003), strict=True))  # fmt: skip
_KINDS = {Kind.letter: 0.04, Kind.unspaced: 0.02, Kind.digit: 0.02, Kind.separator: 0.02, Kind.ornament: 0.002}
_OTHER = 0.02
_BLANK = 0.15
_SCRIPTS = {"Hani": 0.002, "Hang": 0.008}
_ALONE = frozenset({"Hani", "Hira", "Kana", "Hang"})

# Where letters alone mislead: in one post of five, whatever they are made of.
_COMMON = 0.2
_COMMON_WORDS = (
    " the and you your for that this have are not was but all can get just like what from with they will one about how "
    " is in it to of at be do my me so if or on an as we he she his her him no up out who i a u ur im now our by new "
    " que de la el en los las por con para una un como mas es se te tu su les des est pas pour dans qui sur vous je il "
    " le et ne ce der die und das ist ich nicht ein zu mit den auf sie es von o os do da em nao com voce que "
    " yang di ini dan itu ada ga tidak untuk la khong co cua mot "
    " не на что это как по за так но все я и в с он "
)
_COMMON_HAN = frozenset(
    "的一是不了人我在有他这中大来上个国到说们为子和你地出也道时年得就那要下以生会自着去之过家学对可好没都看"
)


@lru_cache(maxsize=1 << 10)
def cost(strings: Strings) -> float:
    """About how many of a set's strings a post holds, and a little for each; infinite for a set that is of no use."""
    if len(strings) > _MOST:
        return inf
    return sum(map(_frequency, strings)) + 1e-7 * len(strings)


@lru_cache(maxsize=1 << 16)
def _frequency(text: str) -> float:
    """About how often a string stands in a post; infinite for what is too short to be looked for."""
    if not text or text.isspace() or (len(text) == 1 and not _stands_alone(text)):
        return inf
    often = prod(map(_share, text[:_TELLING]), start=_POST)
    return max(often, _COMMON) if text in _COMMON_WORDS else often


def shortened(text: str) -> str:
    """The rarest part of a string that is as long as tells; more only makes an automaton larger.

    >>> shortened("going to be slaughtered")
    'ughtered'
    """
    parts = [text[at : at + _TELLING] for at in range(max(1, len(text) - _TELLING + 1))]
    return min(parts, key=lambda part: prod(map(_share, part)))


@lru_cache(maxsize=1 << 14)
def _share(character: str) -> float:
    code = ord(character)
    if character in _COMMON_HAN:
        return 0.015
    if character == " ":
        return _BLANK
    script = script_names()[script_table()[code]]
    return _LETTERS.get(character) or _SCRIPTS.get(script) or _KINDS.get(Kind(kind_table()[code]), _OTHER)


def _stands_alone(character: str) -> bool:
    """Whether one character is enough: a syllable, a digit or a sign, not a letter among many, not a blank."""
    kind = kind_table()[ord(character)]
    script = script_names()[script_table()[ord(character)]]
    return script in _ALONE or not (script or kind == Kind.blank or character.isspace())
