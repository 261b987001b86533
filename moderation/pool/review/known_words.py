"""Looks words up in the glossary and the idioms, as they are written and as they are meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from moderation.domain.language import covers
from moderation.folding.fold import term_form
from moderation.policy.glossary import Entry, Lexicon
from moderation.pool.review.view import Bilingual

_MOST_WITHIN = 3
_LEAST_COVERED = 1 / 3
_UNFIT = 4
_ARABIC = "\u0600"
"""Where the scripts begin that join words, or inflect them at their beginning; Latin, Greek, Cyrillic are below."""

_PUT_BETWEEN = re.compile(r"(?<=\w)[\s.\-_*~·•|/]+(?=\w)")

Tags = tuple[str, str]
"""The language at a place, and the post's."""


class Meaning(NamedTuple):
    """What words mean, and who says so; ``scant``: it explains a few of many words."""

    sense: Bilingual
    source: str
    reading: str = ""
    contact: bool = False
    scant: bool = False


class _Known(NamedTuple):
    form: str
    entry: Entry
    source: str


class KnownWords:
    """The entries of a lexicon by their form without case, width, tradition and what is put between letters."""

    def __init__(self, lexicon: Lexicon) -> None:
        known = [
            *((entry, f"glossary:{entry.term}") for entry in lexicon.entries),
            *(
                (Entry(form.text, form.language, idiom.benign), f"idiom:{idiom.id}")
                for idiom in lexicon.idioms
                for form in idiom.forms
            ),
        ]
        self._known: dict[str, list[_Known]] = {}
        for entry, source in known:
            form = _plain(entry.term)
            self._known.setdefault(form, []).append(_Known(form, entry, source))
        written = {term_form(entry.term): _plain(entry.term) for entry, _ in known}
        self._longest_first = [
            (written[form], form) for form in sorted(written, key=len, reverse=True) if _says_something(form)
        ]
        self._lists = {_plain(term): name for name, listed in lexicon.lists.items() for term in listed.terms}

    def whole(self, surface: str, chain: Sequence[str], tags: Tags) -> Meaning | None:
        """What an entry says that is the whole of some words, as they are meant or as they are written."""
        for text in _steps(surface, chain):
            known = _best(self._known.get(_plain(text), ()), tags)
            if known:
                return Meaning(known.entry.sense, known.source, known.entry.reading)
        return None

    def within(self, surface: str, chain: Sequence[str], tags: Tags) -> Meaning | None:
        """What the longest entries within some words say, up to three."""
        for text in _steps(surface, chain):
            found = self._inside(term_form(text), tags, squeezed=False) or self._inside(
                _plain(text), tags, squeezed=True
            )
            if found:
                return found
        return None

    def listed(self, surface: str, chain: Sequence[str]) -> str | None:
        """The list that some words stand in."""
        return next((self._lists[form] for form in map(_plain, _steps(surface, chain)) if form in self._lists), None)

    def _inside(self, text: str, tags: Tags, *, squeezed: bool) -> Meaning | None:
        """The longest entries within a text; of a ``squeezed`` one, in which Latin words have no borders, no Latin."""
        inside: list[tuple[int, int, _Known]] = []
        for plain, written in self._longest_first:
            form = plain if squeezed else written
            if form not in text or (squeezed and form.isascii()):
                continue
            start = _find(text, form)
            end = start + len(form)
            known = _best(self._known[plain], tags) if start >= 0 else None
            if known and all(end <= other or last <= start for other, last, _ in inside):
                inside.append((start, end, known))
            if len(inside) == _MOST_WITHIN:
                break
        if not inside:
            return None
        told = [known for _, _, known in sorted(inside, key=lambda found: found[0])]
        sense = {
            "en": "; ".join(f'"{known.entry.term}": {known.entry.sense["en"]}' for known in told),
            "zh": "；".join(_said(known.entry) for known in told),
        }
        covered = sum(end - start for start, end, _ in inside)
        return Meaning(sense, ", ".join(known.source for known in told), scant=few_of(covered, len(text)))


def few_of(covered: int, characters: int) -> bool:
    """Whether what is explained is but a little of some words."""
    return covered < _LEAST_COVERED * characters


def _said(entry: Entry) -> str:
    """A term and its Chinese sense, which may begin with the term."""
    return f"「{entry.term}」：{entry.sense['zh'].removeprefix(f'{entry.term}：')}"


def _plain(text: str) -> str:
    return _PUT_BETWEEN.sub("", term_form(text))


def _steps(surface: str, chain: Sequence[str]) -> Iterable[str]:
    """What may be looked up for a span: first what is meant, then what is written, then the steps between."""
    return dict.fromkeys((*chain[-1:], surface, *reversed(chain[:-1])))


def _best(known: Iterable[_Known], tags: Tags) -> _Known | None:
    """The entry of the span's language, else of the post's, else of any, else of whichever has this script."""
    fitting = [(_fit(each, tags), each) for each in known]
    return min((found for found in fitting if found[0] < _UNFIT), key=lambda found: found[0], default=(0, None))[1]


def _fit(known: _Known, tags: Tags) -> int:
    """How far an entry's language is from a span's; Latin letters of another language say nothing."""
    language = known.entry.language
    for rank, tag in enumerate(tags):
        if language != "*" and (covers(language, tag) or tag == "*"):
            return rank
    if language == "*":
        return len(tags)
    return _UNFIT if known.form.isascii() else _UNFIT - 1


def _says_something(form: str) -> bool:
    """Whether a form within other words means what it does alone: one letter does not, a sign does."""
    return len(form) > 1 or not form.isalnum()


def _find(text: str, form: str) -> int:
    """Where a form stands in a text, with no letter or digit of its word running on; -1 where it does not."""
    start = text.find(form)
    while start >= 0:
        end = start + len(form)
        if not (_run_on(text[start - 1 : start], form[0]) or _run_on(form[-1], text[end : end + 1])):
            return start
        start = text.find(form, start + 1)
    return -1


def _run_on(one: str, other: str) -> bool:
    """Whether two characters are of one word, in scripts that put blanks between words and nothing before them."""
    return one.isalnum() and other.isalnum() and max(one, other) < _ARABIC
