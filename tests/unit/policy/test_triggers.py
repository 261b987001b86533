"""A gate spares the search for patterns that cannot matter; it never changes a decision."""

from dataclasses import replace

import pytest

from moderation.bootstrap import assemble, build_rules, load_models
from moderation.demo import bundled
from moderation.settings import load_settings
from tests.unit.policy.building import load, rule


@pytest.mark.slow
def test_the_shipped_rules_decide_the_same_with_and_without_gates() -> None:
    settings = load_settings()
    rules, models = build_rules(settings), load_models(settings)
    assert any(rules.vocabulary.gates)
    assert rules.vocabulary.exemplar_gate
    gated = assemble(models, rules)
    everything = replace(rules.vocabulary, gates=(), exemplar_gate=None, disguised=None)
    searching = assemble(models, replace(rules, vocabulary=everything))
    posts = bundled()
    for one, other in zip(gated(posts), searching(posts), strict=True):
        assert one._replace(decided_at="") == other._replace(decided_at="")


DETECT = "{invite: {words: [join]}, price: {regex: '[0-9]+'}, lure: {regex: 'free'}, young: {author.age_days: {lt: 3}}}"

OPENED_BY = [
    ("invite and price and lure and young", {"[0-9]+": ["join"], "free": ["join"]}),
    ("price and lure and (invite or young)", {"[0-9]+": None, "free": ["[0-9]+"]}),
    ("(invite or lure) and price and (young or lure)", {"[0-9]+": None, "free": ["[0-9]+"]}),
    ("young and (invite or price or lure or not young)", {"[0-9]+": None, "free": None}),
    ("not lure and (price or young) and not invite", {"[0-9]+": None, "free": None}),
]


@pytest.mark.parametrize(("condition", "opened"), OPENED_BY)
def test_a_pattern_waits_for_what_its_rule_cannot_be_true_without(
    condition: str, opened: dict[str, list[str] | None]
) -> None:
    vocabulary = load(rule(detect=DETECT, condition=condition)).vocabulary
    found = {}
    for pattern, gate in zip(vocabulary.patterns, vocabulary.gates, strict=True):
        names = gate and [
            *(vocabulary.patterns[number].regex for number in gate.patterns),
            *(vocabulary.terms[number].text for number in gate.terms),
        ]
        found[pattern.regex] = names and sorted(names)
    assert found == opened


def test_a_pattern_that_two_rules_share_is_opened_by_either() -> None:
    detect = "{word: {words: [%s]}, price: {regex: '[0-9]+'}}"
    one = rule(id="spam.one", detect=detect % "join", condition="word and price")
    other = rule(id="spam.other", detect=detect % "win", condition="word and price")
    alone = rule(id="spam.alone", detect="{price: {regex: '[0-9]+'}}", condition="price")
    (gate,) = load(one, other).vocabulary.gates
    assert gate is not None
    assert len(gate.terms) == 2
    assert load(one, other, alone).vocabulary.gates == (None,)


LIKE = "{invite: {words: [join]}, like: {similar_to: {examples: '@lists/exemplars/x', gte: 0.8}}}"
EXEMPLARS = "{language: '*', owner: a, source: b, terms: [come with me]}"


@pytest.mark.parametrize(("condition", "opens"), [("like and invite", True), ("like or invite", False)])
def test_similarities_wait_where_no_rule_holds_by_them_alone(condition: str, opens: bool) -> None:
    vocabulary = load(rule(detect=LIKE, condition=condition), lists__exemplars__x=EXEMPLARS).vocabulary
    assert (vocabulary.exemplar_gate is not None) == opens
