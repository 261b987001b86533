"""From raw scores to probabilities."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moderation.classifiers.artifact import METADATA, Artifact
from moderation.classifiers.calibration import KIND, Line, Lines, Scores, load_calibration, probability
from moderation.domain.errors import UsageError

FIT = {"fast": [2.0, -1.0], "both": [1.5, 0.5, -2.0], "p90": 0.71, "p95": None, "measured": {"rows": 3}}
GATE = {"cued": 0.02, "plain": 0.1}


def artifact(**metadata: Any) -> Artifact:
    return Artifact(Path("models/calibration"), {"kind": KIND, "gate": GATE, **metadata}, {}, "0123456789ab")


@pytest.mark.parametrize(
    ("log_odds", "expected"),
    [(0.0, 0.5), (8.0, 0.9997), (-8.0, 0.0003), (1e9, 1.0), (-1e9, 0.0), (math.inf, 1.0), (-math.inf, 0.0)],
)
def test_a_probability_has_four_digits_and_stays_one(log_odds: float, expected: float) -> None:
    assert probability(log_odds) == expected


HATE, SPAM = Line((2.0, -1.0), (1.5, 0.5, -2.0)), Line((1.0, 0.0), (3.0, 1.0, 1.0))


def column(*scores: float) -> Scores:
    """One head's raw scores of some texts."""
    return np.array(scores)[:, None]


def test_the_fast_tier_alone_gives_log_odds() -> None:
    assert Lines.of({"hate": HATE}, ["hate"]).alone(column(0.5, 1.0)).tolist() == [[0.0], [1.0]]


ONE_OR_BOTH = [
    # the fast tier's score, the reader's, whether it was asked, the log-odds
    (0.5, 0.0, False, 0.0),
    (1.0, 0.0, False, 1.0),
    (1.0, 9.0, False, 1.0),  # what was not asked for does not count
    (1.0, 1.0, True, 0.0),
    (1.0, -1.0, True, -1.0),
    (0.0, 4.0, True, 0.0),
]


def test_a_line_weighs_one_tier_or_both() -> None:
    lines = Lines.of({"hate": HATE}, ["hate"])
    fast, reader, asked, log_odds = zip(*ONE_OR_BOTH, strict=True)
    together = lines(column(*fast), column(*reader), np.array(asked))
    assert together.tolist() == [[probability(value)] for value in log_odds]
    for row, (score, read, was, value) in enumerate(ONE_OR_BOTH):
        single = lines(column(score), column(read), np.array([was]))
        assert single.tolist() == [[probability(value)]] == [together[row].tolist()]


def test_each_head_has_its_line_and_its_column_among_those_of_the_tiers() -> None:
    lines = Lines.of({"hate": HATE, "spam": SPAM}, ["spam", "scam", "hate"])
    assert (lines.heads, lines.columns.tolist()) == (("hate", "spam"), [2, 0])
    fast, reader = np.array([[1.0, 2.0]] * 2), np.array([[1.0, 3.0]] * 2)
    assert lines.alone(fast).tolist() == [[1.0, 2.0]] * 2
    assert lines(fast, reader, np.array([False, True])).tolist() == [
        [probability(1.0), probability(2.0)],
        [probability(0.0), probability(10.0)],
    ]


@pytest.mark.parametrize("score", [1e9, -1e9, math.inf, -math.inf])
def test_no_score_is_too_large_for_a_line(score: float) -> None:
    found = Lines.of({"spam": SPAM}, ["spam"])(column(score), column(0.0), np.array([False]))
    assert found.tolist() == [[1.0 if score > 0 else 0.0]]


def test_lines_are_by_language_and_points_by_head() -> None:
    found = load_calibration(artifact(lines={"hate": {"en": FIT, "de": {**FIT, "p90": None}}, "spam": {"en": FIT}}))
    assert set(found.lines) == {"en", "de"}
    assert set(found.lines["en"]) == {"hate", "spam"}
    assert found.lines["de"]["hate"] == Line((2.0, -1.0), (1.5, 0.5, -2.0))
    assert found.points == {"hate": {"en": {"p90": 0.71}, "de": {}}, "spam": {"en": {"p90": 0.71}}}
    assert (found.cued, found.plain, found.gates) == (0.02, 0.1, {})


def test_a_language_may_have_a_gate_of_its_own() -> None:
    found = load_calibration(artifact(lines={}, gate={**GATE, "languages": {"de": {"cued": 0.01, "plain": 0.05}}}))
    assert (found.cued, found.plain, found.gates) == (0.02, 0.1, {"de": (0.01, 0.05)})


UNFIT: list[tuple[str, dict[str, Any]]] = [
    ("no lines", {}),
    ("lines that are none", {"lines": []}),
    ("a head without languages", {"lines": {"hate": 3}}),
    ("no line of both tiers", {"lines": {"hate": {"en": {"fast": [1.0, 0.0]}}}}),
    ("a line of two numbers where three belong", {"lines": {"hate": {"en": {**FIT, "both": [1.0, 0.0]}}}}),
    ("a number that is none", {"lines": {"hate": {"en": {**FIT, "fast": ["steep", 0.0]}}}}),
    ("a point that is none", {"lines": {"hate": {"en": {**FIT, "p90": "high"}}}}),
    ("no gate", {"lines": {}, "gate": None}),
    ("half a gate", {"lines": {}, "gate": {"cued": 0.1}}),
    ("a gate that is no probability", {"lines": {}, "gate": {"cued": 0.0, "plain": 0.5}}),
    ("a gate that nothing passes", {"lines": {}, "gate": {"cued": 0.1, "plain": 1.0}}),
    ("a gate that is lower without a cue", {"lines": {}, "gate": {"cued": 0.5, "plain": 0.1}}),
    ("gates of languages that are none", {"lines": {}, "gate": {**GATE, "languages": ["de"]}}),
    ("half a gate of a language", {"lines": {}, "gate": {**GATE, "languages": {"de": {"cued": 0.1}}}}),
    (
        "a language's that is lower without",
        {"lines": {}, "gate": {**GATE, "languages": {"de": {"cued": 0.5, "plain": 0.1}}}},
    ),
]


@pytest.mark.parametrize("metadata", [row[1] for row in UNFIT], ids=[row[0] for row in UNFIT])
def test_what_describes_no_lines_is_refused_with_file_and_remedy(metadata: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"lines and a gate.*models train") as refused:
        load_calibration(artifact(**metadata))
    assert f"calibration/{METADATA}" in str(refused.value)
