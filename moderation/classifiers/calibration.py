"""From raw scores to probabilities, by head and language, and which posts the second reader is asked about.

``model.json`` of ``calibration``::

    {"kind": "calibration@1", "gate": {"cued": 0.02, "plain": 0.1, "languages": {"de": {"cued": 0.01, "plain": 0.05}}},
     "lines": {"hate": {"de": {"fast": [slope, offset], "both": [slope, slope of the reader, offset],
                               "p90": 0.71, "p95": null, …}}}}
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.classifiers.artifact import METADATA, Artifact, damaged

KIND = "calibration@1"
DIGITS = 4
POINTS = ("p90", "p95")
Scores = NDArray[np.float64]

_STEEPEST = 700.0  # exp() of more is no float


class Line(NamedTuple):
    """Platt's line of one head and language: the log-odds are slope · score + offset.

    ``fast``: slope and offset of the fast tier alone; ``both``: its slope, the second reader's, and the offset, where
    that was asked.
    """

    fast: tuple[float, float]
    both: tuple[float, float, float]


class Lines(NamedTuple):
    """The lines of one language: ``heads``, their ``columns`` among the tiers' scores, and what :class:`Line` holds."""

    heads: tuple[str, ...]
    columns: NDArray[np.int64]
    fast: NDArray[np.float64]
    both: NDArray[np.float64]

    @classmethod
    def of(cls, lines: Mapping[str, Line], heads: Sequence[str]) -> Lines:
        """``heads``: those of the tiers, in their order."""
        return cls(
            tuple(lines),
            np.array([heads.index(head) for head in lines], dtype=np.int64),
            np.array([line.fast for line in lines.values()]).T,
            np.array([line.both for line in lines.values()]).T,
        )

    def alone(self, fast: Scores) -> Scores:
        """Log-odds by the fast tier's raw scores (texts × heads)."""
        log_odds: Scores = fast * self.fast[0] + self.fast[1]
        return log_odds

    def __call__(self, fast: Scores, reader: Scores, asked: NDArray[np.bool_]) -> Scores:
        """Probabilities (texts × heads) to four digits; both tiers count for the texts that were ``asked``."""
        together = fast * self.both[0] + reader * self.both[1] + self.both[2]
        log_odds = np.where(asked[:, None], together, self.alone(fast))
        probabilities: Scores = (1.0 / (1.0 + np.exp(-log_odds.clip(-_STEEPEST, _STEEPEST)))).round(DIGITS)
        return probabilities


@dataclass(frozen=True, slots=True)
class Calibration:
    """``lines[language][head]``; a language or head that is not there is not covered. ``points[head][language]``.

    The second reader is asked where the largest probability of the fast tier is at least ``cued`` and the post has a
    cue that it can judge, or at least ``plain``; ``gates[language]`` are these two where a language has its own.
    """

    lines: Mapping[str, Mapping[str, Line]]
    points: Mapping[str, Mapping[str, Mapping[str, float]]]
    cued: float
    plain: float
    gates: Mapping[str, tuple[float, float]]


def probability(log_odds: float) -> float:
    """The probability of log-odds, to four digits."""
    return round(1.0 / (1.0 + math.exp(max(-_STEEPEST, min(_STEEPEST, -log_odds)))), DIGITS)


def load_calibration(artifact: Artifact) -> Calibration:
    """Read what an artifact describes."""
    lines: dict[str, dict[str, Line]] = {}
    points: dict[str, dict[str, dict[str, float]]] = {}
    try:
        for head, languages in artifact.metadata["lines"].items():
            for tag, fit in languages.items():
                (slope, offset), (fast, reader, constant) = fit["fast"], fit["both"]
                lines.setdefault(tag, {})[head] = Line(
                    (float(slope), float(offset)), (float(fast), float(reader), float(constant))
                )
                reached = {name: float(fit[name]) for name in POINTS if fit.get(name) is not None}
                points.setdefault(head, {})[tag] = reached
        gate: Any = artifact.metadata["gate"]
        own = {str(tag): _limits(of_tag) for tag, of_tag in gate.get("languages", {}).items()}
        return Calibration(lines, points, *_limits(gate), own)
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise damaged(artifact.folder / METADATA, "does not describe lines and a gate")


def _limits(gate: Mapping[str, Any]) -> tuple[float, float]:
    cued, plain = float(gate["cued"]), float(gate["plain"])
    if not 0.0 < cued <= plain < 1.0:
        raise ValueError(gate)
    return cued, plain
