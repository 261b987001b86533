"""The laws: what a rule that reads well may still do wrong. One function a law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from moderation.domain.language import covers
from moderation.policy.explain import ANY_BRACE, PLACEHOLDER
from moderation.policy.expressions import Node, names, negations, possible, required
from moderation.policy.filters import filters_of, finds_words, is_filter
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
    Words,
)
from moderation.policy.reading import Value, suggestion
from moderation.policy.rules import RuleFile

# An enforced rule for any language is at least tested in the languages of both desks.
DESK_LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a law may look at besides the file: the idioms, the tests of the rule, the day."""

    idioms: Mapping[str, Idiom]
    examples: tuple[Example, ...]
    today: date


Law = Callable[[RuleFile, Surroundings], None]


def every_condition_is_used(file: RuleFile, _: Surroundings) -> None:
    """R012: a condition that ``condition`` does not name costs time and misleads its reader."""
    if file.node is None:
        return
    used = {name for name, _ in names(file.node)}
    for name in file.names:
        if name not in used:
            entry = file.value.child("detect").child(name)
            entry.fault_at_key("R012", f"`{name}` is not used by the condition", "use it or remove it", warning=True)


def filters_take_hits_away(file: RuleFile, _: Surroundings) -> None:
    """R028: a name ``filter_…`` stands under one ``not`` over filters alone."""
    if file.node is None:
        return
    proper = {id(part.part) for part in filters_of(file.node)}
    for name, at in _outside(file.node, proper):
        if is_filter(name):
            hint = "write `and not 1 of filter_*`, or give it a name that does not start with filter_"
            file.value.child("condition").fault_inside(at, "R028", f"`{name}` is not under a `not` over filters", hint)


def _outside(node: Node, proper: set[int]) -> Iterator[tuple[str, int]]:
    within = {place for negation in negations(node) if id(negation.part) in proper for place in names(negation.part)}
    return (place for place in dict.fromkeys(names(node)) if place not in within)


def placeholders_have_words(file: RuleFile, _: Surroundings) -> None:
    """R026, R027: ``{match.NAME}`` names a condition with words, true wherever the rule matches."""
    if "explain" not in (file.value.value or {}) or not isinstance(file.value.value["explain"], dict):
        return
    sure = required(file.node) if file.node else frozenset(file.names)
    for lang, text in file.value.value["explain"].items():
        if lang in {"en", "zh"} and isinstance(text, str):
            _check_placeholders(file, file.value.child("explain").child(lang), text, sure)


def _check_placeholders(file: RuleFile, value: Value, text: str, sure: frozenset[str]) -> None:
    for brace in ANY_BRACE.finditer(text):
        found = PLACEHOLDER.fullmatch(brace[0])
        if found is None:
            value.fault_inside(brace.start(), "R026", f"unknown placeholder `{brace[0]}`", "write {match.NAME}")
        elif (name := found[1]) not in file.names:
            value.fault_inside(brace.start(), "R026", f"no condition `{name}`", suggestion(name, file.names))
        elif is_filter(name) or (name in file.detect and not finds_words(file.detect[name])):
            value.fault_inside(
                brace.start(),
                "R027",
                f"`{name}` finds no words",
                "name a condition of words, regex, contact, links or idiom",
            )
        elif name not in sure:
            hint = "name a condition that every match needs: " + (", ".join(sorted(sure)) or "here there is none")
            value.fault_inside(brace.start(), "R027", f"`{name}` may be false where the rule matches", hint)


def canary_has_its_share(file: RuleFile, _: Surroundings) -> None:
    """R023: ``status: canary`` and ``canary: N%`` come together."""
    content = file.value.value if isinstance(file.value.value, dict) else {}
    if file.status == "canary" and "canary" not in content:
        file.value.child("status").fault("R023", "a canary needs its share", "add `canary: 10%`")
    if file.status not in {"canary", None} and "canary" in content:
        hint = "remove it, or set `status: canary`"
        file.value.child("canary").fault_at_key("R023", f"a share of a rule whose status is {file.status}", hint)


def not_expired(file: RuleFile, around: Surroundings) -> None:
    """R024: after its last day a rule runs as shadow until somebody has looked at it."""
    expires = file.rule.expires if file.rule else None
    if expires is not None and expires < around.today:
        file.value.child("expires").fault(
            "R024",
            f"the rule expired on {expires}: it runs as shadow",
            "look at its precision, then extend `expires` or set `status: retired`",
            warning=True,
        )


def enforced_rules_are_tested(file: RuleFile, around: Surroundings) -> None:
    """R025: an enforced rule has a match and an ok in each language that it claims."""
    if file.rule is None or file.status != "enforce":
        return
    for language in _claimed(file, around.idioms):
        spoken = [test for test in around.examples if not test.todo and covers(language, test.lang)]
        kinds = {"match": any(test.expected for test in spoken), "ok": any(not test.expected for test in spoken)}
        missing = [kind for kind, found in kinds.items() if not found]
        if missing:
            file.value.child("status").fault(
                "R025",
                f"no {' and no '.join(missing)} test in `{language}`",
                f"add it to {tests_of(file.value.file)}, or set `status: shadow`",
            )


def _claimed(file: RuleFile, idioms: Mapping[str, Idiom]) -> list[str]:
    scope = file.rule.scope.languages if file.rule else ()
    if "*" not in scope:
        return list(scope)
    named = {tag for name, part in file.detect.items() if not is_filter(name) for tag in _tags(part, idioms)}
    return sorted({*named, *DESK_LANGUAGES} - {"*"}, key=lambda tag: (tag not in DESK_LANGUAGES, tag))


def matches_in_its_languages(file: RuleFile, around: Surroundings) -> None:
    """R032: in each language of its scope the conditions that know it are enough for a match."""
    if file.node is None or file.rule is None or len(file.detect) < len(file.names):
        return
    for n, language in enumerate(file.rule.scope.languages):
        if language == "*":
            continue

        def can(name: str, language: str = language) -> tuple[bool, bool]:
            tags = _tags(file.detect[name], around.idioms)
            known = any(covers(tag, language) or covers(language, tag) for tag in tags)
            return known, known or is_filter(name)

        if not possible(file.node, can)[0]:
            blind = sorted({name for name, _ in names(file.node) if not any(can(name))})
            message = (
                f"the rule cannot match in `{language}`: {', '.join(blind)} say nothing there, so they stay unknown"
            )
            hint = f'add `{language}` or `"*"` to them, or take `{language}` out of the scope'
            languages = file.value.child("scope").child("languages").child(n)
            languages.fault("R032", message, hint, warning=True)


def _tags(condition: Condition, idioms: Mapping[str, Idiom]) -> Iterable[str]:
    """The languages in which a condition is ever true or false."""
    match condition:
        case Words(terms):
            return {term.language for term in terms}
        case Regex(patterns):
            return {pattern.language for pattern in patterns}
        case Idioms(ids):
            return {form.language for name in ids for form in idioms[name].forms}
        case Among() | Contacts() | Links() | NearDuplicates():
            return {"*"}
        case _:
            return condition.bound.limits


def tests_of(file: str) -> str:
    """Where the tests of a rule file stand."""
    return f"{file.rsplit('.', 1)[0]}.test.yaml"


LAWS: tuple[Law, ...] = (
    every_condition_is_used,
    filters_take_hits_away,
    placeholders_have_words,
    canary_has_its_share,
    not_expired,
    enforced_rules_are_tested,
    matches_in_its_languages,
)
