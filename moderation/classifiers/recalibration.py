"""What reviewers' verdicts say of the probabilities: a line upon their log-odds, by head and language.

``recalibration.json`` stands in the folder of the models, written by ``moderation models calibrate``::

    {"hate": {"de": {"slope": 0.92, "offset": -0.7}}}
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from moderation.classifiers.artifact import damaged
from moderation.classifiers.calibration import DIGITS, probability
from moderation.classifiers.text import language_of

RECALIBRATION = "recalibration.json"
_LEAST = 0.5 * 10**-DIGITS  # a probability that is rounded to 0 or 1 has log-odds all the same


class Correction(NamedTuple):
    """p′ = sigmoid(``slope`` · logit(p) + ``offset``), to four digits; the order of the scores stays (slope > 0)."""

    slope: float
    offset: float

    def __call__(self, shipped: float) -> float:
        return probability(self.slope * log_odds(shipped) + self.offset)


Recalibration = Mapping[str, Mapping[str, Correction]]
"""Head → language (as the models name it: ``zh`` for zh-Hant) → its line."""


def log_odds(score: float) -> float:
    """ln(p / (1 − p)) of a probability of four digits.

    >>> round(log_odds(0.9), 4), round(log_odds(0.0), 4)
    (2.1972, -9.9034)
    """
    kept = min(max(score, _LEAST), 1.0 - _LEAST)
    return math.log(kept / (1.0 - kept))


def apply(recalibration: Recalibration, scores: Mapping[str, float], language: str) -> dict[str, float]:
    """The scores of a post in a language (a BCP 47 tag); a head without a line there keeps its own."""
    tag = language_of(language)
    corrected = dict(scores)
    for head in recalibration.keys() & scores.keys():
        if tag in recalibration[head]:
            corrected[head] = recalibration[head][tag](scores[head])
    return corrected


def read_recalibration(folder: Path) -> Recalibration:
    """The lines in a folder of models, none where it has no such file; :class:`UsageError` when it is damaged."""
    path = folder / RECALIBRATION
    if not path.is_file():
        return {}
    try:
        read = {
            head: {tag: Correction(float(line["slope"]), float(line["offset"])) for tag, line in languages.items()}
            for head, languages in json.loads(path.read_bytes()).items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise damaged(path, "does not hold lines by head and language") from None
    lines = [line for languages in read.values() for line in languages.values()]
    if not all(line.slope > 0 and math.isfinite(line.slope) and math.isfinite(line.offset) for line in lines):
        raise damaged(path, "has a slope that is not above 0, or a number that is none")
    return read


def write_recalibration(folder: Path, recalibration: Recalibration) -> Path:
    """Write the lines into a folder and return the file; ``OSError`` where that cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / RECALIBRATION
    body = {
        head: {tag: line._asdict() for tag, line in sorted(languages.items())}
        for head, languages in sorted(recalibration.items())
    }
    path.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    return path
