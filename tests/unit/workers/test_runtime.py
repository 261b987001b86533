"""What a process of a worker works with: near-duplicates are looked for through Redis, and only where a rule asks."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from moderation.bootstrap import Index, Models, assemble
from moderation.domain.errors import ServiceUnavailable
from moderation.pipeline import Pipeline
from moderation.policy.model import RuleSet
from moderation.settings import LanguageSettings, load_settings
from tests.support.builders import a_post
from workers import runtime as module
from workers.runtime import Runtime

pytestmark = pytest.mark.slow

NOWHERE = "redis://127.0.0.1:1/0"
RULE = """
id: spam.copies
title: {{en: Copies, zh: 文案}}
category: spam
status: shadow
owner: tests
severity: medium
detect: {{said: {condition}}}
condition: said
action: {{do: limit}}
explain: {{en: Copied, zh: 复制}}
"""
WORDS = "{words: {en: [join us], zh: [加入我们]}}"
COPIES = "{{near_duplicates: {{within: {within}, distinct_authors: 3}}}}"
TEXT = "Everybody here should hear about this wonderful little shop around the corner"


def test_rules_with_other_windows_bring_another_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.0)
    asked: list[list[float]] = []

    def build(models: Models, rule_set: RuleSet, index: Index) -> Pipeline:
        asked.append([window.within_s for window in rule_set.vocabulary.windows])
        return assemble(models, rule_set, index)

    def write(condition: str) -> None:
        (tmp_path / "copies.yaml").write_text(RULE.format(condition=condition), encoding="utf-8")

    write(WORDS)
    settings = load_settings(rules=tmp_path, language=LanguageSettings(doubtful="none"))
    runtime = Runtime(settings, NOWHERE, build)
    posts = [a_post(f"p-{n}", text=TEXT, author={"id": f"u-{n}"}) for n in range(3)]
    plain = runtime.pipeline()
    assert plain.campaigns is None
    assert {one.unavailable for one in plain(posts)} == {()}, "no rule asks, so nobody looks whether Redis is there"

    for within in ("1h", "24h"):
        write(COPIES.format(within=within))
        running = runtime.pipeline()
        assert running.campaigns is not None
        with pytest.raises(ServiceUnavailable, match="Redis"):
            running.campaigns(posts, time.time())
        assert {(one.action.name, one.unavailable) for one in running(posts)} == {("hold", ("campaigns",))}
        assert runtime.pipeline() is running

    write(WORDS)
    assert runtime.pipeline().campaigns is None
    assert asked == [[], [3600.0], [86400.0], []]
