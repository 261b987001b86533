"""From files to a rule set, or to all their problems at once.

``lists/**.yaml`` are term lists, ``culture/idioms.yaml`` the idioms, ``NAME.test.yaml`` the tests of ``NAME.yaml``;
every other file is one rule. The order of the files never matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from moderation.domain.errors import Problem, RulesRefused, UsageError
from moderation.policy.compiler import build
from moderation.policy.conditions import Library
from moderation.policy.examples import read_examples
from moderation.policy.lint import LAWS, Surroundings, tests_of
from moderation.policy.lists import read_idioms, read_list
from moderation.policy.model import Example, Idiom, Rule, RuleSet
from moderation.policy.reading import Value
from moderation.policy.rules import RuleFile, read_rule
from moderation.policy.yaml import MAX_CHARACTERS, parse

IDIOMS = "culture/idioms.yaml"
_LISTS = "lists/"
_TEST = ".test.yaml"
_SUFFIXES = (".yaml", ".yml")
_MAX_BYTES = 4 * MAX_CHARACTERS


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking: the rule set, or None where a problem is an error; and all problems, in file order."""

    rule_set: RuleSet | None
    problems: tuple[Problem, ...]


def read_folder(folder: Path) -> dict[str, str]:
    """Every YAML file below a folder by its name there, with slashes; bytes that are not UTF-8 become surrogates.

    Raises :class:`UsageError` when the folder cannot be read or holds no YAML file.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: is no folder of rules; give --rules DIR or MODERATION_RULES")
    files: dict[str, str] = {}
    try:
        for path in sorted(folder.rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file():
                with path.open("rb") as stream:
                    files[path.relative_to(folder).as_posix()] = stream.read(_MAX_BYTES + 1).decode(
                        "utf-8", "surrogateescape"
                    )
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be read ({error.strerror}); give a folder that can be") from None
    if not files:
        raise UsageError(f"{folder}: holds no .yaml file; give --rules DIR or MODERATION_RULES")
    return files


def load_rules(files: Mapping[str, str], today: date) -> RuleSet:
    """The rule set of some files; :class:`RulesRefused` with every problem when one of them is an error."""
    checked = check_rules(files, today)
    if checked.rule_set is None:
        raise RulesRefused(checked.problems)
    return checked.rule_set


def check_rules(files: Mapping[str, str], today: date) -> Checked:
    """Read and check all files in one pass; never raises, whatever they hold."""
    values = {name: Value.of(parse(files[name], name)) for name in sorted(files)}
    lists = {}
    for name in (name for name in values if name.startswith(_LISTS)):
        key = name.removeprefix(_LISTS).rsplit(".", 1)[0]
        lists[key] = read_list(values[name], key)
    idioms = {idiom.id: idiom for idiom in read_idioms(values[IDIOMS])} if IDIOMS in values else {}
    examples = {name: read_examples(values[name]) for name in values if name.endswith(_TEST)}
    library = Library(lists, tuple(idioms))
    rule_files = [
        read_rule(value, library)
        for name, value in values.items()
        if not name.startswith(_LISTS) and name != IDIOMS and name not in examples
    ]
    _check_ids(rule_files)
    _check_orphans(rule_files, examples, values)
    rules = [_lint(file, idioms, examples, today) for file in rule_files]
    problems = tuple(
        sorted(
            (problem for value in values.values() for problem in _told(value)),
            key=lambda problem: (problem.file, problem.line, problem.column, problem.code, problem.message),
        )
    )
    if any(not problem.warning for problem in problems):
        return Checked(None, problems)
    found = [rule for rule in rules if rule is not None]
    contents = {file.rule.id: file.value.value for file in rule_files if file.rule}
    rule_set = build(found, contents, lists, list(idioms.values()))
    return Checked(replace(rule_set, warnings=problems), problems)


def _told(value: Value) -> list[Problem]:
    """The problems of a file without those that only follow from its broken YAML."""
    broken = {(problem.line, problem.column) for problem in value.document.problems}
    if broken and value.value is None:
        return value.document.problems
    return [
        problem
        for problem in value.problems
        if problem.code.startswith("Y") or (problem.line, problem.column) not in broken
    ]


def _lint(
    file: RuleFile, idioms: Mapping[str, Idiom], examples: Mapping[str, tuple[Example, ...]], today: date
) -> Rule | None:
    tests = examples.get(tests_of(file.value.file), ())
    for law in LAWS:
        law(file, Surroundings(idioms, tests, today))
    return replace(file.rule, examples=tests) if file.rule else None


def _check_ids(files: list[RuleFile]) -> None:
    first: dict[str, RuleFile] = {}
    for file in files:
        if file.id is not None and first.setdefault(file.id, file) is not file:
            message = f"rule `{file.id}` stands in {first[file.id].value.file} already"
            file.value.child("id").fault("R007", message, "give one of them another id")


def _check_orphans(files: list[RuleFile], examples: Mapping[str, object], values: Mapping[str, Value]) -> None:
    expected = {tests_of(file.value.file) for file in files}
    for name in examples:
        if name not in expected:
            rule = name.removesuffix(_TEST) + ".yaml"
            values[name].fault("R029", f"there is no rule {rule}", "rename the tests after their rule, or remove them")
