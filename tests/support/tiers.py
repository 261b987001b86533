"""A small classifier of two tiers whose every weight a test knows: a few terms, and a reader that adds up words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from moderation.classifiers import calibration, fast, reader
from moderation.classifiers.artifact import write_artifact
from moderation.classifiers.lexicon import CUES
from moderation.classifiers.signals import NAMES
from tests.support.networks import adding_up

HEADS = ("hate", "profanity")
SLOPES = (1.5, 0.5)
"""Of the fast tier's and the reader's raw scores, where both count."""

ALWAYS, NEVER = 1e-9, 1 - 1e-9
"""Gates through which every post comes, and none."""

_BITS = 12
_ENTRIES = [
    ("neighbours", "group"),
    ("strangers", "group"),
    ("vermin", "dehumanise"),
    ("not", "negate"),
    ("blimey", "profanity"),
]
_SIGNALS = {"group by dehumanise": 6.0, "group dehumanise negate": -8.0, "dehumanise": 1.0}
_NGRAMS = {"vermin": 80, "lovely": -60, "yo": 70}
_WORDS = {"are": 0.0, "not": -1.5, "vermin": 3.0, "lovely": -2.0, "my": 0.0}


def write_tiers(folder: Path, *, gate: float = ALWAYS, heads: tuple[str, str] = HEADS) -> Path:
    """Models for English; the second reader is asked where the fast tier's largest probability is at least ``gate``."""
    from safetensors.numpy import save

    _write_fast(folder / "fast", heads)
    network = adding_up(list(_WORDS.values()), column=0, heads=len(HEADS))
    files = {reader.NETWORK: save(network), reader.TOKENIZER: _tokeniser()}
    write_artifact(folder / "reader", {"kind": reader.KIND, "heads": list(heads)}, files, "# reader\n")
    line = {"fast": [1.0, -2.0], "both": [*SLOPES, -2.0], "p90": 0.5}
    described = {
        "kind": calibration.KIND,
        "gate": {"cued": gate, "plain": gate},
        "lines": {head: {"en": line} for head in heads},
    }
    write_artifact(folder / "calibration", described, {}, "# calibration\n")
    return folder


def _write_fast(folder: Path, names: tuple[str, str]) -> None:
    from safetensors.numpy import save

    weights = np.zeros((2**_BITS, len(HEADS)), dtype=np.int8)
    for word, weight in _NGRAMS.items():
        cells = fast.featurise(fast.read_signals([word], ["en"], {}), ["en"], _BITS)
        weights[cells.buckets, 0] = weight
    signals = np.zeros((len(NAMES), len(HEADS)), dtype=np.float32)
    for name, added in _SIGNALS.items():
        signals[NAMES.index(name), 0] = added
    signals[CUES.index("profanity"), 1] = 20.0
    heads = [{"name": head, "scale": 0.01, "bias": -0.5} for head in names]
    described = {"kind": fast.KIND, "bits": _BITS, "signals": list(NAMES), "heads": heads}
    files = {
        fast.WEIGHTS: save({"ngrams": weights, "signals": signals}),
        fast.LEXICONS: json.dumps({"en": _ENTRIES}).encode(),
    }
    write_artifact(folder, described, files, "# fast\n")


def _tokeniser() -> bytes:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    known = {"?": 0, **{word: n for n, word in enumerate(_WORDS, 1)}}
    tokenizer = Tokenizer(WordLevel(known, unk_token="?"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    return bytes(tokenizer.to_str(), "utf-8")
