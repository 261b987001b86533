"""The classifier of the pipeline: the fast tier for every post, the second reader where it matters.

fold → cues and signals → fast tier → gate → second reader → probability by head and language
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.classifiers.artifact import METADATA, Artifact, read_artifact, shipped
from moderation.classifiers.calibration import KIND as CALIBRATION
from moderation.classifiers.calibration import Calibration, Lines, load_calibration
from moderation.classifiers.fast import KIND as FAST
from moderation.classifiers.fast import FastModel, Reading, Scores, load_fast
from moderation.classifiers.lexicon import CUES
from moderation.classifiers.reader import KIND as READER
from moderation.classifiers.reader import Reader, load_reader
from moderation.classifiers.recalibration import RECALIBRATION, Recalibration, apply, read_recalibration
from moderation.classifiers.text import fold, language_of
from moderation.domain.errors import UsageError
from moderation.domain.language import Language
from moderation.domain.ports import Classifier

# A second language with at least this share of a post is scored too; the larger score counts.
MIXED_SHARE = 0.25
CALIBRATED = "calibration"
PARTS = {"fast": FAST, "reader": READER, CALIBRATED: CALIBRATION}

_JUDGED = np.isin(CUES, ("group", "slur", "dehumanise", "threaten", "sexual", "self_harm", "weapon"))


class Judged(NamedTuple):
    """A batch of texts, each in one language: what was read, and the scores of both tiers.

    ``asked``: the rows that the second reader read; ``reader`` (asked × heads) its raw scores of them.
    """

    texts: list[str]
    tags: list[str]
    reading: Reading
    fast: Scores
    asked: list[int]
    reader: Scores


class TieredClassifier:
    """Implements :class:`moderation.domain.ports.Classifier`; a batch equals its singles exactly."""

    def __init__(
        self,
        fast: FastModel,
        reader: Reader,
        calibration: Calibration,
        versions: Mapping[str, str],
        recalibration: Recalibration,
    ) -> None:
        self.fast = fast
        self.reader = reader
        self.calibration = calibration
        self._versions = dict(versions)
        self._recalibration = recalibration
        self._limits = {
            tag: [
                math.log(limit / (1.0 - limit))
                for limit in calibration.gates.get(tag, (calibration.cued, calibration.plain))
            ]
            for tag in calibration.lines
        }
        self._lines = {tag: Lines.of(lines, fast.heads) for tag, lines in calibration.lines.items()}

    @property
    def versions(self) -> Mapping[str, str]:
        """Digest of each part: ``{"fast": "0123456789ab", …}``."""
        return self._versions

    @property
    def points(self) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
        """The operating points that were reached, as reviewers' verdicts have moved the probabilities."""
        return {
            head: {
                tag: {name: apply(self._recalibration, {head: point}, tag)[head] for name, point in reached.items()}
                for tag, reached in languages.items()
            }
            for head, languages in self.calibration.points.items()
        }

    def __call__(self, texts: Sequence[str], languages: Sequence[Language]) -> list[dict[str, float]]:
        """Calibrated probability by category; a category that nothing covers for the languages is absent."""
        work = [
            (index, tag, text)
            for index, (text, language) in enumerate(zip(map(fold, texts), languages, strict=True))
            for tag in (self.tags(language) if text else ())
        ]
        scores: list[dict[str, float]] = [{} for _ in texts]
        if work:
            judged = self.judge([text for _, _, text in work], [tag for _, tag, _ in work])
            for (index, _, _), found in zip(work, self.probabilities(judged), strict=True):
                mine = scores[index]
                for head, score in found.items():
                    mine[head] = max(score, mine.get(head, 0.0))
        return scores

    def judge(self, texts: list[str], tags: list[str]) -> Judged:
        """Read folded texts, each in the language of its tag, with both tiers."""
        reading = self.fast.read(texts, tags)
        fast = self.fast.score(reading, tags)
        asked = self._asked(reading, fast, tags)
        return Judged(texts, tags, reading, fast, asked, self.reader(texts, asked, reading))

    def probabilities(self, judged: Judged) -> list[dict[str, float]]:
        """Probability by head of each text, in the heads that its language has."""
        languages, reader = np.array(judged.tags), np.zeros_like(judged.fast)
        reader[judged.asked] = judged.reader
        asked = np.zeros(len(languages), dtype=np.bool_)
        asked[judged.asked] = True
        found: list[dict[str, float]] = [{} for _ in judged.tags]
        for tag in set(judged.tags):
            here = (languages == tag).nonzero()[0]
            lines = self._lines[tag]
            raw, read = judged.fast[np.ix_(here, lines.columns)], reader[np.ix_(here, lines.columns)]
            probabilities = lines(raw, read, asked[here]).tolist()
            for row, mine in zip(here.tolist(), probabilities, strict=True):
                scores = dict(zip(lines.heads, mine, strict=True))
                found[row] = apply(self._recalibration, scores, tag) if self._recalibration else scores
        return found

    def tags(self, language: Language) -> list[str]:
        """The languages in which a post is scored: its own and every one with a fair share, each once.

        Of a doubtful post the other candidates count as well.
        """
        others = sorted(language.shares.items(), key=lambda item: (-item[1], item[0]))
        tags = [
            language.tag,
            *(language.candidates if language.doubtful else ()),
            *(tag for tag, share in others if share >= MIXED_SHARE),
        ]
        return [tag for tag in dict.fromkeys(map(language_of, tags)) if tag in self.calibration.lines]

    def _asked(self, reading: Reading, fast: Scores, tags: Sequence[str]) -> list[int]:
        """The rows that the second reader reads."""
        with_cue = cued(reading)
        languages = np.array(tags)
        asked = np.zeros(len(tags), dtype=np.bool_)
        for tag in set(tags):
            here = (languages == tag).nonzero()[0]
            lines = self._lines[tag]
            suspicion = lines.alone(fast[np.ix_(here, lines.columns)]).max(axis=1)
            asked[here] = suspicion >= np.where(with_cue[here], *self._limits[tag])
        return np.flatnonzero(asked).tolist()


def cued(reading: Reading) -> NDArray[np.bool_]:
    """Whether each text has a word that the second reader can judge better: a group, a threat, a lewd word, despair."""
    found = np.zeros(len(reading.folded.starts) - 1, dtype=np.bool_)
    found[reading.hits.rows[_JUDGED[reading.hits.cues]]] = True
    return found


def load_classifier(folder: Path | None) -> Classifier:
    """Load ``fast``, ``reader`` and ``calibration`` of a folder; ``None``: the shipped ones."""
    return load_tiers(folder)


def load_tiers(folder: Path | None) -> TieredClassifier:
    """The same, for those who look inside (training, explanations)."""
    root = folder or shipped()
    parts: dict[str, Artifact] = {}
    for name, kind in PARTS.items():
        if not (root / name / METADATA).is_file():
            raise UsageError(
                f"no models in {root}: {name}/{METADATA} is not there; train them with `moderation models train`, or "
                "correct `models.classifiers`"
            )
        parts[name] = read_artifact(root / name, kind)
    fast, reader = load_fast(parts["fast"]), load_reader(parts["reader"])
    if fast.heads != reader.heads:
        raise UsageError(f"the models in {root} were not trained together: their heads differ; train them again")
    versions = {name: part.version for name, part in parts.items()}
    recalibration = read_recalibration(root)
    if recalibration:
        versions["recalibration"] = sha256((root / RECALIBRATION).read_bytes()).hexdigest()[:12]
    return TieredClassifier(fast, reader, load_calibration(parts[CALIBRATED]), versions, recalibration)
