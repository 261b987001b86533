"""Real workers, a real Redis, a real store: every post is decided once and published, whatever is killed."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from moderation.client import Producer, decisions
from tests.support.site import Site, Worker, some_posts, until

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Worker]]:
    """One running worker for the tests that do it no harm."""
    site = Site(tmp_path_factory.mktemp("shared pool 池"))
    yield site, site.worker().ready()
    site.close()


def test_every_post_is_decided_once_and_published_in_order(shared: tuple[Site, Worker]) -> None:
    site, _ = shared
    site.submit([{**post, "revision": revision} for revision in (1, 2) for post in some_posts(150, "a")])
    until(site.done)
    published = list(decisions(site.url(), wait_s=0.5))
    keys = Counter((one.post_id, one.revision) for one in published if one.post_id.startswith("a-"))
    assert keys == {(f"a-{n}", revision): 1 for n in range(150) for revision in (1, 2)}
    held = {one.post_id for one in published if one.body["action"] == "hold"}
    assert held == {f"a-{n}" for n in range(150) if n % 6 in (2, 3)}
    assert {one.kind for one in published} == {"decision"}


def test_it_says_once_what_it_runs_with_and_no_secret(shared: tuple[Site, Worker]) -> None:
    site, worker = shared
    (line,) = [line for line in worker.said().splitlines() if " ready " in line]
    assert "queues=intake,judge.zh,judge.en,judge.world,publish" in line
    assert "rules=sha256:" in line
    assert "store=sqlite://" in line
    assert site.url().partition("redis://:")[2].partition("@")[0] not in worker.said()


def test_the_task_for_foreign_producers_keeps_good_posts_and_buries_bad_ones(shared: tuple[Site, Worker]) -> None:
    from workers.app import make_app

    site, _ = shared
    bad = [{"id": "no text"}, {"id": "f-bad", "text": 7}, "not a post", {"id": "f-0", "text": "other content"}]
    app = make_app(site.settings(), site.url())
    app.send_task("moderation.submit", args=[[*some_posts(3, "f"), *bad]], queue="intake")
    until(lambda: {"f-0", "f-1", "f-2"} <= site.decided().keys())
    store = site.store()
    reasons = [letter.reason for letter in store.dead_letters(10)]
    store.close()
    assert len(reasons) == 4
    for sign in ("id: must be", "text: must be a string", "post: must be a JSON object", "other content"):
        assert any(sign in reason for reason in reasons)


def test_rules_that_do_not_load_never_replace_the_running_ones(shared: tuple[Site, Worker]) -> None:
    site, worker = shared
    site.submit(some_posts(64, "r"))
    until(site.done)
    before = site.decided()["r-0"]["versions"]["rules"]
    site.break_rule()
    until(lambda: "rules refused" in worker.said())
    site.submit(some_posts(64, "s"))
    until(site.done)
    assert site.decided()["s-2"]["action"] == "hold"
    assert site.decided()["s-0"]["versions"]["rules"] == before
    site.write_rule("write me on")
    until(lambda: "rules replaced" in worker.said())
    time.sleep(2.5)  # every process looks by itself
    site.submit(some_posts(192, "t"))
    until(site.done)
    after = {decision["versions"]["rules"] for post, decision in site.decided().items() if post.startswith("t-")}
    assert len(after) == 1
    assert before not in after
    assert site.decided()["t-2"]["action"] == "approve"
    site.write_rule()


def test_broken_rules_refuse_to_start_and_are_all_named(site: Site) -> None:
    site.break_rule()
    done = site.run("worker")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("contact.yaml:") > 1


def test_a_worker_that_is_killed_loses_nothing_and_repeats_nothing(site: Site) -> None:
    with Producer(site.settings()) as producer:
        producer.submit_many(some_posts(2000))
        worker = site.worker().ready()
        until(lambda: len(site.decided()) > 200)
        children = worker.children()
        worker.kill()
        until(lambda: not any(psutil.pid_exists(child) for child in children))
        decided = site.decided()
        assert 200 < len(decided) < 2000
        assert site.worker("--drain").ended() == 0
        published = Counter(one.post_id for one in decisions(site.url(), wait_s=0.5))
    assert {key: value for key, value in site.decided().items() if key in decided} == decided
    assert len(site.decided()) == 2000
    assert published.keys() == site.decided().keys()


def test_a_post_that_kills_its_worker_ends_among_the_dead_letters(site: Site) -> None:
    posts = some_posts(100)
    posts[40]["text"] = "DEADLY"
    posts[70]["text"] = "FAILING"
    site.submit(posts)
    worker = site.worker(module="tests.support.poisoned_worker", command=())
    assert worker.ended() == 0
    assert site.decided().keys() == {post["id"] for post in posts} - {"p-40", "p-70"}
    store = site.store()
    letters = {letter.post_id: letter.reason for letter in store.dead_letters(10)}
    store.close()
    assert letters.keys() == {"p-40", "p-70"}
    assert "worker was lost" in letters["p-40"]
    assert letters["p-70"].startswith("ValueError at support/poisoned_worker.py")
    assert "FAILING" not in letters["p-70"]


def test_a_redis_that_is_killed_under_load_loses_nothing(site: Site) -> None:
    worker = site.worker().ready()
    with Producer(site.settings()) as producer:
        for n in range(3):
            producer.submit_many(some_posts(300, f"k{n}"))
            (server,) = site.redis_servers()
            os.kill(server.pid, signal.SIGKILL)
        until(site.done, 120)
        assert len(site.decided()) == 900
    assert worker.stop() == 0


def test_what_was_never_enqueued_is_found_by_the_sweeper(site: Site) -> None:
    site.environment["MODERATION_REDIS_URL"] = "redis://127.0.0.1:1/0"
    assert "nothing is lost" in site.submit(some_posts(100)).stderr
    del site.environment["MODERATION_REDIS_URL"]
    assert site.worker("--drain").ended() == 0
    assert len(site.decided()) == 100


def test_draining_an_empty_pool_ends_at_once_and_an_interrupted_one_says_so(site: Site) -> None:
    assert site.worker("--drain").ended() == 0
    site.submit(some_posts(1500))
    worker = site.worker("--drain").ready()
    assert worker.stop() == 130


def test_a_worker_that_is_told_to_stop_leaves_the_rest_in_the_queues(site: Site) -> None:
    site.submit(some_posts(900))
    worker = site.worker("--queues", "intake,judge.en", "--concurrency", "1").ready()
    until(site.decided)
    assert worker.stop() == 0
    assert {decision["language"]["tag"] for decision in site.decided().values()} == {"en"}
    assert site.worker("--drain").ended() == 0
    assert len(site.decided()) == 900


def test_a_queue_that_does_not_exist_is_refused(site: Site) -> None:
    done = site.run("worker", "--queues", "judge.klingon")
    assert done.returncode == 2
    assert "judge.world" in done.stderr


def test_it_works_alike_over_postgresql(tmp_path: Path, postgres_url: str) -> None:
    site = Site(tmp_path, MODERATION_STORE_URL=postgres_url)
    site.submit(some_posts(200))
    worker = site.worker("--drain").ready()
    assert worker.ended() == 0
    assert len(site.decided()) == 200
    assert "store=postgresql" in worker.said()
    site.close()
