"""RabbitMQ carries the messages as Redis does, where one is installed; Redis still remembers and publishes."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.client import Producer, decisions
from tests.support.rabbitmq import RabbitServer, rabbitmq_server
from tests.support.site import Site, some_posts, until
from workers.app import make_app
from workers.broker import Depth, depths, oldest_waiting, return_orphans, waiting
from workers.sending import CelerySender

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitServer]:
    binary = rabbitmq_server()
    if binary is None:
        pytest.skip("no RabbitMQ on this machine (rabbitmq-server)")
    server = RabbitServer(binary, tmp_path_factory.mktemp("rabbitmq"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def site(tmp_path: Path, rabbitmq: RabbitServer) -> Iterator[Site]:
    site = Site(tmp_path, MODERATION_BROKER_URL=rabbitmq.new_host())
    yield site
    site.close()


def test_posts_go_through_rabbitmq_and_a_drain_ends(site: Site) -> None:
    with Producer(site.settings()) as producer:
        producer.submit_many({**post, "revision": revision} for revision in (1, 2) for post in some_posts(300))
        worker = site.worker("--drain")
        assert worker.ended() == 0
        published = Counter((one.post_id, one.revision) for one in decisions(site.url(), wait_s=0.5))
    assert published == {(f"p-{n}", revision): 1 for n in range(300) for revision in (1, 2)}
    assert "guest" not in worker.said()


def test_a_killed_worker_and_a_killed_child_lose_nothing(site: Site) -> None:
    site.submit(some_posts(1500))
    first = site.worker().ready()
    until(lambda: len(site.decided()) > 100)
    os.kill(first.children()[0], signal.SIGKILL)
    until(lambda: len(site.decided()) > 400)
    first.kill()
    assert site.worker("--drain").ended() == 0
    assert len(site.decided()) == 1500


def test_what_waits_can_be_looked_at_without_losing_its_place(site: Site) -> None:
    app = make_app(site.settings(), "redis://nobody.invalid/0")
    sender = CelerySender(app)
    assert waiting(app) == (0, 0)
    assert oldest_waiting(app) == float("inf")
    for unit in ("first", "second"):
        sender.detect(unit, some_posts(1, unit))
    looks = [depths(app)["intake"] for _ in range(3)]
    assert {look.ready for look in looks} == {2}
    assert len(set(looks)) == 1
    assert oldest_waiting(app) == looks[0].oldest
    assert depths(app)["judge.zh"] == Depth(0, None)
    return_orphans(app)  # nothing to do, and nobody is asked
    app.close()
