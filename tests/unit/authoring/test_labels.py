"""Verdicts as people write them, and how sure a share is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.authoring.labels import Verdict, read_labels, read_verdict
from moderation.domain.errors import UsageError
from moderation.domain.intervals import wilson

BENIGN, VIOLATING = Verdict(False), Verdict(True)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"violating": True}, VIOLATING),
        ({"violating": 1}, VIOLATING),
        ({"violating": False}, BENIGN),
        ({"violating": 0, "labels": ["benign"]}, BENIGN),
        ({"violating": None}, None),  # nobody knows
        ({"violating": None, "labels": ["scam"]}, None),  # the first field that is there counts
        ({"violating": 1, "labels": ["scam", "hate"]}, Verdict(True, frozenset({"scam", "hate"}))),
        ({"verdict": "violating"}, VIOLATING),
        ({"verdict": "benign"}, BENIGN),
        ({"verdict": "approve"}, BENIGN),
        ({"verdict": "allow"}, BENIGN),  # a reviewer's word for it
        ({"verdict": "limit"}, VIOLATING),
        ({"verdict": "hold"}, VIOLATING),
        ({"verdict": "remove", "labels": ["scam"]}, Verdict(True, frozenset({"scam"}))),
        ({"verdict": None}, None),
        ({"labels": ["benign"]}, BENIGN),
        ({"labels": ["scam"]}, Verdict(True, frozenset({"scam"}))),
        ({"labels": []}, None),
        ({"labels": None}, None),
        ({"lang": "en"}, None),
    ],
)
def test_what_is_a_verdict(said: dict[str, Any], verdict: Verdict | None) -> None:
    assert read_verdict(said) == verdict


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"violating": "yes"}, "`violating` is 'yes'"),
        ({"violating": 2}, "`violating` is 2"),
        ({"violating": []}, "`violating` is"),
        ({"verdict": "bening"}, "benign"),  # a slip of the finger is not a violation
        ({"verdict": 1}, "`verdict` is 1"),
        ({"labels": "scam"}, "must be a list"),
        ({"labels": [1]}, "must be a list"),
        ({"labels": ["benign", "scam"]}, "something else"),
        ({"violating": 0, "labels": ["scam"]}, "a benign post has no categories"),
    ],
)
def test_what_is_no_verdict(said: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_verdict(said)


def test_a_file_of_verdicts_is_asked_by_the_id_of_a_post_and_its_last_word_counts() -> None:
    verdicts = read_labels(
        [
            (1, b'{"id": "a", "violating": 1}'),
            (2, b'{"post_id": "b", "verdict": "approve"}'),
            (4, b'{"id": "a", "violating": 0}'),
            (5, b'{"id": "c", "violating": 1}'),
            (6, b'{"id": "c", "violating": null}'),
        ],
        "verdicts.jsonl",
    )
    assert [verdicts(name) for name in "abcd"] == [BENIGN, BENIGN, None, None]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "is not JSON"),
        (b"[]", "must be a JSON object"),
        (b'{"violating": 1}', "has no `id`"),
        (b'{"id": 7, "violating": 1}', "has no `id`"),
        (b'{"id": "a"}', "has no verdict"),
        (b'{"id": "a", "verdict": "bening"}', "bening"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(line: bytes, reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as raised:
        read_labels([(1, b'{"id": "x", "violating": 1}'), (3, line)], "verdicts.jsonl")
    assert str(raised.value).startswith("verdicts.jsonl:3: ")


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        (0, 0, 0.0, 1.0),  # nothing is known
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, Statistics in Medicine 17, table I
        (15, 148, 0.0624, 0.1605),  # the same
    ],
)
def test_wilsons_interval(right: int, n: int, low: float, high: float) -> None:
    assert wilson(right, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_lies_within_bounds(counted: tuple[int, int]) -> None:
    right, n = counted
    low, high = wilson(right, n)
    assert 0 <= low <= right / n <= high <= 1


def test_no_more_right_ones_than_all() -> None:
    with pytest.raises(ValueError, match="3 right ones of 2"):
        wilson(3, 2)
