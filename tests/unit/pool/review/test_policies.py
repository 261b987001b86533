"""Every category has a policy in both languages, and a verdict cites the one that holds."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from moderation.domain.errors import PolicyStale, UsageError
from moderation.domain.taxonomy import CATEGORIES
from moderation.pool.review.policies import Policies
from moderation.settings import load_policies, load_taxonomy, shipped

POLICIES = load_policies()


def test_every_category_has_a_policy_and_nothing_else_has() -> None:
    assert tuple(POLICIES) == CATEGORIES
    assert len(POLICIES) == len(CATEGORIES)


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_policy_says_what_is_forbidden_what_is_not_and_which_action_is_usual(category: str) -> None:
    policy = POLICIES[category]
    assert policy.category == category
    assert policy.title == load_taxonomy()[category].title
    assert date.fromisoformat(policy.version).isoformat() == policy.version
    en, zh = policy.text["en"], policy.text["zh"]
    assert 3 <= len(re.findall(r"\.(?:\s|$)", en)) <= 6
    assert 3 <= zh.count("。") <= 6
    assert "ot forbidden" in en
    assert "不禁止" in zh
    assert re.search(r"\b(allow|limit|remove|escalate)\b", en.partition("Usual")[2])
    assert re.search("放行|限流|删除|上报", zh)
    assert " " not in zh, "a folded line would leave spaces between Chinese sentences"


@pytest.mark.parametrize("version", [None, POLICIES["scam"].version])
def test_the_version_that_holds_may_be_cited_and_so_may_none(version: str | None) -> None:
    assert POLICIES.check("scam", version) is POLICIES["scam"]


@pytest.mark.parametrize("version", ["2026-01-01", "", "2026-11-21 "])
def test_another_version_is_stale_and_the_message_names_the_one_that_holds(version: str) -> None:
    with pytest.raises(PolicyStale) as stale:
        POLICIES.check("scam", version)
    assert f"scam@{version} is not the text that holds" in str(stale.value)
    assert f"scam@{POLICIES['scam'].version}" in str(stale.value)


def test_a_category_that_there_is_not_is_a_wrong_call() -> None:
    with pytest.raises(UsageError, match="no policy is called 'spams'; there are hate, harassment"):
        POLICIES.check("spams")
    assert "spams" not in POLICIES
    assert Policies({}).get("spam") is None


@pytest.fixture
def configs(tmp_path: Path) -> Path:
    """The shipped policies and taxonomy, to be spoilt."""
    for name in ("policies.yaml", "taxonomy.yaml"):
        (tmp_path / name).write_bytes((shipped("configs") / name).read_bytes())
    return tmp_path


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("hate:\n  version: 2026-11-21", "hate:\n  version: 2026-13-21", "policies.yaml:5:12: hate.version"),
        ("hate:\n", "hatred:\n", "missing or unknown: hate, hatred"),
        ("hate:\n", "hate:\n  text: x\n", "hate.text: Extra inputs are not permitted"),
    ],
)
def test_a_file_that_cannot_hold_is_refused_with_its_place(configs: Path, before: str, after: str, said: str) -> None:
    file = configs / "policies.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load_policies(configs)
    assert said in str(refused.value)
