"""What a worker counts, and what is said of its health: no word of any post, and at no cost where nobody asks."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from moderation.domain.decision import Action
from moderation.domain.errors import ServiceUnavailable, UsageError
from moderation.domain.pool import Load
from moderation.domain.ports import UNMETERED
from moderation.domain.signal import Fuse
from moderation.pool.surge import Standing, State
from moderation.settings import load_settings
from moderation.storage.embedded_redis import redis_url
from moderation.storage.fuses import RedisFuses
from moderation.storage.memory import MemoryStore
from moderation.storage.surge import RedisSurge
from tests.support.builders import a_decision, a_match, posts
from tests.unit.test_pipeline import a_pipeline, copies, memory
from workers.app import make_app
from workers.exporter import ALIVE_S, Health, Waiting
from workers.metrics import BEAT, COUNTED, SECONDS, SEEN, Instruments, metered
from workers.sending import ENQUEUED_AT, RECEIVED_AT, CelerySender

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def instruments(tmp_path: Path) -> Instruments:
    return Instruments(["intake", "judge.en"], tmp_path)


def a_task(queue: str = "intake", **headers: object) -> Any:
    """A task that is about to run."""

    return SimpleNamespace(request=Request(headers, queue))


class Request(dict[str, object]):
    """As Celery hands it to a task: headers are items, where it came from is an attribute."""

    def __init__(self, headers: dict[str, object], queue: str) -> None:
        super().__init__(headers)
        self.delivery_info = {"routing_key": queue}


def value(of: Instruments, name: str, **labels: str) -> float | None:
    return of.registry.get_sample_value(name, labels)


def test_a_stage_counts_posts_the_clock_and_the_processor(instruments: Instruments) -> None:
    instruments._begin_task(a_task("judge.en"))
    with instruments.stage("match", 256):
        time.sleep(0.02)
    at = {"stage": "match", "queue": "judge.en"}
    assert value(instruments, "moderation_stage_posts_total", **at) == 256
    seconds = value(instruments, "moderation_stage_seconds_total", **at)
    busy = value(instruments, "moderation_stage_cpu_seconds_total", **at)
    assert seconds is not None
    assert busy is not None
    assert seconds >= 0.02
    assert busy < 0.02, "who sleeps needs no processor"
    assert value(instruments, "moderation_stage_failures_total", **at) is None


def test_a_stage_that_fails_is_a_failure_and_its_posts_are_not_done(instruments: Instruments) -> None:
    with pytest.raises(ServiceUnavailable), instruments.stage("commit", 256):
        raise ServiceUnavailable("away")
    at = {"stage": "commit", "queue": "other"}
    assert value(instruments, "moderation_stage_failures_total", **at) == 1
    assert value(instruments, "moderation_stage_posts_total", **at) is None
    assert value(instruments, "moderation_stage_seconds_total", **at) is not None


def test_decisions_are_counted_by_action_and_primary_language_and_rules_by_their_status(
    instruments: Instruments,
) -> None:
    some = posts(4)
    instruments.decided(
        [
            a_decision(some[0]),
            a_decision(some[1], language="zh-Hant", matches=(a_match(), a_match("spam.x", "shadow"))),
            a_decision(some[2], language="zh-Hans"),
            a_decision(some[3], Action.remove, language="zh-Hans", matches=(a_match(),)),
        ]
    )
    assert value(instruments, "moderation_decisions_total", action="approve", language="zh") == 2
    assert value(instruments, "moderation_decisions_total", action="remove", language="zh") == 1
    assert value(instruments, "moderation_decisions_total", action="approve", language="en") == 1
    assert value(instruments, "moderation_rule_hits_total", rule="scam.investment", status="enforce") == 2
    assert value(instruments, "moderation_rule_hits_total", rule="spam.x", status="shadow") == 1


@pytest.mark.parametrize(
    ("received", "observed", "why"),
    [
        (lambda: time.time() - 0.2, 2, "sent a moment ago"),
        (lambda: time.time() + 60, 2, "the clock of the sender is ahead: no time, and no negative one"),
        (lambda: None, 0, "a message of an older version"),
        (lambda: "yesterday", 0, "what a foreign producer wrote there"),
    ],
)
def test_the_time_from_intake_to_decision(instruments: Instruments, received: Any, observed: int, why: str) -> None:
    instruments._begin_task(a_task(**{RECEIVED_AT: received()}))
    instruments.decided([a_decision(post) for post in posts(2)])
    assert value(instruments, f"{SECONDS}_count") == observed, why
    assert value(instruments, f"{SECONDS}_bucket", le="0.5") == observed


@pytest.mark.parametrize(("received", "carried"), [(5.5, 5.5), (None, pytest.approx(time.time(), abs=600))])
def test_a_message_that_is_sent_on_carries_when_its_posts_were_first_sent(received: float | None, carried: Any) -> None:
    app = make_app(load_settings(), "memory://")
    CelerySender(app, received).judge("zh", "u-1.zh", [])
    with app.connection_for_read() as connection:
        message = connection.default_channel.basic_get("judge.zh", no_ack=True)
    assert message.headers[RECEIVED_AT] == carried
    assert message.headers[ENQUEUED_AT] == pytest.approx(time.time(), abs=60)


def test_a_queue_that_is_none_of_ours_makes_no_new_label(instruments: Instruments) -> None:
    instruments._begin_task(a_task("the words of a post"))
    with instruments.stage("decode", 1):
        pass
    assert value(instruments, "moderation_stage_posts_total", stage="decode", queue="other") == 1


def test_every_stage_of_the_pipeline_is_metered(instruments: Instruments) -> None:
    pipeline = replace(a_pipeline(memory()), meter=instruments)
    assert pipeline(copies(4)) == a_pipeline(memory())(copies(4)), "counting changes no decision"
    done = {
        stage: value(instruments, "moderation_stage_posts_total", stage=stage, queue="other")
        for stage in ("detect", "match", "classify", "exemplars", "campaigns", "policy")
    }
    assert set(done.values()) == {4}, done


def test_no_label_holds_a_word_of_a_post(instruments: Instruments) -> None:
    replace(a_pipeline(memory()), meter=instruments)(copies(4))
    labels = {
        text for family in instruments.registry.collect() for one in family.samples for text in one.labels.values()
    }
    assert labels <= {"detect", "match", "classify", "exemplars", "campaigns", "policy", "other"} | {
        one.labels["le"] for family in instruments.registry.collect() for one in family.samples if "le" in one.labels
    }


def test_where_nobody_counts_nothing_is_done() -> None:
    with UNMETERED.stage("match", 1):
        UNMETERED.decided([])
    assert a_pipeline(None).meter is UNMETERED


@pytest.mark.slow
def test_a_worker_without_a_port_does_not_import_the_library() -> None:
    code = "import sys, workers.launch, moderation.cli.worker; sys.exit('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
def test_what_a_process_counted_that_was_killed_stays_counted(tmp_path: Path) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from workers.metrics import Instruments
folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
instruments = Instruments(["intake"], folder)
for _ in range(2):
    if not (child := os.fork()):
        with instruments.stage("match", 100):
            instruments._begin_process()
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
registry = CollectorRegistry()
MultiProcessCollector(registry, str(folder))
sys.stdout.write(generate_latest(registry).decode())
"""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert 'moderation_stage_posts_total{queue="other",stage="match"} 200.0' in done.stdout
    assert "moderation_worker_processes_started_total 2.0" in done.stdout


def test_an_address_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(UsageError, match=rf"127\.0\.0\.1:{port} .*another port"),
            metered(load_settings(), NOWHERE, "127.0.0.1", port),
        ):
            pass


def test_the_names_are_those_of_one_family_and_say_what_they_are() -> None:
    for name, (says, labels) in {**COUNTED, **SEEN}.items():
        assert name.startswith("moderation_")
        assert says.endswith(".")
        assert not set(labels) & {"post", "author", "text", "unit"}
    assert not COUNTED.keys() & SEEN.keys()


def health(folder: Path) -> Health:
    return Health(MemoryStore(), make_app(load_settings(), NOWHERE), NOWHERE, folder)


def test_a_worker_lives_once_its_loop_turns(tmp_path: Path, instruments: Instruments) -> None:
    assert "not loaded" in health(tmp_path).alive()
    instruments.beat([("spam.one", "sha256:1")])
    assert health(tmp_path).alive() == ""
    assert json.loads((tmp_path / BEAT).read_text()) == [["spam.one", "sha256:1"]]


def test_a_worker_that_waits_for_a_broker_that_is_away_lives(tmp_path: Path, instruments: Instruments) -> None:
    """To start it again would not bring the broker back; :mod:`tests.e2e.test_operations` has the broker there."""
    instruments.beat([])
    long_ago = time.time() - 2 * ALIVE_S
    os.utime(tmp_path / BEAT, (long_ago, long_ago))
    assert health(tmp_path).alive() == ""


def test_a_worker_is_ready_when_rules_store_and_broker_are_there(tmp_path: Path, instruments: Instruments) -> None:
    assert "not loaded" in health(tmp_path).ready()
    instruments.beat([])
    assert "Redis" in health(tmp_path).ready()


@pytest.mark.slow
def test_a_scrape_says_what_waits_the_state_of_a_surge_and_which_running_rules_are_cut_off(
    tmp_path: Path, instruments: Instruments
) -> None:
    settings = load_settings(home=tmp_path)
    fuses = [Fuse(rule, "sha256:1", 0.02, 5, 600.0, authors=False) for rule in ("spam.one", "spam.old")]
    some, now = posts(8), time.time()
    store = MemoryStore()
    store.add_posts(some, "u", now - 30)
    with redis_url(None, tmp_path) as url:
        app = make_app(settings, url)
        CelerySender(app).judge("zh", "u", [])
        shared = RedisFuses(fuses, url)
        shared.record(some, [a_decision(one, matches=tuple(a_match(fuse.rule) for fuse in fuses)) for one in some], now)
        RedisSurge(url).write(Standing(State.surge, now), Load(8, 30.0), now)
        instruments.beat([("spam.one", "sha256:1"), ("spam.old", "sha256:2")])
        registry = CollectorRegistry()
        registry.register(Waiting(store, app, url, tmp_path, tmp_path))
        found = {(one.name, *one.labels.values()): one.value for family in registry.collect() for one in family.samples}
    assert {key: value for key, value in found.items() if key[0] == "moderation_breaker_cut"} == {
        ("moderation_breaker_cut", "spam.one", "en"): 1
    }, "a rule whose text has changed acts again"
    assert found["moderation_surge_state",] == State.surge
    assert found["moderation_pending_posts",] == 8
    assert found["moderation_oldest_pending_seconds",] == pytest.approx(30, abs=20)
    assert found["moderation_queue_messages", "judge.zh"] == 1
    assert found["moderation_queue_oldest_seconds", "judge.zh"] < 20
    assert {name for name, *_ in found} == SEEN.keys() - {"moderation_review_open", "moderation_review_overdue"}
    assert [found["moderation_service_up", service] for service in ("store", "broker", "redis")] == [1, 1, 1]
