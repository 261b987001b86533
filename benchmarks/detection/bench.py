"""What the parts share: the texts, the candidates, and their answers, each made once when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from moderation.language.detector import Detector
from moderation.language.second import SecondOpinion
from moderation.training.language import COMMON

from . import candidates, texts
from .candidates import AMONG_18, LANGDETECT, LIGHT, LINGUA, OURS, PY3LANGID, Candidate
from .scoring import Answer

SEED = 0


class Bench:
    """One run over the texts of a data folder; without the folder only the hand-written posts are there."""

    def __init__(self, data: Path) -> None:
        self._data = data

    @cached_property
    def sentences(self) -> list[texts.Sentence]:
        """The read sentences of every language."""
        return texts.read_sentences(self._data) if self._data.is_dir() else []

    @cached_property
    def posts(self) -> list[texts.LabelledPost]:
        """The hand-written posts."""
        return texts.read_posts()

    @cached_property
    def timed_texts(self) -> Mapping[str, Sequence[str]]:
        """What speed is measured on, each text once: the detector remembers words, and would be faster again."""
        if not self._data.is_dir():
            return {"hand-written posts": [post.text for post in self.posts]}
        return {"the stream": texts.read_stream(self._data), "short sentences": texts.read_short(self._data)}

    @cached_property
    def detector(self) -> Detector:
        """The detector of this project with lingua."""
        return Detector(SecondOpinion(preload=True))

    @cached_property
    def light(self) -> Detector:
        """The detector of this project without lingua."""
        return Detector()

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Those that may answer any language."""
        return [
            candidates.langdetect_with(SEED, LANGDETECT),
            candidates.lingua_among((), LINGUA),
            candidates.py3langid_among((), PY3LANGID),
            candidates.ours(self.detector, OURS),
            candidates.ours(self.light, LIGHT),
        ]

    @cached_property
    def sentence_answers(self) -> Mapping[str, Sequence[Answer]]:
        """Candidate → its answers to the sentences; those restricted to 18 languages are in it."""
        asked = [sentence.text for sentence in self.sentences]
        restricted = [
            candidates.lingua_among(COMMON, LINGUA + AMONG_18),
            candidates.py3langid_among(COMMON, PY3LANGID + AMONG_18),
        ]
        return {candidate.name: candidate.answers(asked) for candidate in (*self.candidates, *restricted)}

    @cached_property
    def post_answers(self) -> Mapping[str, Sequence[Answer]]:
        """Candidate → its answers to the hand-written posts."""
        asked = [post.text for post in self.posts]
        return {candidate.name: candidate.answers(asked) for candidate in self.candidates}
