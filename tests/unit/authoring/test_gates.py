"""What a rule must pass before it does more, each gate at its border."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from moderation.authoring.examples import run_examples
from moderation.authoring.gates import (
    DEMANDS,
    Gate,
    Record,
    Seen,
    check_gate,
    claimed,
    disparity_gate,
    examples_gate,
    parity_gate,
    precision_gate,
)
from moderation.authoring.parity import compare
from moderation.domain.errors import Problem
from tests.unit.authoring.test_parity import ALIKE, BROKEN, judge_of
from tests.unit.policy.building import load, rule

DETECT = "{invite: {words: {en: [join us], zh: [加入我们]}}}"
CANARY, ENFORCE = DEMANDS["canary"], DEMANDS["enforce"]
OK = "- {ok: hello, lang: en}\n- {ok: 你好, lang: zh}\n"


def record(right: int = 0, wrong: int = 0, **benign: tuple[int, int]) -> Record:
    """What a rule did: so many matches right and wrong; by language benign verdicts, and matches among them."""
    return Record(1000, right + wrong, right + wrong, right, benign)


def test_a_problem_that_the_new_status_brings_fails() -> None:
    assert check_gate([]) == Gate("check", True, "clean", {"n": 0, "problems": []})
    failed = check_gate([Problem("a.yaml", 4, 9, "R067", "a canary without `expires`", warning=True)])
    assert (failed.passed, failed.numbers["problems"]) == (
        False,
        ["a.yaml:4:9: warning R067: a canary without `expires`"],
    )


@pytest.mark.parametrize(
    ("tests", "why", "told"),
    [
        (ALIKE + OK, "passed", []),
        (BROKEN + OK, "failed", ["rule0.test.yaml:2"]),
        (ALIKE, "missing", ["ok zh", "ok en"]),
        ("- {match: join us, lang: en}\n" + OK, "missing", ["match zh"]),
        # what is not true yet shows nothing
        ("- {match: join us, lang: en}\n- {todo_match: 一起来, lang: zh}\n" + OK, "missing", ["match zh"]),
        # a test in a variety of the language counts
        ("- {match: join us, lang: en-SG}\n- {match: 加入我们, lang: zh-Hant}\n" + OK, "passed", []),
        ("", "missing", ["match zh", "ok zh", "match en", "ok en"]),
    ],
)
def test_tests_pass_with_a_match_and_an_ok_in_every_language(tests: str, why: str, told: list[str]) -> None:
    rules = load(rule(detect=DETECT, scope="{languages: [zh, en]}"), rule0_test=tests or "[]\n")
    gate = examples_gate(run_examples(rules.rules, judge_of(rules)), claimed(rules.rules[0], {}))
    assert (gate.why, gate.passed) == (why, why == "passed")
    assert (gate.numbers.get("places") or gate.numbers.get("missing")) == told


def test_a_rule_for_any_language_claims_those_of_its_words_and_of_the_desks() -> None:
    detect = "{invite: {words: {es: [ven], en: [join]}}, filter_x: {words: {fr: [salut]}}}"
    rules = load(rule(detect=detect, condition="invite and not filter_x"))
    assert claimed(rules.rules[0], {}) == ["en", "zh", "es"]
    assert claimed(load(rule(scope="{languages: [de, fr]}")).rules[0], {}) == ["de", "fr"]


def test_pairs_agree_or_break_and_none_is_nothing_to_compare() -> None:
    for tests, why in ((ALIKE, "agree"), (BROKEN, "broken"), (OK, "none")):
        rules = load(rule(detect=DETECT, scope="{languages: [zh, en]}"), rule0_test=tests)
        gate = parity_gate(compare(rules.rules, judge_of(rules)).pairs)
        assert (gate.why, gate.passed) == (why, why != "broken")
        assert gate.numbers["pairs"] == (["p1"] if why == "broken" else [])


@pytest.mark.parametrize(
    ("right", "wrong", "to", "why"),
    [
        (50, 0, "enforce", "enough"),  # the lower end is 0.93
        (49, 0, "enforce", "few"),  # whatever they say
        (46, 4, "enforce", "enough"),  # 0.812
        (45, 5, "enforce", "low"),  # nine of ten right, and 0.786 is all that is sure
        (20, 0, "canary", "enough"),
        (17, 3, "canary", "enough"),  # 0.640
        (16, 4, "canary", "low"),  # 0.584
        (19, 0, "canary", "few"),
        (0, 0, "canary", "few"),
    ],
)
def test_precision_is_the_lower_end_of_its_interval(right: int, wrong: int, to: str, why: str) -> None:
    gate = precision_gate(record(right, wrong), DEMANDS[to])
    assert (gate.why, gate.passed) == (why, why == "enough")
    assert (gate.numbers["right"], gate.numbers["n"]) == (right, right + wrong)


@pytest.mark.parametrize(
    ("benign", "why", "passes"),
    [
        ({"en": (1000, 0), "zh": (1000, 0)}, "even", (True, True)),
        ({"en": (1000, 4), "zh": (1000, 5)}, "even", (True, True)),
        # eight times as many in zh as in en, and at least 2.1 times the rate of all
        ({"en": (20000, 5), "zh": (2000, 30)}, "uneven", (False, False)),
        # far more in zh too, but that may be chance: two of 200
        ({"en": (2000, 4), "zh": (200, 2)}, "even", (True, True)),
        # the same everywhere, and too many to act on: 2%
        ({"en": (1000, 20), "zh": (1000, 20)}, "many", (True, False)),
        # none wrong, and too few to say that it is under 1%
        ({"en": (200, 0)}, "many", (True, False)),
        ({"en": (400, 0)}, "even", (True, True)),
        # too few in each language to compare them
        ({"en": (199, 0), "zh": (199, 0)}, "unjudged", (True, False)),
        ({}, "unjudged", (True, False)),
    ],
)
def test_false_positives_are_few_and_no_burden_of_one_language(
    benign: dict[str, tuple[int, int]], why: str, passes: tuple[bool, bool]
) -> None:
    gates = [disparity_gate(record(**benign), demand) for demand in (CANARY, ENFORCE)]
    assert gates[1].why == why
    assert (gates[0].passed, gates[1].passed) == passes


def test_the_worst_language_and_those_not_judged_are_named() -> None:
    gate = disparity_gate(record(en=(20000, 5), zh=(2000, 30), de=(199, 150)), ENFORCE)
    assert gate.numbers["worst"] == "zh"
    assert gate.numbers["not_judged"] == {"de": [199, 150]}
    assert gate.numbers["judged"] == {"en": [20000, 5], "zh": [2000, 30]}


def test_posts_count_by_language_and_only_where_the_rule_reaches() -> None:
    def posts() -> Iterator[Seen]:
        yield Seen("zh-Hant", True, True)
        yield Seen("yue", True, False)  # Cantonese is counted as Chinese
        yield Seen("zh-Hans", False, False)
        yield Seen("en", False, False)
        yield Seen("en", False, None)
        yield Seen("en", True, None)  # nobody knows
        yield Seen("fr", False, False)  # the rule has no French
        yield Seen("de", True, False)  # nor German, but there it is wrong all the same

    found = Record.of(posts(), lambda language: language in {"zh", "en"})
    assert found == Record(8, 4, 3, 1, {"de": (1, 1), "en": (1, 0), "zh": (2, 1)})
