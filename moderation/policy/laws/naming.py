"""Laws on what a rule says to people: its texts, its markets."""

from __future__ import annotations

import re

from moderation.policy.explain import ANY_BRACE, PLACEHOLDER
from moderation.policy.expressions import required
from moderation.policy.filters import finds_words, is_filter
from moderation.policy.laws.base import Surroundings
from moderation.policy.reading import Value, suggestion
from moderation.policy.rules import RuleFile

_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


def placeholders_have_words(file: RuleFile, _: Surroundings) -> None:
    """R026, R027: ``{match.NAME}`` names a condition with words, true wherever the rule matches."""
    sure = required(file.node) if file.node else frozenset(file.names)
    for _lang, value in _texts(file, "explain"):
        _check_placeholders(file, value, sure)


def _check_placeholders(file: RuleFile, value: Value, sure: frozenset[str]) -> None:
    for brace in ANY_BRACE.finditer(value.value):
        found = PLACEHOLDER.fullmatch(brace[0])
        if found is None:
            value.fault_inside(brace.start(), "R026", f"unknown placeholder `{brace[0]}`", "write {match.NAME}")
        elif (name := found[1]) not in file.names:
            value.fault_inside(brace.start(), "R026", f"no condition `{name}`", suggestion(name, file.names))
        elif is_filter(name) or (name in file.detect and not finds_words(file.detect[name])):
            hint = "name a condition of words, regex, contact, links or idiom"
            value.fault_inside(brace.start(), "R027", f"`{name}` finds no words", hint)
        elif name not in sure:
            hint = "name a condition that every match needs: " + (", ".join(sorted(sure)) or "here there is none")
            value.fault_inside(brace.start(), "R027", f"`{name}` may be false where the rule matches", hint)


def texts_are_in_their_language(file: RuleFile, _: Surroundings) -> None:
    """R063: the Chinese text of a rule is Chinese, so that the desk that reads it can."""
    for key in ("title", "explain"):
        said = dict(_texts(file, key))
        own = ANY_BRACE.sub("", said["zh"].value) if "zh" in said else ""
        if _HAN.search(own) or not any(map(str.isalpha, own)):  # a placeholder alone is in the language of the post
            continue
        same = "en" in said and said["en"].value == said["zh"].value
        message = f"`zh` of the {key} {'is the same as `en`' if same else 'has no Chinese character'}"
        said["zh"].fault("R063", message, "translate it for the Chinese desk", warning=True)


def _texts(file: RuleFile, key: str) -> list[tuple[str, Value]]:
    """The texts in both languages under a key, where they are texts."""
    content = file.value.value
    if not isinstance(content, dict) or not isinstance(content.get(key), dict):
        return []
    said = file.value.child(key)
    return [(lang, said.child(lang)) for lang in ("en", "zh") if isinstance(said.value.get(lang), str)]
