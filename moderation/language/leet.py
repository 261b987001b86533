"""Undoes disguises of spelling, to tell the language only: digits within words, letters set apart.

What rules match is folded elsewhere (:mod:`moderation.folding`); nothing here is evidence.
"""

from __future__ import annotations

import re
from functools import lru_cache

from moderation.language import wordlists
from moderation.language.lexicon import ARABIZI, tell, words_of
from moderation.language.pinyin import is_pinyin
from moderation.language.shorthand import CHINESE

_VALUES = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i", "€": "e",
}  # fmt: skip
_PLAIN = str.maketrans(_VALUES)
_PLAIN_L = str.maketrans({**_VALUES, "1": "l"})
# Digits that are numbers by their sound: no letters stand for letters here.
_BY_SOUND = {
    "gr8": "great", "b4": "before", "l8r": "later", "m8": "mate", "h8": "hate", "w8": "wait", "sk8": "skate",
    "str8": "straight", "2day": "today", "2nite": "tonight", "2morrow": "tomorrow", "4ever": "forever",
    "4eva": "forever", "every1": "everyone", "some1": "someone", "any1": "anyone", "no1": "no one", "pr0n": "porn",
}  # fmt: skip
# Common words, for what one digit alone may have been; the rest is told by how many there are.
_COMMON_TEXT = """
hello world hi free money sex sexy porn xxx nude hot girl girls boy dick cock pussy ass bitch shit fuck fucking fucker
kill killer die death hate love lover hack hacker hacked hacks elite leet noob noobs pwned owned password account bank
cash card credit crypto bitcoin invest winner prize click link follow follower followers cheap sale buy sell send viagra
casino bet bets loan loans easy fast best real fake nazi heil idiot stupid loser dumb racist terrorist whore slut
hola gratis dinero gracias amor merci bonjour ciao danke liebe ganz
"""
_COMMON = frozenset(_COMMON_TEXT.split()).union(
    word for word, tags in wordlists.read("lexicon").items() if "en" in tags or "es" in tags
)

_TOKEN = re.compile(r"[^\s,;?\"()\[\]{}<>]+")
# A letter with a digit or sign beside it, somewhere: else there is nothing to undo.
_MIXED = re.compile(r"[a-z][0-9@$!€]|[0-9@$!€][a-z]")
_LEET = re.compile(r"[a-z01345678@$!€]*[a-z][a-z01345678@$!€]*")
_SIGNS = re.compile(r"[^a-z]+")
_LONGEST_TOKEN = 32
_LONGEST_MODEL = 4  # w3c, m4a, h1n1: so short a word has to be a common one
_SURE, _PERHAPS = 2, 1
# Digits that Arabic is typed with: a text of no others may be that.
_ARABIC_DIGITS = frozenset("2356789")

# Single letters with one sign between them all, four at the least; a blank may be that sign.
_LETTER = "[a-zà-öø-ÿ]"
_APART = re.compile(rf"(?<!\w){_LETTER}(?:([ .\-_*~·|])){_LETTER}(?:\1{_LETTER}){{2,}}(?!\w)")
_APART_SHORT = re.compile(rf"(?<![\w'’]){_LETTER}(?: {_LETTER})+(?![\w'’])")
_BLANKS = re.compile(" {2,}")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def plain(text: str) -> str | None:
    """The text in small letters with its disguise undone; None where there is none.

    Numbers, prices, models (mp3, covid19, 4k), handles, Arabic typed with digits and tones of pinyin stay.

    >>> plain("h3ll0 w0rld"), plain("f r e e  m o n e y"), plain("my iPhone15 is 4k")
    ('hello world', 'free money', None)
    """
    lower = text.lower()
    joined = _APART.sub(_join, lower)
    if joined != lower:
        joined = _BLANKS.sub(" ", _APART_SHORT.sub(lambda letters: letters[0].replace(" ", ""), joined))
    undone = _undo(joined) if _MIXED.search(joined) else joined
    return None if undone == lower else undone


def _join(letters: re.Match[str]) -> str:
    together = letters[0].replace(letters[1], "")
    return letters[0] if together in _ALPHABET else together


def _undo(text: str) -> str:
    """Digits and signs as letters, where one word is surely so or two perhaps."""
    tokens = {token for token in _TOKEN.findall(text) if len(token) <= _LONGEST_TOKEN}
    found = {token: read for token in tokens if (read := _read(token))}
    if sum(certainty for _, certainty in found.values()) < _SURE:
        return text
    if all(sign in _ARABIC_DIGITS for token in found for sign in token if not sign.isalpha()):
        told = tell(words_of(text))
        if told and told.tag == ARABIZI:
            return text
    if is_pinyin(text):
        return text
    return _TOKEN.sub(lambda token: found[token[0]][0] if token[0] in found else token[0], text)


@lru_cache(maxsize=1 << 12)
def _read(token: str) -> tuple[str, int] | None:
    """The word that a token in small letters may stand for, and how surely; None where it is what it is."""
    word = token.rstrip("!.…'’*")
    end = token[len(word) :]
    if word in _BY_SOUND:
        return _BY_SOUND[word] + end, _SURE
    if word.isalpha() or word in CHINESE or word.startswith("@") or not _LEET.fullmatch(word):
        return None
    signs = list(_SIGNS.finditer(word))
    inside = [sign for sign in signs if sign.start() > 0 and sign.end() < len(word)]
    read = next((read for table in (_PLAIN, _PLAIN_L) if (read := word.translate(table)) in _COMMON), None)
    if read:
        return read + end, _SURE if inside else _PERHAPS
    if not inside or len(word) <= _LONGEST_MODEL or any("!" in sign[0] or len(set(sign[0])) > 1 for sign in inside):
        return None
    return word.translate(_PLAIN) + end, _SURE if len(signs) > 1 else _PERHAPS
