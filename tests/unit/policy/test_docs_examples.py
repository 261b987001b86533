"""The rules of docs/examples: one for each kind of condition, and they run."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderation.authoring.examples import Outcome, run_examples
from moderation.bootstrap import assemble, load_models
from moderation.policy.conditions import READERS
from moderation.policy.loader import check_rules, read_folder
from moderation.settings import load_settings
from tests.unit.policy.building import TODAY

FOLDER = Path(__file__).parents[3] / "docs" / "examples"
CHECKED = check_rules(read_folder(FOLDER), TODAY)


def test_the_examples_check_without_a_warning() -> None:
    assert [str(problem) for problem in CHECKED.problems] == []


@pytest.mark.parametrize("kind", READERS)
def test_every_kind_of_condition_has_an_example(kind: str) -> None:
    files = (path.read_text("utf-8") for path in FOLDER.glob("*.yaml") if not path.name.endswith(".test.yaml"))
    assert any(f"{{{kind}:" in text for text in files)


@pytest.mark.slow
def test_every_example_matches_what_it_says_and_nothing_else() -> None:
    assert CHECKED.rule_set is not None
    rules = CHECKED.rule_set
    results = run_examples(rules.rules, assemble(load_models(load_settings(None)), rules))
    failed = [
        f"{each.example.file}:{each.example.line}: {each.reason}" for each in results if each.outcome is Outcome.failed
    ]
    assert failed == []
    for rule in rules.rules:
        kept = {each.expected for each in rule.examples if not each.todo}
        assert kept == {True, False} or rule.id == "ad_diversion.score"  # what a model says is not ours to promise
