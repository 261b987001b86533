"""``moderation pool status``: what is in the pool, and how busy the workers are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from moderation.bootstrap import open_store
from moderation.cli.pool import command
from moderation.domain.pool import Load
from moderation.pool.surge import Standing, State
from moderation.settings import load_settings
from moderation.storage.embedded_redis import redis_url
from moderation.storage.surge import RedisSurge
from tests.support.builders import a_decision, held, posts


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pool with two posts that were judged in a hurry, and one that was not."""
    monkeypatch.setenv("MODERATION_HOME", str(tmp_path / "home"))
    store = open_store(load_settings())
    store.add_posts(posts(3), "u", 1.0)
    store.commit("u", [a_decision(post, shed=("reader",) if n else ()) for n, post in enumerate(posts(3))], 2.0)
    store.close()
    return tmp_path / "home"


def status(*options: str) -> str:
    result = CliRunner().invoke(command, ["status", *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_it_says_how_busy_the_workers_are_and_what_waits_to_be_judged_in_full(home: Path) -> None:
    with redis_url(None, home) as url:
        surge = RedisSurge(url)
        surge.write(Standing(State.surge, 1.0), Load(9, 9.0), 2.0)
        surge.close()
        assert "load: surge; to be judged again in full: 2" in status()
        assert "负载: 激增; 待完整重判: 2" in status("--lang", "zh")
        told = json.loads(status("--json"))
    assert (told["state"], told["shed"]) == ("surge", 2)


def test_a_post_says_that_it_was_judged_in_a_hurry_and_that_it_was_judged_again(home: Path) -> None:
    def show(*options: str) -> str:
        return CliRunner().invoke(command, ["show", "p-1", *options]).stdout

    assert "judged in a surge, to be judged again with: reader" in show()
    store = open_store(load_settings())
    store.revise([held(post) for post in posts(3)], 5.0)
    store.close()
    assert "judged again in full after a surge" in show()
    assert "激增过后的完整重判" in show("--lang", "zh")


def test_where_no_redis_runs_the_state_is_not_known_and_none_is_started(home: Path) -> None:
    assert json.loads(status("--json"))["state"] is None
    with redis_url(None, home):
        assert json.loads(status("--json"))["state"] == "normal"
    assert json.loads(status("--json"))["state"] is None
    assert "load: unknown" in status()


def test_a_redis_of_ones_own_that_is_away_is_no_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATION_REDIS_URL", "redis://127.0.0.1:1/0")
    assert json.loads(status("--json"))["state"] is None
