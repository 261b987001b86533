"""What a first attempt would take: scikit-learn's vectoriser with one linear model a head, and MiniLM."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from moderation.training.sources import HEADS

PLAIN = "HashingVectorizer + SGDClassifier"
MINILM = "MiniLM, sentence-transformers"
_MINILM = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
_ARCHITECTURE: Mapping[str, Any] = {
    "vocab_size": 250_037,
    "hidden_size": 384,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 1_536,
    "max_position_embeddings": 512,
}
"""Of the ``config.json`` of that model."""
_LONGEST = 128  # tokens of a text that it reads
_PADDING = "<unk>"  # of the shipped tokeniser, which knows no other special piece
_TRAINED_ON = 1_000


def plain(texts: Sequence[str]) -> Callable[[Sequence[str]], object]:
    """One vectoriser (char_wb 2–5, 2^18) and one model a head, trained on chance labels of the texts."""
    import numpy as np
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import SGDClassifier

    vectorizer = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=2**18)
    matrix = vectorizer.transform(texts[:_TRAINED_ON])
    rng = np.random.default_rng(0)
    heads = [SGDClassifier(loss="log_loss", max_iter=2, tol=None) for _ in HEADS]
    for head in heads:
        head.fit(matrix, rng.integers(0, 2, matrix.shape[0]))

    def score(batch: Sequence[str]) -> object:
        features = vectorizer.transform(batch)
        return [head.predict_proba(features)[:, 1] for head in heads]

    return score


class MiniLM(NamedTuple):
    """Where the model lies, and what must be said of it."""

    folder: Path
    note: str


def find_minilm(scratch: Path, tokenizer: Path) -> MiniLM:
    """The model of the hub's cache; where it is not there, its architecture with random weights, in ``scratch``."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return MiniLM(Path(snapshot_download(_MINILM, local_files_only=True)), f"{_MINILM}, its own weights")
    except LocalEntryNotFoundError:
        _write_random(scratch, tokenizer)
    note = f"the architecture of {_MINILM} with RANDOM weights, and the tokeniser of the embedding, which cuts finer"
    return MiniLM(scratch, note)


def load_minilm(folder: Path) -> Any:
    """The SentenceTransformer, on one thread."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    model.max_seq_length = _LONGEST
    return model


def _write_random(folder: Path, tokenizer: Path) -> None:
    import torch
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    torch.manual_seed(0)
    BertModel(BertConfig(**_ARCHITECTURE)).save_pretrained(folder)
    pieces = Tokenizer.from_file(str(tokenizer))
    PreTrainedTokenizerFast(tokenizer_object=pieces, pad_token=_PADDING).save_pretrained(folder)
