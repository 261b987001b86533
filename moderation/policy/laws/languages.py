"""Laws on the languages of a rule: its scope, its conditions and its filters speak the same."""

from __future__ import annotations

from moderation.domain.language import covers
from moderation.policy.expressions import names, possible
from moderation.policy.filters import finds_words, is_filter
from moderation.policy.laws.base import Surroundings, by_language, languages_of, scope_has, whole
from moderation.policy.rules import RuleFile


def matches_in_its_languages(file: RuleFile, around: Surroundings) -> None:
    """R032: in each language of its scope the conditions that know it are enough for a match."""
    if file.node is None or file.rule is None or not whole(file):
        return
    tags = {name: languages_of(part, around.idioms) for name, part in file.detect.items()}
    for n, language in enumerate(file.rule.scope.languages):
        if language == "*":
            continue

        def can(name: str, language: str = language) -> tuple[bool, bool]:
            known = "*" in tags[name] or scope_has(tuple(tags[name]), language)
            return known, known or is_filter(name)

        if not possible(file.node, can)[0]:
            blind = sorted({name for name, _ in names(file.node) if not any(can(name))})
            message = (
                f"the rule cannot match in `{language}`: {', '.join(blind)} say nothing there, so they stay unknown"
            )
            hint = f'add `{language}` or `"*"` to them, or take `{language}` out of the scope'
            languages = file.value.child("scope").child("languages").child(n)
            languages.fault("R032", message, hint, warning=True)


def words_are_in_the_scope(file: RuleFile, _: Surroundings) -> None:
    """R056: what is looked for in a language that the scope leaves out is never found, but in mixed posts."""
    if file.rule is None or "*" in file.rule.scope.languages:
        return
    scope = file.rule.scope
    kinds = ("words", "regex") if scope.mixed == "per_span" else ()
    for kind in kinds:
        for name, tag, said in by_language(file, kind):
            if not scope_has(scope.languages, tag):
                said.fault_at_key(
                    "R056",
                    f"`{name}` looks for `{tag}`, and the scope is {', '.join(scope.languages)}",
                    f"add `{tag}` to `scope.languages`, or remove it here",
                    warning=True,
                )


def filters_meet_their_hits(file: RuleFile, around: Surroundings) -> None:
    """R058: a filter takes hits of its own language away, so some other condition must have them."""
    if not whole(file):
        return
    others = {
        tag
        for name, part in file.detect.items()
        if not is_filter(name) and finds_words(part)
        for tag in languages_of(part, around.idioms)
    }
    for name, part in file.detect.items():
        if not is_filter(name) or not finds_words(part) or not others:
            continue
        tags = languages_of(part, around.idioms)
        if not any(covers(tag, other) or covers(other, tag) for tag in tags for other in others):
            entry = file.value.child("detect").child(name)
            message = f"`{name}` is in {', '.join(sorted(tags))}, and no other condition finds anything there"
            hint = "give it the language of the hits that it is to take away"
            entry.fault_at_key("R058", message, hint, warning=True)
