"""Who operates it sees what the workers do, and reads no post: metrics, probes, Flower, logs as JSON, the doctor."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import psutil
import pytest
from celery import Celery

from tests.support.ports import free_port
from tests.support.site import Site, Worker, some_posts, until
from workers.metrics import BEAT, FOLDER

pytestmark = pytest.mark.slow

TEXT = re.compile(r"(?i)weather|微信|天气|temps|本です")
USER = "ops:not-secret"


class Answer(NamedTuple):
    status: int
    text: str


def get(port: int, path: str, user: str = "") -> Answer:
    """What an HTTP server of this machine answers; status 0 where there is none."""
    headers = {"Authorization": f"Basic {base64.b64encode(user.encode()).decode()}"} if user else {}
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=headers), timeout=20) as answer:
            return Answer(answer.status, answer.read().decode())
    except HTTPError as error:
        with error:
            return Answer(error.code, error.read().decode())
    except (URLError, ConnectionError):
        return Answer(0, "")


class Watched(NamedTuple):
    """A worker that serves its figures."""

    site: Site
    worker: Worker
    port: int

    def sample(self, name: str, **labels: str) -> float:
        """A figure; 0 where there is none. ``labels`` may leave some out: those are added up."""
        total = 0.0
        for line in get(self.port, "/metrics").text.splitlines():
            if line.startswith((f"{name}{{", f"{name} ")) and all(
                f'{key}="{it}"' in line for key, it in labels.items()
            ):
                total += float(line.rpartition(" ")[2])
        return total


def watched(site: Site) -> Watched:
    port = free_port()
    worker = site.worker("--metrics-port", str(port))
    until(lambda: get(port, "/readyz").status == 200)
    return Watched(site, worker, port)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """One for the tests that do it no harm; it has judged 300 posts."""
    site = Site(tmp_path_factory.mktemp("operations"))
    one = watched(site)
    site.submit(some_posts(300))
    until(site.done)
    yield one
    site.close()


def exporter_of(worker: Worker) -> psutil.Process:
    (found,) = [
        child for child in psutil.Process(worker.process.pid).children() if "workers.exporter" in child.cmdline()
    ]
    return found


def test_the_figures_are_those_of_all_processes(shared: Watched) -> None:
    until(lambda: shared.sample("moderation_decisions_total") >= 300)
    assert shared.sample("moderation_decisions_total", action="hold") >= 100
    assert shared.sample("moderation_rule_hits_total", rule="ad_diversion.contact", status="enforce") >= 100
    assert shared.sample("moderation_decision_seconds_count") >= 300
    for stage in ("detect", "match", "classify", "policy"):
        assert shared.sample("moderation_stage_posts_total", stage=stage, queue="intake") >= 300
        assert shared.sample("moderation_stage_cpu_seconds_total", stage=stage) > 0
    assert shared.sample("moderation_worker_processes_started_total") == 2


def test_what_waits_is_asked_when_it_is_scraped(shared: Watched) -> None:
    assert shared.sample("moderation_pending_posts") == 0
    assert shared.sample("moderation_review_open", desk="en", lane="harm") >= 50
    assert shared.sample("moderation_service_up", service="store") == 1
    assert shared.sample("moderation_service_up", service="broker") == 1
    page = get(shared.port, "/metrics").text
    queues = re.findall(r'moderation_queue_messages\{queue="([^"]+)"\}', page)
    assert queues == ["intake", "judge.zh", "judge.en", "judge.world", "publish"]
    assert not TEXT.search(page)
    assert "p-1" not in page, "the id of a post"


def test_the_probes_answer_and_nothing_else_does(shared: Watched) -> None:
    assert get(shared.port, "/healthz") == (200, "ok\n")
    assert get(shared.port, "/readyz") == (200, "ok\n")
    assert get(shared.port, "/").status == 404


def test_a_loop_that_stands_still_is_found(site: Site) -> None:
    one = watched(site)
    beat = Path(exporter_of(one.worker).environ()[FOLDER]) / BEAT
    one.worker.process.send_signal(signal.SIGSTOP)
    try:
        long_ago = time.time() - 60
        os.utime(beat, (long_ago, long_ago))
        alive = get(one.port, "/healthz")
    finally:
        one.worker.process.send_signal(signal.SIGCONT)
    assert alive.status == 503
    assert "no sign" in alive.text
    until(lambda: get(one.port, "/healthz").status == 200)


def test_the_server_and_its_folder_go_with_the_worker_however_it_ends(site: Site) -> None:
    one = watched(site)
    folder = Path(exporter_of(one.worker).environ()[FOLDER])
    assert list(folder.glob("counter_*.db"))
    family = [psutil.Process(child) for child in one.worker.children()]
    one.worker.kill()
    until(lambda: not any(child.is_running() for child in family) and not folder.exists(), 10)
    assert get(one.port, "/healthz").status == 0
    again = site.worker("--metrics-port", str(one.port)).ready()
    folder = Path(exporter_of(again).environ()[FOLDER])
    assert again.stop() == 0
    assert not folder.exists()


def test_a_store_and_a_broker_that_are_away_are_said_and_the_worker_is_not_ended_for_it(
    site: Site, postgres_database: str
) -> None:
    site.environment["MODERATION_STORE_URL"] = postgres_database
    one = watched(site)
    (server,) = site.redis_servers()
    server.suspend()  # killed it would be started again
    try:
        until(lambda: one.sample("moderation_service_up", service="broker") == 0, 60)
        assert one.sample("moderation_service_up", service="store") == 1
        assert get(one.port, "/readyz").status == 503
        assert get(one.port, "/healthz").status == 200
    finally:
        server.resume()
    until(lambda: get(one.port, "/readyz").status == 200)


def test_every_line_is_json_where_it_is_asked_for(site: Site) -> None:
    site.environment["MODERATION_LOG"] = "json"
    one = watched(site)
    site.submit(some_posts(60))
    until(site.done)
    site.break_rule()
    until(lambda: "rules refused" in one.worker.said())
    assert one.worker.stop() == 0
    events = [json.loads(line) for line in one.worker.said().splitlines()]
    assert [event["logger"] for event in events if event["message"].startswith("ready ")] == ["workers.launch"]
    assert {"at", "level", "logger", "pid", "message"} <= events[0].keys()


@pytest.fixture(scope="module")
def flower(shared: Watched) -> Iterator[int]:
    """The port of a Flower over the same Redis."""
    port = free_port()
    words = ["-A", "workers.app", "flower", "--address=127.0.0.1", f"--port={port}", "--read_only=true"]
    with (shared.site.folder / "flower.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "celery", *words],
            env={**shared.site.environment, "FLOWER_BASIC_AUTH": USER},
            cwd=shared.site.folder,
            stdout=log,
            stderr=log,
        )
        try:
            until(lambda: asked(port, "/api/workers?refresh=1"))
            until(lambda: asked(port, "/api/tasks"))  # it has asked the workers for events, and they send them
            yield port
        finally:
            server.terminate()
            server.wait(30)


def asked(port: int, path: str) -> Any:
    """What Flower's API answers to who may ask."""
    answer = get(port, path, USER)
    return json.loads(answer.text) if answer.status == 200 else None


def test_flower_sees_the_worker_and_its_queues(flower: int) -> None:
    ((name, worker),) = asked(flower, "/api/workers?refresh=1").items()
    assert name.startswith("moderation-")
    assert next(queue["name"] for queue in worker["active_queues"]) == "intake"
    assert "moderation.judge" in worker["registered"]


def test_flower_sees_the_tasks_and_no_post(shared: Watched, flower: int) -> None:
    shared.site.submit(some_posts(40, "flower"))
    foreign = Celery(broker=shared.site.url())
    foreign.send_task("moderation.submit", args=[some_posts(3, "args")], queue="intake")
    foreign.send_task("moderation.submit", kwargs={"posts": some_posts(3, "kwargs")}, queue="intake")
    wanted = {"moderation.submit", "moderation.detect", "moderation.publish"}

    def seen() -> set[str]:
        return {task["name"] for task in asked(flower, "/api/tasks").values() if task["state"] == "SUCCESS"}

    until(lambda: wanted <= seen())
    until(shared.site.done)
    tasks = asked(flower, "/api/tasks")
    assert any("posts>" in str(task["args"]) for task in tasks.values())
    paths = ["/tasks", "/api/workers", "/broker", "/metrics", *(f"/task/{name}" for name in tasks)]
    shown = json.dumps(tasks, ensure_ascii=False) + "".join(get(flower, path, USER).text for path in paths)
    assert not TEXT.search(shown)
    assert shared.site.url().partition("redis://:")[2].partition("@")[0] not in shown


def test_flower_tells_nothing_to_who_has_no_password(flower: int) -> None:
    assert [get(flower, path).status for path in ("/api/tasks", "/api/workers", "/tasks")] == [401] * 3
