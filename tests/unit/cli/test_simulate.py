"""`moderation simulate`: tables and plots in both languages, one JSON value, and what is wrong with a call."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from moderation.cli import cli
from moderation.domain.errors import UsageError

SMALL = ("--posts", "4000", "--staff", "zh=1,en=1")


def simulate(*words: str) -> Result:
    return CliRunner().invoke(cli, ["simulate", *words], catch_exceptions=False, standalone_mode=False)


def as_json(*words: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(simulate(*words, "--json").stdout)
    return value


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    return as_json(*SMALL, "--find-staff")


def test_the_json_adds_up(said: dict[str, Any]) -> None:
    assert said["seed"] == 1
    assert said["posts"] == sum(day["arrived"] for day in said["workers"])
    assert said["flagged"] == sum(day["arrived"] for day in said["desks"])
    reviewed = sum(day["reviewed"] for day in said["desks"])
    assert said["flagged"] == reviewed + sum(day["backlog"] for day in said["desks"] if day["day"] == 7)
    assert {len(values["backlog"]) for values in said["series"].values()} == {168}
    assert set(said["series"]) >= {"zh", "en", "workers"}
    assert said["least_staff"] == {"zh": 1, "en": 1}


def test_the_same_seed_says_the_same_and_another_something_else(said: dict[str, Any]) -> None:
    assert as_json(*SMALL, "--find-staff") == said
    assert as_json(*SMALL, "--seed", "2")["series"] != said["series"]


def test_staff_replaces_the_shifts_of_the_desks_that_it_names(said: dict[str, Any]) -> None:
    assert said["seats"] == {"zh": [1] * 168, "en": [1] * 168}
    only_english = as_json("--posts", "4000", "--staff", "en=12")["seats"]
    assert only_english["en"] == [12] * 168
    assert set(only_english["zh"]) == {0, 2}


def test_without_seats_nothing_is_reviewed() -> None:
    none = as_json("--posts", "4000", "--staff", "zh=0,en=0")
    assert sum(day["reviewed"] for day in none["desks"]) == 0


def test_costlier_posts_wait_longer_for_workers() -> None:
    longest = [
        max(day["longest_s"] for day in as_json(*SMALL, "--us-per-post", us)["workers"]) for us in ("300", "3e7")
    ]
    assert longest[0] < 15 < longest[1]


def test_a_queue_without_processes_waits() -> None:
    stopped = as_json(*SMALL, "--workers", "intake=1,zh=1,world=1")
    assert stopped["workers"][-1]["backlog"] > 500


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["seed 1: ", "Desks by day", "By severity", "Workers by day", "so many seats", "items waiting"]),
        ("zh", ["随机种子 1：", "各审核台逐日", "按严重度", "工作进程逐日", "需要的席位数", "待审条目"]),
    ],
)
def test_tables_and_plots_speak_both_languages(lang: str, words: list[str]) -> None:
    printed = simulate(*SMALL, "--lang", lang, "--plot", "--find-staff").stdout
    assert [word for word in words if word not in printed] == []
    assert "⣀" in printed


def test_plots_are_only_for_a_terminal_unless_they_are_asked_for() -> None:
    assert "⣀" not in simulate(*SMALL).stdout


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_is_well_formed(tmp_path: Path, lang: str) -> None:
    file = tmp_path / "wave.svg"
    simulate(*SMALL, "--lang", lang, "--svg", str(file))
    words = {"en": "items waiting", "zh": "待审条目"}
    assert words[lang] in "".join(ET.parse(file).getroot().itertext())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--staff", "fr=3"), "--staff: no desk `fr`; the desks: zh, en"),
        (("--staff", "3"), "--staff: no desk `*`"),
        (("--staff", "zh=many"), "`zh=many` is not like zh=40,en=12"),
        (("--workers", "fr=3"), "--workers: no queue `fr`; the queues: intake, zh, en, world, *"),
        (("--workers", "-1"), "`-1` is not like"),
        (("--seed", "-1"), "is not in the range"),
    ],
)
def test_what_is_wrong_with_a_call_is_said(words: tuple[str, ...], message: str) -> None:
    with pytest.raises(click.UsageError) as caught:
        simulate(*words)
    assert message in caught.value.format_message()


def test_a_wrong_scenario_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("start: 2025-01-13\ndays: none\n", encoding="utf-8")
    with pytest.raises(UsageError, match=rf"{file}:2:7: days: Input should be a valid integer"):
        simulate("--scenario", str(file))
