"""How much a post is like the example sentences of a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from moderation.classifiers.embeddings import Embedder, Vectors

_DIGITS = 4
# Components are rounded to multiples of 2^-20: the products and their sums are then exact in double precision, so a
# similarity does not depend on the order in which a batch is multiplied.
_GRID = 2.0**20


class Exemplars:
    """Implements :class:`moderation.domain.ports.Exemplars`: the largest cosine of a text to each list."""

    def __init__(self, lists: Mapping[str, Sequence[str]], model: Embedder) -> None:
        self._model = model
        self._names = [name for name, sentences in lists.items() if sentences]
        counts = [len(lists[name]) for name in self._names]
        self._starts = np.cumsum([0, *counts[:-1]])
        self._examples = _unit(model([text for name in self._names for text in lists[name]])) if self._names else None

    @property
    def versions(self) -> Mapping[str, str]:
        """``{"embedding": digest}``."""
        return {"embedding": self._model.version}

    def __call__(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """Cosine in [-1, 1], four digits; 0 for a text without a word that the model knows."""
        if self._examples is None or not texts:
            return [{} for _ in texts]
        cosines = _unit(self._model(texts)) @ self._examples.T
        largest = np.maximum.reduceat(cosines, self._starts, axis=1).tolist()
        return [
            {name: round(max(-1.0, min(1.0, value)), _DIGITS) for name, value in zip(self._names, row, strict=True)}
            for row in largest
        ]


def _unit(vectors: Vectors) -> Vectors:
    norms = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
    unit: Vectors = np.rint(vectors / np.where(norms > 0, norms, 1.0) * _GRID) / _GRID
    return unit
