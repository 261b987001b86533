"""What the rules reach: category by language, with the gaps and the rules that nothing could stand in for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from moderation.classifiers.artifact import METADATA, damaged
from moderation.classifiers.tiers import CALIBRATED
from moderation.domain.language import covers
from moderation.domain.taxonomy import CATEGORIES
from moderation.policy.expressions import possible
from moderation.policy.filters import is_filter
from moderation.policy.laws.base import languages_of
from moderation.policy.model import RUNNING, Idiom, Rule, RuleSet, Score

LANGUAGES = (
    "zh", "en", "es", "pt", "ja", "ko", "fr", "de", "ru", "ar", "hi", "id", "vi", "th", "tr", "it", "pl", "nl",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """What is there for one category in one language: rules by status (ids), tests, and whether a classifier is.

    ``proven``: the rules that act and have a match test in the language. Others can match there as far as their files
    say, but terms for any language may be words of another. A ``todo_`` counts as no test.
    """

    category: str
    language: str
    rules: Mapping[str, tuple[str, ...]]
    proven: tuple[str, ...]
    match_tests: int
    ok_tests: int
    classifier: bool

    @property
    def acting(self) -> tuple[str, ...]:
        """The rules that act: enforced, or on a share of the posts."""
        return (*self.rules.get("enforce", ()), *self.rules.get("canary", ()))

    @property
    def empty(self) -> bool:
        """Whether no rule looks: a classifier alone does nothing."""
        return not any(self.rules.values())

    @property
    def sole(self) -> str | None:
        """The rule that cannot be retired unnoticed: the only one that acts, or the only proven one."""
        counted = self.proven or self.acting
        return counted[0] if len(counted) == 1 else None

    @property
    def untested(self) -> bool:
        """Whether a rule acts without a match or without an ok test in the language."""
        return bool(self.acting) and not (self.match_tests and self.ok_tests)


Models = Mapping[str, frozenset[str]]
"""Category → the languages that a classifier is calibrated for."""


def read_models(folder: Path) -> Models:
    """What the classifiers in a folder cover, by the ``model.json`` of their calibration; no weights are read."""
    described = folder / CALIBRATED / METADATA
    try:
        lines = json.loads(described.read_bytes())["lines"]
        return {name: frozenset(languages) for name, languages in lines.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise damaged(described, "is not the description of a calibration") from None


def survey(rule_set: RuleSet, models: Models, languages: Sequence[str] = LANGUAGES) -> list[Cell]:
    """Every category in every language; only rules that run count."""
    idioms = {idiom.id: idiom for idiom in rule_set.idioms}
    running = [rule for rule in rule_set.rules if rule.status in RUNNING]
    reach = {(rule.id, language): reaches(rule, language, idioms, models) for rule in running for language in languages}
    return [
        _cell(category, language, [rule for rule in running if rule.category == category], reach, models)
        for category in CATEGORIES
        for language in languages
    ]


def reaches(rule: Rule, language: str, idioms: Mapping[str, Idiom], models: Models) -> bool:
    """Whether a rule looks at posts in a language, and its conditions that know the language are enough for a match."""
    if not any(_meet(tag, language) for tag in rule.scope.languages):
        return False

    def can(name: str) -> tuple[bool, bool]:
        condition = rule.detect[name]
        known = any(_meet(tag, language) for tag in languages_of(condition, idioms))
        if isinstance(condition, Score):
            known = known and _scored(condition.category, language, models)
        return known, known or is_filter(name)

    return possible(rule.condition, can)[0]


def _cell(
    category: str, language: str, rules: Sequence[Rule], reach: Mapping[tuple[str, str], bool], models: Models
) -> Cell:
    spoken = {
        rule.id: [test for test in rule.examples if not test.todo and covers(language, test.lang)] for rule in rules
    }
    tests = [test for found in spoken.values() for test in found]
    by_status = {
        status: tuple(rule.id for rule in rules if rule.status == status and reach[rule.id, language])
        for status in ("enforce", "canary", "shadow")
    }
    acting = (*by_status["enforce"], *by_status["canary"])
    return Cell(
        category=category,
        language=language,
        rules=by_status,
        proven=tuple(name for name in acting if any(test.expected for test in spoken[name])),
        match_tests=sum(test.expected for test in tests),
        ok_tests=sum(not test.expected for test in tests),
        classifier=_scored(category, language, models),
    )


def _scored(category: str, language: str, models: Models) -> bool:
    return any(covers(tag, language) for tag in models.get(category, ()))


def _meet(tag: str, language: str) -> bool:
    return covers(tag, language) or covers(language, tag)
