"""Posts travel through the broker unchanged, and what is no message of ours is refused without harm."""

from __future__ import annotations

import zlib
from base64 import b64encode

import orjson
import pytest

from moderation.domain.language import Language, LanguageSpan
from moderation.domain.post import Post
from workers import messages
from workers.messages import detected_of, pack_detected, pack_posts, posts_of

HELLO = Post.parse(
    {"id": "a", "text": "hello 你好 🐱", "author": {"id": "u"}, "media": [{"kind": "image", "ocr_text": "加V"}]}
)
LANGUAGE = Language("en", 0.9, True, {"en": 0.5, "zh-Hans": 0.5}, (LanguageSpan("text", 0, 5, "en"),), ("en", "nl"))


def test_posts_and_their_languages_come_back_as_they_went() -> None:
    assert posts_of(pack_posts([HELLO.to_json()])) == [HELLO.to_json()]
    assert detected_of(pack_detected([(HELLO, LANGUAGE)])) == [(HELLO, LANGUAGE)]
    assert posts_of(pack_posts([])) == []


def test_a_message_is_one_string_of_ascii_and_shorter_than_json() -> None:
    packed = pack_posts([HELLO.to_json()] * 256)
    assert packed.isascii()
    assert len(packed) < len(orjson.dumps([HELLO.to_json()] * 256)) / 4


def test_lists_of_the_first_version_are_read() -> None:
    assert posts_of([HELLO.to_json()]) == [HELLO.to_json()]
    assert detected_of([[HELLO.to_json(), LANGUAGE.to_message()]]) == [(HELLO, LANGUAGE)]


@pytest.mark.parametrize(
    "packed",
    [
        "no base64!",
        b64encode(b"no zlib").decode(),
        b64encode(zlib.compress(b"[]")[:-3]).decode(),  # cut
        b64encode(zlib.compress(b"no json")).decode(),
        pack_posts([HELLO.to_json()])[:-8],
    ],
)
def test_what_is_not_ours_is_refused(packed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        posts_of(packed)


def test_a_message_that_would_fill_the_memory_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LONGEST", 1000)
    with pytest.raises(ValueError, match="longer than"):
        posts_of(pack_posts([{"text": "x" * 2000}]))
