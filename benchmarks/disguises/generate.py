"""The whole set: a vocabulary, disguised terms in carriers, innocent posts."""

from __future__ import annotations

from benchmarks.disguises import disguise, innocent
from benchmarks.disguises.case import Case
from benchmarks.disguises.data import LANGUAGES, terms
from moderation.domain.signal import Term


def generate(seed: int = 2026) -> tuple[list[Term], list[Case]]:
    """The terms to load, and the cases: disguised ones by kind and language, then innocent ones by kind.

    The same seed gives the same set. Each kind and language draws for itself: a change to one leaves the others.
    """
    vocabulary = [Term(term, language) for language in LANGUAGES for term in terms(language)]
    cases = [
        case
        for kind, rules in disguise.KINDS.items()
        for language in LANGUAGES
        if language in rules.languages
        for case in disguise.cases(kind, language, seed)
    ]
    cases += [case for kind in innocent.KINDS for case in innocent.cases(kind, seed)]
    return vocabulary, cases
