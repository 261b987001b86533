"""Laws on terms: a word that everybody says tells nothing about the one who says it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from moderation.domain.language import covers
from moderation.domain.signal import Term
from moderation.policy.expressions import possible
from moderation.policy.laws.base import ACTING, Surroundings, adverse, scope_has, whole
from moderation.policy.model import Contacts, Idioms, Links, NearDuplicates, Regex, Rule, Score, Similar, Words
from moderation.policy.ordinary import everyday_in
from moderation.policy.reading import Value
from moderation.policy.rules import RuleFile
from moderation.policy.terms import sounding

LONGEST = 100
"""Characters; what is longer is a sentence, which nobody writes twice in the same way."""

_SHORT = 4
"""Characters, with those that cannot be seen; what is longer is more than one letter."""


def words_are_not_everyday(file: RuleFile, _: Surroundings) -> None:
    """R051, R078: an everyday word of a language that the rule judges is not all that a match there needs."""
    if file.rule is None or file.status not in ACTING or not adverse(file.rule) or not whole(file):
        return
    everyday = {
        name: [(term, languages) for term in part.terms if (languages := everyday_in(term.text))]
        for name, part in file.detect.items()
        if isinstance(part, Words)
    }
    told: set[tuple[str, Term]] = set()
    for language in {language for found in everyday.values() for _, languages in found for language in languages}:
        if scope_has(file.rule.scope.languages, language):
            here = {
                name: [
                    term for term, languages in found if language in languages and _counts(file.rule, term, language)
                ]
                for name, found in everyday.items()
            }
            if _matches_by(file, {name for name, terms in here.items() if terms}):
                told.update((name, term) for name, terms in here.items() for term in terms)
    for name, term in sorted(told, key=lambda pair: (pair[0], pair[1].text)):
        languages = everyday_in(term.text)
        own = any(covers(term.language, each) for each in languages) and term.language != "*"
        message = f"`{term.text}` is an everyday word of {', '.join(languages)}, and enough for a match"
        hint = "put another condition beside it, or a longer term in its place"
        _cursor(file, name, term).fault("R078" if own else "R051", message, hint, warning=True)


def _counts(rule: Rule, term: Term, language: str) -> bool:
    """Whether a hit of a term counts in posts of a language."""
    return rule.scope.mixed == "whole" or covers(term.language, language) or covers(language, term.language)


def _matches_by(file: RuleFile, words: set[str]) -> bool:
    """Whether the rule can match by the terms of some conditions, and nothing else that a post says."""
    if file.node is None:
        return False
    said = Words | Regex | Idioms | Score | Similar | Contacts | Links | NearDuplicates

    def can(name: str) -> tuple[bool, bool]:
        return name in words or not isinstance(file.detect[name], said), True

    return possible(file.node, can)[0]


def terms_say_something(file: RuleFile, _: Surroundings) -> None:
    """R074: one letter or ideograph is in every other post."""
    if file.rule is None or file.status not in ACTING or not whole(file):
        return
    for name, part in file.detect.items():
        if not isinstance(part, Words) or not _matches_by(file, {name}):
            continue
        for term in part.terms:
            if len(term.text) <= _SHORT and len(plain := sounding(term.text)) == 1 and plain.isalpha():
                message = f"`{term.text}` is one character, and enough for a match"
                hint = "write the words that it stands in, or put another condition beside it"
                _cursor(file, name, term).fault("R074", message, hint, warning=True)


def terms_are_no_essays(file: RuleFile, _: Surroundings) -> None:
    """R075: a term is found as it is written, and nobody writes a long sentence twice in the same way."""
    for name, part in file.detect.items():
        long = [term for term in part.terms if len(term.text) > LONGEST] if isinstance(part, Words) else ()
        for term in long:
            message = f"a term of {len(term.text)} characters"
            hint = "name the words in it that matter, or put the sentence into a list for `similar_to`"
            _cursor(file, name, term).fault("R075", message, hint, warning=True)


def _cursor(file: RuleFile, name: str, term: Term) -> Value:
    """Where a term stands in the file; where it comes from a list, the place that names the list."""
    said = file.value.child("detect").child(name).child("words")
    keys = [key for key in said.value if covers(key, term.language)] if isinstance(said.value, dict) else []
    parts = [said.child(key) for key in keys] if isinstance(said.value, dict) else [said]
    places = list(chain.from_iterable(map(_leaves, parts)))
    exact = [place for place in places if place.value == term.text]
    lists = [place for place in places if str(place.value).startswith("@lists/")]
    return (exact or lists or [said])[0]


def _leaves(value: Value) -> Iterator[Value]:
    if isinstance(value.value, list):
        yield from (value.child(n) for n in range(len(value.value)))
    else:
        yield value
