"""What a process of a worker works with: the newest rules that check, and what they remember through Redis."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from moderation.bootstrap import Memory, Models, assemble
from moderation.domain.errors import ServiceUnavailable, UsageError
from moderation.pipeline import Pipeline
from moderation.policy.model import RuleSet
from moderation.settings import LanguageSettings, load_settings
from tests.support.builders import a_post
from workers.runtime import Build, Runtime

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
COUNT = "{count: {of: posts, by: author, within: 10m}, gte: 3}"
TEXT = "Everybody here should hear about this wonderful little shop around the corner"


Write = Callable[[str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the only rule of the folder, with that condition."""

    def write(condition: str) -> None:
        (tmp_path / "copies.yaml").write_text(RULE.format(condition=condition), encoding="utf-8")

    return write


def a_runtime(folder: Path, build: Build = assemble) -> Runtime:
    return Runtime(load_settings(rules=folder, language=LanguageSettings(doubtful="none")), NOWHERE, build)


def test_rules_that_ask_for_other_things_bring_another_memory(tmp_path: Path, write: Write) -> None:
    asked: list[list[float]] = []

    def build(models: Models, rule_set: RuleSet, memory: Memory) -> Pipeline:
        asked.append([window.within_s for window in rule_set.vocabulary.windows])
        return assemble(models, rule_set, memory)

    write(WORDS)
    runtime = a_runtime(tmp_path, build)
    posts = [a_post(f"p-{n}", text=TEXT, author={"id": f"u-{n}"}) for n in range(3)]
    plain = runtime.pipeline()
    assert (plain.campaigns, plain.posted, plain.matched, plain.fuses) == (None,) * 4
    assert {one.unavailable for one in plain(posts)} == {()}, "no rule asks, so nobody looks whether Redis is there"

    for within in ("1h", "24h"):
        write(COPIES.format(within=within))
        assert runtime.renew()
        running = runtime.pipeline()
        assert running.campaigns is not None
        with pytest.raises(ServiceUnavailable, match="Redis"):
            running.campaigns(posts, time.time())
        assert {(one.action.name, one.unavailable) for one in running(posts)} == {("hold", ("campaigns",))}
        assert not runtime.renew()
        assert runtime.pipeline() is running

    write(COUNT)
    assert runtime.renew()
    running = runtime.pipeline()
    assert running.campaigns is None
    assert running.posted is not None
    assert {(one.action.name, one.unavailable) for one in running(posts)} == {("hold", ("counters",))}
    assert asked == [[], [3600.0], [86400.0], []]


def test_what_does_not_check_or_cannot_be_built_is_logged_once_and_passed_over(
    tmp_path: Path, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    faulty = threading.Event()

    def build(models: Models, rule_set: RuleSet, memory: Memory) -> Pipeline:
        if faulty.is_set():
            raise ValueError("words of a rule")
        return assemble(models, rule_set, memory)

    write(WORDS)
    runtime = a_runtime(tmp_path, build)
    running = runtime.pipeline()
    write("{words: nonsense")
    for _ in range(3):
        assert not runtime.renew()
    assert [record.message for record in caplog.records if "copies.yaml:9" in record.message]
    assert len(caplog.records) == 1
    tmp_path.rename(tmp_path.with_name("away"))
    assert not runtime.renew()
    assert "is no folder of rules" in caplog.records[-1].message
    tmp_path.with_name("away").rename(tmp_path)
    write(COUNT)
    faulty.set()
    with pytest.raises(ValueError, match="words of a rule"):
        runtime.renew()
    assert not runtime.renew(), "what could not be built once is not tried for ever"
    assert runtime.pipeline() is running
    faulty.clear()
    write(COPIES.format(within="1h"))
    assert runtime.renew()
    assert runtime.pipeline() is not running


def test_rules_that_do_not_check_at_the_start_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no \.yaml file"):
        a_runtime(tmp_path).preload()


def test_a_new_process_begins_with_the_newest_rules_that_its_parent_knew(tmp_path: Path, write: Write) -> None:
    """The parent has checked them and has not built them, and the folder holds others that do not check."""
    write(WORDS)
    runtime = a_runtime(tmp_path)
    started = runtime.pipeline()
    write(COUNT)
    runtime.look()
    assert runtime.pipeline() is started, "the parent builds nothing"
    write("{words: nonsense")
    runtime.look()
    reading, writing = os.pipe()
    if not os.fork():  # the child never comes back from here
        runtime.watch()
        os.write(writing, str(runtime.pipeline().posted is not None).encode())
        os._exit(0)
    os.wait()
    assert os.read(reading, 10) == b"True"
