"""Disguises that put something between the letters or Han of a term, or write them more often; all languages."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from benchmarks.disguises.data import ARABIC

_PUNCTUATION = tuple(".-_*/|~·'^#•:+=,")
_PUNCTUATION_OF_HAN = (*tuple(".-_*/|~·^#、丶—…｜+"), "//", "..")
_ZERO_WIDTH = ("\u200b", "\u200c", "\u200d", "\u00ad", "\u2060", "\ufe0e", "\ufe0f", "\ufeff", "\u034f")
_EMOJI = ("🔥", "✨", "💦", "❤️", "😀", "🌸", "⭐", "👉", "🍀", "🎉", "💥", "😂", "🙏", "🌹", "👍", "😎", "🌈", "💯")
_TATWEEL = "\u0640"


def punctuation(term: str, language: str, rng: Random) -> str | None:
    """Signs between the letters of a word, between the words, or one sign inside a longer word."""
    signs = _PUNCTUATION_OF_HAN if language == "zh" else _PUNCTUATION
    mixed = rng.random() < 0.25
    sign = rng.choice(signs)

    def between() -> str:
        return rng.choice(signs) if mixed else sign

    words = term.split(" ")
    way = rng.random()
    if len(words) > 1 and way < 0.4:
        return "".join(word + between() for word in words[:-1]) + words[-1]
    if way > 0.75 and len(term.replace(" ", "")) >= (3 if language == "zh" else 5):
        return _once(term, between, rng)
    return _spread(term, between, rng)


def space(term: str, language: str, rng: Random) -> str | None:
    """Blanks between the letters of a word or of all words, whose gaps are then wider, or between Han."""
    blank = rng.choice((" ", " ", " ", "  ", "\u00a0", "\u3000" if language == "zh" else " "))
    if language == "zh" and len(term) > 3 and rng.random() < 0.2:
        return _once(term, lambda: blank, rng)
    return _spread(term, lambda: blank, rng, gap="   ")


def zerowidth(term: str, _language: str, rng: Random) -> str | None:
    """Characters without width between some or all letters."""
    mixed = rng.random() < 0.3
    char = rng.choice(_ZERO_WIDTH)
    share = rng.choice((0.3, 0.6, 1.0))
    written = term[:1]
    for letter in term[1:]:
        if " " not in (letter, written[-1]) and rng.random() < share:
            written += rng.choice(_ZERO_WIDTH) if mixed else char
        written += letter
    return written


def emoji_between(term: str, language: str, rng: Random) -> str | None:
    """One emoji, or several, between letters, words or Han."""
    chosen = rng.sample(_EMOJI, rng.choice((1, 1, 2, 3)))
    words = term.split(" ")
    if len(words) > 1 and rng.random() < 0.4:
        return "".join(word + rng.choice(chosen) for word in words[:-1]) + words[-1]
    if language == "zh" and len(term) > 2 and rng.random() < 0.3:
        return _once(term, lambda: rng.choice(chosen), rng)
    return _spread(term, lambda: rng.choice(chosen), rng)


def repeat(term: str, language: str, rng: Random) -> str | None:
    """Letters three to six times, Han two to four times; Arabic also drawn out by tatweel."""
    if language == "zh":
        every = rng.random() < 0.3
        times = rng.randint(2, 3)
        chosen = rng.randrange(len(term))
        return "".join(
            char * (times if every else times + 1) if every or place == chosen else char
            for place, char in enumerate(term)
        )
    places = [place for place, char in enumerate(term) if char.isalpha()]
    if language in ARABIC and rng.random() < 0.4:
        return _drawn_out(term, rng)
    chosen_places = set(rng.sample(places, min(len(places), rng.choice((1, 1, 2, 3)))))
    return "".join(char * rng.randint(3, 6) if place in chosen_places else char for place, char in enumerate(term))


def _spread(term: str, between: Callable[[], str], rng: Random, gap: str = " ") -> str | None:
    """Something between all letters, of the longest word or of all words of two letters or more."""
    words = term.split(" ")
    words_to_spread = [place for place, word in enumerate(words) if len(word) > 1]
    if not words_to_spread:
        return None
    longest = max(words_to_spread, key=lambda place: len(words[place]))
    chosen = {longest} if rng.random() < 0.5 else set(words_to_spread)
    parts = []
    for place, word in enumerate(words):
        letters = list(word)
        spread = letters[0] + "".join(between() + letter for letter in letters[1:])
        parts.append(spread if place in chosen else word)
    return (gap if len(chosen) > 1 else " ").join(parts)


def _once(term: str, between: Callable[[], str], rng: Random) -> str:
    """Something at one place inside a word."""
    places = [place for place in range(1, len(term)) if " " not in term[place - 1 : place + 1]]
    place = rng.choice(places)
    return term[:place] + between() + term[place:]


def _drawn_out(term: str, rng: Random) -> str:
    """Tatweel after letters that join the next."""
    joining = [
        place
        for place in range(len(term) - 1)
        if term[place].isalpha() and term[place] not in "اأإآدذرزژوؤةىء" and term[place + 1].isalpha()
    ]
    if not joining:
        return term
    place = rng.choice(joining)
    return term[: place + 1] + _TATWEEL * rng.randint(2, 6) + term[place + 1 :]
