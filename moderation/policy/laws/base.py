"""What a law may look at, and what several laws ask of a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from moderation.domain.decision import Action
from moderation.domain.language import covers
from moderation.policy.expressions import Node, Not, names
from moderation.policy.filters import is_filter
from moderation.policy.model import (
    Among,
    Condition,
    Contacts,
    Example,
    Idiom,
    Idioms,
    Links,
    NearDuplicates,
    Regex,
    Rule,
    Speech,
    TermList,
    Words,
)
from moderation.policy.reading import Value
from moderation.policy.rules import RuleFile

ACTING = frozenset({"canary", "enforce"})
"""Statuses in which a rule does something to posts."""

DESK_LANGUAGES = ("zh", "en")
"""An enforced rule for any language is at least tested in the languages of both desks."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a law may look at besides the file.

    ``tests`` is the cursor on the file of tests, where there is one, and ``examples`` what it says. ``identities`` are
    the terms, as :func:`~moderation.policy.terms.sounding` has them, of lists that are names of groups.
    """

    idioms: Mapping[str, Idiom]
    examples: tuple[Example, ...]
    tests: Value | None
    identities: frozenset[str]
    today: date


@dataclass(frozen=True, slots=True)
class Pack:
    """All files together, for the laws on what one file cannot show. ``values`` are cursors by the name of the file."""

    files: Sequence[RuleFile]
    values: Mapping[str, Value]
    lists: Mapping[str, TermList]
    idioms: Mapping[str, Idiom]
    today: date


Law = Callable[[RuleFile, Surroundings], None]
PackLaw = Callable[[Pack], None]


def adverse(rule: Rule) -> frozenset[Action]:
    """What a rule does anywhere to the author's loss."""
    return frozenset({rule.action, *rule.markets.values()}) - {Action.approve}


def whole(file: RuleFile) -> bool:
    """Whether all conditions could be read, and are all that is named; else a law on them together would guess."""
    if file.rule is None or file.node is None or len(file.detect) < len(file.names):
        return False
    return all(name in file.detect for name, _ in names(file.node))


def place_of(node: Node) -> int:
    """Where a part of a condition begins in its text; a bracket before it does not count."""
    return node.at if isinstance(node, Not) else min(at for _, at in names(node))


def scope_has(languages: Sequence[str], tag: str) -> bool:
    """Whether a scope has a language, a part of it, or what it is part of."""
    return tag == "*" or any(covers(each, tag) or covers(tag, each) for each in languages)


def claimed(file: RuleFile, idioms: Mapping[str, Idiom]) -> list[str]:
    """The languages in which a rule must show what it does: those of its scope, or for ``*`` those that it names."""
    scope = file.rule.scope.languages if file.rule else ()
    if "*" not in scope:
        return list(scope)
    named = {tag for name, part in file.detect.items() if not is_filter(name) for tag in languages_of(part, idioms)}
    return sorted({*named, *DESK_LANGUAGES} - {"*"}, key=lambda tag: (tag not in DESK_LANGUAGES, tag))


def languages_of(condition: Condition, idioms: Mapping[str, Idiom]) -> frozenset[str]:
    """The languages in which a condition is ever true or false."""
    match condition:
        case Words(terms):
            return frozenset(term.language for term in terms)
        case Regex(patterns):
            return frozenset(pattern.language for pattern in patterns)
        case Idioms(ids):
            return frozenset(form.language for name in ids for form in idioms[name].forms)
        case Among() | Contacts() | Links() | NearDuplicates() | Speech(bound=None):
            return frozenset("*")
        case _:
            return frozenset((*condition.bound.limits, *condition.bound.points)) if condition.bound else frozenset("*")


def by_language(file: RuleFile, kind: str) -> Iterator[tuple[str, str, Value]]:
    """What the conditions of a kind (``words``, ``regex``) say: name, language (``*`` for any), cursor on the value."""
    for name in file.detect:
        entry = file.value.child("detect").child(name)
        if kind not in entry.value:
            continue
        said = entry.child(kind)
        if isinstance(said.value, dict):
            yield from ((name, tag, said.child(tag)) for tag in said.value)
        else:
            yield name, "*", said
