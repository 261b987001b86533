"""The glossary: read and checked with the rules, left out where posts are judged."""

import unicodedata
from pathlib import Path

import pytest

from moderation.domain.errors import RulesRefused
from moderation.policy.glossary import GLOSSARY, GLOSSARY_TESTS, load_lexicon
from moderation.policy.loader import check_rules, load_rules, read_folder
from tests.unit.policy.building import TODAY, rule

RULES = Path(__file__).parents[3] / "rules"
GOOD = "{term: 加v, language: zh, en: add me on WeChat, zh: 加微信}"


def problems(glossary: str, tests: str = "[]") -> list[str]:
    checked = check_rules({"a.yaml": rule(), GLOSSARY: glossary, GLOSSARY_TESTS: tests}, TODAY)
    return [f"{one.file}:{one.line}:{one.column} {one.code}" for one in checked.problems if "culture" in one.file]


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        (f"- {GOOD}\n", []),
        ("- {term: 加v, language: zh, reading: jia1 v, en: a, zh: 加, note: asked the desk}\n", []),
        (f"- {GOOD}\n- {GOOD.replace('加v', '加Ｖ')}\n", ["culture/glossary.yaml:2:10 R020"]),
        (f"- {GOOD}\n- {GOOD.replace('language: zh', 'language: ja')}\n", []),
        ("- {term: 加v, en: a, zh: 加}\n", ["culture/glossary.yaml:1:3 R003"]),
        ("- {term: 加v, language: cn, en: a, zh: 加}\n", ["culture/glossary.yaml:1:24 R008"]),
        ("- {term: 加v, language: zh, en: a}\n", ["culture/glossary.yaml:1:3 R003"]),
        ("- {term: 加v, language: zh, en: a, zh: b}\n", ["culture/glossary.yaml:1:39 R063"]),
        ("- {term: 加v, language: zh, en: '', zh: 加}\n", ["culture/glossary.yaml:1:32 R002"]),
        ('- {term: "\\u200b", language: zh, en: a, zh: 加}\n', ["culture/glossary.yaml:1:10 R021"]),
        ("- {term: 加v, language: zh, en: a, zh: 加, sense: b}\n", ["culture/glossary.yaml:1:42 R001"]),
        ("{}\n", ["culture/glossary.yaml:1:1 R002"]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(entries: str, found: list[str]) -> None:
    assert problems(entries) == found


def test_its_tests_are_read_and_need_no_rule() -> None:
    assert problems("[]", "- {surface: 加v, language: zh, expected: add me, wrong: plus V}\n") == []
    assert problems("[]", "- {surface: 加v, language: zh}\n") == ["culture/glossary.test.yaml:1:3 R003"]


def test_who_judges_posts_does_not_read_it() -> None:
    files = {"a.yaml": rule(), GLOSSARY: "- {broken", GLOSSARY_TESTS: "- {broken"}
    assert load_rules(files, TODAY).digest == load_rules({"a.yaml": rule()}, TODAY).digest


def test_a_desk_refuses_a_lexicon_with_an_error() -> None:
    with pytest.raises(RulesRefused, match="R003"):
        load_lexicon({GLOSSARY: "- {term: a, language: en, en: b}\n"})


def test_a_rule_set_without_one_has_an_empty_lexicon() -> None:
    lexicon = load_lexicon({"a.yaml": rule()})
    assert (lexicon.entries, lexicon.idioms, dict(lexicon.lists)) == ((), (), {})


def test_the_shipped_glossary_explains_the_shipped_lists_of_both_desks() -> None:
    lexicon = load_lexicon(read_folder(RULES))
    assert len(lexicon.entries) > 2000
    known = {unicodedata.normalize("NFKC", entry.term).casefold() for entry in lexicon.entries}
    for name, listed in lexicon.lists.items():
        if name.startswith(("zh/", "en/")):
            missing = [
                term for term in listed.terms if unicodedata.normalize("NFKC", term).casefold().strip() not in known
            ]
            assert missing == [], name


def test_the_shipped_glossary_is_written_in_letters_of_a_sure_width() -> None:
    for entry in load_lexicon(read_folder(RULES)).entries:
        unsure = [c for text in (*entry.sense.values(), entry.reading) for c in text if _unsure(c)]
        assert unsure == [], entry


def _unsure(character: str) -> bool:
    return unicodedata.east_asian_width(character) == "A"
