"""Conditions on counts, on languages and on operating points; breakers and the market matrix."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from moderation.domain.decision import Action, Versions
from moderation.domain.language import Language
from moderation.domain.signal import POSTS, Fuse, Tally
from moderation.policy.engine import Engine
from tests.unit.policy.building import (
    DESKS,
    NOW,
    TAXONOMY,
    check,
    codes,
    decide,
    engine_of,
    load,
    matched,
    post_of,
    rule,
    signals_of,
)

BURST = "{invite: {count: {of: posts, by: author, within: 10m, gte: 5}}}"


# counts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition",
    [
        "{count: {of: posts, by: author, within: 10m, gte: 5}}",
        "{count: {of: posts, by: author, within: 10m}, gte: 5}",  # the comparison may stand beside the kind
        "{count: {of: posts, within: 10m, gte: {zh: 5, '*': 9}}}",
        "{count: {of: spam.two, within: 7d, gt: 2}}",
    ],
)
def test_counts_are_read(condition: str) -> None:
    assert codes(check(a=rule(detect=f"{{invite: {condition}}}"), b=rule(id="spam.two"))) == []


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{count: {of: posts, within: 10m}}", ["R014"]),
        ("{count: {of: posts, within: 10m, gte: 5}, gte: 5}", ["R014"]),
        ("{count: {of: posts, within: 10m, gte: 5}, lt: 9}", ["R014"]),
        ("{count: {of: posts, within: soon, gte: 5}}", ["R036"]),
        ("{count: {of: posts, within: 8d, gte: 5}}", ["R036"]),
        ("{count: {of: posts, by: region, within: 1h, gte: 5}}", ["R004"]),
        ("{count: {of: spam.none, within: 1h, gte: 5}}", ["R038"]),
        ("{count: {within: 1h, gte: 5}}", ["R003"]),
        ("{count: posts, gte: 5}", ["R002"]),
    ],
)
def test_each_mistake_in_a_count_has_its_code(condition: str, expected: list[str]) -> None:
    assert codes(check(a=rule(detect=f"{{invite: {condition}}}"))) == expected


def test_a_rule_that_counts_matches_is_not_counted_and_a_counted_rule_runs() -> None:
    two = rule(id="spam.two", detect="{invite: {count: {of: spam.one, within: 1h, gte: 2}}}")
    three = rule(id="spam.three", detect="{invite: {count: {of: spam.two, within: 1h, gte: 2}}}")
    assert codes(check(a=rule(), b=two, c=three)) == ["R039"]
    assert codes(check(a=rule(status="draft"), b=two)) == ["R038"]
    assert codes(check(a=rule(detect=BURST), b=two)) == []  # it counts posts, which are known before


@pytest.mark.parametrize(
    ("counts", "matches"),
    [
        ({Tally(POSTS, 600.0): 5}, True),
        ({Tally(POSTS, 600.0): 4}, False),
        ({Tally(POSTS, 3600.0): 9}, False),  # another window
        ({}, False),  # nobody knows
    ],
)
def test_a_count_is_compared(counts: Mapping[Tally, int], matches: bool) -> None:
    assert bool(matched(load(rule(detect=BURST)), "hello", counts=counts)) is matches


def test_an_unknown_count_is_no_zero() -> None:
    rules = load(rule(detect="{invite: {words: [join us]}, few: {count: {of: posts, within: 1h, lt: 3}}}",
                      condition="invite and few"))  # fmt: skip
    assert not matched(rules, "join us")
    assert matched(rules, "join us", counts={Tally(POSTS, 3600.0): 1})


def test_the_vocabulary_asks_for_each_count_once() -> None:
    rules = load(rule(detect=BURST), rule(id="spam.two", detect=BURST))
    assert rules.vocabulary.tallies == (Tally(POSTS, 600.0),)


def test_the_rules_that_others_count_are_told_of_each_post() -> None:
    two = rule(id="spam.two", detect="{invite: {count: {of: spam.one, within: 1h, gte: 2}}}")
    rules = load(rule(), two)
    posts = [post_of("join us"), post_of("hello"), post_of("join us", kind="live")]
    found = engine_of(rules).counted(posts, [signals_of(rules, post) for post in posts])
    assert found == [("spam.one",), (), ("spam.one",)]


# languages ----------------------------------------------------------------------------------------------------------

MIXED = Language("zh-Hans", shares={"zh-Hans": 0.6, "yue": 0.1, "en": 0.3})


@pytest.mark.parametrize(
    ("condition", "language", "holds"),
    [
        ("{share: zh, gte: 0.7}", MIXED, True),  # Cantonese is Chinese here, as in every map
        ("{share: zh-Hans, gte: 0.7}", MIXED, False),
        ("{share: en, lt: 0.3}", MIXED, False),
        ("{share: th, gt: 0}", MIXED, False),
        ("{mixed: true}", MIXED, True),
        ("{mixed: true}", Language("en", shares={"en": 1.0}), False),
        ("{doubtful: true}", Language("pt", doubtful=True, candidates=("gl",)), True),
        ("{doubtful: true}", MIXED, False),
        ("{script: Cyrl, gte: 0.25}", MIXED, True),
        ("{script: Cyrl, gte: 0.3}", MIXED, False),
        ("{script: Hani, gt: 0}", Language(), False),
    ],
)
def test_a_rule_sees_what_a_post_is_written_in(condition: str, language: Language, holds: bool) -> None:
    rules = load(rule(detect=f"{{invite: {{words: [join]}}, x: {{language: {condition}}}}}", condition="invite and x"))
    assert bool(matched(rules, "join абв 12! abcde", language=language)) is holds


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{language: {}}", ["R003"]),
        ("{language: {mixed: true, doubtful: true}}", ["R003"]),
        ("{language: {mixed: false}}", ["R004"]),
        ("{language: {mixed: yes}}", ["R002"]),
        ("{language: {mixed: true, gte: 0.5}}", ["R001"]),
        ("{language: {share: zh}}", ["R014"]),
        ("{language: {share: cn, gte: 0.5}}", ["R008"]),
        ("{language: {share: zh, gte: 2}}", ["R015"]),
        ("{language: {script: Cyrillic, gte: 0.5}}", ["R040"]),
        ("{language: zh}", ["R002", "R003"]),
    ],
)
def test_each_mistake_in_a_condition_on_language_has_its_code(condition: str, expected: list[str]) -> None:
    assert codes(check(a=rule(detect=f"{{invite: {condition}}}", action="{do: approve}"))) == expected


# operating points ---------------------------------------------------------------------------------------------------

POINTS = {"spam": {"zh": {"p90": 0.6, "p95": 0.7}, "en": {"p90": 0.5}}}


@pytest.mark.parametrize(
    ("limits", "tag", "score", "holds"),
    [
        ("p95", "zh-Hans", 0.7, True),
        ("p95", "zh-Hans", 0.69, False),
        ("p95", "en", 1.0, False),  # the model never reached it there: unknown
        ("p90", "en", 0.5, True),
        ("{zh: p95, en: 0.9}", "en", 0.9, True),
        ("{zh: p95}", "en", 1.0, False),
        ("{'*': p90, zh: 0.99}", "zh", 0.9, False),  # what is said of a language goes before what is said of all
        ("{'*': p90, zh: p95}", "zh", 0.65, False),
        ("p90", "de", 1.0, False),  # no model
    ],
)
def test_an_operating_point_is_the_limit_that_the_model_measured(
    limits: str, tag: str, score: float, holds: bool
) -> None:
    rules = load(rule(detect=f"{{invite: {{score: spam, gte: {limits}}}}}"))
    engine = Engine(rules, TAXONOMY, DESKS, Versions("0", rules.digest, {}), POINTS)
    post = post_of("hello")
    signals = signals_of(rules, post, language=Language(tag, shares={tag: 1.0}), scores={"spam": score})
    assert bool(engine([post], [signals], NOW)[0].matches) is holds


def test_an_operating_point_is_a_least_score() -> None:
    assert codes(check(a=rule(detect="{invite: {score: spam, lt: p95}}"))) == ["R041"]
    assert codes(check(a=rule(detect="{invite: {score: spam, gte: p42}}"))) == ["R041"]
    assert codes(check(a=rule(detect="{invite: {author.followers: {gte: p95}}}"))) == ["R002"]


def test_a_likeness_that_was_chosen_for_another_embedding_is_unknown() -> None:
    shared = {"lists__exemplars__x": "language: '*'\nowner: o\nsource: s\nterms: [Write to me elsewhere.]\n"}
    for model, holds in (("abc", True), ("old", False)):
        said = f"{{invite: {{similar_to: {{examples: '@lists/exemplars/x', model: {model}, gte: 0.8}}}}}}"
        rules = load(rule(detect=said), **shared)
        engine = Engine(rules, TAXONOMY, DESKS, Versions("0", rules.digest, {"embedding": "abc"}))
        post = post_of("hello")
        signals = signals_of(rules, post, similarities={"exemplars/x": 0.9})
        assert bool(engine([post], [signals], NOW)[0].matches) is holds


# breakers -----------------------------------------------------------------------------------------------------------


def test_a_breaker_becomes_the_fuse_of_its_rule_as_it_stands() -> None:
    rules = load(rule(breaker="{share: 0.02, min_hits: 50, window: 10m, distinct: author}"))
    assert rules.vocabulary.fuses == (Fuse("spam.one", rules.rules[0].version, 0.02, 50, 600.0, True),)


@pytest.mark.parametrize(
    ("breaker", "expected"),
    [
        ("{share: 0.02, min_hits: 50, window: 10m}", []),
        ("{share: 2, min_hits: 50, window: 10m}", ["R042"]),
        ("{share: 0, min_hits: 50, window: 10m}", ["R042"]),
        ("{share: 0.02, min_hits: 0, window: 10m}", ["R042"]),
        ("{share: 0.02, min_hits: 1.5, window: 10m}", ["R042"]),
        ("{share: 2%, min_hits: 50, window: 10m}", ["R002"]),
        ("{share: 0.02, min_hits: 50, window: 10 min}", ["R036"]),
        ("{share: 0.02, window: 10m}", ["R003"]),
        ("{share: 0.02, min_hits: 50, window: 10m, distinct: post}", ["R004"]),
    ],
)
def test_each_mistake_in_a_breaker_has_its_code(breaker: str, expected: list[str]) -> None:
    assert codes(check(a=rule(breaker=breaker))) == expected


def test_a_rule_that_is_cut_off_is_recorded_and_does_not_act() -> None:
    tests = "- {match: join us, lang: '*'}\n"
    rules = load(rule(status="canary", canary="100%", expires="2027-11-21"), rule0_test=tests.replace("'*'", "en"))
    for cut, status, action in (((), "canary", Action.hold), (("spam.one",), "shadow", Action.approve)):
        decision = decide(rules, "join us", cut=cut)
        assert [match.status for match in decision.matches] == [status]
        assert decision.action is action


# markets ------------------------------------------------------------------------------------------------------------

MATRIX = """
- market: EU
  title: {en: European Union, zh: 欧盟}
  outcomes: {spam: {do: limit, ground: {en: An example., zh: 示例。}}}
- market: CN
  title: {en: Mainland China, zh: 中国大陆}
  outcomes: {spam: {do: remove, ground: {en: An example., zh: 示例。}}}
"""


def _outcomes(shown: list[str], **said: str) -> dict[str, str]:
    rules = load(rule(status="canary", canary="100%", expires="2027-11-21", **said), markets=MATRIX)
    outcomes = decide(rules, post_of("join us", markets=shown)).outcomes
    return {market: action.name for market, action in outcomes.items()}


@pytest.mark.parametrize(
    ("markets", "outcomes"),
    [
        (["*"], {"*": "hold", "CN": "remove", "EU": "limit"}),
        (["DE"], {"DE": "limit"}),  # a member of the union
        (["DE", "JP", "CN"], {"CN": "remove", "DE": "limit", "JP": "hold"}),
    ],
)
def test_a_rule_takes_its_outcomes_from_the_matrix(markets: list[str], outcomes: dict[str, str]) -> None:
    assert _outcomes(markets, markets='"@markets"') == outcomes


def test_a_country_goes_before_its_union() -> None:
    said = "{EU: {do: limit}, DE: {do: remove}}"
    assert _outcomes(["DE", "FR"], markets=said) == {"DE": "remove", "FR": "limit"}
    assert _outcomes(["US", "FR"], scope="{markets: [EU]}") == {"FR": "hold", "US": "approve"}


def test_the_matrix_is_part_of_what_the_rules_say() -> None:
    text = rule(markets='"@markets"')
    one, other = load(text, markets=MATRIX), load(text, markets=MATRIX.replace("limit", "hold"))
    assert one.digest != other.digest
    assert one.rules[0].version != other.rules[0].version


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (MATRIX, []),
        (MATRIX.replace("spam", "scam"), ["R043"]),
        (None, ["R043"]),
        (MATRIX.replace("spam", "adverts"), ["R043", "R001", "R001"]),
        (MATRIX.replace("CN", "EU"), ["R007"]),
        (MATRIX.replace("market: CN", "market: CHN"), ["R076"]),
        (MATRIX.replace("do: remove", "do: ban"), ["R004"]),
        (MATRIX.replace("{en: An example., zh: 示例。}", "{en: An example.}"), ["R003", "R003"]),
    ],
)
def test_each_mistake_in_the_matrix_has_its_code(matrix: str | None, expected: list[str]) -> None:
    files = {"markets": matrix} if matrix else {}
    assert codes(check(a=rule(markets='"@markets"'), **files)) == expected
