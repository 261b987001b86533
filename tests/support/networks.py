"""A network of the second reader that adds up the different words of a post: each is found by a filter of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from moderation.classifiers.convolutions import WIDTHS
from moderation.classifiers.lexicon import CUES

Tensors = dict[str, np.ndarray[Any, Any]]


def adding_up(weights: Sequence[float], column: int, heads: int) -> Tensors:
    """Subword n + 1 adds ``weights[n]`` to the head in a column, once; subword 0, filler, groups and cues nothing."""
    count = len(weights)
    words = np.zeros((count + 3, count), dtype=np.int8)
    words[1 : 1 + count] = np.eye(count)
    tensors: Tensors = {
        "words": words,
        "scales": np.ones((len(words), 1), dtype=np.float32),
        "cues": np.zeros((len(CUES) + 1, 1), dtype=np.float32),
    }
    for width in WIDTHS:
        tensors[f"filters.{width}.weight"] = np.zeros((count, count + 1, width), dtype=np.float32)
        tensors[f"filters.{width}.bias"] = np.zeros(count, dtype=np.float32)
    tensors["filters.1.weight"][:, :count, 0] = np.eye(count)
    tensors["hidden.weight"] = np.eye(
        count, 2 * len(WIDTHS) * count, dtype=np.float32
    )  # the largest of the first width
    tensors["hidden.bias"] = np.zeros(count, dtype=np.float32)
    tensors["heads.weight"] = np.zeros((heads, count), dtype=np.float32)
    tensors["heads.weight"][column] = weights
    tensors["heads.bias"] = np.zeros(heads, dtype=np.float32)
    return tensors
