"""``moderation rules breaker``: what is cut off in the workers' Redis, and how a rule acts again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moderation.cli import doctor
from moderation.cli.rules import command
from moderation.domain.errors import NotFound, ServiceUnavailable, UsageError
from moderation.policy.loader import load_rules, read_folder
from moderation.settings import load_settings
from moderation.storage.embedded_redis import redis_url
from moderation.storage.fuses import RedisFuses
from tests.support.builders import a_decision, a_match, posts
from tests.unit.policy.building import TODAY, rule

NOW = 1_900_000_000.0
BREAKER = "{share: 0.02, min_hits: 5, window: 10m, distinct: author}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two rules, one with a breaker."""
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "a.yaml").write_text(rule(breaker=BREAKER.replace(", distinct: author", "")), "utf-8")
    (rules / "b.yaml").write_text(rule(id="spam.two"), "utf-8")
    monkeypatch.setenv("MODERATION_RULES", str(rules))
    return rules


@pytest.fixture
def cut(folder: Path) -> Iterator[None]:
    """The rule with the breaker is cut off in two languages, and the workers' Redis runs."""
    with redis_url(None, load_settings(None).home) as url:
        (fuse,) = load_rules(read_folder(folder), TODAY).vocabulary.fuses
        fuses = RedisFuses([fuse], url)
        for n, language in enumerate(("zh", "ja")):
            some = posts(8, language)
            decisions = [
                a_decision(post, language=language, matches=(a_match(fuse.rule),) if n < 6 else ())
                for n, post in enumerate(some)
            ]
            fuses.record(some, decisions, NOW + n)
        fuses.close()
        yield


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["breaker", *arguments])


def _rows(*arguments: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(_run(*arguments, "--json").stdout)
    return found


@pytest.mark.usefixtures("folder")
def test_where_no_worker_ever_ran_nothing_is_cut_off_and_nothing_is_started() -> None:
    assert _run().stdout == "Rules that are cut off: none\n"
    assert _run("--lang", "zh").stdout == "已熔断的规则: 无\n"
    assert _rows() == []
    assert isinstance(_run("spam.one", "--reset").exception, NotFound)
    assert not load_settings(None).home.exists()


@pytest.mark.slow
@pytest.mark.usefixtures("cut")
def test_a_cut_is_shown_with_its_numbers_and_its_limit() -> None:
    shown = _run().stdout
    assert "spam.one | zh       | 2030-03-17T17:46:40Z |    6 |  8 | 75.0% | 2.0%, 5+ | as it was" in shown
    assert "规则内容" in _run("--lang", "zh").stdout
    assert [row["language"] for row in _rows()] == ["zh", "ja"], "the oldest first"
    assert {key: value for key, value in _rows("spam.one")[0].items() if key != "version"} == {
        "rule": "spam.one",
        "language": "zh",
        "since": "2030-03-17T17:46:40Z",
        "hits": 6,
        "total": 8,
        "share": 0.75,
        "limit": {"share": 0.02, "min_hits": 5, "window_s": 600},
        "distinct": "post",
        "text": "same",
    }
    assert _rows("spam.two") == []


@pytest.mark.slow
@pytest.mark.usefixtures("cut")
def test_it_says_whether_the_rule_has_changed_since(folder: Path) -> None:
    (folder / "a.yaml").write_text(rule(breaker=BREAKER), "utf-8")
    assert [(row["text"], row["distinct"]) for row in _rows()] == [("changed", "author")] * 2
    (folder / "a.yaml").write_text(rule(), "utf-8")
    assert [(row["text"], row["limit"], row["distinct"]) for row in _rows()] == [("changed", None, None)] * 2
    (folder / "a.yaml").unlink()
    assert [row["text"] for row in _rows()] == ["gone", "gone"]
    assert "no such rule any more" in _run().stdout


@pytest.mark.slow
@pytest.mark.usefixtures("cut")
def test_a_reset_lets_a_rule_act_again_in_one_language_or_in_all() -> None:
    assert _run("spam.one", "--reset", "--language", "zh-Hant").stdout == "mended: spam.one acts again in zh\n"
    assert [row["language"] for row in _rows()] == ["ja"]
    again = _run("spam.one", "--reset", "--language", "zh")
    assert isinstance(again.exception, NotFound)
    assert "not cut off in `zh`" in str(again.exception)
    result = _run("spam.one", "--reset", "--json")
    assert json.loads(result.stdout) == {"rule": "spam.one", "language": None, "mended": 1}
    assert _rows() == []


@pytest.mark.parametrize("arguments", [["--reset"], ["spam.one", "--language", "zh"], ["--reset", "--language", "zh"]])
def test_a_reset_needs_a_rule_and_a_language_needs_a_reset(arguments: list[str]) -> None:
    assert isinstance(_run(*arguments).exception, UsageError)


@pytest.mark.usefixtures("folder")
def test_where_redis_is_away_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATION_REDIS_URL", "redis://127.0.0.1:1/0")
    for arguments in ([], ["spam.one", "--reset"]):
        error = _run(*arguments).exception
        assert isinstance(error, ServiceUnavailable)
        assert error.exit_code == 69


@pytest.mark.slow
@pytest.mark.usefixtures("cut")
def test_doctor_counts_the_rules_that_are_cut_off_as_they_stand(folder: Path) -> None:
    assert doctor._breakers(load_settings(None)) == (
        "2 cut off: spam.one (zh), spam.one (ja); see `moderation rules breaker`"
    )
    (folder / "a.yaml").write_text(rule(breaker=BREAKER), "utf-8")
    assert doctor._breakers(load_settings(None)) == "no rule is cut off"
