"""``reader@1``, the second reader: a small network that reads the words of a post in their order.

Each subword stands with the cue that the lexicon gives it; the name of a group is one and the same word, so that what
is said counts and not of whom. ``model.onnx`` takes ``words`` and ``cues`` (int64, 1 × length) and gives raw scores
(1 × heads). Posts are read one by one: padding would let one post change another's score.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.classifiers.artifact import METADATA, Artifact, damaged
from moderation.classifiers.fast import Reading, Scores
from moderation.classifiers.lexicon import CUES

KIND = "reader@1"
NETWORK = "model.onnx"
TOKENIZER = "tokenizer.json"
LONGEST = 96
"""Subwords of a post that are read; what comes after is left to the fast tier."""

_GROUP = CUES.index("group") + 1
_UNSPACED = 0x0E00  # Thai and what follows it: most scripts without spaces

Numbers = NDArray[np.int64]


class Words(NamedTuple):
    """A post as the network takes it: subwords, their cues (1 + the number in ``CUES``, 0 for none), one length.

    ``spans``: where each stands in the text, ``[start, end)``.
    """

    words: Numbers
    cues: Numbers
    spans: list[tuple[int, int]]


class Reader:
    """Texts and what the fast tier read in them in, raw scores (texts × heads) out."""

    def __init__(self, network: bytes, tokenizer: Any, heads: Sequence[str]) -> None:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        # No threads of its own: workers fork after loading, and each has a core.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self._tokenizer = tokenizer
        self.heads = tuple(heads)

    def __call__(self, texts: Sequence[str], rows: Sequence[int], reading: Reading) -> Scores:
        """Raw scores of the texts in ``rows``; a text's do not depend on the other texts."""
        scores = np.zeros((len(rows), len(self.heads)))
        for place, row in enumerate(rows):
            scores[place] = self._score(encode(self._tokenizer, texts[row], row, reading))
        return scores

    def without_each(self, text: str, row: int, reading: Reading) -> list[tuple[str, list[float]]]:
        """Each word of a text, and how much higher each head's raw score is with it than without."""
        said = encode(self._tokenizer, text, row, reading)
        whole = self._score(said)
        found = []
        for first, last in _whole_words(said, text):
            left = Words(said.words.copy(), said.cues.copy(), said.spans)
            left.words[first:last] = self._tokenizer.get_vocab_size()
            left.cues[first:last] = 0
            shown = text[said.spans[first][0] : said.spans[last - 1][1]].strip()
            found.append((shown, (whole - self._score(left)).tolist()))
        return found

    def _score(self, said: Words) -> Scores:
        scores: Scores = self._session.run(None, {"words": said.words[None], "cues": said.cues[None]})[0][0]
        return scores


def encode(tokenizer: Any, text: str, row: int, reading: Reading) -> Words:
    """Cut a text into subwords with their cues; a group's name is one subword, whatever it is."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    of_character = bytearray(len(text) + 1)
    hits, at = reading.hits.of(row), reading.folded.at
    for start, end, cue in zip(at[hits.starts].tolist(), at[hits.ends - 1].tolist(), hits.cues.tolist(), strict=True):
        first = max(start, 0)
        of_character[first : end + 1] = bytes((cue + 1,)) * (end + 1 - first)
    words: list[int] = []
    cues: list[int] = []
    spans: list[tuple[int, int]] = []
    named = False
    for word, (start, end) in zip(encoding.ids[:LONGEST], encoding.offsets, strict=False):
        # A subword has the cue of its last character: the first may be the space before the word.
        cue = of_character[max(end - 1, 0)]
        if cue == _GROUP and named:
            spans[-1] = (spans[-1][0], end)
            continue
        named = cue == _GROUP
        words.append(tokenizer.get_vocab_size() + 1 if named else word)
        cues.append(cue)
        spans.append((start, end))
    if not words:
        words, cues, spans = [tokenizer.get_vocab_size()], [0], [(0, 0)]
    return Words(np.array(words, dtype=np.int64), np.array(cues, dtype=np.int64), spans)


def _whole_words(said: Words, text: str) -> list[tuple[int, int]]:
    """Subwords that touch belong to one word, but those of scripts without spaces, which say enough alone."""
    found: list[tuple[int, int]] = []
    for place, (start, _) in enumerate(said.spans):
        joined = found and start > 0 and not text[start].isspace() and not text[start - 1].isspace()
        if joined and text[start].isalnum() and text[start - 1].isalnum() and ord(text[start]) < _UNSPACED:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def load_reader(artifact: Artifact) -> Reader:
    """Build the model that an artifact describes."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(artifact.files[TOKENIZER].decode())
        return Reader(artifact.files[NETWORK], tokenizer, artifact.metadata["heads"])
    except Exception:  # noqa: BLE001 - tokenizers and ONNX Runtime raise classes of their own
        raise damaged(
            artifact.folder / METADATA, "does not describe a tokeniser and a network that can be read"
        ) from None
