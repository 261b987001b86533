"""Strict YAML: 1.2 core scalars, positions, and nothing that expands."""

from __future__ import annotations

import json
import math
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy.yaml import MAX_DEPTH, Document, parse


def _value(text: str) -> object:
    document = parse(text, "f.yaml")
    assert not document.problems, document.problems
    return document.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # what YAML 1.1 makes of these is how Norway and half past twelve get lost
        ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("y", "y"), ("2026-11-20", "2026-11-20"), ("12:30:45", "12:30:45"),
        ("1_000", "1_000"), ("0b11", "0b11"), ("+0x1F", "+0x1F"), ("1e", "1e"), ("1.2.3", "1.2.3"), ("nUll", "nUll"),
        ("true", True), ("True", True), ("TRUE", True), ("tRue", "tRue"), ("false", False),
        ("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None),
        ("012", 12), ("-7", -7), ("+7", 7), ("0o17", 15), ("0x1F", 31),
        ("1.5", 1.5), ("1.", 1.0), (".5", 0.5), ("-1e3", -1000.0), (".inf", math.inf), ("-.INF", -math.inf),
        ("'true'", "true"), ('"12"', "12"), ("'~'", "~"), ("٣", "٣"),  # digits are ASCII
    ],
)  # fmt: skip
def test_a_plain_scalar_is_what_the_core_schema_says_and_a_quoted_one_is_text(text: str, value: object) -> None:
    assert _value(f"k: {text}\n") == {"k": value}
    assert type(_value(f"k: {text}\n")["k"]) is type(value)  # type: ignore[index]  # 1.0 == 1


def test_not_a_number_is_a_float() -> None:
    assert math.isnan(_value(".nan"))  # type: ignore[arg-type]


def test_keys_are_text_whatever_they_look_like() -> None:
    assert _value("no: a\ntrue: b\n1: c\n~: d\n") == {"no": "a", "true": "b", "1": "c", "~": "d"}


def test_an_empty_file_is_nothing() -> None:
    assert _value("") is None
    assert _value("# only a comment\n") is None


def _place(document: Document, *path: str | int) -> tuple[int, int]:
    return document.mark(path)


def test_every_value_and_key_has_its_place() -> None:
    document = parse("id: spam.one\n加微信:\n  - a\n  - {zh: 词, 𠮷: x}\n", "f.yaml")
    assert _place(document) == (1, 1)
    assert _place(document, "id") == (1, 5)
    assert document.key_mark(("id",)) == (1, 1)
    assert _place(document, "加微信", 1) == (4, 5)
    assert document.key_mark(("加微信",)) == (2, 1)
    assert document.key_mark(("加微信", 1, "𠮷")) == (4, 13)
    assert _place(document, "加微信", 1, "𠮷") == (4, 16)  # columns are characters, also outside the basic plane
    assert document.key_mark(("加微信", 0)) == _place(document, "加微信", 0) == (3, 5)  # an item has no key


def test_the_place_of_what_is_missing_is_its_nearest_parent() -> None:
    document = parse("a:\n  b: 1\n", "f.yaml")
    assert _place(document, "a", "c", 0) == _place(document, "a") == (2, 3)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("k: ab and cd\n", 1, 11),
        ("k: 'ab and cd'\n", 1, 12),
        ('k: "ab and cd"\n', 1, 12),
        ("k:\n  ab\n  and cd\n", 3, 7),
        ("k: |\n  ab\n  and cd\n", 3, 7),
        ("k: >-\n  ab and\n\n  cd\n", 4, 3),
        ('k: "a\\x62 and cd"\n', 1, 4),  # an escape: the string's own place
    ],
)
def test_a_character_of_a_string_is_found_however_the_string_is_written(text: str, line: int, column: int) -> None:
    document = parse(text, "f.yaml")
    assert document.inside(("k",), document.value["k"].index("cd")) == (line, column)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a: 1\nb: 2\na: 3\n", "Y002", (3, 1)),
        ("a: {x: 1, x: 2}\n", "Y002", (1, 11)),
        ("a: &x 1\n", "Y003", (1, 4)),
        ("a: *x\n", "Y003", (1, 4)),
        ("a: !!python/object:os.system x\n", "Y003", (1, 4)),
        ("a: !x [1]\n", "Y003", (1, 4)),
        ("<<: {a: 1}\n", "Y003", (1, 1)),
        ("[a]: 1\n", "Y005", (1, 1)),
        ("? {a: b}\n: 1\n", "Y005", (1, 3)),
        ("*x : 1\n", "Y003", (1, 1)),
        ("a: 1\n---\nb: 1\n", "Y006", (2, 1)),
        ("a: b: c\n", "Y001", (1, 5)),
        ("a: [1\n", "Y001", (2, 1)),
        ("a: b\n\tc: d\n", "Y001", (2, 1)),
        ("a: @lists/x\n", "Y001", (1, 4)),
        ("a: \x01\n", "Y007", (1, 4)),
        ("x: 1\na: \udcff\n", "Y007", (2, 4)),
        (f"a: {'9' * 400}\n", "Y008", (1, 4)),
    ],
)  # fmt: skip
def test_what_is_refused_says_where(text: str, code: str, place: tuple[int, int]) -> None:
    problem = parse(text, "f.yaml").problems[0]
    assert (problem.code, (problem.line, problem.column)) == (code, place)
    assert problem.hint


def test_one_reading_finds_all_that_is_wrong_and_keeps_the_rest() -> None:
    document = parse("a: 1\na: 2\nb: *x\nc: !t 3\nd: 4\n", "f.yaml")
    assert [problem.code for problem in document.problems] == ["Y002", "Y003", "Y003"]
    assert document.value == {"a": 1, "b": None, "c": "3", "d": 4}  # of a duplicate the first stands


def test_a_problem_shows_its_line() -> None:
    problem = parse("a: 1\nb: 2 # twice\nb: 3 # here\n", "rules/f.yaml").problems[0]
    assert problem.source == "b: 3 # here"
    assert str(problem) == "rules/f.yaml:3:1: error Y002: duplicate key `b`"
    assert "line 2" in problem.hint


LAUGHS = "a: &a [x,x]\n" + "".join(f"{b}: &{b} [*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LAUGHS, "Y003"),
        ("[" * 100_000, "Y004"),
        ("{a: " * 100_000, "Y004"),
        ("- " * 100_000, "Y004"),
        ("? " * 100_000, "Y005"),
        ("a: x\n" * 2_000_000, "Y004"),  # 10 MB
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "Y004"),
    ],
)
def test_hostile_files_are_refused_at_once(text: str, code: str) -> None:
    started = perf_counter()
    assert code in {problem.code for problem in parse(text, "f.yaml").problems}
    assert perf_counter() - started < 2


def test_the_deepest_allowed_nesting_is_read() -> None:
    assert _value("[" * MAX_DEPTH + "]" * MAX_DEPTH)


_ALPHABET = st.sampled_from("ab:-?,[]{}#&*!|>'\"%@` \n\t\r\\\0\ufeff\u2028\x85\ud800加😀~1.0x<")


@given(st.text(_ALPHABET, max_size=60))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    document = parse(text, "f.yaml")
    assert document.value is None or not any(problem.code == "Y001" for problem in document.problems)
    for problem in document.problems:
        assert problem.line >= 1
        assert problem.column >= 1


_TEXTS = st.text(st.sampled_from("ab:-#'\"\\ no加😀\n"), max_size=8)
_SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | _TEXTS


@given(
    st.recursive(
        _SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc加", max_size=3), inner, max_size=4),
        max_leaves=20,
    )
)
def test_every_json_value_is_read_as_itself(value: object) -> None:
    assert _value(json.dumps(value, ensure_ascii=False)) == value
