"""What a producer of posts imports: a way in, and a way to hear what was decided."""

from __future__ import annotations

from collections.abc import Iterator

from moderation.client.producer import Producer, Receipt
from moderation.storage.stream import Published, read_stream

__all__ = ["Producer", "Published", "Receipt", "decisions"]


def decisions(redis_url: str, last_id: str = "0", wait_s: float | None = None) -> Iterator[Published]:
    """Follow the decision stream after ``last_id`` (``0``: from its beginning; ``$``: from now on).

    An entry may come twice (its ``post_id``, ``revision`` and ``kind`` tell), those of one post come in order. Ends
    when none has come for ``wait_s`` seconds; None: never.
    """
    return read_stream(redis_url, last_id, wait_s)
