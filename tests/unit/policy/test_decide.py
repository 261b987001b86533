"""From matches to what happens: actions by market, statuses, and who should look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from moderation.domain.decision import Action, Decision, Versions
from moderation.domain.language import Language
from moderation.domain.ports import Policy
from moderation.domain.review import DESKS as REVIEW_DESKS
from moderation.domain.taxonomy import Severity
from moderation.policy.decide import Decider
from moderation.policy.engine import Engine, in_canary
from tests.unit.policy.building import DESKS, NOW, TAXONOMY, decide, engine_of, load, post_of, rule, signals_of


def _rule(name: str = "one", do: str = "hold", **parts: str) -> str:
    said = {"status": "enforce", "detect": f"{{invite: {{words: [{name}]}}}}", **parts}
    return rule(id=f"{said.get('category', 'spam')}.{name}", action=f"{{do: {do}}}" if "{" not in do else do, **said)


TESTS = "- {match: x, lang: zh}\n- {ok: y, lang: zh}\n- {match: x, lang: en}\n- {ok: y, lang: en}\n"


def _decide(rules: list[str], text: str, **fields: Any) -> Decision:
    said = {name: fields.pop(name) for name in ("language", "scores", "unavailable") if name in fields}
    loaded = load(*rules, **{f"rule{n}_test": TESTS for n in range(len(rules))})
    return decide(loaded, post_of(text, **fields), **said)


def _actions(outcomes: Mapping[str, Action]) -> dict[str, str]:
    return {market: action.name for market, action in outcomes.items()}


def test_the_engine_is_a_policy() -> None:
    policy: Policy = engine_of(load(rule()))
    assert policy.digest.startswith("sha256:")
    assert isinstance(policy, Engine)


def test_a_post_without_matches_is_approved_and_nobody_looks() -> None:
    decision = _decide([_rule()], "hello")
    assert (decision.action, decision.review, decision.matches) == (Action.approve, None, ())
    assert decision.outcomes == {"*": Action.approve}
    assert decision.decided_at == NOW


def test_the_strictest_action_of_the_matches_wins_and_they_stand_strictest_first() -> None:
    rules = [_rule("b", "limit"), _rule("c", "remove"), _rule("a", "hold"), _rule("d", "hold"), _rule("e", "approve")]
    decision = _decide(rules, "a b c d e")
    assert decision.action is Action.remove
    assert [match.rule for match in decision.matches] == ["spam.c", "spam.a", "spam.d", "spam.b", "spam.e"]


def test_an_empty_post_is_decided() -> None:
    decision = decide(load(rule()), post_of("", title=""), language=Language())
    assert (decision.action, decision.language.tag) == (Action.approve, "und")


# --- statuses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "status", "action"),
    [
        ({"status": "enforce"}, "enforce", "hold"),
        ({"status": "shadow"}, "shadow", "approve"),
        ({"status": "draft"}, None, "approve"),
        ({"status": "retired"}, None, "approve"),
        ({"status": "canary", "canary": "100%"}, "canary", "hold"),
        ({"status": "canary", "canary": "0.01%"}, "shadow", "approve"),
        ({"status": "enforce", "expires": "2026-11-21"}, "enforce", "hold"),
        ({"status": "enforce", "expires": "2026-11-20"}, "shadow", "approve"),
        ({"status": "canary", "canary": "100%", "expires": "2026-11-20"}, "shadow", "approve"),
    ],
)
def test_what_a_status_does(parts: dict[str, str], status: str | None, action: str) -> None:
    decision = _decide([_rule(**parts)], "one")
    assert [match.status for match in decision.matches] == ([status] if status else [])
    assert decision.action.name == action


def test_a_rule_expires_while_the_engine_runs() -> None:
    rules = load(_rule(expires="2026-11-21"), rule0_test=TESTS)
    post = post_of("one")
    engine, signals = engine_of(rules), [signals_of(rules, post)]
    last_moment = engine([post], signals, "2026-11-21T23:59:59Z")[0]
    next_day = engine([post], signals, "2026-11-22T00:00:00Z")[0]
    still = engine([post], signals, "2026-11-22T07:00:00+08:00")[0]  # the day is that of UTC
    assert [decision.action.name for decision in (last_moment, next_day, still)] == ["hold", "approve", "hold"]


def test_a_canary_acts_on_a_stable_share_of_the_posts() -> None:
    acted = {f"n-{n}" for n in range(10_000) if in_canary("spam.one", 0.1, f"n-{n}")}
    assert 900 < len(acted) < 1100
    assert acted == {f"n-{n}" for n in range(10_000) if in_canary("spam.one", 0.1, f"n-{n}")}
    assert acted <= {f"n-{n}" for n in range(10_000) if in_canary("spam.one", 0.2, f"n-{n}")}  # a larger share adds
    other = {f"n-{n}" for n in range(10_000) if in_canary("spam.two", 0.1, f"n-{n}")}
    assert len(acted & other) < 200  # no author bears every canary


def test_a_canary_outside_its_share_is_recorded_as_shadow() -> None:
    rules = load(_rule(status="canary", canary="10%"))
    by_post = {n: decide(rules, post_of("one", id=f"n-{n}")) for n in range(50)}
    for n, decision in by_post.items():
        acts = in_canary("spam.one", 0.1, f"n-{n}")
        assert decision.matches[0].status == ("canary" if acts else "shadow")
        assert decision.action is (Action.hold if acts else Action.approve)


# --- markets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "markets", "outcomes"),
    [
        (["{}"], ["*"], {"*": "hold"}),
        (["{DE: {do: limit}}"], ["*"], {"*": "hold", "DE": "limit"}),  # laxer there
        (["{DE: {do: remove}}"], ["*"], {"*": "hold", "DE": "remove"}),  # stricter there
        (["{DE: {do: hold}}"], ["*"], {"*": "hold"}),  # the same: not said twice
        (["{DE: {do: limit}}"], ["DE"], {"DE": "limit"}),
        (["{DE: {do: limit}}"], ["US", "DE"], {"DE": "limit", "US": "hold"}),
        (["{DE: {do: limit}}"], ["US"], {"US": "hold"}),
        (["{'*': {do: limit}, DE: {do: hold}}"], ["*"], {"*": "limit", "DE": "hold"}),
        # each rule's own action in a market first, then the strictest over the rules
        (["{DE: {do: approve}}", "{FR: {do: remove}}"], ["*"], {"*": "hold", "FR": "remove"}),
    ],
)
def test_outcomes_by_market(rules: list[str], markets: list[str], outcomes: dict[str, str]) -> None:
    texts = [_rule(f"r{n}", detect="{invite: {words: [one]}}", markets=said) for n, said in enumerate(rules)]
    decision = _decide(texts, "one", markets=markets)
    assert _actions(decision.outcomes) == outcomes
    assert decision.action is max(decision.outcomes.values())


@pytest.mark.parametrize(
    ("scope", "markets", "outcomes", "matches"),
    [
        ("[DE]", ["*"], {"*": "approve", "DE": "hold"}, 1),
        ("[DE]", ["DE", "US"], {"DE": "hold", "US": "approve"}, 1),
        ("[DE]", ["US"], {"US": "approve"}, 0),  # the rule does not apply there at all
        ("['*']", ["US"], {"US": "hold"}, 1),
    ],
)
def test_the_markets_of_a_scope(scope: str, markets: list[str], outcomes: dict[str, str], matches: int) -> None:
    decision = _decide([_rule(scope=f"{{markets: {scope}}}")], "one", markets=markets)
    assert _actions(decision.outcomes) == outcomes
    assert len(decision.matches) == matches


def test_a_market_of_a_shadow_rule_changes_nothing() -> None:
    decision = _decide([_rule(status="shadow", markets="{DE: {do: remove}}")], "one")
    assert _actions(decision.outcomes) == {"*": "approve"}


# --- doubt and failure ----------------------------------------------------------------------------------------------

DOUBTFUL = Language("en", doubtful=True, candidates=("en", "nl"))


@pytest.mark.parametrize(("do", "action"), [("remove", "hold"), ("hold", "hold"), ("limit", "limit")])
def test_a_doubtful_post_is_held_at_most(do: str, action: str) -> None:
    decision = _decide([_rule(do=do, markets="{DE: {do: remove}}")], "one", language=DOUBTFUL)
    assert _actions(decision.outcomes)["*"] == action
    assert max(decision.outcomes.values()) is Action.hold


@pytest.mark.parametrize(
    ("text", "do", "action"), [("hi", "limit", "hold"), ("one", "limit", "hold"), ("one", "remove", "remove")]
)
def test_a_post_with_a_failed_part_is_held_at_least(text: str, do: str, action: str) -> None:
    decision = _decide([_rule(do=do)], text, unavailable=("classifier",), markets=["US", "DE"])
    assert set(_actions(decision.outcomes).values()) == {action}
    assert decision.unavailable == ("classifier",)


def test_a_failed_part_alone_asks_for_a_review_of_medium_severity() -> None:
    review = _decide([_rule()], "hello", unavailable=("exemplars",)).review
    assert review is not None
    assert review.to_json() == {
        "desk": "en", "priority": 3.6, "lane": "harm", "due_in_s": 3, "read": {"limit": "R2", "remove": "R3"},
    }  # fmt: skip


def test_a_failed_part_never_hides_a_match_in_the_life_lane() -> None:
    low = _rule(category="violence", severity="low")
    review = _decide([low], "one", unavailable=("exemplars",)).review
    assert review is not None
    assert (review.lane, review.due_in_s) == ("life", 3)


# --- review ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("do", "severity", "looked_at"),
    [
        ("approve", "critical", False),
        ("limit", "low", False),
        ("limit", "medium", True),
        ("limit", "critical", True),
        ("hold", "informational", True),
        ("hold", "critical", True),
        ("remove", "high", False),
        ("remove", "critical", True),
    ],
)
def test_what_a_person_should_look_at(do: str, severity: str, looked_at: bool) -> None:
    assert (_decide([_rule(do=do, severity=severity)], "one").review is not None) is looked_at


def test_what_is_held_in_one_market_is_looked_at_though_another_removes_it() -> None:
    decision = _decide([_rule(markets="{DE: {do: remove}}")], "one")
    assert decision.action is Action.remove
    assert decision.review is not None


def test_the_most_severe_match_says_lane_read_level_due_time_and_priority() -> None:
    rules = [
        _rule("a", "limit", severity="low"),
        _rule("b", "hold", category="violence", severity="high"),
        _rule("c", "hold", severity="critical", status="shadow"),
    ]
    review = _decide(rules, "a b c", scores={"violence": 0.5, "spam": 0.9}, views_per_minute=10).review
    assert review is not None
    assert review.to_json() == {
        "desk": "en", "priority": 40.0, "lane": "life", "due_in_s": 2, "read": {"limit": "R1", "remove": "R2"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("severity", "scores", "views", "priority"),
    [
        ("informational", {"spam": 0.5}, None, 0.5),
        ("low", {"spam": 0.5}, None, 1.0),
        ("critical", {"spam": 0.5}, None, 8.0),
        ("low", {}, None, 1.8),  # no classifier has a score of it: .9
        ("low", {"scam": 0.1}, None, 1.8),
        ("low", {"spam": 0.5}, 12.5, 12.5),
        ("low", {"spam": 0.5}, 0, 1.0),  # nobody has seen it yet: as one view a minute
        ("low", {"spam": 0.12345}, 1, 0.247),
    ],
)
def test_the_priority_is_p_s_v_by_h(
    severity: str, scores: dict[str, float], views: float | None, priority: float
) -> None:
    review = _decide([_rule(severity=severity)], "one", scores=scores, views_per_minute=views).review
    assert review is not None
    assert review.priority == priority


@pytest.mark.parametrize(
    ("language", "desk"),
    [
        (Language("zh-Hant"), "zh"),
        (Language("yue"), "zh"),
        (Language("ja"), "zh"),
        (Language("en"), "en"),
        (Language("th"), "en"),
        (Language("und"), "both"),
        (Language("en", doubtful=True, candidates=("en", "nl")), "both"),
        (Language("zh-Hans", shares={"zh-Hans": 0.7, "en": 0.3}), "both"),
        (Language("zh-Hans", shares={"zh-Hans": 0.71, "en": 0.29}), "zh"),
        (Language("en", shares={"en": 0.6, "fr": 0.4}), "en"),  # one desk reads both
        (Language("th", shares={"th": 0.6, "ja": 0.4}), "both"),
        (Language("ja-Latn"), "zh"),  # a romanised language goes with the language itself
        (Language("zh-Latn-pinyin"), "zh"),
        (Language("hi-Latn"), "en"),
        (Language("en-SG"), "en"),
        # what counts is how much of the post a desk reads, in however many languages
        (Language("zh-Hans", shares={"zh-Hans": 0.4, "en": 0.25, "es": 0.25, "fr": 0.1}), "both"),
        (Language("zh-Hans", shares={"zh-Hans": 0.28, "en": 0.26, "es": 0.24, "fr": 0.22}), "en"),
        (Language("en", shares={"en": 0.3, "zh-Hans": 0.2, "ja": 0.5}), "both"),
        (Language("en", shares={"en": 0.25, "zh-Hans": 0.25, "ja": 0.5}), "zh"),
    ],
)
def test_which_desk_reads_a_language(language: Language, desk: str) -> None:
    decider = Decider(TAXONOMY, DESKS)
    assert decider.desk(language) == desk
    assert set(DESKS.values()) <= {*REVIEW_DESKS, "both"}


def test_a_match_that_approves_has_no_say_in_the_review() -> None:
    rules = [_rule("a", "approve", severity="critical", category="violence"), _rule("b", "hold", severity="low")]
    decision = _decide(rules, "a b")
    assert [match.rule for match in decision.matches] == ["spam.b", "violence.a"]
    assert decision.review is not None
    assert (decision.review.lane, decision.review.due_in_s) == ("harm", 4)


def test_a_rule_may_name_its_desk() -> None:
    review = _decide([_rule(do="{do: hold, desk: zh}")], "one").review
    assert review is not None
    assert review.desk == "zh"


def test_scores_and_versions_are_those_given() -> None:
    rules = load(rule())
    post = post_of("x")
    versions = Versions("9", rules.digest, {"m": "1"})
    signals = signals_of(rules, post, scores={"spam": 0.1235, "hate": 1.0})
    decision = Engine(rules, TAXONOMY, DESKS, versions)([post], [signals], NOW)[0]
    assert decision.scores == {"spam": 0.1235, "hate": 1.0}
    assert decision.versions is versions


def test_severities_weigh_as_powers_of_two() -> None:
    assert [1 << severity for severity in Severity] == [1, 2, 4, 8, 16]
