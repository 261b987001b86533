"""The network of ``reader@2``: what each subword brings to each filter stands in a table, so that reading adds it up.

A filter over neighbours adds up one product of a vector and a matrix for each of them, and there are only so many
subwords. So these products are made once, when a model is loaded and before workers fork (13,002 × 1,408 numbers of 16
bits, 35 MB); a post is looked up, shifted, added, pooled and judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTHS = (1, 2, 3, 5)
"""How many subwords a filter sees: ``width // 2`` before its own, the others after it."""

Numbers = NDArray[np.int64]
Values = NDArray[np.float32]

_BLOCK = 128  # subwords whose products are made at once, in double precision
_LARGEST = 32_767


class _Shift(NamedTuple):
    """The neighbours so many subwords away, and the first of the widths that see them; all wider ones do too."""

    by: int
    first: int


_SHIFTS = tuple(
    _Shift(by, next(place for place, width in enumerate(WIDTHS) if 0 <= width // 2 + by < width))
    for by in (0, -1, 1, -2, 2)
)


class Network:
    """A post's subwords and cues (length,) in, raw scores (heads,) out.

    ``tensors``, as ``moderation models train`` exports them: ``words`` (subwords × vector, int8) times ``scales``
    (subwords × 1), ``cues`` (cues × part; 0 is none and adds nothing), and the ``weight`` and ``bias`` of
    ``filters.WIDTH`` (filters × (vector + part) × WIDTH), ``hidden`` (hidden × what is pooled: of each width the
    largest of each filter, then the sum) and ``heads`` (heads × hidden). KeyError or ValueError where they do not fit.
    """

    def __init__(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        filters = {width: tensors[f"filters.{width}.weight"] for width in WIDTHS}
        self._filters = len(filters[1])
        products = np.concatenate(
            [filters[width][:, :, width // 2 + by].T for by, first in _SHIFTS for width in WIDTHS[first:]], axis=1
        ).astype(np.float64)
        biases = np.concatenate([tensors[f"filters.{width}.bias"] for width in WIDTHS])
        size = tensors["words"].shape[1]
        self._cues = (tensors["cues"].astype(np.float64) @ products[size:]).astype(np.float32)
        words = np.empty((len(tensors["words"]), products.shape[1]), dtype=np.float32)
        # Rounded once from double precision, so that it is the same with however many threads the products are made.
        for start in range(0, len(words), _BLOCK):
            here = slice(start, start + _BLOCK)
            words[here] = (tensors["words"][here] * tensors["scales"][here]) @ products[:size]
        words[:, : len(biases)] += biases
        # In steps of each column's own: half of the memory, and nearer than float16 would be.
        self._steps = np.maximum(np.abs(words).max(axis=0), np.finfo(np.float32).tiny) / np.float32(_LARGEST)
        self._words = np.rint(words / self._steps).astype(np.int16)
        hidden, count = tensors["hidden.weight"], len(tensors["hidden.weight"])
        by_width = hidden.reshape(count, len(WIDTHS), 2, self._filters)
        self._hidden = by_width.swapaxes(1, 2).reshape(hidden.shape), tensors["hidden.bias"]
        self._heads = tensors["heads.weight"], tensors["heads.bias"]

    @property
    def shape(self) -> tuple[int, int]:
        """Subwords that it knows, heads that it scores."""
        return len(self._words), len(self._heads[1])

    def __call__(self, words: Numbers, cues: Numbers) -> Values:
        """Raw scores of one post."""
        brought = self._words.take(words, axis=0) * self._steps
        meant = cues.nonzero()[0]
        brought[meant] += self._cues[cues[meant]]
        start = len(WIDTHS) * self._filters
        found = brought[:, :start]  # what each subword brings to the filters that stand on it
        for by, first in _SHIFTS[1:]:
            reached = found[:, first * self._filters :]
            added = brought[:, start : start + reached.shape[1]]
            start += reached.shape[1]
            if by < 0:
                reached[-by:] += added[:by]
            else:
                reached[:-by] += added[by:]
        np.maximum(found, 0, out=found)
        pooled = np.concatenate((found.max(axis=0), found.sum(axis=0) / (4.0 * len(words) ** 0.5)))
        return _layer(self._heads, np.maximum(_layer(self._hidden, pooled), 0))


def _layer(layer: tuple[Values, Values], given: Values) -> Values:
    # Not `@`, which may start threads.
    weights, biases = layer
    summed: Values = np.vecdot(weights, given) + biases
    return summed
