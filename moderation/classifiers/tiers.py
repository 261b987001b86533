"""The classifier of the pipeline: the fast tier for every post, the second reader where it matters.

fold → cues and signals → fast tier → gate → second reader → probability by head and language
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
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
from moderation.domain.taxonomy import LIFE

# A second language with at least this share of a post is scored too; the larger score counts.
MIXED_SHARE = 0.25
CALIBRATED = "calibration"
_WARM_UP = 'words, "words" and 文字'
PARTS = {"fast": FAST, "reader": READER, CALIBRATED: CALIBRATION}

_JUDGED = np.isin(CUES, ("group", "slur", "dehumanise", "threaten", "sexual", "self_harm", "weapon"))


class Judged(NamedTuple):
    """A batch of texts, each in one language: what was read, and the scores of both tiers.

    ``asked``: the rows that the second reader read; ``reader`` (asked × heads) its raw scores of them. ``shed``: the
    rows that it would have read without haste.
    """

    texts: list[str]
    tags: list[str]
    reading: Reading
    fast: Scores
    asked: list[int]
    reader: Scores
    shed: list[int]


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
        life = {
            tag: {head: line for head, line in lines.items() if head in LIFE}
            for tag, lines in calibration.lines.items()
        }
        self._life = {tag: Lines.of(lines, fast.heads) for tag, lines in life.items() if lines}

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
        return self.hurried(texts, languages, ())[0]

    def hurried(
        self, texts: Sequence[str], languages: Sequence[Language], at: Collection[int]
    ) -> tuple[list[dict[str, float]], set[int]]:
        """The same, but of the posts ``at`` the second reader reads only those whose gate a head of ``LIFE`` opens.

        Gives the scores, for a post that is not read those of the fast tier, and which posts of ``at`` it would have
        read. A post is read in all its languages or in none.
        """
        work = [
            (post, tag, text)
            for post, (text, language) in enumerate(zip(map(fold, texts), languages, strict=True))
            for tag in (self.tags(language) if text else ())
        ]
        scores: list[dict[str, float]] = [{} for _ in texts]
        if not work:
            return scores, set()
        posts, tags, folded = map(list, zip(*work, strict=True))
        haste = frozenset(at)
        judged = self.judge(folded, tags, [post if post in haste else None for post in posts] if haste else ())
        for post, found in zip(posts, self.probabilities(judged), strict=True):
            if other := scores[post]:  # the post in another of its languages
                scores[post] = {**other, **{head: max(score, other.get(head, 0.0)) for head, score in found.items()}}
            else:
                scores[post] = found
        return scores, {posts[row] for row in judged.shed}

    def judge(self, texts: list[str], tags: list[str], hurried: Sequence[int | None] = ()) -> Judged:
        """Read folded texts, each in the language of its tag, with both tiers.

        ``hurried``: of each text its post, if that is in haste, else None; empty where none is.
        """
        reading = self.fast.read(texts, tags)
        fast = self.fast.score(reading, tags)
        asked, shed = self._asked(self._lines, reading, fast, tags), []
        if hurried:
            spared = {None, *(hurried[row] for row in self._asked(self._life, reading, fast, tags))}
            shed = [row for row in asked if hurried[row] not in spared]
            asked = [row for row in asked if hurried[row] in spared]
        return Judged(texts, tags, reading, fast, asked, self.reader(texts, asked, reading), shed)

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
            cells = here[:, None], lines.columns
            raw, read = judged.fast[cells], reader[cells]
            probabilities = lines(raw, read, asked[here]).tolist()
            for row, mine in zip(here.tolist(), probabilities, strict=True):
                scores = dict(zip(lines.heads, mine, strict=True))
                found[row] = apply(self._recalibration, scores, tag) if self._recalibration else scores
        return found

    def tags(self, language: Language) -> list[str]:
        """The languages in which a post is scored: its own and every one with a fair share, each once.

        Of a doubtful post the other candidates count as well.
        """
        others = [(-share, tag) for tag, share in language.shares.items() if share >= MIXED_SHARE]
        tags = [
            language.tag,
            *(language.candidates if language.doubtful else ()),
            *(tag for _, tag in sorted(others)),
        ]
        return [tag for tag in dict.fromkeys(map(language_of, tags)) if tag in self.calibration.lines]

    def _asked(self, lines: Mapping[str, Lines], reading: Reading, fast: Scores, tags: Sequence[str]) -> list[int]:
        """The rows whose gate is opened by a head of ``lines``."""
        with_cue = cued(reading)
        languages = np.array(tags)
        asked = np.zeros(len(tags), dtype=np.bool_)
        for tag in lines.keys() & set(tags):
            here = (languages == tag).nonzero()[0]
            suspicion = lines[tag].alone(fast[here[:, None], lines[tag].columns]).max(axis=1)
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
    tiers = TieredClassifier(fast, reader, load_calibration(parts[CALIBRATED]), versions, recalibration)
    # Tables that are built when first asked for are built here, once for all processes that fork from this one.
    fast.score(fast.read([_WARM_UP], ["zh"]), ["zh"])
    return tiers
