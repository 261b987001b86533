"""Rewrites single values of a YAML file in place: comments, order, quotes and line ends of all else stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from moderation.domain.errors import UsageError

_BOM = "\ufeff"


class _Entry(NamedTuple):
    """Where an entry of the outermost mapping stands: its key, and its value from start to end; in characters."""

    key: int
    start: int
    end: int


def set_values(text: str, values: Mapping[str, str | None], after: str) -> str:
    """Give keys of the outermost mapping other values, plain scalars as they are to be written; None removes a key.

    A key that is not there is put on a line of its own below ``after``. The text is one that was read without problems.
    Raises :class:`UsageError` where a key is needed whose place cannot be told: the mapping is written in ``{ }``.
    """
    entries = _entries(text)
    edits = []
    for key, value in values.items():
        entry = entries.get(key)
        if entry is None and value is None:
            continue
        if entry is None:
            if after not in entries:
                raise UsageError(f"`{key}` cannot be written: the file has no line `{after}: …` to put it below")
            end = _line_end(text, entries[after].end)
            margin = text[_line_start(text, entries[after].key) : entries[after].key].removeprefix(_BOM)
            line_break = "\r\n" if "\r\n" in text else "\n"
            before = "" if text[:end].endswith("\n") else line_break
            edits.append((end, end, f"{before}{margin}{key}: {value}{line_break}"))
        elif value is None:
            edits.append((_line_start(text, entry.key), _line_end(text, entry.end), ""))
        else:
            edits.append((entry.start, entry.end, value))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _entries(text: str) -> dict[str, _Entry]:
    """The entries whose value is a scalar on one line; none where the mapping is written in ``{ }``."""
    shift = len(_BOM) if text.startswith(_BOM) else 0
    entries: dict[str, _Entry] = {}
    depth = 0
    key: tuple[str, int] | None = None
    events: Iterator[Any] = yaml.parse(text, Loader=yaml.CBaseLoader)
    for event in events:
        match event:
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                if depth == 0 and event.flow_style:
                    return {}
                depth += 1
                key = None
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                depth -= 1
            case yaml.ScalarEvent() if depth == 1:
                start: Any = event.start_mark
                end: Any = event.end_mark
                if key is None:
                    key = event.value, start.index + shift
                    continue
                if start.line == end.line:
                    entries[key[0]] = _Entry(key[1], start.index + shift, end.index + shift)
                key = None
            case _:
                pass
    return entries


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _line_end(text: str, index: int) -> int:
    """Behind the line break of the line in which a character stands."""
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1
