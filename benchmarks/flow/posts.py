"""The posts of the wave: those of the stream, or the bundled ones, again and again under fresh ids."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import orjson

from moderation.demo import bundled, repeated
from moderation.domain.post import Post

DATA = Path(__file__).parent.parent.parent.parent / "shared" / "data"


def wave(number: int, data: Path = DATA) -> Iterator[Post]:
    """So many posts."""
    file = data / "stream" / "posts.jsonl.gz"
    if not file.exists():
        yield from repeated(bundled(), number)
        return
    yield from islice(_rounds(file), number)


def _rounds(file: Path) -> Iterator[Post]:
    for turn in count():
        with gzip.open(file) as lines:
            for line in lines:
                post = Post.parse(orjson.loads(line))
                yield post._replace(id=f"{post.id}.{turn}") if turn else post
