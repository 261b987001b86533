"""Fits how sure the language detector is: ``python -m moderation.training.language benign_common_voice.jsonl.gz``.

Read sentences that the profiles were not counted from, each cut at a word to 1-10, 11-30 and 31-100 characters and
halved once more by a hash: the first half fits the curves, the second tells what they are worth. What
it prints belongs in ``moderation/language/calibration.py``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moderation.domain.language import covers
from moderation.domain.post import Post
from moderation.folding.fold import join
from moderation.folding.tables import Kind, kind_table
from moderation.language.calibration import features
from moderation.language.compose import compose
from moderation.language.detector import Detector
from moderation.language.runs import apostrophes
from moderation.language.scripts import SHARED
from moderation.language.second import SecondOpinion
from moderation.language.shared import Ranking, SharedScript
from moderation.language.traits import FAMILY, family_names, trait_table
from moderation.training.profiles import is_held_out

LENGTHS = ((1, 10), (11, 30), (31, 100))
# The languages in which most posts of the pool are (design page 4).
COMMON = ("zh", "en", "ja", "ko", "es", "pt", "fr", "de", "it", "ru", "ar", "hi", "id", "vi", "th", "tr", "pl", "nl")


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
    """One half (0 or 1) of the sentences that are held out, each cut to every length that it reaches."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Sample(cut, row["lang"], number)
        for row in rows
        if is_held_out(row["text"]) and hashlib.sha256(row["text"].encode()).digest()[2] % 2 == half
        for number, (shortest, longest) in enumerate(LENGTHS)
        if (cut := _cut(row["text"], shortest, longest)) and any(map(str.isalpha, cut))
    ]


def fit_weights(samples: Sequence[Sample], ask: SecondOpinion | None) -> NDArray[np.float64]:
    """Fit a curve of ``calibration.py`` to whether the best language is right; with ``ask``, after lingua's say."""
    from sklearn.linear_model import LogisticRegression

    margins: list[float] = []
    letters: list[int] = []
    right: list[bool] = []
    for script, languages in SHARED.items():
        chosen = [sample for sample in samples if sample.language in languages]
        if not chosen or (ask and script != "Latn"):
            continue
        ranking = _rank(script, [sample.text for sample in chosen])
        scores = ranking.scores.astype(np.float64)
        if ask:
            scores += [ask(sample.text, tags) for sample, tags in zip(chosen, ranking.tags, strict=True)]
        best = scores.argmax(axis=1)
        ranked = np.sort(scores, axis=1)
        margins += (ranked[:, -1] - ranked[:, -2]).tolist()
        letters += ranking.letters.tolist()
        right += [tags[at] == sample.language for tags, at, sample in zip(ranking.tags, best, chosen, strict=True)]
    x = features(np.array(margins), np.array(letters))
    model = LogisticRegression(C=100.0, fit_intercept=False, max_iter=1000).fit(x, right)
    weights: NDArray[np.float64] = model.coef_[0]
    return weights


def _rank(script: str, texts: Sequence[str]) -> Ranking:
    text, starts = join(texts)
    traits = trait_table()[text]
    letters = (traits & FAMILY) == family_names().index(script)
    letters[apostrophes(traits, letters)] = True
    places = letters.nonzero()[0]
    units = np.repeat(np.arange(len(texts)), np.diff(starts))
    return SharedScript(script).rank(compose(text)[places], places, places, units[places])


def measure(samples: Sequence[Sample], detector: Detector) -> Quality:
    """What the detector is worth on samples."""
    found = detector([Post("sample", sample.text) for sample in samples])
    # Chinese is one language here: many sentences are the same in both spellings
    right = np.array([covers(s.language.partition("-")[0], f.tag) for s, f in zip(samples, found, strict=True)])
    kept = np.array([not language.doubtful for language in found])
    return Quality(float(right.mean()), float(kept.mean()), float(right[kept].mean()))


def _cut(text: str, shortest: int, longest: int) -> str:
    """The first words of a text, as many as fit; characters, where the script has no spaces."""
    cut = text[: longest + 1]
    if len(text) > longest:
        if " " in cut:
            cut = cut[: cut.rindex(" ")]
        elif kind_table()[ord(cut[0])] == Kind.unspaced:
            cut = cut[:longest]
        else:
            return ""
    return cut if len(cut) >= shortest else ""


def main(path: Path) -> None:
    """Print the constants, and what those in force are worth on the other half by length."""
    first, second = read_samples(path, 0), read_samples(path, 1)
    ask = SecondOpinion(preload=True)
    sys.stdout.write(f"WEIGHTS = {tuple(fit_weights(first, None).round(3).tolist())}\n")
    sys.stdout.write(f"TWICE = {tuple(fit_weights(first, ask).round(3).tolist())}\n")
    for name, detector in (("with lingua", Detector(ask)), ("light", Detector())):
        for title, samples in (("18 languages", _common(second)), ("all languages", second)):
            for number, (shortest, longest) in enumerate(LENGTHS):
                part = [sample for sample in samples if sample.length == number]
                quality = measure(part, detector)
                sys.stdout.write(f"{name}, {title}, {shortest}-{longest} characters, {len(part)} texts: {quality}\n")
            sys.stdout.write(f"{name}, {title}, all: {measure(samples, detector)}\n")


def _common(samples: Iterable[Sample]) -> list[Sample]:
    return [sample for sample in samples if sample.language.partition("-")[0] in COMMON]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
