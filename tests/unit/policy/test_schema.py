"""What is generated and what is written about the language stay current."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from moderation.domain.signal import Campaign, Contact, Evidence, Found, Hit, Window
from moderation.domain.text import Span
from moderation.policy import grammar
from moderation.policy.codes import CODES
from moderation.policy.conditions import READERS
from moderation.policy.rules import OPTIONAL, REQUIRED
from moderation.policy.schema import rule_schema
from tests.unit.policy.building import check, codes, load, matched, rule

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
    said = "".join(path.read_text("utf-8") for path in folder.rglob("*.py") if path.name != "codes.py")
    assert set(re.findall(r'"([YR]0\d\d)"', said)) == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_explained_in_the_document(code: str) -> None:
    assert f"| {code} |" in DOCUMENT


@pytest.mark.parametrize("evidence", Evidence)
def test_every_kind_of_evidence_stands_in_the_document_with_its_strength(evidence: Evidence) -> None:
    assert f"| `{evidence.name}` | {evidence.strength} |" in DOCUMENT


EXAMPLES = re.findall(r"^\| `([a-z_.]+)` \| `(\{.+?\})` \|", DOCUMENT, re.MULTILINE)
SHARED = {
    "lists__zh__invite": "language: zh\nowner: o\nsource: s\nterms: [加微信]\n",
    "lists__exemplars__offsite": "language: '*'\nowner: o\nsource: s\nterms: [Write to me elsewhere.]\n",
    "culture__idioms": "- {id: cat_tax, forms: {zh: [交猫税]}, owner: o, benign: {en: A custom., zh: 习惯。}}\n",
}


def test_every_kind_of_condition_has_an_example_in_the_document() -> None:
    assert {kind for kind, _ in EXAMPLES} == set(READERS)


@pytest.mark.parametrize(("kind", "condition"), EXAMPLES)
def test_every_example_of_a_condition_in_the_document_loads(kind: str, condition: str) -> None:
    assert kind in condition
    text = rule(detect=f"{{invite: {condition}}}", action="{do: approve}")  # some are no reason for any other
    assert set(codes(check(a=text, **SHARED))) <= {"R064"}  # lists that this one does not name


CONTACT = Contact("wechat", "wx123", Hit(-1, Span("text", 0, 5, "wx123"), Evidence.homophone))
LINK = Contact("link", "winnings.top/x", Hit(-1, Span("text", 0, 14, "winnings.top/x"), Evidence.exact))


@pytest.mark.parametrize(
    ("found", "authors", "matches"),
    [
        (Found(contacts=[CONTACT]), 3, True),
        (Found(links=[LINK]), 4, True),
        (Found(contacts=[CONTACT]), 2, False),
        (Found(), 3, False),
    ],
)
def test_the_rule_on_copies_in_the_document_runs(found: Found, authors: int, matches: bool) -> None:
    (text,) = re.findall(r"```yaml\n(id: ad_diversion\.same_text\n.*?)```", DOCUMENT, re.DOTALL)
    campaign = Campaign("c-1", 9, 9, 0, {Window(86400.0): authors})
    assert bool(matched(load(text), "x", found=found, campaign=campaign)) is matches


@pytest.mark.parametrize("word", [*READERS, *REQUIRED, *OPTIONAL, *sorted(grammar.RESERVED)])
def test_every_condition_key_and_word_has_its_place_in_the_document(word: str) -> None:
    assert f"`{word}`" in DOCUMENT or f"`{word}:" in DOCUMENT
