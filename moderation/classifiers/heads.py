"""``linear@1``: the heads of one group of languages on shared features.

A head's raw score is a dot product with the int8 tensor of its name, times ``scale``, plus ``bias``;
:class:`Calibration` turns it into a probability for one language. ``model.json``::

    {"kind": "linear@1",
     "features": {"analyzer": "char_wb", "ngrams": [2, 5], "bits": 18},
     "heads": {"hate": {"scale": 0.01, "bias": -1.2,
                        "languages": {"de": {"slope": 1.3, "offset": -2.0, "p90": 0.71, "p95": null, …}}}}}
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from moderation.classifiers.artifact import WEIGHTS, Artifact, damaged
from moderation.classifiers.features import Features
from moderation.domain.language import fallbacks

_DIGITS = 4
_POINT = re.compile(r"p\d\d")
_STEEPEST = 700.0  # exp() of more is no float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's line for one head and language: probability = 1 / (1 + exp(−(``slope`` · score + ``offset``)))."""

    slope: float
    offset: float

    def __call__(self, score: float) -> float:
        """The probability of a raw score, rounded to four digits."""
        exponent = max(-_STEEPEST, min(_STEEPEST, -(self.slope * score + self.offset)))
        return round(1.0 / (1.0 + math.exp(exponent)), _DIGITS)


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Features, a weight matrix (2^bits × heads, ``float32``), biases, and who is calibrated for which language.

    ``covered[language]`` lists (column, head, calibration). A language that is not there gets no score.
    ``points[head][language]`` are the operating points that were reached.
    """

    features: Features
    weights: np.ndarray[Any, np.dtype[np.float32]]
    biases: Sequence[float]
    covered: Mapping[str, Sequence[tuple[int, str, Calibration]]]
    points: Mapping[str, Mapping[str, Mapping[str, float]]]

    def __call__(self, folded: Sequence[str], tags: Sequence[str]) -> list[dict[str, float]]:
        """Probability by head for each text in its language."""
        raw = (self.features(folded) @ self.weights).tolist()
        heads = {tag: self._heads(tag) for tag in set(tags)}
        return [
            {head: calibration(row[column] + self.biases[column]) for column, head, calibration in heads[tag]}
            for row, tag in zip(raw, tags, strict=True)
        ]

    def covers(self, tag: str) -> bool:
        """Whether any head knows the language."""
        return bool(self._heads(tag))

    def _heads(self, tag: str) -> Sequence[tuple[int, str, Calibration]]:
        return next((self.covered[name] for name in fallbacks(tag) if name in self.covered), ())


def load_linear(artifact: Artifact) -> LinearModel:
    """Build the model that an artifact describes."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        heads = artifact.metadata["heads"]
        features = Features.from_json(artifact.metadata["features"])
        tensors = load(artifact.weights)
        quantised = np.stack([tensors[name] for name in heads])
        scales = np.array([head["scale"] for head in heads.values()], dtype=np.float32)
        weights = np.ascontiguousarray((quantised.astype(np.float32) * scales[:, None]).T)
        covered: dict[str, list[tuple[int, str, Calibration]]] = {}
        for column, (name, head) in enumerate(heads.items()):
            for language, fit in head["languages"].items():
                covered.setdefault(language, []).append((column, name, Calibration(fit["slope"], fit["offset"])))
        biases = [float(head["bias"]) for head in heads.values()]
        points = {name: _points(head["languages"]) for name, head in heads.items()}
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError):
        raise damaged(artifact.folder / WEIGHTS, "does not hold the heads of its model.json") from None
    if quantised.shape != (len(heads), 2**features.bits):
        raise damaged(artifact.folder / WEIGHTS, "has another shape than its model.json says")
    return LinearModel(features, weights, biases, covered, points)


def _points(languages: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """``p90`` … of each language, without those that were never reached."""
    return {
        tag: {name: float(fit[name]) for name in fit if _POINT.fullmatch(name) and fit[name] is not None}
        for tag, fit in languages.items()
    }
