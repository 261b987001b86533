"""A wave of posts that real workers cannot judge at once: they hurry, remember where, and make up for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from moderation.client import decisions
from moderation.pool.surge import sampled
from moderation.storage.embedded_redis import redis_url
from moderation.storage.surge import KEY
from tests.support.site import Site, until

pytestmark = pytest.mark.slow

RULE = """
id: {category}.score
title: {{en: By the classifier, zh: 模型判定}}
category: {category}
status: enforce
owner: tests
severity: medium
scope: {{languages: [en]}}
detect: {{high: {{score: {category}, gte: {{en: 0.5}}}}}}
condition: high
action: {{do: hold, desk: auto}}
explain: {{en: The classifier says so., zh: 模型判定。}}
"""
RULE_TEST = "- {ok: a walk, lang: en}\n- {match: something else, lang: en}\n"
DESPAIR = "I want to end it all tonight, goodbye everyone"
TEXTS = (
    "the foreigners should leave our town",
    "nice weather for a walk today",
    "what a bunch of losers",
    "quel beau temps aujourd'hui, mes amis",
    "those foreigners are dirty",
    DESPAIR,
    "text me on the other app, friends",
)
AUTHORS: tuple[dict[str, Any], ...] = (
    {"author": {"age_days": 900, "strikes": 0}, "views_per_minute": 1},
    {"author": {"age_days": 3, "strikes": 0}, "views_per_minute": 500},
    {},
)
EFFECTS = ("action", "outcomes", "review")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    surge = {"BUSY_PENDING": "100", "SURGE_PENDING": "400", "CALM_S": "1"}
    site = Site(
        tmp_path,
        MODERATION_WORKERS__SWEEP_EVERY_S="0.2",
        **{f"MODERATION_WORKERS__SURGE__{name}": value for name, value in surge.items()},
    )
    for category in ("hate", "profanity", "self_harm"):
        (site.rules / "common" / f"{category}.yaml").write_text(RULE.format(category=category), encoding="utf-8")
        (site.rules / "common" / f"{category}.test.yaml").write_text(RULE_TEST, encoding="utf-8")
    yield site
    site.close()


def a_wave(number: int) -> list[dict[str, Any]]:
    """Posts of every text by every kind of author."""
    return [
        {"id": f"w-{n}", "text": f"{TEXTS[n % len(TEXTS)]} {n}", **AUTHORS[n // len(TEXTS) % len(AUTHORS)]}
        for n in range(number)
    ]


def effects(decision: Any) -> tuple[Any, ...]:
    return *(decision[name] for name in EFFECTS), {match["rule"] for match in decision["matches"]}


def test_a_wave_is_judged_in_a_hurry_and_afterwards_all_is_as_if_there_had_been_none(site: Site) -> None:
    wave = a_wave(2000)
    posts = {post["id"]: post for post in wave}
    with redis_url(None, site.home) as url:  # which goes on running when the worker has ended
        site.submit(wave)
        sweeper = site.worker("--queues", "publish").ready()  # looks at the load, and judges nothing
        with redis.Redis.from_url(url, decode_responses=True) as client:
            told = until(lambda: (fields := client.hgetall(KEY)).get("state") == "surge" and fields)
        assert int(told["pending"]) > 200
        assert int(told["retry_after_s"]) >= 1
        worker = site.worker("--drain")
        assert worker.ended() == 0
        assert sweeper.stop() == 0
        published = list(decisions(url, wait_s=0.2))
        status = json.loads(site.run("pool", "status", "--json").stdout)
    assert (status["state"], status["shed"]) == ("normal", 0)

    said = sweeper.said() + worker.said()
    changes = sorted(re.findall(r"^(\S+)Z .* surge state=(\w+) before=(\w+)", said, re.MULTILINE))
    steps = dict.fromkeys((after, before) for _, after, before in changes)  # two may see the same one
    assert [*steps] == [("surge", "normal"), ("busy", "surge"), ("normal", "busy")]

    first: dict[str, Any] = {}
    again: dict[str, Any] = {}
    for one in published:
        known = again if one.body.get("rejudged") else first
        assert one.post_id not in known, "each is decided once, and judged again once at most"
        assert known is first or one.post_id in first, "in this order"
        known[one.post_id] = one.body
    assert first.keys() == posts.keys()

    shed = {post_id for post_id, decision in first.items() if "shed" in decision}
    assert len(shed) > 100
    assert {tuple(first[post_id]["shed"]) for post_id in shed} == {("reader",)}
    assert not any(sampled(post_id) for post_id in shed)
    assert not any(posts[post_id]["text"].startswith(DESPAIR) for post_id in shed), "a life may be at stake"
    assert not any(posts[post_id].get("views_per_minute") == 500 for post_id in shed), "those wait instead"
    assert again.keys() <= shed

    (site.folder / "wave.jsonl").write_text("".join(json.dumps(post) + "\n" for post in wave), encoding="utf-8")
    screened = site.run("screen", str(site.folder / "wave.jsonl"))
    unhurried = {decision["post_id"]: decision for decision in map(json.loads, screened.stdout.splitlines())}
    standing = site.decided()
    assert {key: effects(one) for key, one in standing.items()} == {key: effects(one) for key, one in unhurried.items()}
    assert again.keys() == {key for key in shed if effects(first[key]) != effects(unhurried[key])}
    assert again, "the wave holds texts that the second reader judges otherwise"
    assert {key: standing[key] for key in again} == again

    store = site.store()
    assert list(store.audit_problems()) == []
    assert store.dead_letters(1) == []
    store.close()
