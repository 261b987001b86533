"""From files to a rule set, or to all their problems at once.

``lists/**.yaml`` are term lists, ``culture/idioms.yaml`` the idioms, ``culture/glossary.yaml`` what words mean to
people, ``markets.yaml`` the market matrix, ``NAME.test.yaml`` the tests of ``NAME.yaml``; every other file is one rule.
The order of the files never matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from moderation.domain.collector import uncollected
from moderation.domain.errors import Problem, RulesRefused, UsageError
from moderation.policy.compiler import build
from moderation.policy.conditions import Library
from moderation.policy.examples import TEST, read_examples, tests_of
from moderation.policy.glossary import GLOSSARY, GLOSSARY_TESTS, read_gloss_tests, read_glossary
from moderation.policy.laws import LAWS, PACK_LAWS, Pack, Surroundings
from moderation.policy.laws.pack import IDIOMS, LISTED
from moderation.policy.lists import read_idioms, read_list
from moderation.policy.markets import MARKETS, read_markets
from moderation.policy.model import RuleSet
from moderation.policy.reading import Value
from moderation.policy.rules import read_rule
from moderation.policy.terms import sounding
from moderation.policy.yaml import MAX_CHARACTERS, parse

SUFFIXES = (".yaml", ".yml")
_MAX_BYTES = 4 * MAX_CHARACTERS
_FOR_PEOPLE = {GLOSSARY: read_glossary, GLOSSARY_TESTS: read_gloss_tests}


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
            if path.suffix in SUFFIXES and path.is_file():
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
    """The rule set of some files; :class:`RulesRefused` with every problem when one of them is an error.

    The glossary, of which no rule knows, is not read.
    """
    checked = check_rules({name: text for name, text in files.items() if name not in _FOR_PEOPLE}, today)
    if checked.rule_set is None:
        raise RulesRefused(checked.problems)
    return checked.rule_set


def check_rules(files: Mapping[str, str], today: date) -> Checked:
    """Read and check all files in one pass; never raises, whatever they hold."""
    with uncollected():
        return _check(files, today)


def _check(files: Mapping[str, str], today: date) -> Checked:
    everything = {name: Value.of(parse(files[name], name)) for name in sorted(files)}
    for name, read in _FOR_PEOPLE.items():
        if name in everything:
            read(everything[name])
    values = {name: value for name, value in everything.items() if name not in _FOR_PEOPLE}
    lists = {}
    for name in (name for name in values if name.startswith(LISTED)):
        key = name.removeprefix(LISTED).rsplit(".", 1)[0]
        lists[key] = read_list(values[name], key)
    idioms = {idiom.id: idiom for idiom in read_idioms(values[IDIOMS])} if IDIOMS in values else {}
    examples = {name: read_examples(values[name]) for name in values if name.endswith(TEST)}
    markets = read_markets(values[MARKETS]) if MARKETS in values else ()
    library = Library(lists, tuple(idioms), markets)
    rule_files = [
        read_rule(value, library)
        for name, value in values.items()
        if not name.startswith(LISTED) and name not in {IDIOMS, MARKETS} and name not in examples
    ]
    identities = frozenset(sounding(term) for found in lists.values() if found.identity for term in found.terms)
    rules = []
    for file in rule_files:
        name = tests_of(file.value.file)
        around = Surroundings(idioms, examples.get(name, ()), values.get(name), identities, today)
        for law in LAWS:
            law(file, around)
        if file.rule is not None:
            rules.append(replace(file.rule, examples=around.examples))
    pack = Pack(rule_files, values, lists, idioms, today)
    for pack_law in PACK_LAWS:
        pack_law(pack)
    problems = tuple(
        sorted(
            (problem for value in everything.values() for problem in _told(value)),
            key=lambda problem: (problem.file, problem.line, problem.column, problem.code, problem.message),
        )
    )
    if any(not problem.warning for problem in problems):
        return Checked(None, problems)
    contents = {file.rule.id: file.value.value for file in rule_files if file.rule}
    rule_set = build(rules, contents, lists, list(idioms.values()), markets)
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
