"""The whole flow for a batch of posts: detect, match, classify, judge. No I/O of its own.

A part that may fail (a classifier, the embedding, the index of near-duplicates) is caught here and reported as
*unavailable*; the policy then holds the post for a person. Everything else is total on a checked post.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from moderation.domain.decision import Decision
from moderation.domain.errors import ServiceUnavailable
from moderation.domain.language import Language, primary
from moderation.domain.ports import (
    UNMETERED,
    Campaigns,
    Classifier,
    Counters,
    Detector,
    Exemplars,
    Fuses,
    Matcher,
    Meter,
    Policy,
)
from moderation.domain.post import Post
from moderation.domain.signal import POSTS, Campaign, Gate, Signals, Tally

log = logging.getLogger(__name__)

SLOW_TIER = ("reader",)
"""What a decision says that was left out, where the classifier's slow tier was."""

T = TypeVar("T")


def utc_now() -> str:
    """The time as decisions carry it: ISO 8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Posts in, decisions out, in the same order; a list of one is a batch.

    ``campaigns``, ``posted`` (counts posts), ``matched`` (counts those that rules match) and ``fuses`` remember what
    went before; each is None where no rule asks for it.
    """

    detector: Detector
    matcher: Matcher
    classifier: Classifier
    exemplars: Exemplars
    policy: Policy
    campaigns: Campaigns | None = None
    posted: Counters | None = None
    matched: Counters | None = None
    fuses: Fuses | None = None
    exemplar_gate: Gate | None = None
    clock: Callable[[], str] = utc_now
    meter: Meter = UNMETERED

    def __call__(self, posts: Sequence[Post]) -> list[Decision]:
        """Detect and judge."""
        return self.judge(posts, self.detect(posts))

    def detect(self, posts: Sequence[Post]) -> list[Language]:
        """The language of each post."""
        with self.meter.stage("detect", len(posts)):
            return self.detector(posts)

    def judge(
        self, posts: Sequence[Post], languages: Sequence[Language], hurried: Collection[int] = ()
    ) -> list[Decision]:
        """Match, classify and decide posts whose languages are known.

        The classifier leaves its slow tier out for the posts at the places ``hurried``, unless a life may be at stake.
        """
        signals = self.signals(posts, languages, hurried)
        now = self.clock()
        with self.meter.stage("policy", len(posts)):
            decisions = self.policy(posts, signals, now)
        if self.fuses is not None:
            try:
                with self.meter.stage("fuses", len(posts)):
                    self.fuses.record(posts, decisions, datetime.fromisoformat(now).timestamp())
            except ServiceUnavailable as error:
                log.warning("the matches of %d posts are not counted by the breakers reason=%s", len(posts), error)
        return decisions

    def signals(
        self, posts: Sequence[Post], languages: Sequence[Language], hurried: Collection[int] = ()
    ) -> list[Signals]:
        """All that the detectors say of each post; similarities only where a rule may ask for them."""
        texts = ["\n".join(text for _, text in post.fields()) for post in posts]
        with self.meter.stage("match", len(posts)):
            found = self.matcher(posts, languages)
        everyone = range(len(posts))
        gate = self.exemplar_gate
        asked = everyone if gate is None else [n for n in everyone if gate.opens(found[n])]

        def classify(at: Sequence[int]) -> list[tuple[dict[str, float], tuple[str, ...]]]:
            with self.meter.stage("classify", len(at)):
                asked = [texts[n] for n in at], [languages[n] for n in at]
                quick = [place for place, n in enumerate(at) if n in hurried] if hurried else []
                if not quick:
                    return [(given, ()) for given in self.classifier(*asked)]
                given, shed = self.classifier.hurried(*asked, quick)
                return [(one, SLOW_TIER if place in shed else ()) for place, one in enumerate(given)]

        def compare(at: Sequence[int]) -> list[dict[str, float]]:
            with self.meter.stage("exemplars", len(at)):
                return self.exemplars([texts[n] for n in at])

        failed: defaultdict[int, list[str]] = defaultdict(list)
        scores = _each("classifier", classify, everyone, failed)
        similarities = _each("exemplars", compare, asked, failed)
        now = datetime.fromisoformat(self.clock()).timestamp()
        campaigns = self._group(posts, now, failed)
        signals = [
            Signals(
                language=language,
                found=found[n],
                scores=scores[n][0] if n in scores else {},
                similarities=similarities.get(n, {}),
                unavailable=tuple(failed.get(n, ())),
                campaign=campaigns.get(n),
                shed=scores[n][1] if n in scores else (),
            )
            for n, language in enumerate(languages)
        ]
        if self.posted is not None:
            self._count(self.posted, posts, signals, [(POSTS,)] * len(posts), now)
        if self.matched is not None:  # after the posts, which a rule that is counted may count
            self._count(self.matched, posts, signals, self.policy.counted(posts, signals), now)
        if self.fuses is not None:
            _cut(self.fuses, signals)
        return signals

    def _group(
        self, posts: Sequence[Post], now: float, failed: defaultdict[int, list[str]]
    ) -> Mapping[int, Campaign | None]:
        """The near-duplicates of each post, in order of arrival, which is now."""
        campaigns = self.campaigns
        if campaigns is None:
            return {}

        def group(at: Sequence[int]) -> list[Campaign | None]:
            with self.meter.stage("campaigns", len(at)):
                return campaigns([posts[n] for n in at], now)

        return _each("campaigns", group, range(len(posts)), failed)

    def _count(
        self,
        counters: Counters,
        posts: Sequence[Post],
        signals: Sequence[Signals],
        kinds: Sequence[Collection[str]],
        now: float,
    ) -> None:
        """Add counts to signals; a post that cannot be counted is held for a person."""
        failed: defaultdict[int, list[str]] = defaultdict(list)

        def count(at: Sequence[int]) -> list[Mapping[Tally, int]]:
            with self.meter.stage("counters", len(at)):
                return counters([posts[n] for n in at], [kinds[n] for n in at], now)

        counts = _each("counters", count, range(len(posts)), failed)
        for n, signal in enumerate(signals):
            signal.counts = {**signal.counts, **counts.get(n, {})}
            signal.unavailable = (*signal.unavailable, *(name for name in failed[n] if name not in signal.unavailable))


def _cut(fuses: Fuses, signals: Sequence[Signals]) -> None:
    """Tell each post which rules are cut off in its language; where nobody knows, none is."""
    try:
        cut = fuses.cut()
    except ServiceUnavailable as error:
        log.warning("the breakers cannot be asked, every rule acts reason=%s", error)
        return
    for signal in signals:
        signal.cut = cut.get(primary(signal.language.tag), ())


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
