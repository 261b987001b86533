"""Classifiers of a few words: one in memory, and a folder of models that is read as a trained one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from moderation.classifiers import calibration, fast, reader
from moderation.classifiers.artifact import write_artifact
from moderation.classifiers.signals import NAMES
from moderation.domain.language import Language
from tests.support.networks import adding_up

_BITS = 16
_NEVER = 1 - 1e-9  # no probability opens the gate: the second reader says nothing


@dataclass(frozen=True)
class Words:
    """Implements the port: a category's score is that of the first of its words in the text, else ``otherwise``.

    ``scores`` is category → word → score; a language that is not in ``covers`` has no scores.
    """

    scores: Mapping[str, Mapping[str, float]]
    covers: Sequence[str] = ("en", "de")
    otherwise: float = 0.02
    points: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)

    @property
    def versions(self) -> Mapping[str, str]:
        return {"words": "0"}

    def __call__(self, texts: Sequence[str], languages: Sequence[Language]) -> list[dict[str, float]]:
        return [
            {
                category: next((score for word, score in words.items() if word in text), self.otherwise)
                for category, words in self.scores.items()
            }
            if language.tag in self.covers
            else {}
            for text, language in zip(texts, languages, strict=True)
        ]


def write_models(folder: Path, words: Mapping[str, Sequence[str]], languages: Sequence[str], offset: float) -> Path:
    """Models that know the words of each category, and nothing else.

    The log-odds of a text without them are ``offset``, and more the larger the words' part in the text is.
    """
    from safetensors.numpy import save

    weights = np.zeros((2**_BITS, len(words)), dtype=np.int8)
    for column, known in enumerate(words.values()):
        cells = fast.featurise(fast.read_signals(list(known), ["en"] * len(known), {}), ["en"] * len(known), _BITS)
        weights[cells.buckets, column] = 100
    heads = [{"name": head, "scale": 0.02, "bias": 0.0} for head in words]
    tensors = save({"ngrams": weights, "signals": np.zeros((len(NAMES), len(words)), dtype=np.float32)})
    described = {"kind": fast.KIND, "bits": _BITS, "signals": list(NAMES), "heads": heads}
    write_artifact(folder / "fast", described, {fast.WEIGHTS: tensors, fast.LEXICONS: b"{}"}, "# fast\n")
    contents = {reader.NETWORK: save(adding_up([], column=0, heads=len(words))), reader.TOKENIZER: _tokeniser()}
    write_artifact(folder / "reader", {"kind": reader.KIND, "heads": list(words)}, contents, "# reader\n")
    line = {"fast": [1.0, offset], "both": [1.0, 0.0, offset], "p90": 0.5}
    lines = {head: dict.fromkeys(languages, line) for head in words}
    gate = {"cued": _NEVER, "plain": _NEVER}
    described = {"kind": calibration.KIND, "gate": gate, "lines": lines}
    write_artifact(folder / "calibration", described, {}, "# calibration\n")
    return folder


def _tokeniser() -> bytes:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    return bytes(Tokenizer(WordLevel({"?": 0}, unk_token="?")).to_str(), "utf-8")
