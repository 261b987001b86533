"""How sure a choice between profiles is: a logistic curve fitted by ``moderation.training.language``.

Fitted on the development half of Common Voice's read sentences, whole and cut to 1-10, 11-30 and 31-100 characters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WEIGHTS = (-2.392, 1.16, 0.188, 0.189)
"""Of 1, ln(1 + margin), ln(1 + letters) and their product; the margin is in nats, before the second-best language."""

SURE = 0.83
"""Below it a post is doubtful: of what is above, 98% and more is right."""


def features(margins: NDArray[np.float64], letters: NDArray[np.int64]) -> NDArray[np.float64]:
    """The rows that :data:`WEIGHTS` weigh."""
    margin, length = np.log1p(margins), np.log1p(letters)
    return np.stack([np.ones_like(margin), margin, length, margin * length], axis=1)


def confidences(margins: NDArray[np.float64], letters: NDArray[np.int64]) -> NDArray[np.float64]:
    """The probability that the best language is right."""
    weighed: NDArray[np.float64] = (features(margins, letters) * WEIGHTS).sum(axis=1)
    return 1 / (1 + np.exp(-weighed))
