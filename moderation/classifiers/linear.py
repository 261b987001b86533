"""The classifier of the pipeline: each post to the models of its languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from moderation.classifiers.artifact import METADATA, read_artifact, shipped
from moderation.classifiers.heads import LinearModel
from moderation.classifiers.registry import build
from moderation.classifiers.text import GROUPS, fold, group_of
from moderation.domain.errors import UsageError
from moderation.domain.language import Language
from moderation.domain.ports import Classifier

# A second language with at least this share of a post is scored by its own model too; the larger score counts.
MIXED_SHARE = 0.25


class LinearClassifier:
    """Implements :class:`moderation.domain.ports.Classifier`; a batch equals its singles exactly."""

    def __init__(self, models: Mapping[str, LinearModel], versions: Mapping[str, str]) -> None:
        self._models = models
        self._versions = dict(versions)

    @property
    def versions(self) -> Mapping[str, str]:
        """Digest of each model, by group: ``{"zh": "0123456789ab", …}``."""
        return self._versions

    @property
    def points(self) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
        """Those of all models."""
        merged: dict[str, dict[str, Mapping[str, float]]] = {}
        for model in self._models.values():
            for head, languages in model.points.items():
                merged.setdefault(head, {}).update(languages)
        return merged

    def __call__(self, texts: Sequence[str], languages: Sequence[Language]) -> list[dict[str, float]]:
        """Calibrated probability by category; a category that nothing covers for the languages is absent."""
        folded = [fold(text) for text in texts]
        work: dict[str, list[tuple[int, str]]] = {}
        for index, language in enumerate(languages):
            for group, tag in self._readers(language).items():
                if folded[index]:
                    work.setdefault(group, []).append((index, tag))
        scores: list[dict[str, float]] = [{} for _ in texts]
        for group, items in work.items():
            found = self._models[group]([folded[index] for index, _ in items], [tag for _, tag in items])
            for (index, _), heads in zip(items, found, strict=True):
                mine = scores[index]
                for head, score in heads.items():
                    mine[head] = max(score, mine.get(head, 0.0))
        return scores

    def _readers(self, language: Language) -> dict[str, str]:
        """Group → the tag by which its model reads a post: of the main language and every one with a fair share.

        Of a doubtful post the other candidates count as well. A model reads the first tag that it covers.
        """
        others = sorted(language.shares.items(), key=lambda item: (-item[1], item[0]))
        tags = [
            language.tag,
            *(language.candidates if language.doubtful else ()),
            *(tag for tag, share in others if share >= MIXED_SHARE),
        ]
        readers: dict[str, str] = {}
        for tag in tags:
            group = group_of(tag)
            if group not in readers and group in self._models and self._models[group].covers(tag):
                readers[group] = tag
        return readers


def load_classifier(folder: Path | None) -> Classifier:
    """Load the models in the sub-folders ``zh``, ``en`` and ``world`` of a folder; ``None``: the shipped ones."""
    root = folder or shipped()
    artifacts = {name: read_artifact(root / name) for name in GROUPS if (root / name).is_dir()}
    if not artifacts:
        raise UsageError(
            f"no models in {root}: none of {', '.join(f'{name}/{METADATA}' for name in GROUPS)} is there; "
            "train them with `moderation models train`, or correct `models.classifiers`"
        )
    return LinearClassifier(
        {name: build(artifact) for name, artifact in artifacts.items()},
        {name: artifact.version for name, artifact in artifacts.items()},
    )
