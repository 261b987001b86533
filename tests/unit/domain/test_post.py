"""The door checks every field of a post and names the one that is wrong."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.errors import RefusedPost
from moderation.domain.post import MAX_CHARACTERS, Author, Media, Post

WHOLE = {
    "id": "n-1",
    "text": "姐妹们加V看主页",
    "title": "",
    "kind": "note",
    "revision": 1,
    "author": {"id": "u-9", "age_days": 12, "strikes": 0, "followers": 3, "region": "US"},
    "created_at": "2026-11-20T08:00:00Z",
    "region": "US",
    "markets": ["*"],
    "views_per_minute": 12.5,
    "parent_id": None,
    "mentions": [["text", 0, 3], "friend"],
    "media": [{"kind": "image", "sha256": "ab", "pdq": "cd", "ocr_text": "读出的字", "transcript": ""}],
}


def test_a_whole_post_comes_back_as_it_went_in() -> None:
    assert Post.parse(WHOLE).to_json() == {**WHOLE, "extra": {}}


def test_what_is_absent_is_null_and_never_zero() -> None:
    post = Post.parse({"id": "a", "text": ""})
    assert post.author == Author(None, None, None, None, None)
    assert post.views_per_minute is None
    assert post.markets == ("*",)


def test_unknown_keys_are_kept_and_given_back() -> None:
    post = Post.parse({"id": "a", "text": "x", "campaign": {"n": 1}})
    assert post.to_json()["extra"] == {"campaign": {"n": 1}}
    assert Post.parse(post.to_json()) == post


def test_an_empty_text_is_allowed_and_its_fields_are_those_with_text() -> None:
    post = Post(id="a", text="", media=(Media("image", ocr_text="加V"),))
    assert post.fields() == [("media.0.ocr_text", "加V")]


REFUSED: list[tuple[Any, str, str]] = [
    ([], "post", "object"),
    ("text", "post", "a string"),
    ({"text": "x"}, "id", "missing"),
    ({"id": "a"}, "text", "missing"),
    ({"id": "", "text": ""}, "id", "1 to 128"),
    ({"id": "a b", "text": ""}, "id", "1 to 128"),
    ({"id": "a\n", "text": ""}, "id", "1 to 128"),
    ({"id": "é", "text": ""}, "id", "1 to 128"),
    ({"id": "a" * 129, "text": ""}, "id", "1 to 128"),
    ({"id": 7, "text": ""}, "id", "a number"),
    ({"id": "a", "text": None}, "text", "null"),
    ({"id": "a", "text": ["x"]}, "text", "a list"),
    ({"id": "a", "text": "x\x00y"}, "text", "NUL character at 1"),
    ({"id": "a", "text": "x\ud800"}, "text", "lone surrogate at 1"),
    ({"id": "a", "text": "", "title": "\udc00"}, "title", "lone surrogate"),
    ({"id": "a", "text": "x" * (MAX_CHARACTERS + 1)}, "text", "20,001"),
    ({"id": "a", "text": "x" * MAX_CHARACTERS, "title": "y"}, "text", "20,001"),
    ({"id": "a", "text": "", "kind": "poem"}, "kind", "note, comment"),
    ({"id": "a", "text": "", "revision": True}, "revision", "a boolean"),
    ({"id": "a", "text": "", "revision": 1.0}, "revision", "a number"),
    ({"id": "a", "text": "", "revision": -1}, "revision", "between"),
    ({"id": "a", "text": "", "author": "me"}, "author", "a string"),
    ({"id": "a", "text": "", "author": {"age_days": "3"}}, "author.age_days", "a string"),
    ({"id": "a", "text": "", "author": {"strikes": 1.5}}, "author.strikes", "whole"),
    ({"id": "a", "text": "", "author": {"followers": -1}}, "author.followers", "from 0"),
    ({"id": "a", "text": "", "created_at": "yesterday"}, "created_at", "ISO 8601"),
    ({"id": "a", "text": "", "created_at": "2026-11-20T08:00:00"}, "created_at", "zone"),
    ({"id": "a", "text": "", "views_per_minute": float("nan")}, "views_per_minute", "from 0"),
    ({"id": "a", "text": "", "markets": "US"}, "markets", "a list"),
    ({"id": "a", "text": "", "mentions": [["text", 0]]}, "mentions", "each"),
    ({"id": "a", "text": "", "media": [3]}, "media.0", "a number"),
    ({"id": "a", "text": "", "media": [{"ocr_text": 3}]}, "media.0.ocr_text", "a number"),
    ({"id": "a", "text": "", "extra": []}, "extra", "a list"),
    ({"id": "a", "text": "", "odd": "\x00"}, "extra", "NUL"),
    ({"id": "a", "text": "", "odd": {"\ud800": 1}}, "extra", "surrogate"),
    ({"id": "a", "text": "", "odd": 2**70}, "extra", "64 bits"),
]


@pytest.mark.parametrize(("value", "field", "reason"), REFUSED)
def test_what_breaks_the_contract_is_refused_with_field_and_reason(value: object, field: str, reason: str) -> None:
    with pytest.raises(RefusedPost) as refused:
        Post.parse(value)
    assert refused.value.field == field
    assert reason in refused.value.reason


def test_a_backslash_u0000_that_somebody_typed_is_no_nul() -> None:
    assert Post.parse({"id": "a", "text": "", "odd": "\\u0000"}).extra == {"odd": "\\u0000"}


def test_equal_posts_have_equal_digests_and_any_change_shows() -> None:
    post = Post.parse(WHOLE)
    assert post.digest() == Post.parse(json.loads(json.dumps(WHOLE))).digest()
    assert post.digest() != Post.parse({**WHOLE, "views_per_minute": 12.6}).digest()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet="a\x00\ud800é中🙂"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(WHOLE)), inner, max_size=5),
    max_leaves=12,
)


@given(
    JSON
    | st.fixed_dictionaries({"id": st.just("a"), "text": st.text(max_size=5)}, optional={"media": JSON, "author": JSON})
)
def test_anything_at_all_is_either_a_post_that_round_trips_or_refused(value: object) -> None:
    try:
        post = Post.parse(value)
    except RefusedPost:
        return
    encoded = json.dumps(post.to_json(), ensure_ascii=False, allow_nan=False).encode()
    assert Post.parse(json.loads(encoded)) == post
