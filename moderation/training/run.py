"""``moderation models train``: every model that ships, from labelled data to artifact and card."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from moderation.classifiers.artifact import CARD, METADATA, Artifact, read_artifact, shipped, write_artifact
from moderation.classifiers.calibration import load_calibration
from moderation.classifiers.embeddings import MODEL, TOKENIZER
from moderation.classifiers.fast import load_fast
from moderation.classifiers.reader import load_reader
from moderation.classifiers.tiers import PARTS, TieredClassifier
from moderation.domain.errors import UsageError
from moderation.training.card import calibration_card, embedding_card, fast_card, reader_card
from moderation.training.data import Row, read_corpus
from moderation.training.embedding import VOCABULARY, retrieval, train_embedding
from moderation.training.fairness import Benign, false_positives, markdown, naming, read_dialects, read_swaps, swaps
from moderation.training.fast import Trained, train_fast
from moderation.training.lines import calibrate
from moderation.training.parallel import read_parallel
from moderation.training.teaching.lexicons import read_lexicons

FAST, READER, CALIBRATION, EMBEDDING = "fast", "reader", "calibration", "embedding"
TIERS = (FAST, READER, CALIBRATION)
NAMES = (*TIERS, EMBEDDING)
CHECKPOINTS = "checkpoint-*"
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
    an interrupted training goes on where it stopped. The calibration is fitted to the tiers in ``out``, and the second
    reader starts from the embedding there, else from the shipped one. :class:`UsageError` when there are no data.
    """
    written: list[str] = []
    if EMBEDDING in only and _train_embedding(
        data / "parallel", out / EMBEDDING, seed, vocabulary, force=force, report=report
    ):
        written.append(EMBEDDING)
    tiers = [name for name in TIERS if name in only]
    if not tiers:
        return written
    report("reading the labelled texts and composing the teaching corpus")
    corpus = read_corpus(data, seed)
    inputs = {"seed": seed, "data": dict(sorted(corpus.digests.items()))}
    for name in tiers:
        of_tiers = {"tiers": {part: _version(out / part) for part in ("fast", "reader")}} if name == CALIBRATION else {}
        if not force and _stands(out / name, PARTS[name], {**inputs, **of_tiers}):
            report(f"{name}: stands already")
            continue
        if force:
            for checkpoint in (out / name).glob(CHECKPOINTS):
                checkpoint.unlink()
        trained = _TRAINERS[name](corpus.rows, out, seed, report)
        metadata = {**trained.metadata, **inputs, **of_tiers}
        write_artifact(out / name, metadata, trained.files, _CARDS[name](metadata))
        written.append(name)
    return written


def _fast(rows: Sequence[Row], _out: Path, seed: int, report: Report) -> Trained:
    return train_fast(rows, read_lexicons(), seed, report)


def _reader(rows: Sequence[Row], out: Path, seed: int, report: Report) -> Trained:
    from moderation.training.reader import train_reader

    embedding = out / EMBEDDING if (out / EMBEDDING / MODEL).is_file() else shipped() / EMBEDDING
    return train_reader(rows, read_lexicons(), embedding, seed, out / READER, report)


def _calibration(rows: Sequence[Row], out: Path, _seed: int, report: Report) -> Trained:
    fast = load_fast(read_artifact(out / FAST, PARTS[FAST]))
    reader = load_reader(read_artifact(out / READER, PARTS[READER]))
    metadata = calibrate(fast, reader, rows, report)
    report("calibration: fairness")
    lines = load_calibration(Artifact(out / CALIBRATION, metadata, {}, ""))
    classifier = TieredClassifier(fast, reader, lines, {}, {})
    sets = read_swaps()
    everyday = [Benign(row.text, row.lang) for row in rows if row.ordinary and row.split == "report"]
    found = false_positives(classifier, [*read_dialects(), *everyday, *naming(sets)])
    return Trained({**metadata, "fairness": markdown(swaps(classifier, sets), found)}, {})


_TRAINERS = {FAST: _fast, READER: _reader, CALIBRATION: _calibration}
_CARDS = {FAST: fast_card, READER: reader_card, CALIBRATION: calibration_card}


def _stands(folder: Path, kind: str, inputs: Mapping[str, Any]) -> bool:
    try:
        metadata = read_artifact(folder, kind).metadata
    except UsageError:
        return False
    return all(metadata.get(name) == value for name, value in inputs.items())


def _version(folder: Path) -> str:
    return read_artifact(folder, PARTS[folder.name]).version


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
