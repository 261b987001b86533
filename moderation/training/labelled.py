"""Labelled posts that somebody measures on: JSON Lines, plain or gzipped, with what each row says of each category."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from moderation.domain.errors import UsageError
from moderation.training.sources import HEAD_OF_LABEL, HEADS

ANY = "any"
"""Beside the categories: whether a post violates anything."""
_BENIGN = "benign"


class Example(NamedTuple):
    """One post. ``truth[category]`` is there only where the row says so; ``language`` is as the file gives it."""

    text: str
    language: str
    source: str | None
    truth: Mapping[str, bool]


def read_examples(path: Path) -> list[Example]:
    """Read rows of ``text``, ``lang``, ``labels`` or ``violating`` (1, 0, null), and perhaps ``source``.

    A row counts for a category where it carries its label, or where nothing is wrong with it: ``violating`` is 0, or
    is not given beside labels that name no harm. :class:`UsageError` names file and line, or the file without rows.
    """
    examples = [_example(record, f"{path}:{number}") for number, record in read_objects(path)]
    if not examples:
        raise UsageError(f'{path}: has no rows; each line must be {{"text": …, "lang": …, "labels": […]}}')
    return examples


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a file by number of line, blank lines left out; :class:`UsageError`."""
    try:
        body = path.read_bytes()
        content = gzip.decompress(body) if path.suffix == ".gz" else body
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or "it is not gzipped"
        raise UsageError(f"{path}: cannot be read ({reason}); give a JSON Lines file") from None
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise UsageError(f"{path}:{number}: is not JSON: {error.msg}") from None
        if not isinstance(value, dict):
            raise UsageError(f"{path}:{number}: must be a JSON object")
        yield number, value


def text_of(record: Mapping[str, Any], name: str, where: str) -> str:
    """A field that must be a string with something in it; :class:`UsageError` otherwise."""
    value = record.get(name)
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{where}: `{name}` must be a text that is not empty")
    return value


def _example(record: Mapping[str, Any], where: str) -> Example:
    source = record.get("source")
    if source is not None and not isinstance(source, str):
        raise UsageError(f"{where}: `source` must be a name")
    return Example(text_of(record, "text", where), text_of(record, "lang", where), source, _truth(record, where))


def _truth(record: Mapping[str, Any], where: str) -> dict[str, bool]:
    labels, violating = record.get("labels"), record.get("violating")
    if "violating" not in record and labels is None:
        raise UsageError(f"{where}: has neither `labels` (names of categories) nor `violating` (1, 0)")
    if not isinstance(labels, list | None) or not all(isinstance(label, str) for label in labels or ()):
        raise UsageError(f'{where}: `labels` must be a list of names of categories, or ["benign"]')
    if violating not in (None, 0, 1):  # a set would refuse a list by a TypeError
        raise UsageError(f"{where}: `violating` must be 1, 0 or null")
    harms = {label for label in labels or () if label != _BENIGN}
    if harms or violating:
        return {HEAD_OF_LABEL[label]: True for label in harms if label in HEAD_OF_LABEL} | {ANY: True}
    if violating == 0 or "violating" not in record:
        return dict.fromkeys((*HEADS, ANY), False)
    return {}
