"""Training of the second reader: a convolutional network over subwords and cues, exported with int8 words.

Subwords start from the vectors of the embedding, which lie close for words of one meaning in whatever language, so that
what one language teaches holds in another. In every epoch the generator composes other sentences from the same parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from moderation.classifiers.fast import read_signals
from moderation.classifiers.lexicon import CUES, Entry, Lexicon, read_lexicons
from moderation.classifiers.reader import KIND, LONGEST, NETWORK, TOKENIZER, Words, encode
from moderation.training.data import Row, teaching_rows
from moderation.training.fast import Trained
from moderation.training.network import Network, exported
from moderation.training.sources import HEADS

Array = np.ndarray[Any, Any]
Report = Callable[[str], None]

EPOCHS = 8
LABELLED = 60_000
"""Labelled and everyday rows of an epoch, drawn anew each time; the teaching corpus is in every epoch whole."""
_BATCH = 256
_RATE = 1.5e-3
_WARM = 200  # steps
_TAUGHT = 2.0
_ORDINARY = 0.5
_EVERYDAY = 0.15  # share of an epoch's labelled rows that are everyday text
_CHUNK = 2048
_NOISE = 6  # subwords: how far the lengths within a batch may differ by chance
CHECKPOINT = "checkpoint-{}.safetensors"
"""What is kept between epochs; named after what is trained on, so that nothing else goes on from it."""


class Encoded(NamedTuple):
    """Rows as the network takes them. ``truth`` (rows × heads): 1, 0, or −1 for unknown; ``weights`` (rows,)."""

    words: list[Words]
    truth: Array
    weights: Array


def train_reader(
    rows: Sequence[Row],
    entries: Mapping[str, Sequence[Entry]],
    embedding: Path,
    seed: int,
    folder: Path,
    report: Report,
) -> Trained:
    """Train on the rows' training split and export; an interrupted training goes on after its last whole epoch."""
    import torch
    from safetensors.torch import save
    from tokenizers import Tokenizer

    found = read_lexicons(entries)
    described = (embedding / TOKENIZER).read_bytes()
    tokenizer = Tokenizer.from_str(described.decode())
    training = [row for row in rows if row.split == "train" and row.source != "teaching" and row.values]
    report(f"reader: subwords of {len(training):,} texts")
    labelled = encode_rows(training, tokenizer, found)
    everyday = np.array([row.ordinary for row in training])
    torch.manual_seed(seed)
    network = Network(tokenizer.get_vocab_size(), len(CUES), len(HEADS))
    network.start_from(embedding)
    checkpoint = folder / CHECKPOINT.format(_digest(training, entries, described, seed))
    fit = _Fit(network, checkpoint)
    steps = EPOCHS * -(-(LABELLED + sum(row.split == "train" for row in teaching_rows(seed))) // _BATCH)
    for epoch in range(fit.resume(), EPOCHS):
        rng = np.random.default_rng((seed, epoch))
        taught = encode_rows([row for row in teaching_rows(seed + epoch) if row.split == "train"], tokenizer, found)
        chosen = _draw(everyday, rng)
        mixed = Encoded(
            [labelled.words[place] for place in chosen] + taught.words,
            np.concatenate((labelled.truth[chosen], taught.truth)),
            np.concatenate((labelled.weights[chosen], taught.weights)),
        )
        loss = fit.epoch(mixed, rng, steps)
        report(f"reader: epoch {epoch + 1} of {EPOCHS}, loss {loss:.4f}")
        fit.save(epoch + 1)
    metadata = {"kind": KIND, "heads": list(HEADS), "vocabulary": tokenizer.get_vocab_size(), "longest": LONGEST}
    files = {NETWORK: save(exported(network)), TOKENIZER: described}
    checkpoint.unlink()
    return Trained(metadata, files)


def encode_rows(rows: Sequence[Row], tokenizer: Any, found: Mapping[str, Lexicon]) -> Encoded:
    """Cut rows into subwords with cues."""
    words: list[Words] = []
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        texts = [row.text for row in chunk]
        reading = read_signals(texts, [row.lang for row in chunk], found)
        words += encode(tokenizer, texts, range(len(texts)), reading)
    truth = np.full((len(rows), len(HEADS)), -1, dtype=np.int8)
    for place, row in enumerate(rows):
        for head, value in row.values.items():
            truth[place, HEADS.index(head)] = value
    weights = [_TAUGHT if row.source == "teaching" else _ORDINARY if row.ordinary else 1.0 for row in rows]
    return Encoded(words, truth, np.array(weights, dtype=np.float32))


def pad(words: Sequence[Words], filler: int) -> tuple[Any, Any]:
    """Two tensors (texts × longest), subwords and cues."""
    import torch

    longest = max(len(said.words) for said in words)
    padded = np.full((2, len(words), longest), 0, dtype=np.int64)
    padded[0] = filler
    for place, said in enumerate(words):
        padded[0, place, : len(said.words)] = said.words
        padded[1, place, : len(said.cues)] = said.cues
    return torch.from_numpy(padded[0]), torch.from_numpy(padded[1])


def _digest(rows: Sequence[Row], entries: Mapping[str, Sequence[Entry]], tokenizer: bytes, seed: int) -> str:
    digest = sha256(repr((seed, EPOCHS, LABELLED, sorted(entries.items()))).encode() + tokenizer)
    for row in rows:
        digest.update(f"{row.text} {row.values}".encode())
    for made in teaching_rows(seed):
        digest.update(made.text.encode())
    return digest.hexdigest()[:12]


def _draw(everyday: Array, rng: np.random.Generator) -> Array:
    """The labelled and everyday rows of one epoch."""
    some = min(int(LABELLED * _EVERYDAY), int(everyday.sum()))
    most = min(LABELLED - some, int((~everyday).sum()))
    return np.concatenate(
        (
            rng.choice(np.flatnonzero(everyday), some, replace=False),
            rng.choice(np.flatnonzero(~everyday), most, replace=False),
        )
    )


class _Fit:
    """The network, its optimiser, and what is kept of both between epochs."""

    def __init__(self, network: Network, checkpoint: Path) -> None:
        import torch

        self._network = network
        self._checkpoint = checkpoint
        self._step = 0
        vectors = [network.vectors.weight]
        others = [value for name, value in network.named_parameters() if name != "vectors.weight"]
        self._optimizer = torch.optim.AdamW(
            [
                {"params": vectors, "weight_decay": 0.0, "share": 0.5},
                {"params": others, "weight_decay": 0.01, "share": 1.0},
            ]
        )

    def epoch(self, rows: Encoded, rng: np.random.Generator, steps: int) -> float:
        """One pass; the mean loss."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits

        self._network.train()
        torch.manual_seed(self._step + 1)
        losses = []
        for batch in _batches(rows.words, rng):
            rate = _RATE * min(1.0, (self._step + 1) / _WARM) * max(0.03, 1.0 - self._step / steps)
            for group in self._optimizer.param_groups:
                group["lr"] = rate * group["share"]
            words, cues = pad([rows.words[place] for place in batch], self._network.filler)
            truth = torch.from_numpy(rows.truth[batch]).float()
            weight = (truth >= 0).float() * torch.from_numpy(rows.weights[batch])[:, None]
            raw = self._network(words, cues)
            loss = binary_cross_entropy_with_logits(raw, truth.clamp(min=0.0), weight, reduction="sum") / len(batch)
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self._network.parameters(), 5.0)
            self._optimizer.step()
            self._step += 1
            losses.append(float(loss.detach()))
        return float(np.mean(losses))

    def save(self, epoch: int) -> None:
        """Keep weights and moments, so that an interruption costs one epoch."""
        import torch
        from safetensors.torch import save_file

        tensors = {f"network.{name}": value for name, value in self._network.state_dict().items()}
        for number, state in self._optimizer.state_dict()["state"].items():
            tensors |= {f"moment.{number}.{name}": value for name, value in state.items()}
        tensors["progress"] = torch.tensor([epoch, self._step])
        self._checkpoint.parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, self._checkpoint)

    def resume(self) -> int:
        """The epochs that are done."""
        from safetensors.torch import load_file

        if not self._checkpoint.is_file():
            return 0
        tensors = load_file(self._checkpoint)
        self._network.load_state_dict(
            {name.removeprefix("network."): value for name, value in tensors.items() if name.startswith("network.")}
        )
        state = self._optimizer.state_dict()
        for name, value in tensors.items():
            if name.startswith("moment."):
                _, number, key = name.split(".", 2)
                state["state"].setdefault(int(number), {})[key] = value
        self._optimizer.load_state_dict(state)
        epoch, self._step = tensors["progress"].tolist()
        return int(epoch)


def _batches(words: Sequence[Words], rng: np.random.Generator) -> Iterator[Array]:
    """Rows of about one length together, in random order."""
    lengths = np.array([len(said.words) for said in words]) + rng.random(len(words)) * _NOISE
    ordered = np.argsort(lengths)
    starts = rng.permutation(np.arange(0, len(ordered), _BATCH))
    for start in starts:
        yield ordered[start : start + _BATCH]
