"""What each tier of the classifier costs, and how much of the stream the second reader reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from moderation.classifiers.embeddings import load_embedder
from moderation.classifiers.exemplars import Exemplars
from moderation.classifiers.fast import without_groups
from moderation.classifiers.folded import read
from moderation.classifiers.lexicon import find
from moderation.classifiers.ngrams import ngrams
from moderation.classifiers.signals import signals
from moderation.classifiers.text import fold
from moderation.classifiers.tiers import Judged, TieredClassifier, load_tiers
from moderation.domain.language import Language

from .posts import Texts
from .timing import LARGEST, Runner, Times, timed

FAST = "fast tier + signals"
WHOLE = "the whole classifier"
READER = "second reader, a post that it reads"
_EXEMPLARS = (10, 30)  # lists, and sentences of each


class Batch(NamedTuple):
    """Posts, and what every stage left for the next: ``folded`` and ``judged`` by post and language of it.

    ``of``: the post of each of these; ``judged`` is ``None`` where no model covers any post.
    """

    texts: Sequence[str]
    languages: Sequence[Language]
    of: list[int]
    folded: list[str]
    tags: list[str]
    judged: Judged | None

    @property
    def read(self) -> set[int]:
        """The posts that the second reader reads."""
        return {self.of[row] for row in self.judged.asked} if self.judged else set()


class Stages:
    """The parts of a classifier, each as something that can be run alone on a prepared batch."""

    def __init__(self, classifier: TieredClassifier) -> None:
        self._classifier = classifier
        self._lexicons = classifier.fast._lexicons  # noqa: SLF001 - to time what FastModel.read does in two steps

    def prepare(self, texts: Texts) -> Batch:
        """Run every stage once."""
        work = [
            (post, tag, text)
            for post, (text, language) in enumerate(zip(map(fold, texts.texts), texts.languages, strict=True))
            for tag in (self._classifier.tags(language) if text else ())
        ]
        folded, tags = [text for _, _, text in work], [tag for _, tag, _ in work]
        judged = self._classifier.judge(folded, tags) if work else None
        return Batch(*texts, [post for post, _, _ in work], folded, tags, judged)

    def runners(self) -> list[Runner]:
        """Every stage, in the order of the flow."""
        return [
            Runner("fold", self.fold),
            Runner("lexicon + signals", self.signals),
            Runner("n-grams", self.ngrams),
            Runner("fast score, n-grams included", self.score),
            Runner(FAST, self.fast),
            Runner(READER, self.reader, lambda batch: len(batch.read)),
            Runner("both tiers, average over the stream", self.both),
            Runner("calibration", self.calibration),
            Runner(WHOLE, lambda batch: self._classifier(batch.texts, batch.languages)),
            Runner(f"{WHOLE}, every post in haste", self.hurried),
        ]

    def fold(self, batch: Batch) -> None:
        """NFKC and case, then the view without what cannot be seen."""
        _ = [fold(text) for text in batch.texts]
        if batch.judged:
            read(batch.folded)

    def signals(self, batch: Batch) -> None:
        """Terms by the lexicons, and the parser over them."""
        if batch.judged:
            folded = batch.judged.reading.folded
            signals(folded, find(folded, batch.tags, self._lexicons))

    def ngrams(self, batch: Batch) -> None:
        """Hashed n-grams without the names of groups."""
        if batch.judged:
            ngrams(without_groups(batch.judged.reading), batch.tags, self._classifier.fast.bits)

    def score(self, batch: Batch) -> None:
        """N-grams, and the sums of their weights and those of the signals."""
        if batch.judged:
            self._classifier.fast.score(batch.judged.reading, batch.tags)

    def fast(self, batch: Batch) -> None:
        """Everything that every post gets, from its text on."""
        _ = [fold(text) for text in batch.texts]
        if batch.judged:
            reading = self._classifier.fast.read(batch.folded, batch.tags)
            self._classifier.fast.score(reading, batch.tags)

    def reader(self, batch: Batch) -> None:
        """The second reader on what the gate lets through."""
        if batch.judged:
            self._classifier.reader(batch.folded, batch.judged.asked, batch.judged.reading)

    def both(self, batch: Batch) -> None:
        """The fast tier on every post, the gate, the second reader on some."""
        _ = [fold(text) for text in batch.texts]
        if batch.judged:
            self._classifier.judge(batch.folded, batch.tags)

    def hurried(self, batch: Batch) -> None:
        """As in a surge: the second reader reads what life safety asks about."""
        self._classifier.hurried(batch.texts, batch.languages, range(len(batch.texts)))

    def calibration(self, batch: Batch) -> None:
        """Raw scores to probabilities."""
        if batch.judged:
            self._classifier.probabilities(batch.judged)


def measure(models: Path | None, texts: Texts) -> tuple[Times, Reads]:
    """Times of the stages and of the embedding, and what was read."""
    stages = Stages(load_tiers(models))
    embedder = load_embedder(None)
    lists, each = _EXEMPLARS
    examples = {f"list{n}": texts.texts[n * each : (n + 1) * each] for n in range(lists)}
    exemplars = Exemplars(examples, embedder)
    runners = [
        *stages.runners(),
        Runner("embedding", lambda batch: embedder(batch.texts)),
        Runner(f"embedding + {lists * each} exemplars", lambda batch: exemplars(batch.texts)),
    ]
    return timed(runners, texts, stages.prepare), reads(
        stages.prepare(texts.part(start, start + LARGEST)) for start in range(0, len(texts.texts), LARGEST)
    )


class Reads(NamedTuple):
    """How many posts there are, in how many a model covers a language, and how many the second reader reads."""

    posts: int
    covered: int
    read: int

    @property
    def said(self) -> str:
        """The counts in words."""
        return f"of {self.posts:,} posts models cover {self.covered:,}, the second reader reads {self.read:,}"


def reads(batches: Iterable[Batch]) -> Reads:
    """Count the posts of some batches."""
    counted = [(len(batch.texts), len(set(batch.of)), len(batch.read)) for batch in batches]
    return Reads(*(sum(column) for column in zip(*counted, strict=True)))
