"""The whole flow for a batch of posts: detect, match, classify, judge. No I/O.

A part that may fail (a classifier, the embedding) is caught here and reported as *unavailable*; the policy then holds
the post for a person. Everything else is total on a checked post.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from moderation.domain.decision import Decision
from moderation.domain.language import Language
from moderation.domain.ports import Classifier, Detector, Exemplars, Matcher, Policy
from moderation.domain.post import Post
from moderation.domain.signal import Signals

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
        """All that the detectors say of each post."""
        texts = ["\n".join(text for _, text in post.fields()) for post in posts]
        scores = _each(
            "classifier", lambda at: self.classifier([texts[i] for i in at], [languages[i] for i in at]), len(texts)
        )
        likeness = _each("exemplars", lambda at: self.exemplars([texts[i] for i in at]), len(texts))
        return [
            Signals(
                language=language,
                found=found,
                scores=score or {},
                similarities=similar or {},
                unavailable=tuple(
                    name for name, part in (("classifier", score), ("exemplars", similar)) if part is None
                ),
            )
            for language, found, score, similar in zip(
                languages, self.matcher(posts, languages), scores, likeness, strict=True
            )
        ]


def _each(name: str, part: Callable[[Sequence[int]], list[T]], count: int) -> list[T | None]:
    """Run a part that may fail on all posts; when it fails, on halves, so that one bad post costs only itself."""

    def run(at: Sequence[int]) -> Iterable[T | None]:
        if not at:
            return []
        try:
            return part(at)
        except Exception as error:  # noqa: BLE001 - any failure of a part means: unavailable for this post
            if len(at) == 1:
                log.warning("%s failed for one post: %s", name, type(error).__name__)
                return [None]
            middle = len(at) // 2
            return [*run(at[:middle]), *run(at[middle:])]

    return list(run(range(count)))
