"""How a term may be written by other letters: pinyin, initials, parts, look-alikes, emoji, covert names, numerals.

Homophones, separators, leet and repeats need no form of their own: the merged skeleton of a text shows them as the term
itself. What is found by a form is read again (:mod:`moderation.matching.reading`), so a form too many costs time only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise, product

from moderation.folding.disguises import aliases, emoji, kin, lookalikes, numerals, splits
from moderation.folding.han import readings
from moderation.folding.numbers import COUNTED, value_of
from moderation.matching.ordinary import is_word

_MOST_MIXED = 4  # characters that are written partly in pinyin, partly as they are
_MOST_SPELLED = 10
_LEAST_INITIALS = 3
_MOST_READINGS = 8
_MOST_NUMERALS = 3
_FIRST_WAYS, _MOST_REPLACED = 2, 27


_Words = Mapping[str, Sequence[tuple[str, Sequence[str]]]]  # words and what stands for each, by their first character


def drawn(term: str) -> Iterator[str]:
    """The forms of a folded term in characters that look like its own; may repeat one, and the term itself."""
    if len(term) > 1:
        yield from _replaced(term, splits())
        yield from _replaced(term, lookalikes())
        yield from _replaced(term, kin())


def forms(term: str) -> Iterator[str]:
    """All other forms of a folded term; may repeat one, and the term itself."""
    han = [n for n, character in enumerate(term) if readings(character)]
    if len(han) > 1 or (han and len(term) > 1):
        yield from _spelled(term, han)
        yield from _initials(term, han)
    yield from _pictured(term)
    yield from _covert(term)
    yield from _numbered(term)


def _spelled(term: str, han: Sequence[int]) -> Iterator[str]:
    """In pinyin: all of it, and of a short term any part."""
    if len(han) > _MOST_SPELLED:
        return
    if len(han) <= _MOST_MIXED:
        for spelt in product((False, True), repeat=len(han)):
            if any(spelt):
                at = {n for n, is_spelt in zip(han, spelt, strict=True) if is_spelt}
                yield from _written([readings(c)[0] if n in at else c for n, c in enumerate(term)])
    every = [_spellings(character) for character in term]
    for spelling, _ in zip(product(*every), range(_MOST_READINGS), strict=False):
        yield from _written(spelling)


def _spellings(character: str) -> tuple[str, ...]:
    """The readings of a character, ü as v and as u; what has none is itself."""
    sounds = readings(character)
    return tuple(dict.fromkeys((*sounds, *(sound.replace("v", "u") for sound in sounds)))) or (character,)


def _written(parts: Sequence[str]) -> Iterator[str]:
    """Parts in one, and those in Latin letters as words."""
    yield "".join(parts)
    words = parts[0]
    for before, part in pairwise(parts):
        words += (" " if before[-1].isascii() and part[0].isascii() and part != " " != before else "") + part
    yield words


def _initials(term: str, han: Sequence[int]) -> Iterator[str]:
    if len(han) == len(term) >= _LEAST_INITIALS:
        letters = [readings(character)[0][0] for character in term]
        yield "".join(letters)
        yield term[0] + "".join(letters[1:])


def _replaced(term: str, table: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Each character replaced in each of its ways; and several at once in the first of theirs."""
    others = [table.get(character, ()) for character in term]
    for n, ways in enumerate(others):
        for way in ways:
            yield term[:n] + way + term[n + 1 :]
    both = product(*((character, *ways[:_FIRST_WAYS]) for character, ways in zip(term, others, strict=True)))
    for replaced, _ in zip(both, range(_MOST_REPLACED), strict=False):
        yield "".join(replaced)


def _pictured(term: str) -> Iterator[str]:
    """With an emoji for a word, or for a character by its sound."""
    by_word, by_sound = _pictures()
    for at, word, pictures in _words_in(term, by_word):
        for picture in pictures if len(word) < len(term) else ():
            yield term[:at] + picture + term[at + len(word) :]
    for n, character in enumerate(term):
        for sound in readings(character)[:1]:
            for picture in by_sound.get(sound, ()):
                yield term[:n] + picture + term[n + 1 :]


@cache
def _pictures() -> tuple[_Words, dict[str, list[str]]]:
    """Words and the emoji that stand for each; syllable → emoji that stand for a character of that sound."""
    by_word: dict[str, list[str]] = {}
    by_sound: dict[str, list[str]] = {}
    for picture, words in emoji().items():
        for word in words:
            by_word.setdefault(word, []).append(picture)
            if len(word) == 1 and readings(word):
                by_sound.setdefault(readings(word)[0], []).append(picture)
    return _by_first(by_word), by_sound


@cache
def _names() -> _Words:
    return _by_first({word: [chain[0] for chain in chains] for word, chains in aliases().items()})


def _by_first(table: Mapping[str, Sequence[str]]) -> _Words:
    by_first: dict[str, list[tuple[str, Sequence[str]]]] = {}
    for word, others in table.items():
        by_first.setdefault(word[0], []).append((word, others))
    return by_first


def _words_in(term: str, words: _Words, after: int = 0) -> Iterator[tuple[int, str, Sequence[str]]]:
    """Where words stand in a term, as whole words of it where they are written in letters with words."""
    for at in range(after, len(term)):
        for word, others in words.get(term[at], ()):
            if term.startswith(word, at) and _whole(term, at, at + len(word)):
                yield at, word, others


def _covert(term: str, after: int = 0) -> Iterator[str]:
    """With covert names for one word or two of it."""
    for at, word, names in _words_in(term, _names(), after):
        for name in names:
            if len(term) > len(word) or _is_plain(word, name):
                covert = term[:at] + name + term[at + len(word) :]
                yield covert
                if not after:
                    yield from _covert(covert, at + len(name))


def _is_plain(word: str, alias: str) -> bool:
    """Whether a covert name says its word without another beside it."""
    return len(alias) > 1 and (not word.isascii() if alias.isascii() else not is_word(alias))


def _numbered(term: str) -> Iterator[str]:
    """Numbers in the other style: 1夜 for 一夜, 21点 for 二十一点, 一夜 for 1夜."""
    han_digits = {digit: numeral for numeral, digit in reversed(list(numerals().items()))}
    for table in (numerals(), han_digits):
        at = [n for n, character in enumerate(term) if character in table][:_MOST_NUMERALS]
        for chosen in product((False, True), repeat=len(at)):
            written = list(term)
            for n in (n for n, is_chosen in zip(at, chosen, strict=True) if is_chosen):
                written[n] = table[term[n]]
            yield "".join(written)
    yield COUNTED.sub(lambda number: str(value_of(number[0])), term)


def _whole(term: str, start: int, end: int) -> bool:
    """Whether a part of a term is whole words of it, where it is written in letters with words."""
    before, after = term[start - 1 : start], term[end : end + 1]
    return not (term[start].isascii() and before.isalnum() and before.isascii()) and not (
        term[end - 1].isascii() and after.isalnum() and after.isascii()
    )
