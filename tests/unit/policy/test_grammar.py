"""The words of a condition: what they mean, and what is wrong with those that mean nothing."""

from __future__ import annotations

import pytest

from moderation.policy.expressions import And, AtLeast, Name, Node, Not, Or
from moderation.policy.grammar import MAX_DEPTH, MAX_LENGTH, read

NAMES = ("a", "b", "c", "filter_x", "filter_y", "android", "order", "nothing")


def _shape(node: Node | None) -> object:
    """A tree without its places."""
    match node:
        case Name(name):
            return name
        case Not(part):
            return ("not", _shape(part))
        case And(parts):
            return ("and", *map(_shape, parts))
        case Or(parts):
            return ("or", *map(_shape, parts))
        case AtLeast(n, names):
            return (n, *names)
        case None:
            return None


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("a", "a"),
        (" ( a ) ", "a"),
        ("a and b", ("and", "a", "b")),
        ("a or b and c", ("or", "a", ("and", "b", "c"))),
        ("(a or b) and c", ("and", ("or", "a", "b"), "c")),
        ("not a and b", ("and", ("not", "a"), "b")),
        ("not (a and b)", ("not", ("and", "a", "b"))),
        ("not not a", ("not", ("not", "a"))),
        ("a and b and c", ("and", "a", "b", "c")),
        ("a or (b or c)", ("or", "a", ("or", "b", "c"))),
        ("1 of (a, b)", (1, "a", "b")),
        ("2 of (a, filter_*)", (2, "a", "filter_x", "filter_y")),
        ("all of filter_*", (2, "filter_x", "filter_y")),
        ("all of (a, b, c)", (3, "a", "b", "c")),
        ("1 of a", (1, "a")),
        ("1 of (a, a*)", (1, "a", "android")),  # each name once
        ("a and not 1 of filter_*", ("and", "a", ("not", (1, "filter_x", "filter_y")))),
        ("a\n  and b", ("and", "a", "b")),
        # words of the language inside names are names
        ("android or order and nothing", ("or", "android", ("and", "order", "nothing"))),
        ("01 of (a, b)", (1, "a", "b")),
    ],
)
def test_what_a_condition_means(text: str, shape: object) -> None:
    node, faults = read(text, NAMES)
    assert faults == []
    assert _shape(node) == shape


@pytest.mark.parametrize(
    ("text", "at", "code", "says"),
    [
        ("", 0, "R010", "the condition ends where a name"),
        ("a and", 5, "R010", "the condition ends where a name"),
        ("a b", 2, "R010", "expected `and`, `or` or the end, not `b`"),
        ("a and or b", 6, "R010", "`or` stands where a name"),
        ("and", 0, "R010", "`and` stands where a name"),
        ("(a and b", 8, "R010", "the `(` at character 1 is not closed"),
        ("a)", 1, "R010", "expected `and`, `or` or the end, not `)`"),
        ("a AND b", 2, "R010", "`AND` is no part of a condition"),
        ("a && b", 2, "R010", "`&&` is no part"),
        ("A", 0, "R010", "`A` is no part"),
        ("_a", 0, "R010", "`_a` is no part"),
        ("a-b", 1, "R010", "`-b` is no part"),
        ("加", 0, "R010", "`加` is no part"),
        ("filter_*", 0, "R010", "a pattern needs a count: `1 of filter_*`"),
        ("1 filter_*", 2, "R010", "`1` needs `of`"),
        ("of", 0, "R010", "`of` stands where"),
        ("all", 3, "R010", "`all` needs `of`"),
        ("1 of", 4, "R010", "expected a name, or a prefix ending in `*`"),
        ("1 of (a,)", 8, "R010", "expected a name, or a prefix"),
        ("1 of (a b)", 8, "R010", "the list of names is not closed"),
        ("1 of *", 5, "R010", "`*` is no part"),
        ("1 of not", 5, "R010", "expected a name"),
        ("3 of (a, b)", 0, "R010", "`3 of` a set of 2"),
        ("2 of (a, a)", 0, "R010", "`2 of` a set of 1"),
        ("0 of (a, b)", 0, "R010", "`0 of` a set of 2"),
        ("9999999999999999999999 of a", 0, "R010", "of` a set of 1"),
        ("x", 0, "R011", "unknown name `x`"),
        ("a and not fitler_x", 10, "R011", "unknown name `fitler_x`"),
        ("1 of (a, x)", 9, "R011", "unknown name `x`"),
        ("1 of g_*", 5, "R011", "`g_*` matches no name"),
        ("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1), MAX_DEPTH, "R010", "nested deeper"),
        ("not " * 100_000 + "a", 0, "R010", "the limit is"),
        ("a and " * MAX_LENGTH, 0, "R010", "the limit is"),
    ],
)
def test_what_is_wrong_with_a_condition_and_where(text: str, at: int, code: str, says: str) -> None:
    _, faults = read(text, NAMES)
    assert (faults[0].at, faults[0].code) == (at, code)
    assert says in faults[0].message


def test_all_unknown_names_are_found_in_one_reading_and_the_nearest_are_offered() -> None:
    node, faults = read("contct and (x9 or not fliter_x) and (", ("contact", "filter_x"))
    assert node is None
    assert [(fault.at, fault.code) for fault in faults] == [(0, "R011"), (12, "R011"), (22, "R011"), (37, "R010")]
    assert faults[0].hint == "did you mean `contact`?"
    assert faults[1].hint == "names of detect: contact, filter_x"
    assert faults[2].hint == "did you mean `filter_x`?"
