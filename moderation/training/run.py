"""``moderation models train``: every model that ships, from labelled data to artifact and card."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from moderation.classifiers.artifact import CARD, METADATA, read_artifact, write_artifact
from moderation.classifiers.embeddings import MODEL, TOKENIZER
from moderation.classifiers.text import GROUPS
from moderation.domain.errors import UsageError
from moderation.training.card import classifier_card, embedding_card
from moderation.training.data import Corpus, read_corpus
from moderation.training.embedding import VOCABULARY, retrieval, train_embedding
from moderation.training.linear import train_group
from moderation.training.parallel import read_parallel

EMBEDDING = "embedding"
NAMES = (*GROUPS, EMBEDDING)
_EPOCHS = 5
_MEAN_OVER = ("zh", "es", "de", "fr", "pt", "ar", "ko", "ja", "ru", "hi")

Report = Callable[[str], None]


def train(
    data: Path,
    out: Path,
    only: Collection[str],
    seed: int,
    *,
    force: bool,
    report: Report,
    vocabulary: int = VOCABULARY,
) -> list[str]:
    """Train the named models into ``out/NAME`` and return those that were written.

    A model that stands there already, trained with the same seed on the same files, is passed over unless ``force``:
    an interrupted training goes on where it stopped. :class:`UsageError` when there are no data.
    """
    written: list[str] = []
    groups = [name for name in GROUPS if name in only]
    if groups:
        report("reading the labelled texts")
        corpus = read_corpus(data)
        written += [name for name in groups if _train_group(corpus, name, out / name, seed, force=force, report=report)]
    if EMBEDDING in only and _train_embedding(
        data / "parallel", out / EMBEDDING, seed, vocabulary, force=force, report=report
    ):
        written.append(EMBEDDING)
    return written


def _train_group(corpus: Corpus, name: str, folder: Path, seed: int, *, force: bool, report: Report) -> bool:
    inputs = {"seed": seed, "data": dict(sorted(corpus.digests.items()))}
    if not force and _stands(folder, inputs):
        report(f"{name}: stands already")
        return False
    trained = train_group(corpus.rows, name, seed, report)
    if trained is None:
        report(f"{name}: not enough data for any head")
        return False
    metadata = {**trained.metadata, **inputs}
    write_artifact(folder, metadata, trained.weights, classifier_card(metadata))
    return True


def _stands(folder: Path, inputs: Mapping[str, Any]) -> bool:
    try:
        metadata = read_artifact(folder).metadata
    except UsageError:
        return False
    return all(metadata.get(name) == value for name, value in inputs.items())


def _train_embedding(parallel: Path, folder: Path, seed: int, vocabulary: int, *, force: bool, report: Report) -> bool:
    paths = sorted(parallel.glob("*.tsv.gz"))
    if not paths:
        raise UsageError(f"no translations in {parallel}; give --data a folder that holds parallel/NAME.tsv.gz files")
    digests = {path.name.partition(".")[0]: sha256(path.read_bytes()).hexdigest() for path in paths}
    inputs = {"seed": seed, "data": digests}
    if not force and _embedding_stands(folder, inputs):
        report("embedding: stands already")
        return False
    report("reading the translations")
    pairs = read_parallel(parallel, seed)
    report(f"embedding: {len(pairs.train):,} pairs")
    model = train_embedding(pairs, seed, _EPOCHS, vocabulary, report)
    found = retrieval(lambda texts: model.encode(list(texts)), pairs.held_out, seed)
    folder.mkdir(parents=True, exist_ok=True)
    model.save(str(folder), create_model_card=False)
    tokenizer = folder / TOKENIZER
    tokenizer.write_text(json.dumps(json.loads(tokenizer.read_bytes()), ensure_ascii=False, separators=(",", ":")))
    (folder / MODEL).chmod(0o644)
    measured = [found[tag]["accuracy"] for tag in _MEAN_OVER if tag in found]
    metadata = {
        "kind": "static@1",
        "dimensions": model.get_embedding_dimension(),
        "vocabulary": len(model.tokenizer.get_vocab()),
        "retrieval": found,
        "mean_over": list(_MEAN_OVER),
        "mean": round(sum(measured) / len(measured), 4) if measured else None,
        **inputs,
    }
    (folder / CARD).write_text(embedding_card(metadata), encoding="utf-8")
    (folder / METADATA).write_text(json.dumps(metadata, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    return True


def _embedding_stands(folder: Path, inputs: Mapping[str, Any]) -> bool:
    try:
        metadata = json.loads((folder / METADATA).read_bytes())
    except (OSError, ValueError):
        return False
    return (folder / MODEL).is_file() and all(metadata.get(name) == value for name, value in inputs.items())
