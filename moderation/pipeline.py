"""The whole flow for a batch of posts: detect, match, classify, judge. No I/O.

A part that may fail (a classifier, the embedding) is caught here and reported as *unavailable*; the policy then holds
the post for a person. Everything else is total on a checked post.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from moderation.domain.decision import Decision
from moderation.domain.language import Language
from moderation.domain.ports import Classifier, Detector, Exemplars, Matcher, Policy
from moderation.domain.post import Post
from moderation.domain.signal import Gate, Signals

log = logging.getLogger(__name__)
T = TypeVar("T")


def utc_now() -> str:
    """The time as decisions carry it: ISO 8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Posts in, decisions out, in the same order; a list of one is a batch."""

    detector: Detector
    matcher: Matcher
    classifier: Classifier
    exemplars: Exemplars
    policy: Policy
    exemplar_gate: Gate | None = None
    clock: Callable[[], str] = utc_now

    def __call__(self, posts: Sequence[Post]) -> list[Decision]:
        """Detect and judge."""
        return self.judge(posts, self.detect(posts))

    def detect(self, posts: Sequence[Post]) -> list[Language]:
        """The language of each post."""
        return self.detector(posts)

    def judge(self, posts: Sequence[Post], languages: Sequence[Language]) -> list[Decision]:
        """Match, classify and decide posts whose languages are known."""
        return self.policy(posts, self.signals(posts, languages), self.clock())

    def signals(self, posts: Sequence[Post], languages: Sequence[Language]) -> list[Signals]:
        """All that the detectors say of each post; similarities only where a rule may ask for them."""
        texts = ["\n".join(text for _, text in post.fields()) for post in posts]
        found = self.matcher(posts, languages)
        gate = self.exemplar_gate
        asked = [n for n in range(len(posts)) if gate is None or gate.opens(found[n])]

        def classify(at: Sequence[int]) -> list[dict[str, float]]:
            return self.classifier([texts[n] for n in at], [languages[n] for n in at])

        def compare(at: Sequence[int]) -> list[dict[str, float]]:
            return self.exemplars([texts[n] for n in at])

        scores = _each("classifier", classify, range(len(posts)))
        similarities = _each("exemplars", compare, asked)
        return [
            Signals(
                language=language,
                found=found[n],
                scores=scores[n] or {},
                similarities=similarities.get(n) or {},
                unavailable=tuple(
                    name
                    for name, part in (("classifier", scores), ("exemplars", similarities))
                    if part.get(n, {}) is None
                ),
            )
            for n, language in enumerate(languages)
        ]


def _each(name: str, part: Callable[[Sequence[int]], Sequence[T]], at: Sequence[int]) -> dict[int, T | None]:
    """Run a part that may fail on posts by number; when it fails, on halves, so that a bad post costs only itself."""
    if not at:
        return {}
    try:
        return dict(zip(at, part(at), strict=True))
    except Exception as error:  # noqa: BLE001 - any failure of a part means: unavailable for this post
        if len(at) == 1:
            log.warning("%s failed for one post: %s", name, type(error).__name__)
            return {at[0]: None}
        middle = len(at) // 2
        return {**_each(name, part, at[:middle]), **_each(name, part, at[middle:])}
