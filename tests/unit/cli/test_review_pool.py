"""`moderation pool search` and `pool views`: what is in the pool, and what is seen of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moderation.domain.decision import Action
from moderation.domain.signal import Campaign
from tests.support.builders import a_decision, a_post
from tests.support.reviewing import Pool, waiting


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    """Three posts: two wait, one of them in Chinese and of a campaign, one is live."""
    pool = Pool(tmp_path)
    posts = [a_post("p-en", text="hello\u202e", author={"id": "u-1"}), a_post("p-zh"), a_post("p-live")]
    campaign = Campaign("c-1", 2, 2, 1795248000.0, {})
    decisions = [
        waiting(posts[0], priority=2.0),
        waiting(posts[1], "zh", language="zh-Hans", category="hate", campaign=campaign),
        a_decision(posts[2], Action.approve),
    ]
    pool.commit(decisions, posts)
    return pool


FOUND = [
    ((), ["p-live", "p-zh", "p-en"]),  # the newest first
    (("--language", "zh"), ["p-zh"]),
    (("--language", "zh-Hant"), []),
    (("--category", "hate"), ["p-zh"]),
    (("--rule", "scam.test"), ["p-en"]),
    (("--state", "held"), ["p-zh", "p-en"]),
    (("--state", "live"), ["p-live"]),
    (("--author", "u-1"), ["p-en"]),
    (("--campaign", "c-1"), ["p-zh"]),
    (("--state", "held", "--language", "en"), ["p-en"]),
    (("--since", "1h"), ["p-live", "p-zh", "p-en"]),
    (("--until", "2026-01-01"), []),
]


@pytest.mark.parametrize(("words", "found"), FOUND)
def test_posts_are_found_by_what_is_known_of_them(pool: Pool, words: tuple[str, ...], found: list[str]) -> None:
    told = pool.json("pool", "search", *words)
    assert [post["post_id"] for post in told["posts"]] == found
    assert told["next"] is None


def test_pages_follow_one_another_by_the_cursor(pool: Pool) -> None:
    first = pool.json("pool", "search", "--limit", "2")
    second = pool.json("pool", "search", "--limit", "2", "--cursor", str(first["next"]))
    assert [post["post_id"] for post in first["posts"] + second["posts"]] == ["p-live", "p-zh", "p-en"]
    assert second["next"] is None
    assert f"--cursor {first['next']}" in pool.run("pool", "search", "--limit", "2").stderr


def test_authors_go_by_pseudonyms_and_texts_as_marks(pool: Pool) -> None:
    (post,) = pool.json("pool", "search", "--author", "u-1")["posts"]
    assert post["post"]["author"]["id"].startswith("A-")
    assert post["decided_at"].endswith("Z")
    shown = pool.run("pool", "search", "--lang", "zh").stdout
    assert "\u202e" not in shown
    assert "U+202E" in shown


@pytest.mark.parametrize(
    "words", [("--since", "soon"), ("--category", "weather"), ("--state", "lost"), ("--limit", "0")]
)
def test_what_cannot_be_looked_for_is_exit_2(pool: Pool, words: tuple[str, ...]) -> None:
    pool.run("pool", "search", *words, code=2)


LINES = """
{"id": "p-en", "views_per_minute": 9000}
{"id": "p-unknown", "views_per_minute": 1}
not json
{"id": 7, "views_per_minute": 1}
{"id": "p-zh"}
{"id": "p-zh", "views_per_minute": -1}
{"id": "p-zh", "views_per_minute": true}
{"id": "p-zh", "views_per_minute": NaN}
"""


def test_views_put_what_waits_in_order_anew_and_bad_lines_are_named(pool: Pool) -> None:
    before = pool.json("review", "queue", "--desk", "en")["items"][0]["priority"]
    result = pool.run("pool", "views", "-", "--json", stdin=LINES)
    assert json.loads(result.stdout) == {"v": 1, "taken": 2, "refused": 6, "items": 1}
    for number in (4, 5, 6, 7, 8, 9):
        assert f"line {number}: " in result.stderr
    assert pool.json("review", "queue", "--desk", "en")["items"][0]["priority"] > before


def test_views_come_from_a_file_or_not_at_all(pool: Pool, tmp_path: Path) -> None:
    file = tmp_path / "views.jsonl"
    file.write_text('{"id": "p-en", "views_per_minute": 3}\n', encoding="utf-8")
    assert pool.json("pool", "views", str(file))["taken"] == 1
    pool.run("pool", "views", str(tmp_path / "away.jsonl"), code=2)
