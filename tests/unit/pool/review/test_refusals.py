"""Whatever the desks refuse, they refuse in both languages."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

import moderation
from moderation.domain import errors

PACKAGE = Path(moderation.__file__).parent
REFUSING = (
    *sorted((PACKAGE / "pool" / "review").glob("*.py")),
    PACKAGE / "storage" / "records.py",
    PACKAGE / "storage" / "reviewed.py",
)
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
OURS = "of a file that an operator wrote: it names the line, and is English as all of what the configuration is told"
ENGLISH_ONLY = {
    ("known.py", "_json_rows"): OURS,
    ("known.py", "_yaml_rows"): OURS,
    ("known.py", "_known"): OURS,
    ("dsa.py", "__call__"): "of the export for the EU's database, in the words of its schema",
}


def refusals(source: str) -> Iterator[tuple[str, ast.Call]]:
    """Every error of ours that a module makes, with the function that makes it."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                    yield function.name, node


def chinese(call: ast.Call) -> str:
    """The words of its Chinese text, without what is filled in."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "zh"]
    return "".join(
        node.value
        for value in given
        for node in ast.walk(value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def found() -> list[tuple[str, str, ast.Call]]:
    return [(file.name, function, call) for file in REFUSING for function, call in refusals(file.read_text("utf-8"))]


def test_what_is_refused_has_a_chinese_text() -> None:
    bare = [
        (file, call.lineno, function)
        for file, function, call in found()
        if not any("\u4e00" <= character <= "\u9fff" for character in chinese(call))
        if (file, function) not in ENGLISH_ONLY
    ]
    assert bare == []


def test_what_is_english_only_is_refused_still() -> None:
    assert set(ENGLISH_ONLY) <= {(file, function) for file, function, _ in found()}


def test_no_character_of_a_chinese_text_is_of_ambiguous_width() -> None:
    """The screen shows it: curly quotes, dashes and three dots are one cell wide or two as a terminal likes."""
    wide = [
        (file, call.lineno, character)
        for file, _, call in found()
        for character in chinese(call)
        if unicodedata.east_asian_width(character) == "A"
    ]
    assert wide == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    raise Forbidden('no', zh='无权')", "无权"),
        ("def f():\n    return LeaseLost(f'{n}', zh=f'{n} 号' + ('甲' if n else '乙'))", " 号甲乙"),
        ("def f():\n    raise UsageError('no')", ""),
    ],
)
def test_texts_are_found_where_they_are_written(source: str, expected: str) -> None:
    ((_, call),) = refusals(source)
    assert chinese(call) == expected
