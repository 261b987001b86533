"""In a surge the doors send posts by turn: whose posts go first is a matter of priorities in the broker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis
from kombu.utils.json import loads

from moderation.client import Producer
from moderation.domain.pool import Load
from moderation.pool.surge import Standing, State
from moderation.settings import Settings
from moderation.storage.surge import RedisSurge
from workers.app import make_app
from workers.messages import posts_of
from workers.runtime import Runtime
from workers.sending import CelerySender

ESTABLISHED = {"author": {"age_days": 900, "strikes": 0}, "views_per_minute": 1}
NEW = {"author": {"age_days": 3, "strikes": 0}, "views_per_minute": 500}
POSTS: list[dict[str, Any]] = [
    {"id": f"{name}-{n}", "text": "hello", **fields}
    for n in range(2)
    for name, fields in (("new", NEW), ("some", {}), ("established", ESTABLISHED))
]
QUEUES = {"intake": 0, "intake\x06\x163": 3, "intake\x06\x166": 6, "intake\x06\x169": 9}


def by_producer(settings: Settings, url: str) -> None:
    with Producer(settings) as producer:
        assert producer.state() is RedisSurge(url).state()
        producer.submit_many(POSTS)


def by_task(settings: Settings, url: str) -> None:
    with make_app(settings, url, Runtime(settings, url)) as app:
        app.loader.import_default_modules()
        app.tasks["moderation.submit"].apply(args=[POSTS]).get()
        app.runtime.store.close()


@pytest.mark.parametrize("door", [by_producer, by_task])
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.normal, {0: ["new-0", "some-0", "established-0", "new-1", "some-1", "established-1"]}),
        (
            State.busy,
            {0: ["established-0", "established-1"], 3: ["new-0", "some-0", "new-1", "some-1"]},
        ),
        (
            State.surge,
            {0: ["established-0", "established-1"], 3: ["some-0", "some-1"], 6: ["new-0", "new-1"]},
        ),
    ],
)
def test_whose_posts_go_first_have_the_first_priority(
    url: str,
    client: redis.Redis,
    tmp_path: Path,
    door: Callable[[Settings, str], None],
    state: State,
    expected: dict[int, list[str]],
) -> None:
    surge = RedisSurge(url)
    surge.write(Standing(state, 1.0), Load(0, 0.0), 1.0)
    surge.close()
    settings = Settings(home=tmp_path, redis_url=url)
    door(settings, url)
    sent: dict[int, list[str]] = {}
    units = set()
    for message, queue in messages(client, settings, url):
        unit, packed = message.payload[0]
        units.add(unit)
        sent.setdefault(QUEUES[queue], []).extend(post["id"] for post in posts_of(packed))
    assert sent == expected
    assert len(units) == len(expected)


def messages(client: redis.Redis, settings: Settings, url: str) -> list[tuple[Any, str]]:
    """What stands in the lists of the intake queue."""
    with make_app(settings, url) as app, app.connection_for_read() as connection:
        channel = connection.default_channel
        return [
            (channel.Message(loads(raw), channel), queue) for queue in QUEUES for raw in client.lrange(queue, 0, -1)
        ]


def test_what_is_judged_in_full_comes_last_and_what_publishes_or_sweeps_first(
    url: str, client: redis.Redis, tmp_path: Path
) -> None:
    with make_app(Settings(home=tmp_path, redis_url=url), url) as app:
        sender = CelerySender(app)
        sender.rejudge()
        sender.publish()
        sender.sweep()
    assert (client.llen("publish"), client.llen("publish\x06\x169")) == (2, 1)
