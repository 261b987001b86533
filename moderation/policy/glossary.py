"""Reads the glossary (``culture/glossary.yaml``): what words mean, for a reviewer who does not read their language.

No rule acts on it. ``rules check`` reads it with everything else; what judges posts never does, only a review desk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from moderation.domain.errors import RulesRefused
from moderation.policy.laws.pack import IDIOMS, LISTED
from moderation.policy.lists import read_idioms, read_list
from moderation.policy.model import Idiom, TermList
from moderation.policy.reading import Value
from moderation.policy.terms import check_term, read_tag, sounding
from moderation.policy.yaml import parse

GLOSSARY = "culture/glossary.yaml"
GLOSSARY_TESTS = "culture/glossary.test.yaml"
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


class Entry(NamedTuple):
    """What a term of a language (``*``: of any) means; ``reading`` is how it sounds, where that is no pinyin."""

    term: str
    language: str
    sense: Mapping[str, str]
    reading: str = ""


class GlossTest(NamedTuple):
    """What a gloss must say of ``surface`` in either language, and what it must not: a reviewer found that wrong."""

    surface: str
    language: str
    expected: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that a rule set says about words: its glossary, its idioms, its lists by name."""

    entries: tuple[Entry, ...]
    idioms: tuple[Idiom, ...]
    lists: Mapping[str, TermList]


def load_lexicon(files: Mapping[str, str]) -> Lexicon:
    """The lexicon of a folder of rules (:func:`~moderation.policy.loader.read_folder`).

    Raises :class:`~moderation.domain.errors.RulesRefused` where one of its files has an error.
    """
    values = {
        name: Value.of(parse(text, name))
        for name, text in sorted(files.items())
        if name in {GLOSSARY, IDIOMS} or name.startswith(LISTED)
    }
    lists = {
        (key := name.removeprefix(LISTED).rsplit(".", 1)[0]): read_list(value, key)
        for name, value in values.items()
        if name.startswith(LISTED)
    }
    idioms = read_idioms(values[IDIOMS]) if IDIOMS in values else []
    entries = read_glossary(values[GLOSSARY]) if GLOSSARY in values else []
    errors = [problem for value in values.values() for problem in value.problems if not problem.warning]
    if errors:
        raise RulesRefused(tuple(errors))
    return Lexicon(tuple(entries), tuple(idioms), lists)


def read_glossary(value: Value) -> list[Entry]:
    """Read the entries, ``{term, language, reading, en, zh, note}``; each that is whole."""
    entries: dict[tuple[str, str], Entry] = {}
    for item in value.items():
        entry = _read_entry(item)
        if entry is None:
            continue
        key = (sounding(entry.term), entry.language)
        if key in entries:
            message = f"`{entry.term}` ({entry.language}) is explained above already"
            item.child("term").fault("R020", message, "keep one of them")
        entries.setdefault(key, entry)
    return list(entries.values())


def read_gloss_tests(value: Value) -> list[GlossTest]:
    """Read ``culture/glossary.test.yaml``: ``{surface, language, expected, wrong}``; each that is whole."""
    tests = []
    for item in value.items():
        entries = item.mapping(("surface", "language", "expected", "wrong"), ("surface", "language", "expected"))
        surface, expected = (entries[key].text() if key in entries else None for key in ("surface", "expected"))
        tag = read_tag(entries["language"]) if "language" in entries else None
        wrong = (entries["wrong"].text() or "") if "wrong" in entries else ""
        if surface and tag and expected:
            tests.append(GlossTest(surface, tag, expected, wrong))
    return tests


def _read_entry(value: Value) -> Entry | None:
    required = ("term", "language", "en", "zh")
    entries = value.mapping((*required, "reading", "note"), required)
    texts = {key: entry.text() for key, entry in entries.items() if key != "language"}
    tag = read_tag(entries["language"]) if "language" in entries else None
    term, en, zh = texts.get("term"), texts.get("en"), texts.get("zh")
    if zh and not _HAN.search(zh):
        entries["zh"].fault("R063", "`zh` has no Chinese character", "translate it for the Chinese desk", warning=True)
    if not (tag and en and zh and term and check_term(entries["term"], term)):
        return None
    return Entry(term, tag, {"en": en, "zh": zh}, texts.get("reading") or "")
