"""Translations that `pair` links: which are treated alike, which break, which compare nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from moderation.authoring.examples import Judge
from moderation.authoring.parity import Parity, Tally, compare
from moderation.domain.decision import Decision
from moderation.domain.post import Post
from moderation.policy.model import RuleSet
from tests.unit.policy.building import NOW, engine_of, load, rule, signals_of

DETECT = "{invite: {words: {en: [join us], zh: [加入我们]}}}"
SCOPE = "{languages: [zh, en]}"


def judge_of(rules: RuleSet) -> Judge:
    def judge(posts: Sequence[Post]) -> list[Decision]:
        return engine_of(rules)(posts, [signals_of(rules, post) for post in posts], NOW)

    return judge


def _parity(tests: str, **parts: str) -> Parity:
    rules = load(rule(detect=DETECT, scope=SCOPE, **parts), rule0_test=tests)
    return compare(rules.rules, judge_of(rules))


ALIKE = "- {match: join us, lang: en, pair: p1}\n- {match: 加入我们, lang: zh, pair: p1}\n"
BROKEN = "- {match: join us, lang: en, pair: p1}\n- {match: 一起来吧, lang: zh, pair: p1}\n"


def test_a_pair_agrees_where_each_translation_is_treated_as_its_test_says() -> None:
    found = _parity(f"{ALIKE}- {{ok: hello, lang: en, pair: n1}}\n- {{ok: 你好, lang: zh, pair: n1}}\n")
    assert [pair.broken for pair in found.pairs] == [(), ()]
    assert found.tallies() == {("zh", "en"): Tally(2, 0, 0)}
    assert found.unpaired == ()


def test_a_translation_that_is_not_caught_breaks_its_pair_and_says_what_matched_instead() -> None:
    rules = load(
        rule(detect=DETECT, scope=SCOPE),
        rule(id="spam.other", detect="{together: {words: [一起来吧]}}", condition="together"),
        rule0_test=BROKEN,
    )
    (pair,) = compare(rules.rules, judge_of(rules)).pairs
    (member,) = pair.broken
    assert (member.example.line, member.language, member.matched) == (2, "zh", ("spam.other",))


def test_a_translation_that_is_caught_against_its_test_breaks_its_pair() -> None:
    (pair,) = _parity("- {ok: hello, lang: en, pair: n1}\n- {ok: 加入我们, lang: zh, pair: n1}\n").pairs
    assert [member.example.text for member in pair.broken] == ["加入我们"]


@pytest.mark.parametrize(
    ("status", "fails"),
    [
        ("canary", True),
        ("shadow", False),  # it is recorded and acts on nobody
    ],
)
def test_only_a_broken_pair_of_a_rule_that_acts_fails(status: str, fails: bool) -> None:
    share = {"canary": "10%"} if status == "canary" else {}
    assert bool(_parity(BROKEN, status=status, **share).failures) is fails


def test_a_todo_is_open_and_never_breaks_a_pair() -> None:
    found = _parity(BROKEN.replace("match: 一", "todo_match: 一"), status="canary", canary="10%")
    (pair,) = found.pairs
    assert (pair.broken, [member.example.lang for member in pair.open]) == ((), ["zh"])
    assert found.tallies() == {("zh", "en"): Tally(1, 0, 1)}
    assert found.failures == []


def test_a_broken_text_counts_only_between_its_own_language_and_the_others() -> None:
    tests = f"{BROKEN}- {{match: join us now, lang: de, pair: p1}}\n"
    tallies = _parity(tests).tallies()
    assert {pair: tally.broken for pair, tally in tallies.items()} == {
        ("zh", "en"): 1,
        ("zh", "de"): 1,
        ("en", "de"): 0,
    }


def test_pairs_that_compare_nothing_are_named() -> None:
    alone, uneven = _parity(
        "- {match: join us, lang: en, pair: p1}\n- {match: do join us, lang: en, pair: p1}\n"
        "- {match: join us here, lang: en, pair: p2}\n- {ok: 你好, lang: zh, pair: p2}\n"
    ).pairs
    assert (alone.alone, alone.uneven) == (True, False)
    assert (uneven.alone, uneven.uneven) == (False, True)


@pytest.mark.parametrize(
    ("parts", "tests", "unpaired"),
    [
        ({"scope": SCOPE}, "- {match: join us, lang: en}\n", True),
        ({"scope": SCOPE}, ALIKE, False),
        ({"scope": "{languages: [en]}"}, "- {match: join us, lang: en}\n", False),  # one language
        ({}, "- {match: join us, lang: en}\n- {ok: 你好, lang: zh}\n", True),  # any language: its tests say which
        ({}, "- {match: join us, lang: en}\n- {ok: hello, lang: en-GB}\n", False),
        ({"scope": SCOPE, "status": "retired"}, "- {match: join us, lang: en}\n", False),  # does not run
    ],
)
def test_rules_for_several_languages_without_a_pair_are_named(
    parts: dict[str, str], tests: str, unpaired: bool
) -> None:
    rules = load(rule(detect=DETECT, **parts), rule0_test=tests)
    assert bool(compare(rules.rules, judge_of(rules)).unpaired) is unpaired


def test_pair_names_are_the_rules_own() -> None:
    rules = load(
        rule(detect=DETECT, scope=SCOPE),
        rule(id="spam.two", detect=DETECT, scope=SCOPE),
        rule0_test=ALIKE,
        rule1_test=ALIKE,
    )
    found = compare(rules.rules, judge_of(rules))
    assert [(pair.rule, len(pair.members)) for pair in found.pairs] == [("spam.one", 2), ("spam.two", 2)]
