"""The network of the second reader: one to five subwords side by side, each with its cue, pooled over the post."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from moderation.classifiers.convolutions import WIDTHS
from moderation.classifiers.embeddings import MODEL

_FILTERS = 128
_VECTOR = 128
_CUE = 32
_HIDDEN = 128
_DROPPED_WORDS = 0.1
_INT8 = 127.0


class Network(nn.Module):
    """``words`` and ``cues`` (texts × length) in, raw scores (texts × heads) out.

    Word ``vocabulary`` fills up short texts, ``vocabulary + 1`` is the name of any group; cue 0 is none.
    """

    def __init__(self, vocabulary: int, cues: int, heads: int) -> None:
        super().__init__()
        self.filler = vocabulary
        self.vectors = nn.Embedding(vocabulary + 2, _VECTOR)
        self.cues = nn.Embedding(cues + 1, _CUE, padding_idx=0)
        self.filters = nn.ModuleList(nn.Conv1d(_VECTOR + _CUE, _FILTERS, width, padding=width // 2) for width in WIDTHS)
        self.judge = nn.Sequential(
            nn.Dropout(0.3), nn.Linear(2 * _FILTERS * len(WIDTHS), _HIDDEN), nn.ReLU(),
            nn.Dropout(0.2), nn.Linear(_HIDDEN, heads),
        )  # fmt: skip
        self.dropout = nn.Dropout(0.2)

    def start_from(self, embedding: Path) -> None:
        """Take the vectors of a static embedding with the same tokeniser; filler and group start at zero."""
        from safetensors.torch import load_file

        known = load_file(embedding / MODEL)["embedding.weight"].float()
        with torch.no_grad():
            self.vectors.weight.zero_()
            self.vectors.weight[: len(known)] = known * (0.5 / known.std())

    def forward(self, words: Tensor, cues: Tensor) -> Tensor:
        """Raw scores."""
        vectors = self.vectors(words)
        if self.training:
            vectors = vectors * (torch.rand(words.shape) > _DROPPED_WORDS).unsqueeze(-1)
        there = (words != self.filler).unsqueeze(1).to(vectors.dtype)
        said = self.dropout(torch.cat([vectors, self.cues(cues)], dim=-1)).transpose(1, 2) * there
        root = there.sum(2).clamp(min=1.0).sqrt()
        pooled = []
        for convolve in self.filters:
            found = torch.relu(convolve(said))[:, :, : said.shape[2]] * there
            pooled += [found.amax(2), found.sum(2) / (4.0 * root)]
        scores: Tensor = self.judge(torch.cat(pooled, dim=1))
        return scores


def exported(network: Network) -> dict[str, Tensor]:
    """The tensors that the second reader is built from, its words as int8 with one scale each."""
    weights = network.vectors.weight.detach()
    scales = weights.abs().amax(1, keepdim=True).clamp(min=1e-8) / _INT8
    tensors = {
        "words": torch.round(weights / scales).to(torch.int8),
        "scales": scales,
        "cues": network.cues.weight.detach(),
    }
    hidden, heads = (layer for layer in network.judge if isinstance(layer, nn.Linear))
    filters = {f"filters.{width}": layer for width, layer in zip(WIDTHS, network.filters, strict=True)}
    for name, layer in {**filters, "hidden": hidden, "heads": heads}.items():
        tensors |= {f"{name}.{part}": values.detach() for part, values in layer.named_parameters()}
    return tensors
