"""32 reviewers at once, some of them killed: nothing is decided twice, nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter

import pytest

from moderation.domain.review import VERDICTS
from moderation.storage.sql import SqlStore
from tests.support.builders import a_post, held

PEOPLE, CRASHES, ITEMS = 32, 16, 100

pytestmark = pytest.mark.slow


def test_reviewers_and_crashes(sql_url: str) -> None:
    store = SqlStore(sql_url)
    now = time.time()
    posts = [a_post(f"p-{n}", text=f"post number {n}") for n in range(ITEMS)]
    store.add_posts(posts, "u", now)
    desks = ("zh", "en", "both")
    lanes = ("life", "harm", "harm", "harm")
    decided = [held(post, desks[n % 3], float(n % 17), lanes[n % 4]) for n, post in enumerate(posts)]
    assert store.commit("u", decided, now) == ITEMS

    crowd = [sys.executable, "-m", "tests.support.crowd", sql_url, str(PEOPLE), str(CRASHES)]
    done = subprocess.run(crowd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    store.settle(time.time() + 60)

    said = [json.loads(line) for line in done.stdout.splitlines()]
    given = [one for one in store.verdicts() if one.action in VERDICTS]
    took_effect = [one for one in given if one.state in {"standing", "reversed"}]
    standing = {one.item: one for one in took_effect if one.state == "standing"}
    per_item = Counter(one.item for one in took_effect if one.state == "standing")
    assert per_item == dict.fromkeys(range(1, ITEMS + 1), 1), "each item has one verdict that counts"
    told = [one for one in said if "verdict" in one]
    assert len({one["item"] for one in told}) == len(told), "nobody else was told that they had decided the same item"
    assert all(standing[one["item"]].id == one["verdict"] for one in told), "what was acknowledged is what stands"
    assert store.queue(None, 1, time.time()) == []
    states = Counter(record.state for post in posts for record in store.show(post.id))
    effects = Counter({"allow": "live", "limit": "limited", "remove": "removed"}[v.action] for v in standing.values())
    assert states == effects
    assert list(store.audit_problems()) == []
    published = [one for one in store.unpublished(10 * ITEMS) if one.kind == "verdict"]
    effects_of = Counter(one.post_id for one in took_effect)
    assert Counter(one.post_id for one in published) == effects_of, "every effect is published once"
    store.close()
