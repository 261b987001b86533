"""Three-valued logic, and what the linter and the index conclude from it, held to the naive truth table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy.expressions import (
    And,
    AtLeast,
    Name,
    Node,
    Not,
    Or,
    Truth,
    evaluate,
    names,
    nearest,
    pivots,
    possible,
    required,
    triggers,
    witnesses,
)
from moderation.policy.grammar import read

LETTERS = ("a", "b", "c", "d")
TRUTHS: tuple[Truth, ...] = (True, False, None)


def naive(node: Node, truth: Mapping[str, Truth]) -> Truth:
    """Kleene's tables, written down: false 0, unknown 1/2, true 1; `and` is the least, `or` the greatest."""
    return {0: False, 0.5: None, 1: True}[_level(node, truth)]


def _level(node: Node, truth: Mapping[str, Truth]) -> float:
    match node:
        case Name(name):
            return _number(truth[name])
        case Not(part):
            return 1 - _level(part, truth)
        case And(parts):
            return min(_level(part, truth) for part in parts)
        case Or(parts):
            return max(_level(part, truth) for part in parts)
        case AtLeast(n, within):  # at least n: the n-th greatest
            return sorted((_number(truth[name]) for name in within), reverse=True)[n - 1]


def _number(value: Truth) -> float:
    return {False: 0, None: 0.5, True: 1}[value]


_AT_LEAST = st.lists(st.sampled_from(LETTERS), min_size=1, max_size=4, unique=True).flatmap(
    lambda within: st.builds(AtLeast, st.integers(1, len(within)), st.just(tuple(within)))
)
TREES: st.SearchStrategy[Node] = st.recursive(
    st.builds(Name, st.sampled_from(LETTERS)) | _AT_LEAST,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=8,
)
TABLE = [dict(zip(LETTERS, row, strict=True)) for row in product(TRUTHS, repeat=len(LETTERS))]
CERTAIN = [row for row in TABLE if None not in row.values()]


@given(TREES)
def test_evaluation_agrees_with_the_truth_tables(tree: Node) -> None:
    for row in TABLE:
        assert evaluate(tree, row.__getitem__) is naive(tree, row)


@given(TREES)
def test_what_is_required_is_true_wherever_the_condition_is(tree: Node) -> None:
    for row in TABLE:
        if naive(tree, row):
            assert all(row[name] for name in required(tree))


@given(TREES, st.dictionaries(st.sampled_from(LETTERS), st.integers(1, 2)))
def test_one_of_the_triggers_is_true_wherever_the_condition_is(tree: Node, cost: dict[str, int]) -> None:
    found = triggers(tree, cost)
    if found is not None:
        assert found <= cost.keys()
        for row in TABLE:
            if naive(tree, row):
                assert any(row[name] for name in found)


@given(TREES, st.sets(st.sampled_from(LETTERS)))
def test_what_is_called_impossible_never_happens(tree: Node, known: set[str]) -> None:
    can_be_true, can_be_false = possible(tree, lambda name: (name in known, name in known))
    reachable = [naive(tree, row) for row in TABLE if all(row[name] is None for name in LETTERS if name not in known)]
    if not can_be_true:
        assert True not in reachable
    if not can_be_false:
        assert False not in reachable


@given(TREES)
def test_the_witnesses_alone_keep_a_condition_without_not_true(tree: Node) -> None:
    if any(isinstance(part, Not) for part in _parts(tree)):
        return
    for row in CERTAIN:
        if naive(tree, row):
            shown = set(witnesses(tree, row.__getitem__))
            assert all(row[name] for name in shown)
            assert naive(tree, {name: name in shown for name in LETTERS})


@given(TREES)
def test_a_pivot_alone_turns_the_outcome(tree: Node) -> None:
    for row in CERTAIN:
        turned = {name for name, _ in names(tree) if naive(tree, {**row, name: not row[name]}) is not naive(tree, row)}
        assert pivots(tree, row.__getitem__) == turned


@given(TREES, st.sampled_from(TABLE), st.booleans(), st.sets(st.sampled_from(LETTERS)))
def test_nearest_names_the_fewest_changes_that_bring_a_value_about(
    tree: Node, row: dict[str, Truth], value: bool, fixed: set[str]
) -> None:
    found = nearest(tree, row.__getitem__, value, lambda name: float("inf") if name in fixed else 0.5)
    free = [name for name in LETTERS if name not in fixed]
    subsets = chain.from_iterable(combinations(free, size) for size in range(len(free) + 1))
    enough = next((set(names) for names in subsets if _can(tree, row, names, value)), None)
    if found is None:
        assert enough is None
    else:
        assert fixed.isdisjoint(found)
        assert _can(tree, row, found, value)
        assert enough is not None
        assert len(found) == len(enough)


def _can(tree: Node, row: Mapping[str, Truth], names: Sequence[str], value: bool) -> bool:
    """Whether these names alone, each true or false, make the tree true, or no longer so."""
    settings = product((True, False), repeat=len(names))
    return any(
        (naive(tree, {**row, **dict(zip(names, setting, strict=True))}) is True) is value for setting in settings
    )


A, B, C, D = map(Name, LETTERS)
COSTS = {"a": 0.1, "b": 0.2, "c": 0.3, "d": 0.4}


@pytest.mark.parametrize(
    ("tree", "truth", "value", "changes"),
    [
        (And((A, B)), "", True, ("a", "b")),  # all of what is missing, the nearest first
        (And((B, A)), "", True, ("a", "b")),
        (And((A, B)), "ab", False, ("a",)),  # one of them ends it: the cheapest
        (Or((C, B)), "", True, ("b",)),
        (Or((And((A, B)), C)), "", True, ("c",)),  # one dear change is nearer than two cheap ones
        (Or((And((A, B)), C)), "a", True, ("b",)),
        (AtLeast(2, ("c", "a", "b")), "", True, ("a", "b")),
        (AtLeast(2, ("a", "b", "c")), "abc", False, ("a", "b")),
        (Not(A), "a", True, ("a",)),
        (And((Or((A, B)), Not(A))), "", True, ("b",)),  # a would be cheaper, and would end it elsewhere
        (And((A, Not(A))), "", True, None),
        (And((A, B)), "ab", True, ()),
    ],
)
def test_nearest_by_cost(tree: Node, truth: str, value: bool, changes: tuple[str, ...] | None) -> None:
    assert nearest(tree, lambda name: name in truth, value, COSTS.__getitem__) == changes


def test_what_is_unknown_must_change_for_a_match_and_is_none_as_it_is() -> None:
    for value, changes in ((True, ("a",)), (False, ())):
        assert nearest(And((A, B)), lambda name: None if name == "a" else True, value, COSTS.__getitem__) == changes


@given(TREES)
def test_a_condition_written_out_reads_as_itself(tree: Node) -> None:
    node, faults = read(_write(tree), LETTERS)
    assert faults == []
    assert node is not None
    for row in TABLE:
        assert naive(node, row) is naive(tree, row)


def _parts(tree: Node) -> list[Node]:
    match tree:
        case Not(part):
            return [tree, *_parts(part)]
        case And(parts) | Or(parts):
            return [tree, *(inner for part in parts for inner in _parts(part))]
        case _:
            return [tree]


def _write(tree: Node) -> str:
    match tree:
        case Name(name):
            return name
        case Not(part):
            return f"not ({_write(part)})"
        case And(parts):
            return " and ".join(f"({_write(part)})" for part in parts)
        case Or(parts):
            return " or ".join(f"({_write(part)})" for part in parts)
        case AtLeast(n, within):
            return f"{n} of ({', '.join(within)})"


def test_no_name_is_asked_that_cannot_change_the_outcome() -> None:
    asked: list[str] = []

    def truth(name: str) -> Truth:
        asked.append(name)
        return name == "b"

    assert evaluate(And((Name("a"), Name("b"))), truth) is False
    assert evaluate(Or((Name("b"), Name("a"))), truth) is True
    assert asked == ["a", "b"]
