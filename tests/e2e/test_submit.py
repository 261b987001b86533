"""``moderation submit`` and the producer: what is acknowledged is on disk, and the same command resumes."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.client import Producer
from tests.support.site import Site, some_posts, until

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


def write(path: Path, lines: list[str]) -> str:
    text = "".join(line + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return str(path)


def pending(site: Site) -> int:
    store = site.store()
    try:
        return store.count_pending()
    finally:
        store.close()


@pytest.mark.parametrize("name", ["posts.jsonl", "posts.jsonl.gz"])
def test_good_lines_get_in_and_bad_ones_are_named_and_kept(site: Site, tmp_path: Path, name: str) -> None:
    lines = [json.dumps(post) for post in some_posts(40)]
    lines[4] = '{"id": "p-4"}'
    lines[9] = "not JSON"
    lines[19] = json.dumps({"id": "p-0", "text": "other content"})
    done = site.run("submit", write(tmp_path / name, lines), "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert {name: summary[name] for name in ("accepted", "enqueued", "repeated", "refused")} == {
        "accepted": 37,
        "enqueued": 37,
        "repeated": 0,
        "refused": 3,
    }
    assert "line 5: text: is missing" in done.stderr
    assert "line 10: line: is not JSON" in done.stderr
    assert "line 20: id: p-0 came before with other content" in done.stderr
    store = site.store()
    sources = {letter.source.rpartition(":")[2] for letter in store.dead_letters(10)}
    store.close()
    assert sources == {"5", "10", "20"}
    assert pending(site) == 37


def test_submitting_again_repeats_nothing(site: Site) -> None:
    site.submit(some_posts(50))
    again = site.submit(some_posts(60))
    assert "10 posts are in (50 were before, 0 lines refused)" in again.stderr
    assert again.stdout == ""
    assert pending(site) == 60


def test_what_stands_before_the_damage_of_a_compressed_file_gets_in(site: Site, tmp_path: Path) -> None:
    name = write(tmp_path / "cut.jsonl.gz", [json.dumps(post) for post in some_posts(4000)])
    Path(name).write_bytes(Path(name).read_bytes()[:-2000])
    done = site.run("submit", name)
    assert done.returncode == 2
    assert "damaged" in done.stderr
    assert pending(site) > 100


def test_ctrl_c_ends_after_the_batch_and_the_same_command_resumes(site: Site, tmp_path: Path) -> None:
    site.environment["MODERATION_WORKERS__HIGH_WATER"] = "320"
    name = write(tmp_path / "posts.jsonl", [json.dumps(post) for post in some_posts(500)])
    process = subprocess.Popen(
        [sys.executable, "-m", "moderation", "submit", name], env=site.environment, stderr=subprocess.PIPE, text=True
    )
    until(lambda: pending(site) == 320)  # no worker runs: it waits for room
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "320 posts are pending: waiting for workers" in said
    assert "load: normal" in said
    assert "320 posts are in" in said
    assert "the same command resumes" in said
    del site.environment["MODERATION_WORKERS__HIGH_WATER"]
    assert "180 posts are in (320 were before" in site.run("submit", name).stderr
    assert site.worker("--drain").ended() == 0
    assert len(site.decided()) == 500


def test_a_waiting_producer_goes_on_when_workers_make_room(site: Site) -> None:
    settings = site.settings()
    narrow = settings.model_copy(update={"workers": settings.workers.model_copy(update={"high_water": 64})})
    waited: list[int] = []
    site.worker().ready()
    with Producer(narrow) as producer:
        receipt = producer.submit_many(some_posts(300), waits=waited.append)
    assert receipt.accepted == receipt.enqueued == 300
    assert waited
    until(site.done)
    assert len(site.decided()) == 300


def test_an_unreachable_store_is_named_without_its_password(site: Site) -> None:
    site.environment["MODERATION_STORE_URL"] = "postgresql://me:hunter2@127.0.0.1:1/pool"
    done = site.run("submit", "-", stdin=json.dumps(some_posts(1)[0]))
    assert done.returncode == 69
    assert "MODERATION_STORE_URL" in done.stderr
    assert "hunter2" not in done.stderr


def test_fifty_thousand_posts_take_no_longer_than_fifteen_seconds(site: Site, tmp_path: Path) -> None:
    del site.environment["MODERATION_WORKERS__BATCH"]
    name = write(tmp_path / "posts.jsonl", [json.dumps(post) for post in some_posts(50_000)])
    summary = json.loads(site.run("submit", name, "--json").stdout)
    assert summary["accepted"] == summary["enqueued"] == 50_000
    assert summary["seconds"] < 15
