"""Measuring the classifiers on labelled texts that they were not trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from moderation.classifiers.artifact import read_artifact, shipped
from moderation.classifiers.linear import load_classifier
from moderation.classifiers.text import GROUPS, group_of
from moderation.domain.errors import UsageError
from moderation.domain.language import Language, fallbacks
from moderation.training.data import read_examples
from moderation.training.measure import measure
from moderation.training.sources import HEADS

_BATCH = 1024
_HALF = 0.5


def evaluate(file: Path, classifiers: Path | None) -> list[dict[str, Any]]:
    """Figures for each category × language that a model covers, in the order of the categories.

    F1 and false-positive rate are at the model's p90, or at 0.5 where it has none. Languages are taken as the file
    gives them: the classifiers are measured here, not the detection.
    """
    try:
        examples = list(read_examples(file))
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror}); give a JSON Lines file") from None
    classifier = load_classifier(classifiers)
    scores: list[dict[str, float]] = []
    for start in range(0, len(examples), _BATCH):
        batch = examples[start : start + _BATCH]
        scores += classifier([text for text, _, _ in batch], [Language(tag, shares={tag: 1.0}) for _, tag, _ in batch])
    cells: dict[tuple[str, str], list[tuple[bool, float]]] = {}
    for (_, tag, values), found in zip(examples, scores, strict=True):
        for head in found.keys() & values.keys():
            cells.setdefault((head, tag), []).append((values[head], found[head]))
    points = _operating_points(classifiers or shipped())
    rows = []
    for head, tag in sorted(cells, key=lambda cell: (HEADS.index(cell[0]), cell[1])):
        truth, probability = (np.array(column) for column in zip(*cells[head, tag], strict=True))
        threshold = next(
            (points[group_of(tag), head, name] for name in fallbacks(tag) if (group_of(tag), head, name) in points),
            _HALF,
        )
        figures = measure(truth.astype(bool), probability.astype(float), threshold).to_json()
        del figures["auroc_within"]
        rows.append({"category": head, "language": tag, **figures})
    return rows


def _operating_points(root: Path) -> dict[tuple[str, str, str], float]:
    artifacts = [read_artifact(root / name) for name in GROUPS if (root / name).is_dir()]
    return {
        (artifact.name, head, language): fit["p90"] or _HALF
        for artifact in artifacts
        for head, described in artifact.metadata["heads"].items()
        for language, fit in described["languages"].items()
    }
