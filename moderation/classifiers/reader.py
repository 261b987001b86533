"""``reader@2``, the second reader: a small network that reads the words of a post in their order.

Each subword stands with the cue that the lexicon gives it; the name of a group is one and the same word, so that what
is said counts and not of whom. Posts are read one by one: padding would let one post change another's score.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np

from moderation.classifiers.artifact import METADATA, Artifact, damaged
from moderation.classifiers.convolutions import Network, Numbers
from moderation.classifiers.fast import Reading, Scores
from moderation.classifiers.folded import ranges
from moderation.classifiers.lexicon import CUES
from moderation.classifiers.subwords import load_tokenizer

KIND = "reader@2"
NETWORK = "network.safetensors"
TOKENIZER = "tokenizer.json"
LONGEST = 96
"""Subwords of a post that are read; what comes after is left to the fast tier."""

_GROUP = CUES.index("group") + 1
_UNSPACED = 0x0E00  # Thai and what follows it: most scripts without spaces


class Words(NamedTuple):
    """A post as the network takes it: subwords, their cues (1 + the number in ``CUES``, 0 for none), one length.

    ``spans`` (length × 2): where each stands in the text, ``[start, end)``.
    """

    words: Numbers
    cues: Numbers
    spans: Numbers


class Reader:
    """Texts and what the fast tier read in them in, raw scores (texts × heads) out."""

    def __init__(self, network: Network, tokenizer: Any, heads: Sequence[str]) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self.heads = tuple(heads)

    def __call__(self, texts: Sequence[str], rows: Sequence[int], reading: Reading) -> Scores:
        """Raw scores of the texts in ``rows``; a text's do not depend on the other texts."""
        scores = np.zeros((len(rows), len(self.heads)))
        for place, said in enumerate(encode(self._tokenizer, texts, rows, reading)):
            scores[place] = self._network(said.words, said.cues)
        return scores

    def without_each(self, texts: Sequence[str], row: int, reading: Reading) -> list[tuple[str, list[float]]]:
        """Each word of the text in a row, and how much higher each head's raw score is with it than without."""
        (said,) = encode(self._tokenizer, texts, [row], reading)
        text, whole, spans = texts[row], self._network(said.words, said.cues), said.spans.tolist()
        found = []
        for first, last in _whole_words(spans, text):
            words, cues = said.words.copy(), said.cues.copy()
            words[first:last] = self._tokenizer.get_vocab_size()
            cues[first:last] = 0
            shown = text[spans[first][0] : spans[last - 1][1]].strip()
            found.append((shown, (whole - self._network(words, cues)).tolist()))
        return found


def encode(tokenizer: Any, texts: Sequence[str], rows: Sequence[int], reading: Reading) -> list[Words]:
    """Cut the texts in ``rows`` into subwords with their cues; a group's name is one subword, whatever it is."""
    if not len(rows):
        return []
    # One by one: encode_batch starts threads, which must not exist before a worker forks.
    encodings = [tokenizer.encode(texts[row], add_special_tokens=False) for row in rows]
    filler = tokenizer.get_vocab_size()
    cut = [encoding.ids[:LONGEST] or [filler] for encoding in encodings]
    counts = np.array([len(words) for words in cut])
    words = np.fromiter(chain.from_iterable(cut), dtype=np.int64, count=counts.sum())
    places = chain.from_iterable(encoding.offsets[:LONGEST] or [(0, 0)] for encoding in encodings)
    spans = np.fromiter(chain.from_iterable(places), dtype=np.int64, count=2 * len(words)).reshape(-1, 2)
    of_character, begins = _cues([texts[row] for row in rows], rows, reading)
    # A subword has the cue of its last character: the first may be the space before the word.
    cues = of_character[np.repeat(begins, counts) + np.maximum(spans[:, 1] - 1, 0)]
    group = cues == _GROUP
    words[group] = filler + 1
    starts = np.cumsum(counts) - counts
    follows = np.concatenate(([False], group[1:] & group[:-1]))
    follows[starts] = False
    kept = (~follows).nonzero()[0]
    spans = np.stack([spans[kept, 0], spans[np.append(kept[1:], len(words)) - 1, 1]], axis=1)
    words, cues = words[kept], cues[kept]
    bounds = [*np.searchsorted(kept, starts).tolist(), len(kept)]
    return [Words(words[a:b], cues[a:b], spans[a:b]) for a, b in pairwise(bounds)]


def _cues(texts: Sequence[str], rows: Sequence[int], reading: Reading) -> tuple[Numbers, Numbers]:
    """The cue of each character of some texts, one text after the other, and where each text begins among them."""
    sizes = np.array([len(text) + 1 for text in texts])
    begins = np.cumsum(sizes) - sizes
    of_row = np.full(len(reading.folded.starts) - 1, -1)
    of_row[rows] = begins
    hits, at = reading.hits, reading.folded.at
    here = (of_row[hits.rows] >= 0).nonzero()[0]
    first, last = np.maximum(at[hits.starts[here]], 0), at[hits.ends[here] - 1]
    lengths = last + 1 - first
    of_character = np.zeros(sizes.sum(), dtype=np.int64)
    # Where hits share a character, the last of them counts.
    of_character[ranges(of_row[hits.rows[here]] + first, lengths)] = np.repeat(hits.cues[here] + 1, lengths)
    return of_character, begins


def _whole_words(spans: Sequence[Sequence[int]], text: str) -> list[tuple[int, int]]:
    """Subwords that touch belong to one word, but those of scripts without spaces, which say enough alone."""
    found: list[tuple[int, int]] = []
    for place, (start, _) in enumerate(spans):
        joined = found and start > 0 and not text[start].isspace() and not text[start - 1].isspace()
        if joined and text[start].isalnum() and text[start - 1].isalnum() and ord(text[start]) < _UNSPACED:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def load_reader(artifact: Artifact) -> Reader:
    """Build the model that an artifact describes."""
    from safetensors.numpy import load

    try:
        tokenizer, heads = load_tokenizer(artifact.files[TOKENIZER]), artifact.metadata["heads"]
        network = Network(load(artifact.files[NETWORK]))
        # Besides the tokeniser's subwords there are the filler and the name of a group.
        fits = network.shape == (tokenizer.get_vocab_size() + 2, len(heads))
    except Exception:  # noqa: BLE001 - all that tokenizers raises
        fits = False
    if not fits:
        raise damaged(artifact.folder / METADATA, "does not describe a tokeniser and a network that fit each other")
    return Reader(network, tokenizer, heads)
