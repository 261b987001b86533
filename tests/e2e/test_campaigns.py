"""One text by many authors, through every way that posts take: files, workers, tests beside rules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis

from moderation.client import Producer, decisions
from tests.support.site import Site, some_posts, until

pytestmark = pytest.mark.slow

RULE = """
id: spam.copies
title: {en: One text by many, zh: 多人同文}
category: spam
status: enforce
owner: tests
severity: low
detect:
  copies: {near_duplicates: {within: 24h, distinct_authors: 3}}
condition: copies
action: {do: limit}
explain:
  en: 'Several authors posted the same text.'
  zh: '多个作者发布了相同的文字。'
"""
TESTS = """
- {match: "Everybody should hear about this wonderful little shop", lang: en, copies: 3}
- {ok: "Everybody should hear about this wonderful little shop", lang: en, copies: 2}
- {ok: "Everybody should hear about this wonderful little shop!", lang: en}
- {match: "大家都应该知道街角这家很棒的小店", lang: zh, copies: 5}
- {ok: "大家都应该知道街角这家很棒的小店", lang: zh, copies: 2}
"""
TEXT = "Everybody here should hear about this wonderful little shop around the corner"
TEXT_ZH = "大家都应该知道街角这家很棒的小店，今天全场半价"
BEGIN = datetime.now(UTC) - timedelta(hours=3)


def write(rules: Path) -> None:
    """Add the rule on near-duplicates to a folder."""
    rules.mkdir(parents=True, exist_ok=True)
    (rules / "copies.yaml").write_text(RULE, encoding="utf-8")
    (rules / "copies.test.yaml").write_text(TESTS, encoding="utf-8")


def a_copy(name: str, author: str, at: int, text: str = TEXT, **fields: Any) -> dict[str, Any]:
    """A post so many seconds after the beginning."""
    created_at = (BEGIN + timedelta(seconds=at)).isoformat()
    return {"id": name, "text": text, "author": {"id": author}, "created_at": created_at, **fields}


def campaign_of(decision: dict[str, Any]) -> tuple[int, int]:
    """How many posts and how many authors."""
    return decision["campaign"]["members"], decision["campaign"]["authors"]


# screen -------------------------------------------------------------------------------------------------------------

# Reads the size of a batch from its first argument.
SCREEN = "import sys; from moderation.cli import main, screen; screen.BATCH = int(sys.argv.pop(1)); main()"


def lines_in_order() -> list[dict[str, Any]]:
    """Thirty copies by ten authors, eight of another text by four, between posts that stand alone; bad lines too."""
    posts = [a_copy(post["id"], "alone", n, post["text"]) for n, post in enumerate(some_posts(150))]
    for n in range(30):
        posts.insert(5 * n + 3, a_copy(f"copy-{n}", f"author-{n % 10}", n, TEXT + "!" * (n % 3)))
    for n in range(8):
        posts.insert(11 * n + 40, a_copy(f"zh-{n}", f"author-{n % 4}", 100 + n, TEXT_ZH))
    posts.insert(60, a_copy("copy-1", "author-1", 1, TEXT + "!"))  # once more
    posts.insert(61, a_copy("copy-1", "another", 2, TEXT_ZH))  # refused: not the line of that name
    posts.insert(62, {"id": "bad", "text": 7})
    return posts


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """The decisions by number of processes and size of a batch."""
    folder = tmp_path_factory.mktemp("screen")
    write(folder / "rules")
    posts = "\n".join(json.dumps(post, ensure_ascii=False) for post in lines_in_order())
    (folder / "posts.jsonl").write_text(posts, encoding="utf-8")
    outputs = {}
    for jobs, batch in ((1, 512), (1, 7), (2, 1), (2, 64), (3, 16)):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                SCREEN,
                str(batch),
                "screen",
                "posts.jsonl",
                "--rules",
                "rules",
                "--jobs",
                str(jobs),
            ],
            capture_output=True,
            cwd=folder,
            env={**os.environ, "MODERATION_LANGUAGE__DOUBTFUL": "none"},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert b"188 posts decided" in done.stderr
        assert b"1 repeats left out; 2 lines refused" in done.stderr
        outputs[jobs, batch] = [json.loads(line) for line in done.stdout.splitlines()]
    return outputs


def test_the_output_depends_neither_on_the_number_of_processes_nor_on_the_batch(
    screened: dict[tuple[int, int], list[dict[str, Any]]],
) -> None:
    alike = [[decision | {"decided_at": ""} for decision in run] for run in screened.values()]
    assert all(run == alike[0] for run in alike[1:])


def test_every_copy_knows_those_before_it_and_the_third_author_is_limited(
    screened: dict[tuple[int, int], list[dict[str, Any]]],
) -> None:
    decided = {decision["post_id"]: decision for decision in screened[2, 64]}
    copies = [decided[f"copy-{n}"] for n in range(30)]
    assert "campaign" not in copies[0]
    assert [campaign_of(one) for one in copies[1:]] == [(n, min(n, 10)) for n in range(2, 31)], "a repeat counts once"
    assert len({one["campaign"]["id"] for one in copies[1:]}) == 1
    assert [one["action"] for one in copies] == ["approve"] * 2 + ["limit"] * 28
    assert copies[2]["matches"][0]["rule"] == "spam.copies"


def test_a_refused_line_counts_nowhere(screened: dict[tuple[int, int], list[dict[str, Any]]]) -> None:
    decided = {decision["post_id"]: decision for decision in screened[2, 64]}
    assert "campaign" not in decided["zh-0"]
    assert [campaign_of(decided[f"zh-{n}"]) for n in range(1, 8)] == [(n, min(n, 4)) for n in range(2, 9)]


def test_one_author_is_no_campaign_whatever_he_posts(screened: dict[tuple[int, int], list[dict[str, Any]]]) -> None:
    alone = [decision for decision in screened[2, 64] if decision["post_id"].startswith("p-")]
    assert len(alone) == 150
    assert not any(decision["matches"] for decision in alone)


# the workers --------------------------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    write(site.rules / "spam")
    yield site
    site.close()


def test_two_batches_become_one_campaign_and_what_comes_again_counts_once(site: Site) -> None:
    """The first worker is killed when it has counted a batch, before it has decided it."""
    first = [a_copy(f"a-{n}", f"author-{n}", n) for n in range(6)]
    first[3]["title"] = "DEADLY ONCE"
    second = [a_copy(f"b-{n}", f"author-{4 + n}", 60 + n) for n in range(6)]
    site.submit([*first, *some_posts(20)])
    assert site.worker(module="tests.support.poisoned_worker", command=()).ended() == 0
    assert (site.home / "interrupted").exists()
    with Producer(site.settings()) as producer:
        producer.submit_many([*second, *first])
        assert site.worker("--drain").ended() == 0
        published = {one.post_id: one.body for one in decisions(site.url(), wait_s=0.5)}
    decided = site.decided()
    assert len(decided) == 32
    assert "campaign" not in decided["a-0"]
    assert [campaign_of(decided[f"a-{n}"]) for n in range(1, 6)] == [(n + 1, n + 1) for n in range(1, 6)]
    assert [campaign_of(decided[f"b-{n}"]) for n in range(6)] == [(7, 6), (8, 6), (9, 7), (10, 8), (11, 9), (12, 10)]
    everyone = [decided[f"a-{n}"] for n in range(1, 6)] + [decided[f"b-{n}"] for n in range(6)]
    assert len({one["campaign"]["id"] for one in everyone}) == 1
    assert [one["action"] for one in everyone] == ["approve"] + ["limit"] * 10
    assert all(published[name] == decision for name, decision in decided.items())

    name = decided["b-5"]["campaign"]["id"]
    assert f"campaign {name}: 12 posts, 10 authors" in site.run("pool", "show", "b-5").stdout
    exported = [json.loads(line) for line in site.run("pool", "export").stdout.splitlines()]
    assert {one["post_id"]: one.get("campaign") for one in exported} == {
        post: decision.get("campaign") for post, decision in decided.items()
    }


def test_rules_that_begin_to_ask_while_the_worker_runs_are_answered(site: Site) -> None:
    for file in (site.rules / "spam").iterdir():
        file.unlink()
    worker = site.worker().ready()
    with Producer(site.settings()) as producer, redis.Redis.from_url(site.url()) as client:
        producer.submit_many([a_copy(f"a-{n}", f"author-{n}", n) for n in range(6)])
        until(site.done)
        assert {one["action"] for one in site.decided().values()} == {"approve"}
        assert not list(client.scan_iter("moderation:campaigns:*")), "no rule asks, so nothing is kept"
        write(site.rules / "spam")
        until(lambda: "rules replaced" in worker.said())
        time.sleep(2.5)  # every process looks by itself
        producer.submit_many([a_copy(f"b-{n}", f"author-{n}", n) for n in range(6)])
        until(site.done)
        assert site.decided()["b-5"]["action"] == "limit"
    assert worker.stop() == 0


def test_while_the_index_cannot_be_asked_posts_wait_for_a_person_and_none_is_lost(site: Site) -> None:
    worker = site.worker().ready()
    with Producer(site.settings()) as producer, redis.Redis.from_url(site.url()) as client:
        client.execute_command("ACL", "SETUSER", "default", "-eval")  # the broker does without, publishing waits
        producer.submit_many(some_posts(40))
        until(lambda: len(site.decided()) == 40)
        held = site.decided()
        assert {(one["action"], *one["unavailable"]) for one in held.values()} == {("hold", "campaigns")}
        assert all(one["review"] for one in held.values())
        client.execute_command("ACL", "SETUSER", "default", "+eval")
        producer.submit_many(some_posts(40, "q"))
        until(site.done)
        assert {one["unavailable"] == [] for name, one in site.decided().items() if name.startswith("q")} == {True}
    assert "campaigns failed, posts are held for a person" in worker.said()
    assert worker.stop() == 0


# authors of rules ---------------------------------------------------------------------------------------------------


def test_tests_beside_rules_count_their_own_copies_and_no_others(site: Site) -> None:
    done = site.run("rules", "test", "--rules", str(site.rules))
    assert done.returncode == 0, done.stdout
    assert "9 passed" in done.stdout


def test_a_post_is_explained_as_if_it_were_the_first(site: Site) -> None:
    post = json.dumps(a_copy("n-1", "author-1", 0))
    for _ in range(2):
        done = site.run("rules", "explain", "spam.copies", "--post", "-", "--rules", str(site.rules), stdin=post)
        assert done.returncode == 0, done.stderr
        assert "copies: false" in done.stdout
        assert "Campaign" not in done.stdout


def test_doctor_says_how_many_windows_the_rules_ask_for(site: Site) -> None:
    assert "1 windows of near-duplicates" in " ".join(site.run("doctor", "--json").stdout.split())
