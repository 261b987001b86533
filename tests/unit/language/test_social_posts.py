"""The hand-written posts of ``benchmarks/posts`` keep their form: fields, labels that agree, counts as promised."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

POSTS_FILE = Path(__file__).parents[3] / "benchmarks" / "posts" / "social.jsonl"
REQUIRED = {"id", "text", "main", "set", "category"}
# Primary subtags that the sets write as another.
WRITTEN_AS = {"yue": "zh", "wuu": "zh"}

AT_LEAST = {
    "code-mixed": 180,
    "code-mixed-other": 90,
    "romanised": 136,
    "singlish": 25,
    "dialect": 150,
    "japanese": 50,
    "shorthand": 80,
    "noisy": 60,
    "emoji-noise": 60,
    "short": 108,
    "ordinary": 80,
}
# Category and a prefix of the best main tag.
AT_LEAST_OF = [
    ("code-mixed", "zh", 130),
    ("code-mixed", "en", 50),
    ("romanised", "zh-Latn-pinyin", 40),
    ("romanised", "hi-Latn", 25),
    ("romanised", "ur-Latn", 15),
    ("romanised", "ar-Latn", 25),
    ("romanised", "ru-Latn", 15),
    ("romanised", "ja-Latn", 10),
    ("romanised", "el-Latn", 6),
    ("dialect", "yue", 40),
    ("dialect", "zh-Hant", 25),
    ("dialect", "zh-Hans", 15),
]


def _primary(tag: str) -> str:
    primary = tag.split("-", maxsplit=1)[0]
    return WRITTEN_AS.get(primary, primary)


@pytest.fixture(scope="module")
def posts() -> list[dict[str, Any]]:
    return [json.loads(line) for line in POSTS_FILE.read_text("utf-8").splitlines()]


def test_the_file_is_utf_8_with_unix_line_ends_and_no_empty_lines() -> None:
    content = POSTS_FILE.read_bytes()
    assert b"\r" not in content
    assert b"\n\n" not in content
    assert content.endswith(b"}\n")


def test_every_post_has_the_fields_and_no_others(posts: list[dict[str, Any]]) -> None:
    for post in posts:
        assert REQUIRED <= post.keys() <= REQUIRED | {"set_also"}, post
        assert isinstance(post["text"], str), post
        assert post["text"].strip(), post
        assert all(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,8})*", tag) for tag in post["main"]), post
        for languages in (post["set"], *post.get("set_also", [])):
            assert all(re.fullmatch(r"[a-z]{2,3}", language) for language in languages), post
            assert not {"und", *WRITTEN_AS} & set(languages), post


def test_every_post_is_of_a_known_category(posts: list[dict[str, Any]]) -> None:
    assert {post["category"] for post in posts} == AT_LEAST.keys()


def test_no_post_comes_twice(posts: list[dict[str, Any]]) -> None:
    for key in ("id", "text"):
        values = Counter(post[key].casefold().strip() for post in posts)
        assert [value for value, times in values.items() if times > 1] == []


def test_no_label_is_repeated(posts: list[dict[str, Any]]) -> None:
    for post in posts:
        sets = [frozenset(languages) for languages in (post["set"], *post.get("set_also", []))]
        assert len(set(sets)) == len(sets), post
        assert len(set(post["main"])) == len(post["main"]) > 0, post


def test_the_main_language_is_in_the_set(posts: list[dict[str, Any]]) -> None:
    for post in posts:
        best, *others = map(_primary, post["main"])
        assert (best in post["set"]) if best != "und" else (post["set"] == []), post
        accepted = set(post["set"]).union(*post.get("set_also", []))
        assert set(others) - {"und"} <= accepted, post


@pytest.mark.parametrize(("category", "least"), AT_LEAST.items())
def test_a_category_has_as_many_posts_as_promised(posts: list[dict[str, Any]], category: str, least: int) -> None:
    assert sum(post["category"] == category for post in posts) >= least


@pytest.mark.parametrize(("category", "tag", "least"), AT_LEAST_OF)
def test_a_language_has_as_many_posts_of_a_category_as_promised(
    posts: list[dict[str, Any]], category: str, tag: str, least: int
) -> None:
    assert sum(post["category"] == category and post["main"][0].startswith(tag) for post in posts) >= least


def test_short_posts_come_in_eighteen_languages_six_times_each(posts: list[dict[str, Any]]) -> None:
    languages = Counter(post["set"][0] for post in posts if post["category"] == "short")
    assert len(languages) == 18
    assert min(languages.values()) >= 6


def test_japanese_without_kana_is_there(posts: list[dict[str, Any]]) -> None:
    japanese = [post["text"] for post in posts if post["category"] == "japanese"]
    assert sum(not re.search("[\u3041-\u30ff]", text) for text in japanese) >= 30


def test_dialects_outside_chinese_are_there(posts: list[dict[str, Any]]) -> None:
    assert sum(post["category"] == "dialect" and "zh" not in post["set"] for post in posts) >= 70


def test_ordinary_posts_come_in_at_least_forty_languages_twice_each(posts: list[dict[str, Any]]) -> None:
    languages = Counter(post["set"][0] for post in posts if post["category"] == "ordinary")
    assert len(languages) >= 40
    assert min(languages.values()) >= 2
