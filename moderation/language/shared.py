"""Scripts that several languages share: the best profile, how sure that is, and the runners-up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moderation.folding.tables import Codes
from moderation.language.calibration import confidences
from moderation.language.profiles import Profiles
from moderation.language.scripts import PRIORS, SHARED
from moderation.language.verdict import Verdict

# A language this many nats behind the best is not worth naming.
PLAUSIBLE_NATS = 6.0
MOST_OTHERS = 3


class SharedScript:
    """Tells the languages of one script of :data:`~moderation.language.scripts.SHARED`."""

    def __init__(self, script: str) -> None:
        self._profiles = Profiles(script, SHARED[script], PRIORS)

    def judge(self, text: Codes, units: NDArray[np.int64], count: int) -> list[Verdict]:
        """The verdict on each of ``count`` units; arguments as of :meth:`Profiles.score`."""
        languages = self._profiles.languages
        scores = self._profiles.score(text, units, count)
        letters = np.bincount(units[units >= 0], minlength=count)
        order = np.argsort(-scores, axis=1, kind="stable")[:, : MOST_OTHERS + 1]
        best = np.take_along_axis(scores, order, axis=1)
        behind = best[:, :1] - best
        sure = confidences(behind[:, 1], letters).round(4).tolist()
        return [
            Verdict(
                languages[ranked[0]],
                confidence,
                tuple(languages[other] for other, gap in zip(ranked[1:], gaps, strict=True) if gap <= PLAUSIBLE_NATS),
            )
            for ranked, confidence, gaps in zip(order.tolist(), sure, behind[:, 1:].tolist(), strict=True)
        ]
