"""What flips when a test is written otherwise, and who is to blame."""

from __future__ import annotations

import pytest

from moderation.authoring.flips import Change, Flip, Share, accepts, flip, worst
from moderation.authoring.variants import VARIANTS
from moderation.domain.decision import Action
from moderation.domain.signal import Evidence
from tests.unit.authoring.test_parity import judge_of
from tests.unit.policy.building import load, rule

NAMED = {variant.name: variant for variant in VARIANTS}


def _flips(*names: str, tests: str, **parts: str) -> list[Flip]:
    rules = load(rule(**parts), rule0_test=tests)
    return flip(rules.rules, [NAMED[name] for name in names], judge_of(rules))


def test_a_variant_that_does_not_change_a_text_is_not_counted() -> None:
    tests = "- {match: join us, lang: en}\n- {ok: 你好, lang: zh}\n"
    assert [(each.variant, each.example.lang) for each in _flips("upper_case", "pinyin", tests=tests)] == [
        ("upper_case", "en"),
        ("pinyin", "zh"),
    ]


def test_a_match_that_is_lost_is_blamed_on_a_rule_that_accepts_the_evidence() -> None:
    """The search of these tests knows case and nothing else, so every other variant loses the term."""
    tests = "- {match: join us, lang: en}\n"
    found = {each.variant: each for each in _flips("upper_case", "spaced", "leet", tests=tests)}
    assert [(name, each.change, each.accepted, each.faulty) for name, each in found.items()] == [
        ("upper_case", Change.same, True, False),
        ("spaced", Change.lost, True, True),
        ("leet", Change.lost, False, False),  # the rule takes squeezed and stronger
    ]


def test_a_false_alarm_is_always_blamed() -> None:
    (each,) = _flips("spaced", tests="- {ok: at home, lang: en}\n", detect="{invite: {words: [h o m e]}}")
    assert (each.change, each.faulty) == (Change.false_alarm, True)


def test_what_counts_is_the_outcome_of_the_text_and_not_what_its_test_hopes_for() -> None:
    (each,) = _flips("spaced", tests="- {todo_match: come here, lang: en}\n")
    assert (each.matched, each.change) == (False, Change.same)


def test_the_action_before_and_after_is_that_of_the_whole_decision() -> None:
    parts = {"status": "canary", "canary": "100%"}
    (each,) = _flips("spaced", tests="- {match: join us, lang: en}\n", **parts)
    assert (each.before, each.after) == (Action.hold, Action.approve)


def test_a_rule_that_does_not_run_is_not_measured() -> None:
    assert _flips("spaced", tests="- {match: join us, lang: en}\n", status="retired") == []


@pytest.mark.parametrize(
    ("detect", "condition", "evidence", "accepted"),
    [
        ("{a: {words: [join us]}}", "a", Evidence.squeezed, True),
        ("{a: {words: [join us]}}", "a", Evidence.leet, False),
        ("{a: {words: [join us], evidence: homophone}}", "a", Evidence.leet, True),
        ("{a: {regex: {en: join}}}", "a", Evidence.folded, True),
        ("{a: {regex: {en: join}}}", "a", Evidence.squeezed, False),  # patterns read the folded view
        ("{a: {words: [join us], evidence: leet}, b: {regex: {en: x}}}", "a and b", Evidence.leet, False),
        ("{a: {words: [join us], evidence: leet}, b: {regex: {en: x}}}", "a or b", Evidence.leet, True),
        ("{a: {words: [join us], evidence: leet}, b: {regex: {en: x}}}", "a and not b", Evidence.leet, True),
        ("{a: {contact: any, evidence: numeral}, b: {author.age_days: {lt: 3}}}", "a and b", Evidence.numeral, True),
        ("{a: {score: spam, gte: 0.5}}", "a", Evidence.leet, False),
    ],
)
def test_what_a_rule_accepts(detect: str, condition: str, evidence: Evidence, accepted: bool) -> None:
    (read,) = load(rule(detect=detect, condition=condition, explain="{en: Invites, zh: 邀请}")).rules
    assert accepts(read, evidence) is accepted


def test_shares_are_of_the_matches_that_the_rule_accepts_and_of_the_texts_that_were_not_matched() -> None:
    tests = "- {match: join us, lang: en}\n- {match: come join us, lang: en}\n- {ok: hello, lang: en}\n"
    share = Share.of(_flips("spaced", "leet", "upper_case", tests=tests))
    assert (share.texts, share.matched, share.accepted, share.lost, share.not_accepted) == (9, 6, 4, 2, 2)
    assert (share.lost_share, share.false_share) == (0.5, 0.0)
    assert Share.of([]).lost_share is None


def test_the_worst_rules_come_first_with_their_variants() -> None:
    rules = load(
        rule(),
        rule(id="spam.two"),
        rule(id="spam.well", detect="{a: {words: [ok]}}", condition="a"),
        rule0_test="- {match: join us, lang: en}\n",
        rule1_test="- {match: join us, lang: en}\n- {match: do join us, lang: en}\n",
        rule2_test="- {ok: hello, lang: en}\n",
    )
    found = flip(rules.rules, [NAMED["spaced"]], judge_of(rules))
    assert [(name, share.lost, by) for name, share, by in worst(found)] == [
        ("spam.two", 2, {"spaced": 2}),
        ("spam.one", 1, {"spaced": 1}),
    ]
