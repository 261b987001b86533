"""What is generated and what is written about the language stay current."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from moderation.policy import grammar
from moderation.policy.codes import CODES
from moderation.policy.conditions import READERS
from moderation.policy.rules import OPTIONAL, REQUIRED
from moderation.policy.schema import rule_schema

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "policy.md").read_text("utf-8")


def test_the_schema_beside_the_rules_is_current() -> None:
    """Rewrite with `moderation rules schema > rules/schema.json`."""
    assert json.loads((ROOT / "rules" / "schema.json").read_text("utf-8")) == rule_schema()


def test_the_schema_knows_every_key_and_every_kind_of_condition() -> None:
    schema = rule_schema()
    assert set(schema["properties"]) == {*REQUIRED, *OPTIONAL}
    assert schema["required"] == list(REQUIRED)
    kinds = schema["properties"]["detect"]["additionalProperties"]["oneOf"]
    assert {name for kind in kinds for name in READERS if name in kind["properties"]} == set(READERS)


def test_every_pattern_of_the_schema_is_a_regular_expression() -> None:
    patterns = re.findall(r'"pattern": "((?:[^"\\]|\\.)*)"', json.dumps(rule_schema()))
    assert patterns
    for pattern in patterns:
        re.compile(json.loads(f'"{pattern}"'))


def test_every_code_that_is_reported_is_listed_and_every_listed_one_is_reported() -> None:
    folder = ROOT / "moderation" / "policy"
    said = "".join(path.read_text("utf-8") for path in folder.glob("*.py") if path.name != "codes.py")
    assert set(re.findall(r'"([YR]0\d\d)"', said)) == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_explained_in_the_document(code: str) -> None:
    assert f"| {code} |" in DOCUMENT


@pytest.mark.parametrize("word", [*READERS, *REQUIRED, *OPTIONAL, *sorted(grammar.RESERVED)])
def test_every_condition_key_and_word_has_its_place_in_the_document(word: str) -> None:
    assert f"`{word}`" in DOCUMENT or f"`{word}:" in DOCUMENT
