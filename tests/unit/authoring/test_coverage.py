"""Which categories the rules reach in which languages, and what stands alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moderation.authoring.coverage import Cell, read_models, survey
from moderation.classifiers.artifact import shipped
from moderation.domain.errors import UsageError
from moderation.policy.model import RuleSet
from tests.unit.policy.building import load, rule

MODELS = {"spam": frozenset({"en"})}


def _cells(rules: RuleSet, category: str = "spam") -> dict[str, Cell]:
    cells = survey(rules, MODELS, ("zh", "en", "de"))
    return {cell.language: cell for cell in cells if cell.category == category}


@pytest.mark.parametrize(
    ("parts", "languages"),
    [
        ({}, ["zh", "en", "de"]),  # terms for any language
        ({"scope": "{languages: [en]}"}, ["en"]),
        ({"scope": "{languages: [zh-Hant]}"}, ["zh"]),  # a part of it
        ({"detect": "{invite: {words: {en: [join us]}}}"}, ["en"]),  # silent elsewhere, whatever the scope
        ({"detect": "{invite: {score: spam, gte: 0.5}}"}, ["en"]),  # no classifier elsewhere
        ({"detect": "{invite: {score: spam, gte: {zh: 0.5}}}"}, []),  # a limit without a classifier
        ({"detect": "{a: {words: {en: [x]}}, b: {words: {zh: [一]}}}", "condition": "a or b"}, ["zh", "en"]),
        ({"detect": "{a: {words: {en: [x]}}, b: {words: {zh: [一]}}}", "condition": "a and b"}, []),
        ({"detect": "{a: {words: [x]}, filter_b: {words: {zh: [一]}}}", "condition": "a and not filter_b"},
         ["zh", "en", "de"]),  # a filter of another language takes nothing
        ({"status": "draft"}, []),
        ({"status": "retired"}, []),
    ],
)  # fmt: skip
def test_where_a_rule_counts(parts: dict[str, str], languages: list[str]) -> None:
    cells = _cells(load(rule(**parts)))
    assert [tag for tag, cell in cells.items() if not cell.empty] == languages


def test_rules_count_by_status_and_only_those_that_act_can_be_sole() -> None:
    rules = load(
        rule(status="canary", canary="10%", scope="{languages: [zh, en]}"),
        rule(id="spam.two", status="shadow"),
    )
    cells = _cells(rules)
    assert cells["en"].rules == {"enforce": (), "canary": ("spam.one",), "shadow": ("spam.two",)}
    assert (cells["en"].sole, cells["de"].sole, cells["de"].empty) == ("spam.one", None, False)
    assert _cells(rules, "hate")["en"].empty


def test_the_only_rule_that_is_tested_in_a_language_is_sole_there() -> None:
    parts = {"status": "canary", "canary": "10%"}
    rules = load(
        rule(**parts),
        rule(id="spam.two", **parts),
        rule0_test="- {match: join us, lang: en}\n- {match: join us bitte, lang: de}\n- {todo_match: 一, lang: zh}\n",
        rule1_test="- {match: join us, lang: en-GB}\n- {ok: hallo, lang: de}\n",
    )
    cells = _cells(rules)
    assert [cells[tag].proven for tag in ("zh", "en", "de")] == [(), ("spam.one", "spam.two"), ("spam.one",)]
    assert [cells[tag].sole for tag in ("zh", "en", "de")] == [None, None, "spam.one"]
    assert [(cells[tag].match_tests, cells[tag].ok_tests) for tag in ("zh", "en", "de")] == [(0, 0), (2, 0), (1, 1)]
    assert [cells[tag].untested for tag in ("zh", "en", "de")] == [True, True, False]


def test_a_classifier_alone_leaves_a_gap() -> None:
    cell = _cells(load(rule(id="hate.one", category="hate")))["en"]
    assert (cell.classifier, cell.empty) == (True, True)


def test_the_shipped_models_say_what_they_cover_without_their_weights() -> None:
    models = read_models(shipped())
    assert "zh" in models["scam"]
    assert "en" in models["violence"]
    assert "ru" in models["spam"]
    assert "en" in models["misinformation"]
    assert "de" not in models["misinformation"]  # too few rows to learn it from
    assert "sexual_minors" not in models  # nothing is trained for it


def described(folder: Path, text: str) -> Path:
    (folder / "calibration").mkdir()
    (folder / "calibration" / "model.json").write_text(text)
    return folder


def test_a_head_counts_for_the_languages_that_it_has_a_line_for(tmp_path: Path) -> None:
    line = {"fast": [1.0, 0.0], "both": [1.0, 0.5, 0.0]}
    lines = {"spam": {"de": line, "zh": line}, "scam": {"de": line}}
    models = read_models(described(tmp_path, json.dumps({"lines": lines})))
    assert models == {"spam": frozenset({"de", "zh"}), "scam": frozenset({"de"})}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"lines": []}', '{"lines": {"spam": 7}}', '{"lines": {"spam": null}}']
)
def test_a_damaged_calibration_is_named_with_the_remedy(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"calibration/model\.json is not the description of a calibration; install"):
        read_models(described(tmp_path, text))


def test_models_without_a_calibration_are_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"calibration/model\.json is not the description of a calibration; install"):
        read_models(tmp_path)
