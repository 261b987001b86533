"""How posts travel in a message: JSON, compressed, as one string of ASCII.

A message passes through Redis three times and through the parent process of a worker, which hands it on: so it is a
quarter as long as plain JSON, and the parent reads one string instead of every field. A list, as version 0.1.0 sent it,
is read as well.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

import orjson

from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.pool.flow import Detected, PostJson

LONGEST = 1 << 28
"""Bytes of JSON that are read of a message; more is not one of ours."""

Packed = str | Sequence[Any]


def pack_posts(posts: Sequence[PostJson]) -> str:
    """Posts whose languages are not known."""
    return _pack(posts)


def posts_of(packed: Packed) -> list[PostJson]:
    """What :func:`pack_posts` packed; :class:`ValueError` for anything else."""
    return _unpack(packed)


def pack_detected(detected: Sequence[Detected]) -> str:
    """Posts with their languages."""
    return _pack([(post.to_json(), language.to_message()) for post, language in detected])


def detected_of(packed: Packed) -> list[Detected]:
    """What :func:`pack_detected` packed; :class:`ValueError` for anything else."""
    return [(Post.parse(post), Language.from_message(language)) for post, language in _unpack(packed)]


def _pack(value: Sequence[Any]) -> str:
    return b64encode(zlib.compress(orjson.dumps(value), 1)).decode()


def _unpack(packed: Packed) -> list[Any]:
    if not isinstance(packed, str):
        return list(packed)
    inflating = zlib.decompressobj()
    try:
        value = inflating.decompress(b64decode(packed, validate=True), LONGEST)
    except zlib.error as error:
        raise ValueError(f"not a packed message: {error}") from None
    if not inflating.eof:
        raise ValueError(f"a packed message is cut, or longer than {LONGEST} bytes")
    unpacked: list[Any] = orjson.loads(value)
    return unpacked
