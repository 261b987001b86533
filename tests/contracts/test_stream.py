"""The decision stream's writing end: one publisher at a time, whole pages, the text as the pool keeps it."""

from __future__ import annotations

import pytest
import redis

from moderation.domain.errors import ServiceUnavailable
from moderation.domain.pool import Publication
from moderation.storage.stream import STREAM, DecisionStream, read_stream

PAGE = [
    Publication(1, "p-1", 1, "decision", '{"action":"hold","text":"加V"}'),
    Publication(2, "p-2", 3, "verdict", '{"kind":"verdict","action":"remove"}'),
]


def test_a_publisher_appends_what_is_given_in_order_and_unread(url: str, client: redis.Redis) -> None:
    stream = DecisionStream(url)
    assert stream.begin()
    assert stream.append(PAGE)
    assert stream.append([Publication(3, "p-1", 2, "decision", "{}")])
    stream.end()
    stream.close()
    entries = [fields for _, fields in client.xrange(STREAM)]
    assert [entry[b"body"].decode() for entry in entries] == [*(one.json for one in PAGE), "{}"]
    published = list(read_stream(url, wait_s=0.01))
    assert [(one.post_id, one.revision, one.kind) for one in published] == [
        ("p-1", 1, "decision"),
        ("p-2", 3, "verdict"),
        ("p-1", 2, "decision"),
    ]
    assert [one.body for one in published] == [*(one.body for one in PAGE), {}]


def test_who_is_not_the_publisher_appends_nothing(url: str, client: redis.Redis) -> None:
    one, other = DecisionStream(url), DecisionStream(url)
    assert not one.append(PAGE)
    assert one.begin()
    assert not other.begin()
    assert not other.append(PAGE)
    other.end()  # ends nothing, as it never began
    assert one.append(PAGE)
    one.end()
    assert other.begin()
    assert not one.append(PAGE)
    assert client.xlen(STREAM) == len(PAGE)
    one.close()
    other.close()


def test_a_page_keeps_its_publisher_in_office(url: str, client: redis.Redis) -> None:
    stream = DecisionStream(url)
    assert stream.begin()
    client.pexpire("moderation:publish:publisher", 500)
    assert stream.append(PAGE)
    assert client.pttl("moderation:publish:publisher") > 5_000
    stream.end()
    stream.close()


def test_a_redis_that_takes_no_more_is_named_and_has_part_of_no_page(url: str, client: redis.Redis) -> None:
    stream = DecisionStream(url)
    assert stream.begin()
    client.config_set("maxmemory", 1)
    try:
        with pytest.raises(ServiceUnavailable, match="MODERATION_REDIS_URL"):
            stream.append(PAGE)
    finally:
        client.config_set("maxmemory", 0)
    assert client.xlen(STREAM) == 0
    assert stream.append(PAGE)
    stream.end()
    stream.close()


def test_it_knows_the_last_that_it_holds(url: str, client: redis.Redis) -> None:
    stream = DecisionStream(url)
    assert stream.last() is None
    assert stream.begin()
    assert stream.append(PAGE)
    assert stream.last() == 2
    client.set("moderation:publish:last", "no number")
    assert stream.last() is None
    stream.end()
    stream.close()
