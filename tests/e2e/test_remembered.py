"""What running workers remember together: how often an author posts, and which rules match too much."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis

from moderation.client import Producer
from tests.support.site import Site, until

pytestmark = pytest.mark.slow

COUNTING = """
id: spam.{name}
title: {{en: Often, zh: 频繁}}
category: spam
status: enforce
owner: tests
severity: low
detect:
  often: {{count: {{of: {of}, by: author, within: 10m}}, gte: {least}}}
condition: often
action: {{do: {do}}}
explain: {{en: 'Posts often.', zh: '发帖频繁。'}}
"""
COUNTING_TESTS = """
- {{match: "{en}", lang: en, times: 9}}
- {{ok: "{en}", lang: en}}
- {{match: "{zh}", lang: zh, times: 9}}
- {{ok: "{zh}", lang: zh}}
"""
OFTEN = {
    "spam.often": (COUNTING.format(name="often", of="posts", least=5, do="hold"), "nice weather", "天气真好"),
    "spam.again": (
        COUNTING.format(name="again", of="ad_diversion.contact", least=3, do="remove"),
        "text me on the other app",
        "加我微信聊",
    ),
}
BREAKER = "breaker: {share: 0.1, min_hits: 20, window: 10m, distinct: author}\n"
CONTACT = "ad_diversion.contact"
BEGIN = datetime.now(UTC) - timedelta(hours=2)


def a_post(name: str, author: str, minutes: float, text: str = "a plain sentence about the garden") -> dict[str, Any]:
    """A post so many minutes after the beginning."""
    created_at = (BEGIN + timedelta(minutes=minutes)).isoformat()
    return {"id": name, "text": text, "author": {"id": author}, "created_at": created_at}


class Pool:
    """Two workers of one process each that share a Redis: one judges English, the other everything else."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(folder)

    def count(self) -> None:
        """Add the rules that count."""
        for name, (rule, en, zh) in OFTEN.items():
            (self.site.rules / f"{name}.yaml").write_text(rule, encoding="utf-8")
            tests = COUNTING_TESTS.format(en=en, zh=zh)
            (self.site.rules / f"{name}.test.yaml").write_text(tests, encoding="utf-8")

    def start(self) -> None:
        for queues in ("intake,judge.en,publish", "judge.zh,judge.world"):
            self.site.worker("--concurrency", "1", "--queues", queues)
        for worker in self.site.workers:
            worker.ready()

    def judge(self, *posts: dict[str, Any]) -> list[dict[str, Any]]:
        """Submit posts and wait until they are decided."""
        with Producer(self.site.settings()) as producer:
            producer.submit_many(posts)
            names = [post["id"] for post in posts]
            decided = until(lambda: (found := self.site.decided()).keys() >= set(names) and found)
        return [decided[name] for name in names]

    def breakers(self, *words: str) -> Any:
        done = self.site.run("rules", "breaker", *words, "--json", "--rules", str(self.site.rules))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@contextmanager
def running(folder: Path, *, counts: bool) -> Iterator[Pool]:
    pool = Pool(folder)
    try:
        if counts:
            pool.count()
        pool.start()
        yield pool
    finally:
        pool.site.close()


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    with running(tmp_path_factory.mktemp("counting"), counts=True) as pool:
        yield pool


# counts -------------------------------------------------------------------------------------------------------------

ENGLISH, CHINESE = "nice weather for a walk today", "今天天气真好，大家都出去走走"


@pytest.mark.parametrize("turn", [0, 1])
def test_the_fifth_post_in_ten_minutes_is_held_whichever_worker_has_it(counting: Pool, turn: int) -> None:
    texts = (ENGLISH, CHINESE) if turn else (CHINESE, ENGLISH)
    decided = [
        counting.judge(
            a_post(f"fast-{turn}-{n}", f"fast-{turn}", 2 * n, f"{texts[n % 2]} {n}"),  # the fifth after 8 minutes
            a_post(f"slow-{turn}-{n}", f"slow-{turn}", 2.5 * n, f"{texts[n % 2]} {n}"),  # the first is 10 minutes old
        )
        for n in range(6)
    ]
    assert [fast["action"] for fast, _ in decided] == ["approve"] * 4 + ["hold"] * 2
    assert [slow["action"] for _, slow in decided] == ["approve"] * 6
    assert {fast["language"]["tag"] for fast, _ in decided} == {"en", "zh-Hans"}
    (match,) = decided[4][0]["matches"]
    assert match["rule"] == "spam.often"


def test_posts_of_nobody_in_particular_are_not_counted(counting: Pool) -> None:
    posts = [{"id": f"nobody-{n}", "text": f"{ENGLISH} {n}"} for n in range(6)]
    assert {one["action"] for one in counting.judge(*posts)} == {"approve"}


def test_what_a_rule_matched_is_counted_over_both_workers_and_nothing_else_is(counting: Pool) -> None:
    asking = ("text me on the other app, friends", "加我微信聊聊天吧")
    first = counting.judge(a_post("asks-0", "asker", 0, asking[0]))[0]
    plain = counting.judge(a_post("asks-1", "asker", 1, CHINESE))[0]
    second = counting.judge(a_post("asks-2", "asker", 2, asking[1]))[0]
    third = counting.judge(a_post("asks-3", "asker", 3, asking[0] + " now"))[0]
    assert [one["action"] for one in (first, plain, second, third)] == ["hold", "approve", "hold", "remove"]
    assert {match["rule"] for match in third["matches"]} == {CONTACT, "spam.again"}


def test_what_comes_twice_counts_once(counting: Pool) -> None:
    for n in range(4):
        for _ in range(3):
            counting.judge(a_post(f"twice-{n}", "twice", n, f"{(ENGLISH, CHINESE)[n % 2]} {n}"))
    assert [counting.site.decided()[f"twice-{n}"]["action"] for n in range(4)] == ["approve"] * 4
    assert counting.judge(a_post("twice-4", "twice", 5))[0]["action"] == "hold"


def test_a_batch_that_is_judged_again_because_its_process_died_counts_once(tmp_path: Path) -> None:
    """The process is killed when it has counted the batch, before it has decided it."""
    pool = Pool(tmp_path)
    pool.count()
    posts = [a_post(f"p-{n}", "author", n, f"text me on the other app, friends {n}") for n in range(2)]
    posts += [a_post(f"q-{n}", "author", 2 + n, f"{ENGLISH} {n}") for n in range(2)]
    posts[0]["title"] = "DEADLY ONCE"
    pool.site.submit(posts)
    assert pool.site.worker(module="tests.support.poisoned_worker", command=()).ended() == 0
    assert (pool.site.home / "interrupted").exists()
    assert [pool.site.decided()[post["id"]]["action"] for post in posts] == ["hold", "hold", "approve", "approve"]
    pool.site.close()


def test_while_the_counters_cannot_be_asked_posts_wait_for_a_person(counting: Pool) -> None:
    with redis.Redis.from_url(counting.site.url()) as client:
        client.execute_command("ACL", "SETUSER", "default", "-eval")  # the broker does without
        away = counting.judge(*(a_post(f"away-{n}", f"away-{n}", n) for n in range(20)))
        client.execute_command("ACL", "SETUSER", "default", "+eval")
    assert {(one["action"], *one["unavailable"]) for one in away} == {("hold", "counters")}
    assert all(one["review"] for one in away)
    back = counting.judge(*(a_post(f"back-{n}", f"back-{n}", n) for n in range(20)))
    assert {(one["action"], *one["unavailable"]) for one in back} == {("approve",)}
    assert any("counters failed, posts are held for a person" in worker.said() for worker in counting.site.workers)


# breakers -----------------------------------------------------------------------------------------------------------


def a_wave(prefix: str, authors: int, *, text: str = "text me on the other app, friends") -> list[dict[str, Any]]:
    """Thirty posts that the rule matches, by so many authors."""
    return [a_post(f"{prefix}-{n}", f"{prefix}-{n % authors}", n / 60, f"{text} {n}") for n in range(30)]


def statuses(decisions: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """What was done, and how the rule stood."""
    return {(one["action"], one["matches"][0]["status"]) for one in decisions}


def test_a_rule_that_matches_too_much_is_cut_off_in_that_language_until_it_is_mended(tmp_path: Path) -> None:
    with running(tmp_path, counts=False) as pool:
        rule = pool.site.rules / "common" / "contact.yaml"
        plain = rule.read_text(encoding="utf-8")
        rule.write_text(plain + BREAKER, encoding="utf-8")
        until(lambda: all("rules replaced" in worker.said() for worker in pool.site.workers), 10)

        assert statuses(pool.judge(*a_wave("flood", 3))) == {("hold", "enforce")}
        assert statuses(pool.judge(*a_wave("flood-after", 3))) == {("hold", "enforce")}, "a few authors trip nothing"
        assert pool.breakers() == []

        pool.judge(*a_wave("wave", 30))
        after = pool.judge(*a_wave("after", 30))
        assert statuses(after) == {("approve", "shadow")}
        assert all(one["review"] is None for one in after)
        (cut,) = pool.breakers()
        assert (cut["rule"], cut["language"], cut["text"]) == (CONTACT, "en", "same")
        assert 20 <= cut["hits"] <= cut["total"]
        assert cut["share"] > cut["limit"]["share"] == 0.1
        assert cut["version"] == after[0]["matches"][0]["version"]
        shown = pool.site.run("rules", "breaker", "--rules", str(pool.site.rules)).stdout
        assert CONTACT in shown

        chinese = pool.judge(*a_wave("zh", 3, text="加我微信聊聊天吧"))
        assert statuses(chinese) == {("hold", "enforce")}, "another language, judged by the other worker"

        assert pool.breakers(CONTACT, "--reset") == {"rule": CONTACT, "language": None, "mended": 1}
        assert pool.breakers() == []
        assert statuses(pool.judge(*a_wave("mended", 3))) == {("hold", "enforce")}
        pool.judge(*a_wave("second-wave", 30))
        assert statuses(pool.judge(*a_wave("second-after", 3))) == {("approve", "shadow")}, "and is cut off again"

        rule.write_text(plain.replace("severity: medium", "severity: high") + BREAKER, encoding="utf-8")
        until(lambda: all(worker.said().count("rules replaced") == 2 for worker in pool.site.workers), 10)
        assert statuses(pool.judge(*a_wave("changed", 3))) == {("hold", "enforce")}, "another text begins anew"
        assert [cut["text"] for cut in pool.breakers()] == ["changed"]


def test_rules_act_while_nobody_can_say_whether_they_are_cut_off(tmp_path: Path) -> None:
    pool = Pool(tmp_path)
    rule = pool.site.rules / "common" / "contact.yaml"
    rule.write_text(rule.read_text(encoding="utf-8") + BREAKER, encoding="utf-8")
    try:
        pool.start()
        pool.judge(*a_wave("wave", 30))
        assert statuses(pool.judge(*a_wave("after", 3))) == {("approve", "shadow")}
        with redis.Redis.from_url(pool.site.url()) as client:
            client.execute_command("ACL", "SETUSER", "default", "-hkeys", "-eval")
            acting = pool.judge(*a_wave("unknown", 3))
            client.execute_command("ACL", "SETUSER", "default", "+hkeys", "+eval")
        assert statuses(acting) == {("hold", "enforce")}
        assert statuses(pool.judge(*a_wave("known", 3))) == {("approve", "shadow")}
    finally:
        pool.site.close()
