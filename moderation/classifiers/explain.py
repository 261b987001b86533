"""Why a score is what it is: the n-grams, signals and words of a post that weighed most.

Weights are in log-odds of the category: what the probability rests on, and against. The fast tier is linear, so its
parts add up; of the second reader a word weighs what its absence changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from moderation.classifiers.fast import without_groups
from moderation.classifiers.ngrams import located
from moderation.classifiers.signals import NAMES
from moderation.classifiers.text import fold
from moderation.classifiers.tiers import Judged, TieredClassifier
from moderation.domain.language import Language
from moderation.folding.fold import text_of

MOST = 5
"""Of each kind that are told."""
_LEAST = 0.05  # log-odds; less moves no probability by more than about a hundredth
_GROUP_SHOWN = "▢"


class Weighed(NamedTuple):
    """A part of a post as the models read it (folded; ``▢`` is a group's name), and the log-odds that it adds."""

    text: str
    weight: float


class WeighedSignal(NamedTuple):
    """A signal (a name of ``signals.NAMES``), the words that make it, and the log-odds that it adds."""

    name: str
    words: tuple[str, ...]
    weight: float


_Part = TypeVar("_Part", Weighed, WeighedSignal)


class Explained(NamedTuple):
    """One category's probability in one language, and what weighed most, the heaviest first.

    ``asked``: whether the second reader was; ``words`` is empty where it was not.
    """

    category: str
    language: str
    probability: float
    ngrams: tuple[Weighed, ...]
    signals: tuple[WeighedSignal, ...]
    words: tuple[Weighed, ...]
    asked: bool


def explain(classifier: TieredClassifier, text: str, language: Language) -> list[Explained]:
    """Every category of a post, the most probable first; empty where no model covers its languages."""
    folded = fold(text)
    tags = classifier.tags(language) if folded else []
    if not tags:
        return []
    judged = classifier.judge([folded] * len(tags), tags)
    found: dict[str, Explained] = {}
    for row, (tag, scores) in enumerate(zip(tags, classifier.probabilities(judged), strict=True)):
        for head, told in _tell(classifier, judged, row, tag, scores).items():
            if head not in found or told.probability > found[head].probability:
                found[head] = told
    return sorted(found.values(), key=lambda told: (-told.probability, told.category))


def _tell(
    classifier: TieredClassifier, judged: Judged, row: int, tag: str, scores: Mapping[str, float]
) -> dict[str, Explained]:
    lines, asked = classifier.calibration.lines[tag], row in judged.asked
    ngrams = _ngrams(classifier, judged, row, tag)
    signals = _signals(judged, row)
    of_signals = classifier.fast.weight_of_signals(judged.reading.signals.of(row).numbers).tolist()
    words = classifier.reader.without_each(judged.texts, row, judged.reading) if asked else []
    told = {}
    for column, head in enumerate(classifier.fast.heads):
        if head not in lines:
            continue
        line = lines[head]
        slope = line.both[0] if asked else line.fast[0]
        told[head] = Explained(
            head,
            tag,
            scores[head],
            _heaviest(Weighed(part, slope * weights[column]) for part, weights in ngrams.items()),
            _heaviest(
                WeighedSignal(name, words_of, slope * weights[column])
                for (name, words_of), weights in zip(signals, of_signals, strict=True)
            ),
            _heaviest(Weighed(word, line.both[1] * change[column]) for word, change in words),
            asked,
        )
    return told


def _signals(judged: Judged, row: int) -> list[tuple[str, tuple[str, ...]]]:
    """The name of each signal of a text, and the words that make it, the target first."""
    folded, hits, found = judged.reading.folded, judged.reading.hits, judged.reading.signals.of(row)

    def word(hit: int) -> str:
        return text_of(folded.codes[hits.starts[hit] : hits.ends[hit]])

    return [
        (NAMES[number], tuple(dict.fromkeys(word(hit) for hit in pair if hit >= 0)))
        for number, *pair in zip(found.numbers.tolist(), found.whom.tolist(), found.what.tolist(), strict=True)
    ]


def _ngrams(classifier: TieredClassifier, judged: Judged, row: int, tag: str) -> dict[str, list[float]]:
    """Each n-gram of a text as it is read, and what it adds to each head's raw score, as often as it stands there."""
    fast = classifier.fast
    alone = without_groups(fast.read([judged.texts[row]], [tag]))
    buckets, spans = located(alone, tag, fast.bits)
    weights = fast.weight(buckets.ravel(), buckets.size).reshape(len(buckets), 2, -1).sum(axis=1)
    whole = text_of(alone.codes).replace("\ue000", _GROUP_SHOWN)
    found: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(fast.heads))
    for (start, stop), added in zip(spans.tolist(), weights.tolist(), strict=True):
        part = whole[start:stop].strip()
        found[part] = [one + other for one, other in zip(found[part], added, strict=True)]
    return found


def _heaviest(parts: Iterable[_Part]) -> tuple[_Part, ...]:
    heavy = sorted((part for part in parts if abs(part.weight) >= _LEAST), key=lambda part: -abs(part.weight))
    return tuple(part._replace(weight=round(part.weight, 2)) for part in heavy[:MOST])
