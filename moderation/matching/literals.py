r"""Required literals: strings one of which stands in every text that a pattern matches.

They let the automaton that finds the terms say which patterns are worth RE2's time. A pattern is read once into a
:class:`Part`: the strings that its matches begin with, end with and hold. Where two parts meet, the end of one joins
the beginning of the other (``(?:buy|sell) drugs?`` holds ``buy drug`` or ``sell drug``), and the rarest set is kept.

The reader is our own, for the syntax that rules are written in. Python's is private (``re._parser``) and reads another
language (``\Z``, ``{,3}``, no ``\pL``, no ``[[:alpha:]]``); RE2's literals are not in its Python package. It expects
what RE2 accepts and reports no faults. Doubt goes to the weaker side: what it does not know may match anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache, reduce
from math import inf
from typing import NamedTuple

from moderation.folding.fold import SENTINEL
from moderation.folding.tables import confusable_table, fold_table
from moderation.matching.rarity import Strings, cost

_MOST_STRINGS = 64  # of a product: [o0][o0] is 4
_LONGEST = 40  # characters of a joined string; longer ones are no rarer
_LARGEST_CLASS = 32  # characters of a class that is spelled out; of larger ones nothing is known
_COPIES = 4  # of a repeated part: 5{3,} has 555
_DEPTH = 60  # of groups within groups
_TOO_MANY = SENTINEL  # the member of a class of whose characters nothing is known
_LIGATURES = "ﬅﬆ"  # one letter to RE2, two to the folding; no others are


class Part(NamedTuple):
    """What is known of all matches of a part of a pattern. An empty string in a set means: nothing.

    ``whole``: each match is exactly one of ``first``, and ``first``, ``last`` and ``needed`` are the same.
    """

    first: Strings
    """each match begins with one of these"""
    last: Strings
    """each match ends with one of these"""
    needed: Strings
    """each match holds one of these: the rarest such set that was found"""
    whole: bool


class _Unknown(Exception):
    """The pattern has what this reader does not know."""


def required(regex: str, *, folded: bool) -> Strings | None:
    r"""Strings of the folded view one of which stands in the folded view of every text that the pattern matches.

    ``folded``: the pattern runs on the folded view and takes capitals for small letters; else it runs on the original.
    None where no such set is known. A string has two characters or more, or is a syllable, digit or sign, not a blank.

    >>> sorted(required(r"\b(?:buy|sell)\s?\w* (?:gun|drug)s?\b", folded=True))
    [' drug', ' gun']
    """
    try:
        needed = _Reader(regex, folded).read().needed
    except _Unknown:
        return None
    return None if cost(needed) == inf else _shortest(needed)


# --- the algebra of parts ---------------------------------------------------------------------------------------------


def _exactly(strings: Iterable[str]) -> Part:
    same = frozenset(strings)
    return Part(same, same, same, whole=True)


_EMPTY = frozenset({""})
_NOTHING = _exactly(_EMPTY)  # \b, ^, $: takes no characters
_ANYTHING = Part(_EMPTY, _EMPTY, _EMPTY, whole=False)


def _then(one: Part, other: Part) -> Part:
    """Both, one after the other."""
    if one is _NOTHING or other is _NOTHING:
        return other if one is _NOTHING else one
    joined = _products(one.last, other.first)
    if joined and one.whole and other.whole:
        return _exactly(joined)
    first = joined if joined and one.whole else one.first
    last = joined if joined and other.whole else other.last
    return Part(first, last, min(one.needed, other.needed, joined or _EMPTY, key=cost), whole=False)


def _either(parts: list[Part]) -> Part:
    """One of them."""
    if len(parts) == 1:
        return parts[0]
    first = frozenset[str]().union(*[part.first for part in parts])
    if all(part.whole for part in parts):
        return _exactly(first)
    last = frozenset[str]().union(*[part.last for part in parts])
    return Part(first, last, frozenset[str]().union(*[part.needed for part in parts]), whole=False)


def _times(part: Part, least: int, most: int | None) -> Part:
    """A part repeated; what is more than a few copies may be anything."""
    copies = [part] * min(least, _COPIES)
    if most is not None and most <= _COPIES:
        return reduce(_then, copies + [_either([part, _NOTHING])] * (most - least), _NOTHING)
    known = reduce(_then, copies, _NOTHING)
    return _then(known, _ANYTHING)._replace(last=known.last)


def _products(heads: Strings, tails: Strings) -> Strings | None:
    """Each of one with each of the other; None where they are too many or too long."""
    if len(heads) * len(tails) > max(_MOST_STRINGS, len(heads), len(tails)):
        return None
    joined = frozenset([head + tail for head in heads for tail in tails])
    return joined if max(map(len, joined)) <= _LONGEST else None


def _shortest(strings: Strings) -> Strings:
    """Without those that hold another of them."""
    together = "\n".join(strings)
    inner = [text for text in strings if together.count(text) > 1]
    outer = [text for text in strings for other in inner if other in text and other != text]
    return strings.difference(outer)


# --- the reader -------------------------------------------------------------------------------------------------------

# These read the text of a pattern; the pattern itself never runs here.
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|\Z)|\\.", re.DOTALL)
_WORDS = re.compile(r"[^\\\[\](){}*+?.^$]+(?=[|)]|\Z)")
_PLAIN = re.compile(r"[^\\\[\](){}|*+?.^$]+(?![*+?{])")
_PLACE = re.compile(r"[\^$]|\\[bBAz]")
_GROUP = re.compile(r"\(\?P?<\w+>|\(\?([imsU]*)(?:-[imsU]+)?([:)])|\((?!\?)")
_QUANTIFIER = re.compile(r"(?:([*+?])|\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\})\??")
_MANY = r"\\[wDSW]|\\[pP](?:\{\^?\w+\}|\w)"  # sets too large to spell out
_NAMED_SET = re.compile(rf"\[:\^?\w+:\]|{_MANY}")
_ANY = re.compile(rf"\.|\[\^\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|{_MANY}", re.DOTALL)
_SINGLE = re.compile(r"[^\]\[\\-]+(?!-)")
_TO = re.compile(r"-(?!\])")
_HEXADECIMAL = re.compile(r"\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))")

_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "d": "0123456789", "s": "\t\n\f\r "}
_RANGES = {"*": (0, None), "+": (1, None), "?": (0, 1)}


class _Reader:
    """Reads one pattern in RE2's default syntax, by recursive descent."""

    def __init__(self, regex: str, folded: bool) -> None:
        self._regex = _QUOTED.sub(lambda found: found[0] if found[1] is None else re.escape(found[1]), regex)
        self._folded = folded
        self._at = 0
        self._depth = 0

    def read(self) -> Part:
        part = self._alternatives()
        if self._at < len(self._regex):
            raise _Unknown
        return part

    def _match(self, what: re.Pattern[str]) -> re.Match[str] | None:
        found = what.match(self._regex, self._at)
        if found:
            self._at = found.end()
        return found

    def _take(self, character: str) -> bool:
        there = self._regex.startswith(character, self._at)
        self._at += there
        return there

    def _alternatives(self) -> Part:
        branches: list[Part] = []
        while True:
            if words := self._match(_WORDS):  # most of what rules say
                branches.append(self._words(words[0]))
            else:
                branches.append(self._sequence())
            if not self._take("|"):
                return _either(branches)

    def _sequence(self) -> Part:
        part = _NOTHING
        while self._at < len(self._regex) and self._regex[self._at] not in "|)":
            if plain := self._match(_PLAIN):
                part = _then(part, self._text(plain[0]))
            else:
                part = _then(part, self._quantified(self._atom()))
        return part

    def _quantified(self, part: Part) -> Part:
        found = self._match(_QUANTIFIER)
        if not found:
            return part
        sign, least, comma, most = found.groups()
        if sign:
            return _times(part, *_RANGES[sign])
        return _times(part, int(least), int(most) if most else None if comma else int(least))

    def _atom(self) -> Part:
        if self._regex.startswith("(", self._at):
            return self._group()
        if self._match(_PLACE):
            return _NOTHING
        if self._match(_ANY):
            return _ANYTHING
        if self._match(_QUANTIFIER):  # of nothing, or of what is repeated already
            raise _Unknown
        return self._one_of(self._class() if self._take("[") else self._character())

    def _group(self) -> Part:
        opened = self._match(_GROUP)
        if not opened or ("i" in (opened[1] or "") and not self._folded):
            raise _Unknown  # (?i) on the original: a letter stands for several, and each may fold otherwise
        if opened[2] == ")":
            return _NOTHING  # other flags say where ^, $ and . match, and which of several matches is taken
        self._depth += 1
        if self._depth > _DEPTH:
            raise _Unknown
        part = self._alternatives()
        self._depth -= 1
        if not self._take(")"):
            raise _Unknown
        return part

    def _class(self) -> str:
        """The characters of a class."""
        members, start = "", self._at
        while self._at == start or not self._take("]"):  # a bracket at the start is meant
            if found := self._match(_SINGLE):
                members += found[0]
            elif self._match(_NAMED_SET):
                members += _TOO_MANY
            else:
                first = self._character()
                members += _range(first, self._character()) if len(first) == 1 and self._match(_TO) else first
        return members

    def _character(self) -> str:
        """The next character, or those that an escape stands for."""
        if found := self._match(_HEXADECIMAL):
            return chr(int(found[1] or found[2], 16))
        escaped = self._take("\\")
        character = self._regex[self._at : self._at + 1]
        self._at += 1
        if escaped and character in _ESCAPES:
            return _ESCAPES[character]
        if not character or (escaped and character.isalnum()):
            raise _Unknown
        return character

    def _one_of(self, characters: str) -> Part:
        forms = "".join([_forms(character, self._folded) for character in characters])
        return _ANYTHING if SENTINEL in forms else _exactly(forms)

    def _text(self, characters: str) -> Part:
        return self._spelled(characters) or reduce(_then, map(self._one_of, characters))

    def _words(self, alternatives: str) -> Part:
        return self._spelled(alternatives) or _either([self._text(word) for word in alternatives.split("|")])

    def _spelled(self, characters: str) -> Part | None:
        """Words with bars between them, where each character has one form; what most patterns are made of."""
        forms = [_forms(character, self._folded) for character in characters]
        text = "".join(forms)
        plain = len(text) == len(characters) and SENTINEL not in text and text.count("|") == characters.count("|")
        return _exactly(text.split("|")) if plain else None


def _range(first: str, last: str) -> str:
    codes = range(ord(first), ord(last) + 1)
    return "".join(map(chr, codes)) if len(codes) <= _LARGEST_CLASS else _TOO_MANY


@lru_cache(maxsize=1 << 14)
def _forms(character: str, folded: bool) -> str:
    """What may stand in the folded view where a pattern's character matches; the sentinel where it is nothing."""
    code = ord(character)
    form = chr(fold_table()[code])
    if folded:  # all letters that RE2 takes for each other fold to one, but for these two
        return _LIGATURES if form in _LIGATURES else form
    passes_for = confusable_table()[code]
    return form + chr(passes_for) if passes_for else form
