"""Hashed character n-grams: the features of the linear heads, the same in training and in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_LARGEST_COUNT = 1024
# 1 + ln(count), from a table: the same bits wherever in a batch a count stands.
_DAMPED = np.concatenate(([0.0], 1.0 + np.log(np.arange(1, _LARGEST_COUNT + 1)))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Features:
    """Folded texts in, a ``float32`` CSR matrix (texts × 2^``bits``) out; each row has length 1 (or 0 when blank).

    ``analyzer`` and ``ngrams`` are those of scikit-learn's ``HashingVectorizer``; counts are damped to 1 + ln(count).
    A row does not depend on the other rows.
    """

    analyzer: str
    ngrams: tuple[int, int]
    bits: int = 18
    _vectorizer: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        from sklearn.feature_extraction.text import HashingVectorizer

        vectorizer = HashingVectorizer(
            analyzer=self.analyzer,
            ngram_range=self.ngrams,
            n_features=2**self.bits,
            norm=None,
            lowercase=False,
            dtype=np.float32,
        )
        object.__setattr__(self, "_vectorizer", vectorizer)

    def __call__(self, folded: Sequence[str]) -> Any:
        """Vectorise; the result is a ``scipy.sparse.csr_matrix``."""
        from sklearn.preprocessing import normalize

        matrix = self._vectorizer.transform(folded)
        counts = np.minimum(np.abs(matrix.data), _LARGEST_COUNT).astype(np.intp)
        matrix.data = np.sign(matrix.data) * _DAMPED[counts]
        return normalize(matrix, copy=False)

    def to_json(self) -> dict[str, Any]:
        """The form of ``model.json``."""
        return {"analyzer": self.analyzer, "ngrams": list(self.ngrams), "bits": self.bits}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Features:
        """Read what :meth:`to_json` wrote."""
        low, high = value["ngrams"]
        return cls(value["analyzer"], (low, high), value["bits"])
