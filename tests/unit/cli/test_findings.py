"""What `pool show` and `review` say of a finding: how it was seen, its disguise, its campaign; in both languages."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from click.testing import CliRunner

from moderation.cli import cli
from moderation.cli.pool.decision import print_decision
from moderation.domain.decision import Action, Seen
from moderation.domain.signal import Campaign, Evidence
from moderation.domain.text import Span
from moderation.storage.sql import SqlStore
from tests.support.builders import a_decision, a_match, a_need, a_post

TEXT = "加V 看主页，威信 同号 \u202e"
MATCH = replace(
    a_match("ad_diversion.contact"),
    spans=(Span("text", 0, 2, "加V"), Span("text", 3, 6, "看主页"), Span("text", 7, 11, "威信 \u202e")),
    seen=(Seen(Evidence.homophone, ("加V", "加微信")), Seen(Evidence.exact), Seen(Evidence.homophone, ("微信",))),
)
CAMPAIGN = Campaign("c-\u202e1", 12, 5, 1795248000.0, {})


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with one post of a campaign and one of none, both waiting at the Chinese desk."""
    file = tmp_path_factory.mktemp("pool") / "pool.sqlite3"
    store = SqlStore.at(file)
    copied, alone = a_post("p-1", text=TEXT), a_post("p-2")
    decisions = [
        a_decision(copied, Action.hold, a_need("zh", 9.0), matches=(MATCH,), campaign=CAMPAIGN, scores={}),
        a_decision(alone, Action.hold, a_need("zh", 1.0), matches=(a_match(),), scores={}),
    ]
    store.add_posts([copied, alone], "unit", time.time())
    assert store.commit("unit", decisions, time.time()) == len(decisions)
    store.close()
    return f"sqlite:///{file}"


def run(url: str, *arguments: str) -> str:
    result = CliRunner().invoke(cli, arguments, env={"MODERATION_STORE_URL": url}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


EN = [
    "exact: [看主页]",
    "homophone: [加V → 加微信], [威信 <U+202E> → 微信]",
    "= campaign c-<U+202E>1: 12 posts, 5 authors",
]
ZH = ["原文: [看主页]", "谐音: [加V → 加微信], [威信 <U+202E> → 微信]", "= 批量文案 c-<U+202E>1：12 条内容，5 个作者"]


@pytest.mark.parametrize("command", [("pool", "show", "p-1"), ("review", "show", "1")])
@pytest.mark.parametrize(("lang", "lines"), [("en", EN), ("zh", ZH)])
def test_a_finding_is_shown_by_how_it_was_seen(url: str, command: tuple[str, ...], lang: str, lines: list[str]) -> None:
    shown = run(url, *command, "--lang", lang)
    assert [line for line in shown.splitlines() if line.strip() in lines] != []
    for line in lines:
        assert line in [said.strip() for said in shown.splitlines()]
    assert "\u202e" not in shown


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "campaign c-<U+202E>1: 12 posts"), ("zh", "批量文案 c-<U+202E>1：12")]
)
def test_the_queue_names_the_campaign(url: str, lang: str, said: str) -> None:
    first, second = run(url, "review", "queue", "--lang", lang).splitlines()[-2:]
    assert f"ad_diversion.contact [{said}" in first
    assert "scam.investment: hello" in second


def test_a_post_that_stands_alone_has_no_campaign(url: str) -> None:
    assert "campaign" not in run(url, "pool", "show", "p-2")
    assert "批量" not in run(url, "review", "show", "2", "--lang", "zh")


def test_scripts_read_the_campaign_and_each_step(url: str) -> None:
    first, second = json.loads(run(url, "review", "queue", "--json"))["items"]
    assert first["campaign"] == {
        "id": "c-\u202e1", "members": 12, "authors": 5, "first_seen": "2026-11-21T08:00:00.000Z",
    }  # fmt: skip
    assert first["why"][0]["seen"] == [["homophone", ["加V", "加微信"]], ["exact", []], ["homophone", ["微信"]]]
    assert second["campaign"] is None


def test_claiming_shows_the_same(url: str) -> None:
    shown = run(url, "review", "claim", "--desk", "zh", "-n", "2")
    assert EN[-1] in shown
    assert EN[1] in shown


def test_a_decision_of_an_older_version_is_still_shown(capsys: pytest.CaptureFixture[str]) -> None:
    old = a_decision(a_post(text=TEXT), matches=(MATCH,)).to_json()
    del old["matches"][0]["seen"]
    print_decision(old, "en")
    assert "exact: [加V], [看主页], [威信 <U+202E>]" in capsys.readouterr().out
