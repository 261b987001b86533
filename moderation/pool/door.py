"""The door: JSON Lines in, checked posts and refusals out, one for each line that is not blank.

A bad line never ends the reading; it becomes a :class:`Refusal` with its number, field and reason.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import Any, BinaryIO, TypeVar

import orjson

from moderation.domain.errors import RefusedPost, UsageError
from moderation.domain.pool import DeadLetter
from moderation.domain.post import Post

MAX_LINE_BYTES = 4 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_KEPT = 64 * 1024
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is not a post. ``body`` is the line as text, cut to 64 Ki characters."""

    line: int
    field: str
    reason: str
    body: str

    @classmethod
    def of(cls, number: int, line: bytes, field: str, reason: str) -> Refusal:
        """Refuse a line as it was read."""
        return cls(number, field, reason, line[: 4 * _KEPT].decode("utf-8", "replace").rstrip("\r\n")[:_KEPT])

    def __str__(self) -> str:
        return f"line {self.line}: {self.field}: {self.reason}"

    def to_json(self) -> dict[str, Any]:
        """The form of a dead-letter file."""
        return {"line": self.line, "field": self.field, "reason": self.reason, "body": self.body}

    def to_dead_letter(self, source: str) -> DeadLetter:
        """The form of the dead-letter table."""
        return DeadLetter(source=f"{source}:{self.line}", reason=f"{self.field}: {self.reason}", body=self.body)


def read_lines(stream: BufferedReader) -> Iterator[tuple[int, bytes]]:
    r"""Number the lines of a stream that may be compressed by gzip; blank ones are passed over.

    Line ends are ``\n`` alone. A line over :data:`MAX_LINE_BYTES` is cut there, so that it is refused, not kept.
    """
    lines: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=stream) if stream.peek(2)[:2] == _GZIP else stream
    number = 0
    try:
        while line := lines.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                while (rest := lines.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                    pass
            elif number == 1:
                line = line.removeprefix(_BOM)
            if line.strip():
                yield number, line
    except (EOFError, gzip.BadGzipFile) as error:
        raise UsageError(
            f"the compressed input is damaged after line {number} ({error}); the lines before it were read"
        ) from None


def read_post(number: int, line: bytes) -> Post | Refusal:
    """Check one line."""
    try:
        return Post.parse(_decode(line))
    except RefusedPost as refused:
        return Refusal.of(number, line, refused.field, refused.reason)


def read_posts(stream: BufferedReader) -> Iterator[tuple[int, Post | Refusal]]:
    """Check every line of a stream."""
    for number, line in read_lines(stream):
        yield number, read_post(number, line)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut a stream into lists of ``size``."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def until_damaged(items: Iterable[T], damage: list[UsageError]) -> Iterator[T]:
    """Give items up to where their stream turns out damaged.

    The error is put into ``damage``, to be raised by the caller once what came before it is finished.
    """
    try:
        yield from items
    except UsageError as error:
        damage.append(error)


def _decode(line: bytes) -> object:
    if len(line) > MAX_LINE_BYTES:
        raise RefusedPost("line", f"is over {MAX_LINE_BYTES // 1024 // 1024} MiB")
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return _decode_slowly(line)


def _decode_slowly(line: bytes) -> object:
    """What orjson refuses: say why, or let a lone surrogate through so that its field is named."""
    try:
        return json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RefusedPost("line", f"is not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise RefusedPost("line", f"is not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise RefusedPost("line", "is nested too deeply") from None
    except ValueError as error:
        raise RefusedPost("line", f"is not JSON: {error}") from None
