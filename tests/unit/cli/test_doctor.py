"""``moderation doctor``: each part that is not well says so, and what to do."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from moderation.bootstrap import open_store
from moderation.cli import doctor
from moderation.domain.errors import ModerationError, ServiceUnavailable
from moderation.domain.pool import Load
from moderation.pool.surge import Standing, State
from moderation.settings import LanguageSettings, Settings, load_settings
from moderation.storage import clock
from moderation.storage.embedded_redis import redis_url
from moderation.storage.surge import RedisSurge
from tests.support.builders import a_decision, a_need, posts
from workers.app import make_app
from workers.sending import ENQUEUED_AT, CelerySender

RUNBOOKS = Path(__file__).parent.parent.parent.parent / "docs" / "operations" / "runbooks"


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings with a broker that runs, and nobody who works."""
    with redis_url(None, tmp_path) as url:
        yield load_settings(home=tmp_path, redis_url=SecretStr(url), language=LanguageSettings(doubtful="none"))


def sick(check: Callable[[Settings], str], settings: Settings) -> str:
    with pytest.raises(ModerationError) as error:
        check(settings)
    return str(error.value)


def app_of(settings: Settings) -> CelerySender:
    assert settings.redis_url is not None
    return CelerySender(make_app(settings, settings.redis_url.get_secret_value()))


def test_every_runbook_that_it_names_is_there() -> None:
    named = re.findall(r"_see\([\"']([a-z-]+)[\"']\)", Path(doctor.__file__).read_text(encoding="utf-8"))
    assert len(named) >= 6
    assert [name for name in named if not (RUNBOOKS / f"{name}.md").exists()] == []


@pytest.mark.slow
def test_nothing_waits_and_nobody_works_is_well(settings: Settings) -> None:
    assert doctor._queues(settings) == "empty"
    assert doctor._workers(settings) == "none answers"
    assert doctor._pool(settings).startswith("0 pending, 0 unpublished")
    assert doctor._surge(settings) == "normal"
    assert re.fullmatch(r"Redis [+-]0\.00 s", doctor._clock(settings))


@pytest.mark.slow
def test_messages_that_nobody_takes_are_said_with_their_queue_and_the_command(settings: Settings) -> None:
    sender = app_of(settings)
    for n in range(3):
        sender.detect(f"u-{n}", [post.to_json() for post in posts(2)])
    assert re.fullmatch(r"messages ready \+ in hand: intake 3 \+ 0 \(oldest \d s\)", doctor._queues(settings))
    says = sick(doctor._workers, settings)
    assert "none answers" in says
    assert "`moderation worker --queues intake`" in says


@pytest.mark.slow
def test_messages_that_wait_too_long_are_said(settings: Settings) -> None:
    assert settings.redis_url is not None
    app = make_app(settings, settings.redis_url.get_secret_value())
    long_ago = time.time() - settings.workers.stale_after_s - 5
    app.send_task("moderation.judge", args=("u", []), queue="judge.zh", headers={ENQUEUED_AT: long_ago})
    says = sick(doctor._queues, settings)
    assert "judge.zh 1 + 0 (oldest 125 s)" in says
    assert "--queues judge.zh" in says


@pytest.mark.slow
def test_posts_that_are_not_judged_and_items_of_the_lane_life_that_are_late_are_said(settings: Settings) -> None:
    store = open_store(settings)
    some, now = posts(3), time.time()
    store.add_posts(some, "u", now - 1000)
    assert "1000 s" in sick(doctor._pool, settings)
    urgent = a_decision(some[0], review=a_need("zh", lane="life", due_in_s=60))
    store.commit("u", [urgent, a_decision(some[1]), a_decision(some[2])], now - 10)
    assert "1 review items open, 0 over" in doctor._pool(settings)
    store.add_posts(posts(1, "q"), "v", now - 100)
    store.commit("v", [a_decision(posts(1, "q")[0], review=a_need("zh", lane="life", due_in_s=60))], now - 90)
    says = sick(doctor._pool, settings)
    store.close()
    assert "1 of the lane life" in says
    assert "`moderation review queue`" in says


@pytest.mark.slow
def test_a_surge_is_said_and_a_busy_hour_is_none(settings: Settings) -> None:
    assert settings.redis_url is not None
    surge, now = RedisSurge(settings.redis_url.get_secret_value()), time.time()
    surge.write(Standing(State.busy, now), Load(9, 9.0), now)
    assert doctor._surge(settings).startswith("busy since 20")
    surge.write(Standing(State.surge, now), Load(9, 9.0), now)
    assert "add workers" in sick(doctor._surge, settings)
    surge.close()


def test_a_disk_that_is_nearly_full_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(home=tmp_path / "not" / "there yet")
    assert str(tmp_path) in doctor._disk(settings)
    monkeypatch.setattr(doctor, "LEAST_FREE", 1.1)
    assert "MODERATION_HOME" in sick(doctor._disk, settings)


@pytest.mark.parametrize(
    ("there", "skew", "why"),
    [
        (time.time, 0.0, "the same clock"),
        (lambda: time.time() + 60, 60.0, "ahead"),
        (lambda: time.time() - 60, -60.0, "behind"),
    ],
)
def test_a_skew_is_what_the_way_there_does_not_explain(there: Callable[[], float], skew: float, why: str) -> None:
    assert clock._skew(there) == pytest.approx(skew, abs=0.5), why


@pytest.mark.slow
def test_the_clock_of_postgresql_is_asked(
    settings: Settings, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert clock.postgres_skew(postgres_url) == pytest.approx(0, abs=0.5)
    with pytest.raises(ServiceUnavailable, match="MODERATION_STORE_URL"):
        clock.postgres_skew("postgresql+psycopg://moderation:hunter2@127.0.0.1:1/none")
    monkeypatch.setattr(doctor, "LARGEST_SKEW_S", -1.0)
    both = settings.model_copy(update={"store_url": SecretStr(postgres_url)})
    assert re.search(r"Redis .* s, PostgreSQL .* s; let every machine keep its time by NTP", sick(doctor._clock, both))


@pytest.mark.slow
def test_what_needs_a_service_that_is_away_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATION_REDIS_URL", "redis://:hunter2@127.0.0.1:1/0")
    monkeypatch.setenv("MODERATION_HOME", str(tmp_path))
    monkeypatch.setenv("MODERATION_LANGUAGE__DOUBTFUL", "none")
    done = CliRunner().invoke(doctor.command, ["--json"])
    assert done.exit_code == 1
    assert "hunter2" not in done.output
    found = {one["part"]: one for one in json.loads(done.stdout)}
    assert {part for part, one in found.items() if not one["ok"]} == {
        "broker",
        "queues",
        "workers",
        "surge",
        "breakers",
        "clock",
    }
    assert "MODERATION_REDIS_URL" in found["broker"]["says"]
    assert found["queues"]["says"] == "not looked at, since the broker does not answer: mend that first"
    shown = CliRunner().invoke(doctor.command, ["--lang", "zh"])
    assert "\nbroker: Redis: ConnectionError" in shown.stdout, "in full below the table, which cuts it"
