"""The whole flow for a batch of posts: detect, match, classify, judge. No I/O of its own.

A part that may fail (a classifier, the embedding, the index of near-duplicates) is caught here and reported as
*unavailable*; the policy then holds the post for a person. Everything else is total on a checked post.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from moderation.domain.decision import Decision
from moderation.domain.errors import ServiceUnavailable
from moderation.domain.language import Language
from moderation.domain.ports import Campaigns, Classifier, Detector, Exemplars, Matcher, Policy
from moderation.domain.post import Post
from moderation.domain.signal import Campaign, Gate, Signals

log = logging.getLogger(__name__)
T = TypeVar("T")


def utc_now() -> str:
    """The time as decisions carry it: ISO 8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Posts in, decisions out, in the same order; a list of one is a batch. ``campaigns``: None where no rule asks."""

    detector: Detector
    matcher: Matcher
    classifier: Classifier
    exemplars: Exemplars
    policy: Policy
    campaigns: Campaigns | None = None
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
        everyone = range(len(posts))
        gate = self.exemplar_gate
        asked = everyone if gate is None else [n for n in everyone if gate.opens(found[n])]

        def classify(at: Sequence[int]) -> list[dict[str, float]]:
            return self.classifier([texts[n] for n in at], [languages[n] for n in at])

        def compare(at: Sequence[int]) -> list[dict[str, float]]:
            return self.exemplars([texts[n] for n in at])

        failed: defaultdict[int, list[str]] = defaultdict(list)
        scores = _each("classifier", classify, everyone, failed)
        similarities = _each("exemplars", compare, asked, failed)
        campaigns = self._group(posts, failed)
        return [
            Signals(
                language=language,
                found=found[n],
                scores=scores.get(n, {}),
                similarities=similarities.get(n, {}),
                unavailable=tuple(failed.get(n, ())),
                campaign=campaigns.get(n),
            )
            for n, language in enumerate(languages)
        ]

    def _group(self, posts: Sequence[Post], failed: defaultdict[int, list[str]]) -> Mapping[int, Campaign | None]:
        """The near-duplicates of each post, in order of arrival, which is now."""
        campaigns = self.campaigns
        if campaigns is None:
            return {}
        now = datetime.fromisoformat(self.clock()).timestamp()
        return _each("campaigns", lambda at: campaigns([posts[n] for n in at], now), range(len(posts)), failed)


def _each(
    name: str, part: Callable[[Sequence[int]], Sequence[T]], at: Sequence[int], failed: defaultdict[int, list[str]]
) -> dict[int, T]:
    """Run a part that may fail on posts by number; where it ``failed`` its name is noted, and nothing is given.

    When it fails it is run on halves, so that a bad post costs only itself; but a service that is away is away for all.
    """
    if not at:
        return {}
    try:
        return dict(zip(at, part(at), strict=True))
    except Exception as error:  # noqa: BLE001 - any failure of a part means: unavailable for this post
        if len(at) > 1 and not isinstance(error, ServiceUnavailable):
            middle = len(at) // 2
            return {**_each(name, part, at[:middle], failed), **_each(name, part, at[middle:], failed)}
        reason = error if isinstance(error, ServiceUnavailable) else type(error).__name__  # which may quote the post
        log.warning("%s failed, posts are held for a person posts=%d reason=%s", name, len(at), reason)
        for n in at:
            failed[n].append(name)
        return {}
