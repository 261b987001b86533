"""YAML 1.2 core, with the position of every value, for files that people write and strangers may send.

The text goes through libyaml's parser and is composed here from its events, never constructed: no tag is ever turned
into an object, and anchors, aliases and merge keys are refused instead of expanded. Composing here and not by
``yaml.compose`` bounds the depth before anything recurses: libyaml's composer overflows the C stack (a dead process,
not an exception) at some 40,000 opening brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import yaml

from moderation.domain.errors import Problem

MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 24
MAX_DIGITS = 300

Path = tuple[str | int, ...]

_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what libyaml counts as a line
# YAML 1.2.2, 10.3.2: the core schema, in its order. What none of them takes is a string: `no`, `on`, 2026-11-20, 12:30.
_NULL = re.compile(r"null|Null|NULL|~|")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_INFINITE = re.compile(r"[-+]?(\.inf|\.Inf|\.INF)")
_NOT_A_NUMBER = re.compile(r"\.nan|\.NaN|\.NAN")

_RESOLVERS: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (_NULL, lambda _text: None),
    (_BOOLEAN, lambda text: text[0] in "tT"),
    (_INTEGER, int),
    (_OCTAL, lambda text: int(text, 8)),
    (_HEXADECIMAL, lambda text: int(text, 16)),
    (_FLOAT, float),
    (_INFINITE, lambda text: float(text.replace(".", "", 1))),
    (_NOT_A_NUMBER, lambda _text: float("nan")),
)
# No scalar but a string starts with anything else; most of a rule file is strings.
_MAY_RESOLVE = frozenset("nN~tTfF.-+0123456789")


@dataclass(slots=True)
class _Place:
    """Where a value stands, where its key stands, and the places inside it, if it is a mapping or a list."""

    at: tuple[int, int]
    key: tuple[int, int] | None = None
    inside: dict[str | int, _Place] | None = None


@dataclass(slots=True)
class Document:
    """One file: its value, what is wrong with its YAML, and where everything stands.

    With a problem of syntax ``value`` is None. With others (a duplicate key, an alias) the rest is there, so that one
    reading finds all that is wrong.
    """

    file: str
    value: Any
    problems: list[Problem]
    lines: list[str] = field(repr=False)
    root: _Place = field(repr=False)

    def mark(self, path: Path = ()) -> tuple[int, int]:
        """Line and column, from 1, of the value at a path; of its nearest parent where nothing stands there."""
        return self._place(path).at

    def key_mark(self, path: Path) -> tuple[int, int]:
        """Line and column of the key at a path; of the value where it has no key, as an item of a list."""
        place = self._place(path)
        return place.key or place.at

    def inside(self, path: Path, index: int) -> tuple[int, int]:
        """Line and column of one character of a string, however the string is written (quoted, folded, in a block).

        Compares text and source without white space; where they differ (an escape), the string's own place.
        """
        text = self._value(path)
        if not isinstance(text, str):
            return self.mark(path)
        solid = [character for character in text if not character.isspace()]
        places = list(islice(self._solid(*self.mark(path)), len(solid)))
        if [character for character, _, _ in places] != solid:
            return self.mark(path)
        before = sum(not character.isspace() for character in text[:index])
        if before < len(places):
            return places[before][1:]
        return (places[-1][1], places[-1][2] + 1) if places else self.mark(path)

    def _solid(self, line: int, column: int) -> Iterator[tuple[str, int, int]]:
        source = self.lines[line - 1][column - 1 :]
        if source[:1] in {"|", ">"}:
            source = ""
        elif source[:1] in {"'", '"'}:
            column, source = column + 1, source[1:]
        while True:
            yield from ((c, line, column + n) for n, c in enumerate(source) if not c.isspace())
            if line >= len(self.lines):
                return
            line, column, source = line + 1, 1, self.lines[line]

    def _value(self, path: Path) -> Any:
        value = self.value
        for step in path:
            value = value[step]
        return value

    def problem(
        self, at: tuple[int, int], code: str, message: str, hint: str = "", *, warning: bool = False
    ) -> Problem:
        """A problem at a place of this file, with the line itself."""
        source = self.lines[at[0] - 1] if at[0] <= len(self.lines) else ""
        return Problem(self.file, *at, code, message, hint, source, warning)

    def _place(self, path: Path) -> _Place:
        place = self.root
        for step in path:
            if place.inside is None or step not in place.inside:
                break
            place = place.inside[step]
        return place


def parse(text: str, file: str) -> Document:
    """Read one YAML document; never raises, whatever the text. An empty text is None."""
    lines = _BREAK.split(text) if len(text) <= MAX_CHARACTERS else []
    document = Document(file, None, [], lines, _Place((1, 1)))
    composer = _Composer(document)
    if len(text) > MAX_CHARACTERS:
        composer.report(
            (1, 1), "Y004", f"the file has {len(text):,} characters, the limit is {MAX_CHARACTERS:,}", "split the file"
        )
        return document
    if surrogate := _SURROGATE.search(text):
        at = _position(text, surrogate.start())
        composer.report(at, "Y007", "the file is not UTF-8 here", "save the file as UTF-8")
        return document
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            composer.take(event)
    except _Refused:
        return document
    except yaml.reader.ReaderError as error:
        character = error.character if isinstance(error.character, int) else ord(str(error.character))
        message = f"U+{character:04X} is not allowed in a file"
        composer.report(
            _position(text, error.position), "Y007", message, 'write it as an escape: "\\u…" in double quotes'
        )
        return document
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = ": ".join(part for part in (error.context, error.problem) if part)
        composer.report(at, "Y001", f"not YAML: {what}", _SYNTAX_HINT)
        return document
    document.value = composer.value
    return document


_SYNTAX_HINT = "quote a string that has `: ` or ` #` in it, or starts with one of @ * & ! % [ { | > ` ' \""


class _Refused(Exception):
    """The rest of this file is not worth reading."""


@dataclass(slots=True)
class _Open:
    """A mapping or a list that is being read; ``key`` is the mapping's key whose value comes next."""

    value: dict[str, Any] | list[Any]
    inside: dict[str | int, _Place]
    key: str | None = None
    key_at: tuple[int, int] | None = None
    skipped: bool = False


class _Composer:
    """Builds plain values and their places from libyaml's events, without recursion."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.value: Any = None
        self.stack: list[_Open] = []
        self.documents = 0

    def report(self, at: tuple[int, int], code: str, message: str, hint: str) -> None:
        self.document.problems.append(self.document.problem(at, code, message, hint))

    def take(self, event: Any) -> None:
        kind = type(event)  # libyaml gives no subclasses; a pattern of classes would take half of the whole time
        if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self.stack.pop()
            return
        mark = event.start_mark
        at = (mark.line + 1, mark.column + 1)
        if kind is yaml.ScalarEvent:
            if event.anchor is not None or event.tag is not None:
                self._refuse_sharing(event, at)
            self._scalar(event, at)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if event.anchor is not None or event.tag is not None:
                self._refuse_sharing(event, at)
            self._begin({} if kind is yaml.MappingStartEvent else [], at)
        elif kind is yaml.AliasEvent:
            self.report(at, "Y003", f"alias *{event.anchor} is not allowed", "write the value out")
            self._add(None, at)
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                hint = "one document a file: make it a file of its own"
                self.report(at, "Y006", "a second document starts here", hint)
                raise _Refused

    def _refuse_sharing(self, event: Any, at: tuple[int, int]) -> None:
        if event.anchor is not None:
            self.report(at, "Y003", f"anchor &{event.anchor} is not allowed", "write the value out where it is needed")
        if event.tag is not None:
            self.report(at, "Y003", f"tag {event.tag} is not allowed", "leave the tag out; quote what must be a string")

    def _scalar(self, event: Any, at: tuple[int, int]) -> None:
        text: str = event.value
        plain = event.implicit[0]
        if self.stack and (top := self.stack[-1]).key is None and type(top.value) is dict:
            if plain and text == "<<":
                self.report(at, "Y003", "merge key << is not allowed", "write the keys out")
            self._begin_entry(top, text, at)
            return
        if plain and (not text or text[0] in _MAY_RESOLVE):
            self._add(self._resolve(text, at), at)
        else:
            self._add(text, at)

    def _resolve(self, text: str, at: tuple[int, int]) -> Any:
        for pattern, construct in _RESOLVERS:
            if pattern.fullmatch(text):
                if len(text) > MAX_DIGITS:
                    self.report(at, "Y008", f"a number of {len(text):,} characters", "quote it if it is a string")
                    return 0
                return construct(text)
        return text

    def _begin_entry(self, top: _Open, key: str, at: tuple[int, int]) -> None:
        top.key, top.key_at, top.skipped = key, at, False
        if key in top.value:
            first = top.inside[key].key
            where = f"it stands in line {first[0]} already" if first else "it stands there already"
            self.report(at, "Y002", f"duplicate key `{key}`", f"{where}; keep one of them")
            top.skipped = True

    def _begin(self, value: dict[str, Any] | list[Any], at: tuple[int, int]) -> None:
        if self.stack and (top := self.stack[-1]).key is None and type(top.value) is dict:
            self.report(at, "Y005", "a key must be plain text, not a list or a mapping", "quote it if it is a string")
            raise _Refused
        if len(self.stack) >= MAX_DEPTH:
            self.report(at, "Y004", f"nested deeper than {MAX_DEPTH} levels", "no file of ours needs that; flatten it")
            raise _Refused
        inside: dict[str | int, _Place] = {}
        self._add(value, at, inside)
        self.stack.append(_Open(value, inside))

    def _add(self, value: Any, at: tuple[int, int], inside: dict[str | int, _Place] | None = None) -> None:
        if not self.stack:
            self.value = value
            self.document.root = _Place(at, None, inside)
            return
        top = self.stack[-1]
        if isinstance(top.value, list):
            top.inside[len(top.value)] = _Place(at, None, inside)
            top.value.append(value)
            return
        key, top.key = top.key, None
        if key is None:
            self.report(at, "Y005", "a key must be plain text, not an alias", "write the key out")
            raise _Refused
        if not top.skipped:
            top.value[key] = value
            top.inside[key] = _Place(at, top.key_at, inside)


def _position(text: str, index: int) -> tuple[int, int]:
    before = text[:index]
    breaks = [match.end() for match in _BREAK.finditer(before)]
    return len(breaks) + 1, index - (breaks[-1] if breaks else 0) + 1
