"""Training of the static multilingual embedding: a Unigram tokeniser and one vector a token.

A text's vector is the mean of its tokens' vectors, trained so that translations lie close to each other and apart from
everything else in the batch (sentence-transformers' ``MultipleNegativesRankingLoss``). The folder that comes out is
read by ``SentenceTransformer(folder)`` and, without torch, by :mod:`moderation.classifiers.embeddings`.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from moderation.training.parallel import Parallel

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

Ids = np.ndarray[Any, np.dtype[np.int32]]

VOCABULARY = 13_000
DIMENSIONS = 128
_ALPHABET = 4_300  # more characters than these would leave no room for words
_TOKENISER_TEXTS = 200_000
_LONGEST_PIECE = 12
_BATCH = 2048
_LEARNING_RATE = 0.02
_SCALE = 20.0
_CANDIDATES = 1_000
_CHUNK = 8192
_UNKNOWN = "<unk>"
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}]"


def train_tokenizer(texts: Sequence[str], vocabulary: int = VOCABULARY) -> Tokenizer:
    """A Unigram tokeniser on NFKC lower-case text.

    A word of a script with spaces begins with ``▁``; Han, kana and Thai, which have none, never do, so that a word
    has one piece wherever it stands.
    """
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, trainers
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Strip(),
            normalizers.Prepend("▁"),
            normalizers.Replace(Regex(r"\s+"), "▁"),
            normalizers.Replace(Regex(f"▁(?={_UNSPACED})"), ""),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Punctuation(),
            pre_tokenizers.Split(Regex("▁"), "merged_with_next"),
            pre_tokenizers.Split(Regex(f"{_UNSPACED}+"), "isolated"),
        ]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=vocabulary,
        special_tokens=[_UNKNOWN],
        unk_token=_UNKNOWN,
        max_piece_length=_LONGEST_PIECE,
        show_progress=False,
    )
    tokenizer.train_from_iterator(_common_characters(texts), trainer)
    return _rounded(tokenizer)


def _common_characters(texts: Sequence[str]) -> Iterator[str]:
    """The texts without their rare characters: the trainer keeps every character that it sees as a piece."""
    counts = Counter(character for text in texts for character in text.lower())
    rare = {character for character, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[_ALPHABET:]}
    return (text.lower().translate({ord(character): " " for character in rare}) for text in texts)


def _rounded(tokenizer: Tokenizer) -> Tokenizer:
    """Scores to four decimals, equal scores in the order of the pieces.

    That halves the file, and what the trainer leaves to chance (last bits, the order of ties) is gone.
    """
    from tokenizers import Tokenizer

    state = json.loads(tokenizer.to_str())
    unknown, *pieces = ([piece, round(score, 4)] for piece, score in state["model"]["vocab"])
    state["model"]["vocab"] = [unknown, *sorted(pieces, key=lambda item: (-item[1], item[0]))]
    return Tokenizer.from_str(json.dumps(state, ensure_ascii=False))


def train_embedding(
    data: Parallel, seed: int, epochs: int, vocabulary: int = VOCABULARY, report: Callable[[str], None] = lambda _: None
) -> SentenceTransformer:
    """Train tokeniser and vectors; float16, on the CPU, one thread."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    torch.manual_seed(seed)
    torch.set_num_threads(1)  # two took 65 CPU seconds an epoch alone, and 167 spinning beside other work
    rng = random.Random(seed)  # noqa: S311 - not a secret
    sides = [text for pair in data.train for text in pair]
    tokenizer = train_tokenizer(rng.sample(sides, min(len(sides), _TOKENISER_TEXTS)), vocabulary)
    report(f"tokeniser: {tokenizer.get_vocab_size()} pieces")
    anchors, positives = (_token_ids(tokenizer, [pair[side] for pair in data.train]) for side in (0, 1))
    module = StaticEmbedding(tokenizer, embedding_dim=DIMENSIONS)
    model = SentenceTransformer(modules=[module], device="cpu")
    loss_of = MultipleNegativesRankingLoss(model, scale=_SCALE)
    optimiser = torch.optim.Adam(model.parameters(), lr=_LEARNING_RATE)
    size = min(_BATCH, len(anchors))
    steps = epochs * (len(anchors) // size)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.02, total_iters=steps)
    order = list(range(len(anchors)))
    for epoch in range(epochs):
        rng.shuffle(order)
        total = 0.0
        for start in range(0, len(order) - size + 1, size):
            batch = order[start : start + size]
            loss = loss_of([_features(anchors, batch), _features(positives, batch)], None)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        report(f"epoch {epoch + 1} of {epochs}: loss {total / max(1, len(order) // size):.3f}")
    with torch.no_grad():  # cosines do not see the length; half precision is finest around 1
        module.embedding.weight /= module.embedding.weight.norm(dim=1).mean()
    return model.half()


def _token_ids(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Ids]:
    ids: list[Ids] = []
    for start in range(0, len(texts), _CHUNK):  # an Encoding takes a hundred times the room of its ids
        encodings = tokenizer.encode_batch(texts[start : start + _CHUNK], add_special_tokens=False)
        ids += [np.array(encoding.ids or [0], dtype=np.int32) for encoding in encodings]
    return ids


def _features(ids: Sequence[Ids], batch: Sequence[int]) -> dict[str, torch.Tensor]:
    import torch

    rows = [ids[i] for i in batch]
    offsets = np.cumsum([0, *(len(row) for row in rows[:-1])])
    return {
        "input_ids": torch.from_numpy(np.concatenate(rows).astype(np.int64)),
        "offsets": torch.from_numpy(offsets),
    }


def retrieval(
    encode: Callable[[Sequence[str]], np.ndarray[Any, Any]],
    held_out: Mapping[str, Sequence[tuple[str, str]]],
    seed: int,
    candidates: int = _CANDIDATES,
) -> dict[str, dict[str, float]]:
    """How often a text's English translation is the nearest of ``candidates``, by language."""
    found: dict[str, dict[str, float]] = {}
    for tag, pairs in held_out.items():
        rng = random.Random(seed)  # noqa: S311 - not a secret
        chosen = rng.sample(list(pairs), min(len(pairs), candidates))
        texts, pivots = (_unit(encode(side)) for side in zip(*chosen, strict=True))
        right = (texts @ pivots.T).argmax(axis=1) == np.arange(len(chosen))
        found[tag] = {"accuracy": round(float(right.mean()), 4), "candidates": len(chosen)}
    return found


def _unit(vectors: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    vectors = vectors.astype(np.float32)
    unit: np.ndarray[Any, Any] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit
