"""Innocent posts: nothing of the vocabulary is meant in them, though much looks like it.

Each kind has hand-written sentences, or words that are set into carriers. To have enough of each, a sentence comes
again between other ordinary sentences, and figures are drawn anew; the sentences themselves are what counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import cycle
from random import Random

from benchmarks.disguises.case import Case
from benchmarks.disguises.data import LANGUAGES, carriers, everyday, innocent_words, innocents, joined

_COUNT = 380
_PLAIN_COUNT = 1200
_WORDS = ("scunthorpe", "compound_zh")
KINDS = (
    *_WORDS,
    "cross_word_en",
    "junction_zh",
    "homophone_word",
    "names",
    "numbers",
    "other_language",
    "leet_like",
    "emoji_like",
    "initials_like",
    "pinyin_like",
    "repeats_like",
    "spaced_like",
    "plain_benign",
)


def cases(kind: str, seed: int) -> Iterator[Case]:
    """The posts of an innocent kind, no text twice."""
    rng = Random(f"{seed} {kind}")  # noqa: S311 - not a secret
    if kind == "plain_benign":
        wanted, sentences = _PLAIN_COUNT, [(tag, text) for tag in LANGUAGES for text in everyday(tag)]
    else:
        wanted, sentences = _COUNT, list(innocent_words(kind) if kind in _WORDS else innocents(kind))
    rng.shuffle(sentences)
    seen: set[str] = set()
    for turn, (language, sentence) in enumerate(cycle(sentences)):
        if len(seen) == wanted:
            return
        text = _carried(sentence, language, rng) if kind in _WORDS else _with_figures(sentence, rng)
        if kind not in _WORDS and turn >= len(sentences):
            text = _among_others(text, language, rng)
        if text not in seen:
            seen.add(text)
            yield Case(text, language, kind)


def _carried(word: str, language: str, rng: Random) -> str:
    before, after = rng.choice(carriers(language))
    return before + word + after


def _with_figures(sentence: str, rng: Random) -> str:
    """Each ``#`` becomes a figure, none of them 0 so that no number starts with one."""
    return "".join(rng.choice("123456789") if char == "#" else char for char in sentence)


def _among_others(text: str, language: str, rng: Random) -> str:
    """The sentence before or after an ordinary one of its language, or between two."""
    others = everyday(language)
    if not others:
        return text
    first, last = rng.sample(others, 2)
    sentences = rng.choice(((first, text), (text, last), (first, text, last)))
    return reduce(lambda before, then: joined(before, then, language), sentences)
