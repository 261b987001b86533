"""Sentence embeddings: the shipped static model without torch, any other through sentence-transformers."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from moderation.classifiers.artifact import damaged, shipped
from moderation.classifiers.subwords import load_tokenizer
from moderation.domain.errors import UsageError

Vectors = np.ndarray[Any, np.dtype[np.float64]]

MODEL = "model.safetensors"
TOKENIZER = "tokenizer.json"
_TENSOR = "embedding.weight"


class Embedder(Protocol):
    """Texts in, one vector a text out (texts × dimensions, not normalised). ``version``: 12 hexadecimal digits."""

    @property
    def version(self) -> str: ...

    def __call__(self, texts: Sequence[str]) -> Vectors: ...


class StaticEmbedder:
    """A ``StaticEmbedding`` folder of sentence-transformers, read with tokenizers and numpy alone.

    A text's vector is the mean of its tokens' vectors. The sums of half-precision weights are exact in double
    precision, so a vector does not depend on its batch.
    """

    def __init__(self, folder: Path) -> None:
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            weights = (folder / MODEL).read_bytes()
            described = (folder / TOKENIZER).read_bytes()
        except OSError as error:
            raise damaged(Path(error.filename), "cannot be read") from None
        try:
            self._weights: np.ndarray[Any, np.dtype[np.float32]] = load(weights)[_TENSOR].astype(np.float32)
        except (SafetensorError, KeyError):
            raise damaged(folder / MODEL, f"holds no tensor {_TENSOR}") from None
        try:
            self._tokenizer = load_tokenizer(described)
        except Exception:  # noqa: BLE001 - the only class that tokenizers raises
            raise damaged(folder / TOKENIZER, "is not a tokeniser") from None
        if self._tokenizer.get_vocab_size() != len(self._weights):
            raise damaged(folder / TOKENIZER, f"does not fit {MODEL}")
        self._version = sha256(described + weights).hexdigest()[:12]

    @property
    def version(self) -> str:
        """Digest of tokeniser and weights."""
        return self._version

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Embed; a text without tokens is the zero vector."""
        # One by one: encode_batch starts threads, which must not exist before a worker forks.
        ids = [self._tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        vectors = np.zeros((len(ids), self._weights.shape[1]))
        filled = [row for row, tokens in enumerate(ids) if tokens]
        if filled:
            lengths = np.array([len(ids[row]) for row in filled])
            flat = np.concatenate([ids[row] for row in filled])
            starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
            vectors[filled] = np.add.reduceat(self._weights[flat], starts, axis=0, dtype=np.float64) / lengths[:, None]
        return vectors


class TransformerEmbedder:
    """Any SentenceTransformer, by folder or by its name on the hub; one torch thread, so that workers may fork."""

    def __init__(self, name_or_path: str) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(1)
        try:
            self._model = SentenceTransformer(name_or_path, device="cpu")
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            reason = str(error).partition("\n")[0]
            raise UsageError(
                f"the embedding model `{name_or_path}` does not load ({reason}); set `models.embedding` to a folder or "
                "a name that sentence-transformers can load, or to null for the shipped model"
            ) from None
        digest = sha256()
        for name, tensor in sorted(self._model.state_dict().items()):
            digest.update(name.encode())
            digest.update(tensor.to(torch.float32).numpy().tobytes())
        self._version = digest.hexdigest()[:12]

    @property
    def version(self) -> str:
        """Digest of all weights."""
        return self._version

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Embed."""
        vectors: Vectors = self._model.encode(list(texts), show_progress_bar=False).astype(np.float64)
        return vectors


def load_embedder(name_or_path: str | None) -> Embedder:
    """Load the shipped model for ``None``, else whatever sentence-transformers finds under the name or path."""
    if name_or_path is None:
        return StaticEmbedder(shipped() / "embedding")
    return TransformerEmbedder(name_or_path)
