"""Fits how sure the language detector is: ``python -m moderation.training.language benign_common_voice.jsonl.gz``.

Read sentences of 30 languages, each cut at a word to 1-10, 11-30 and 31-100 characters, halved by a hash of the
sentence: the first half fits the curve and the threshold, the second tells what they are worth. What it prints belongs
in ``moderation/language/calibration.py``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moderation.domain.language import covers
from moderation.domain.post import Post
from moderation.folding.fold import join
from moderation.language.calibration import features
from moderation.language.compose import compose
from moderation.language.detector import Detector
from moderation.language.profiles import Profiles
from moderation.language.scripts import PRIORS, SHARED

LENGTHS = ((1, 10), (11, 30), (31, 100))
TARGET = 0.98


@dataclass(frozen=True, slots=True)
class Sample:
    """A text (a sentence or its beginning) in a language; ``length`` numbers its range of :data:`LENGTHS`."""

    text: str
    language: str
    length: int


@dataclass(frozen=True, slots=True)
class Quality:
    """How often the detector is right, how much it does not doubt, and how often it is right on that: parts of 1."""

    right: float
    kept: float
    right_of_kept: float


def read_samples(path: Path, half: int) -> list[Sample]:
    """One half (0 or 1) of the sentences, each cut to every length that it reaches."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Sample(cut, row["lang"], number)
        for row in rows
        if hashlib.sha256(row["text"].encode()).digest()[0] % 2 == half
        for number, (shortest, longest) in enumerate(LENGTHS)
        if (cut := _cut(row["text"], shortest, longest)) and any(map(str.isalpha, cut))
    ]


def fit_weights(samples: Iterable[Sample]) -> NDArray[np.float64]:
    """Fit the curve of ``calibration.py`` to whether the best profile of a text's script is right."""
    from sklearn.linear_model import LogisticRegression

    x, y = zip(*_outcomes(list(samples)), strict=True)
    model = LogisticRegression(C=100.0, fit_intercept=False, max_iter=1000).fit(np.vstack(x), np.concatenate(y))
    weights: NDArray[np.float64] = model.coef_[0]
    return weights


def find_threshold(samples: Sequence[Sample], detector: Detector) -> float:
    """The least confidence above which :data:`TARGET` of the texts are right."""
    right, confidence = _judged(samples, detector)
    order = np.argsort(-confidence, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    return float(confidence[order][np.flatnonzero(share >= TARGET)[-1]])


def measure(samples: Sequence[Sample], detector: Detector, sure: float) -> Quality:
    """What the detector is worth on samples."""
    right, confidence = _judged(samples, detector)
    kept = confidence >= sure
    return Quality(float(right.mean()), float(kept.mean()), float(right[kept].mean()))


def _cut(text: str, shortest: int, longest: int) -> str:
    if len(text) <= longest:
        return text if len(text) >= shortest else ""
    # a length anywhere in the range, the same one every time
    size = shortest + hashlib.sha256(text.encode()).digest()[1] % (longest - shortest + 1)
    cut = text[:size] if " " not in text[: size + 1] else text[: text.rindex(" ", 0, size + 1)]
    return cut if len(cut) >= shortest else ""


def _outcomes(samples: Sequence[Sample]) -> Iterator[tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    for script, languages in SHARED.items():
        chosen = [sample for sample in samples if sample.language in languages]
        text, starts = join([sample.text for sample in chosen])
        units = np.repeat(np.arange(len(chosen)), np.diff(starts))
        scores = Profiles(script, languages, PRIORS).score(compose(text), units, len(chosen))
        ranked = np.sort(scores, axis=1)
        letters = np.array([sum(map(str.isalpha, sample.text)) for sample in chosen])
        best = np.array(languages)[scores.argmax(axis=1)]
        yield features(ranked[:, -1] - ranked[:, -2], letters), best == [sample.language for sample in chosen]


def _judged(samples: Sequence[Sample], detector: Detector) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    found = detector([Post("sample", sample.text) for sample in samples])
    # Chinese is one language here: many sentences are the same in both spellings
    right = [covers(s.language.partition("-")[0], f.tag) for s, f in zip(samples, found, strict=True)]
    return np.array(right), np.array([language.confidence for language in found])


def main(path: Path) -> None:
    """Print the constants, and what they are worth on the other half by length."""
    first, second = read_samples(path, 0), read_samples(path, 1)
    detector = Detector()
    sys.stdout.write(f"WEIGHTS = {tuple(fit_weights(first).round(3).tolist())}\n")
    sure = find_threshold(first, detector)
    sys.stdout.write(f"SURE = {sure:.3f} with the weights in force\n")
    for number, (shortest, longest) in enumerate(LENGTHS):
        part = [sample for sample in second if sample.length == number]
        sys.stdout.write(f"{shortest}-{longest} characters, {len(part)} texts: {measure(part, detector, sure)}\n")
    sys.stdout.write(f"all: {measure(second, detector, sure)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
