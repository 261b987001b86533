"""The state of the surge in Redis: written by any worker, read by all, and remembered while Redis is away."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from moderation.domain.errors import ServiceUnavailable
from moderation.domain.pool import Load
from moderation.pool.surge import Standing, State, Thresholds
from moderation.storage import surge as module
from moderation.storage.memory import MemoryStore
from moderation.storage.surge import KEY, RedisSurge
from tests.support.builders import posts
from workers.surge import Watch

ROOT = Path(__file__).parent.parent.parent
LIMITS = Thresholds(2, 10, 4, 60, leave=0.5, calm_s=5, reach_per_minute=10)


def test_what_one_writes_another_reads_and_a_foreign_producer_too(url: str, client: redis.Redis) -> None:
    one, other = RedisSurge(url), RedisSurge(url)
    assert one.standing() == Standing()
    one.write(Standing(State.surge, 100.25, 101.5), Load(12, 3.4, 7), 102.0)
    assert other.standing() == Standing(State.surge, 100.25, 101.5)
    assert other.state() is State.surge
    assert client.hgetall(KEY) == {
        b"state": b"surge",
        b"since": b"100.250",
        b"calm_since": b"101.500",
        b"pending": b"12",
        b"oldest_s": b"3.400",
        b"retry_after_s": b"3",
        b"at": b"102.000",
    }
    one.write(Standing(State.busy, 103.0), Load(0, 0.0), 103.0)
    assert other.standing() == Standing(State.busy, 103.0, None)
    assert client.hget(KEY, "retry_after_s") == b"0"
    one.close()
    other.close()


@pytest.mark.parametrize("written", [{"state": "wild"}, {"state": "surge"}, {"state": "busy", "since": "x"}])
def test_what_is_not_ours_is_as_if_nothing_were_there(
    url: str, client: redis.Redis, written: dict[str | bytes, str | bytes]
) -> None:
    client.hset(KEY, mapping=written)
    surge = RedisSurge(url)
    assert surge.standing() == Standing()
    surge.close()


def test_the_state_is_asked_for_once_in_a_while_and_the_last_stands_while_redis_is_away(
    url: str, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    surge, writer = RedisSurge(url), RedisSurge(url)
    writer.write(Standing(State.busy, 1.0), Load(0, 0.0), 1.0)
    assert surge.state() is State.busy
    writer.write(Standing(State.surge, 2.0), Load(0, 0.0), 2.0)
    assert surge.state() is State.busy, "the answer of a moment ago"
    monkeypatch.setattr(module, "ASK_EVERY_S", 0.0)
    assert surge.state() is State.surge
    away = RedisSurge("redis://127.0.0.1:1/0")
    with pytest.raises(ServiceUnavailable):
        away.standing()
    assert away.state() is State.normal
    monkeypatch.setattr(surge, "standing", away.standing)
    assert surge.state() is State.surge
    for one in (surge, writer, away):
        one.close()


@pytest.mark.slow
def test_a_foreign_producer_that_reads_the_hash_waits_for_as_long_as_it_is_asked_to(
    url: str, client: redis.Redis
) -> None:
    client.hset(KEY, mapping={"state": "surge", "retry_after_s": "1"})
    program = [sys.executable, str(ROOT / "docs" / "examples" / "producer.py"), url]
    with subprocess.Popen(program, stdin=subprocess.PIPE, text=True) as producer:
        assert producer.stdin is not None
        producer.stdin.write("".join(f'{{"id": "p-{n}", "text": "hello"}}\n' for n in range(300)))
        producer.stdin.close()
        with pytest.raises(subprocess.TimeoutExpired):
            producer.wait(2.5)
        assert client.llen("intake") == 0
        client.hset(KEY, "retry_after_s", "0")
        assert producer.wait(20) == 0
    assert client.llen("intake") == 2


def test_a_worker_that_looks_tells_the_state_to_all_and_says_when_it_changes(
    url: str, client: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    store, surge = MemoryStore(), RedisSurge(url)
    watches = [Watch(store, RedisSurge(url), LIMITS) for _ in range(2)]
    assert watches[0].look(0.0) == (State.normal, Load(0, 0.0))
    store.add_posts(posts(3), "u", 1.0)
    assert watches[1].look(2.0) == (State.busy, Load(3, 1.0))
    assert watches[0].look(12.0) == (State.busy, Load(3, 11.0))
    assert surge.standing() == Standing(State.busy, 2.0)
    said = [record.getMessage() for record in caplog.records]
    assert said == ["surge state=busy before=normal pending=3 oldest_s=1.0 shed=0"]
    for one in (surge, *(watch.surge for watch in watches)):
        one.close()
