"""From raw scores to probabilities."""

import math
from pathlib import Path
from typing import Any

import pytest

from moderation.classifiers.artifact import METADATA, Artifact
from moderation.classifiers.calibration import KIND, Line, load_calibration, probability
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


def test_a_line_weighs_one_tier_or_both() -> None:
    line = Line((2.0, -1.0), (1.5, 0.5, -2.0))
    assert line.alone(0.5) == 0.5
    assert line.alone(1.0) == probability(1.0)
    assert line.together(1.0, 1.0) == 0.5
    assert line.together(1.0, -1.0) == probability(-1.0)
    assert line.together(0.0, 4.0) == 0.5


def test_lines_are_by_language_and_points_by_head() -> None:
    found = load_calibration(artifact(lines={"hate": {"en": FIT, "de": {**FIT, "p90": None}}, "spam": {"en": FIT}}))
    assert set(found.lines) == {"en", "de"}
    assert set(found.lines["en"]) == {"hate", "spam"}
    assert found.lines["de"]["hate"] == Line((2.0, -1.0), (1.5, 0.5, -2.0))
    assert found.points == {"hate": {"en": {"p90": 0.71}, "de": {}}, "spam": {"en": {"p90": 0.71}}}
    assert (found.cued, found.plain) == (0.02, 0.1)


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
]


@pytest.mark.parametrize("metadata", [row[1] for row in UNFIT], ids=[row[0] for row in UNFIT])
def test_what_describes_no_lines_is_refused_with_file_and_remedy(metadata: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"lines and a gate.*models train") as refused:
        load_calibration(artifact(**metadata))
    assert f"calibration/{METADATA}" in str(refused.value)
