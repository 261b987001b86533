"""The shipped rules: how much they reach, and that each says who keeps it and what it may get wrong."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from moderation.bootstrap import build_pipeline
from moderation.domain.decision import Action
from moderation.domain.language import covers
from moderation.domain.post import Post
from moderation.domain.taxonomy import CATEGORIES
from moderation.policy.loader import load_rules, read_folder
from moderation.policy.model import Example, Rule, RuleSet
from moderation.settings import load_settings

FOLDER = Path(__file__).parent.parent.parent.parent / "rules"
TODAY = date(2026, 11, 21)

# What users meet most, in whatever language.
DAILY = ("scam", "spam", "ad_diversion", "hate", "harassment", "violence", "self_harm", "sexual")
LANGUAGES = ("es", "pt", "ja", "ko", "fr", "de", "ru", "ar", "hi", "id", "vi", "th")


@pytest.fixture(scope="module")
def pack() -> RuleSet:
    return load_rules(read_folder(FOLDER), TODAY)


def _enforced(pack: RuleSet, category: str) -> list[Rule]:
    return [rule for rule in pack.rules if rule.category == category and rule.status == "enforce"]


def _tests(rule: Rule, language: str) -> list[Example]:
    return [example for example in rule.examples if not example.todo and covers(language, example.lang)]


def test_it_has_no_warnings(pack: RuleSet) -> None:
    assert [str(problem) for problem in pack.warnings] == []


def test_it_is_large_enough(pack: RuleSet) -> None:
    assert len(pack.rules) >= 120
    assert len(pack.idioms) >= 60
    assert sum(len(rule.examples) for rule in pack.rules) >= 2_000


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_is_enforced_in_chinese_and_english_by_a_rule_with_translated_tests(
    pack: RuleSet, category: str
) -> None:
    def paired(rule: Rule) -> bool:
        texts: dict[str | None, set[str]] = defaultdict(set)
        for language in ("zh", "en"):
            for example in _tests(rule, language):
                if example.expected:
                    texts[example.pair].add(language)
        return any(pair is not None and len(languages) == 2 for pair, languages in texts.items())

    assert any(paired(rule) for rule in _enforced(pack, category))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("category", DAILY)
def test_a_language_has_an_enforced_rule_shown_to_match_and_to_stay_silent(
    pack: RuleSet, category: str, language: str
) -> None:
    verdicts = [{example.expected for example in _tests(rule, language)} for rule in _enforced(pack, category)]
    assert {True, False} in verdicts


def test_a_rule_that_acts_says_what_innocent_posts_it_may_match(pack: RuleSet) -> None:
    silent = [
        rule.id
        for rule in pack.rules
        if rule.status == "enforce" and not all(rule.false_positives.get(lang) for lang in ("en", "zh"))
    ]
    assert silent == []


def test_a_list_says_who_keeps_it_and_where_it_comes_from(pack: RuleSet) -> None:
    assert [name for name, found in pack.lists.items() if not (found.owner and found.source)] == []


def test_names_of_groups_are_marked(pack: RuleSet) -> None:
    assert pack.lists["zh/groups"].identity
    assert not pack.lists["zh/vermin"].identity, "these are said of groups, they name none"


def test_an_idiom_says_whose_it_is_what_it_means_and_when_to_look_again(pack: RuleSet) -> None:
    for idiom in pack.idioms:
        assert idiom.communities, idiom.id
        assert idiom.owner, idiom.id
        assert idiom.review_by, idiom.id
        assert all(idiom.benign[lang] for lang in ("en", "zh")), idiom.id
        assert not idiom.harmful or idiom.cues, f"{idiom.id}: a harmful sense that nothing gives away"


def test_idioms_stand_in_many_languages(pack: RuleSet) -> None:
    spoken = defaultdict(set)
    for idiom in pack.idioms:
        for form in idiom.forms:
            spoken[form.language].add(idiom.id)
    assert len(spoken["zh"]) >= 40
    assert len(spoken["en"]) >= 30
    assert len([language for language, ids in spoken.items() if len(ids) >= 2]) >= 12


@pytest.mark.slow
def test_nobody_is_acted_on_for_saying_an_idiom(pack: RuleSet) -> None:
    forms = sorted({form.text for idiom in pack.idioms for form in idiom.forms})
    decisions = build_pipeline(load_settings(), FOLDER)([Post(id=f"f{n}", text=form) for n, form in enumerate(forms)])
    acted_on = {form for form, decision in zip(forms, decisions, strict=True) if decision.action is not Action.approve}
    assert acted_on == {"开盒", "开盒挂人"}, "these two name doxxing itself; the toy is 拆盲盒"
