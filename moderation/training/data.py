"""Labelled posts for training: reading, folding, splitting, and what each row says about each head."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from moderation.classifiers.text import fold, group_of
from moderation.domain.errors import UsageError
from moderation.training.sources import HEAD_OF_LABEL, HEADS, SOURCES, UNLISTED, UNUSED, Source

Split = Literal["train", "calibrate", "report"]
_MASSIVE_PART = 32  # one request in so many, for each language
_TESTS = frozenset({"test"})


@dataclass(frozen=True, slots=True)
class Row:
    """One text. ``values[head]`` is present only where the row's source settles the head."""

    text: str
    lang: str
    source: str
    values: Mapping[str, bool]
    weight: float
    opens: bool
    ordinary: bool
    split: Split


@dataclass(frozen=True, slots=True)
class Corpus:
    """All rows, one for each folded text, and the digest of each file that they came from."""

    rows: tuple[Row, ...]
    digests: Mapping[str, str]


def split_of(folded: str) -> Split:
    """Four in five train; of the held-out fifth one half calibrates and the other half is reported."""
    number = int.from_bytes(sha256(folded.encode()).digest()[:4])
    if number % 5:
        return "train"
    return "calibrate" if number % 10 else "report"


def read_corpus(folder: Path) -> Corpus:
    """Read ``folder/train/*.jsonl(.gz)`` (or ``folder/*.jsonl(.gz)``), MASSIVE, and the teaching sentences.

    Rows whose own split is ``test`` are passed over. :class:`UsageError` when there are no labelled files.
    """
    labelled = folder / "train" if (folder / "train").is_dir() else folder
    paths = sorted({*labelled.glob("*.jsonl"), *labelled.glob("*.jsonl.gz")})
    if not paths:
        raise UsageError(f"no labelled texts in {labelled}; give --data a folder that holds train/NAME.jsonl.gz files")
    rows: dict[str, Row] = {}
    digests: dict[str, str] = {}
    for path in paths:
        name = path.name.partition(".")[0]
        if name not in UNUSED:
            _merge(rows, _read(path.read_bytes(), path, name, SOURCES.get(name, UNLISTED)))
            digests[name] = sha256(path.read_bytes()).hexdigest()
    for teaching in sorted(files("moderation.training").joinpath("teaching").iterdir(), key=lambda file: file.name):
        body = teaching.read_bytes()
        _merge(rows, _read(body, Path(teaching.name), "teaching", SOURCES["teaching"]))
        digests[f"teaching/{teaching.name}"] = sha256(body).hexdigest()
    massive = folder / "parallel" / "massive.tsv.gz"
    if massive.is_file():
        _merge(rows, _requests(massive))
        digests["massive"] = sha256(massive.read_bytes()).hexdigest()
    return Corpus(tuple(rows.values()), digests)


def read_examples(path: Path) -> Iterator[tuple[str, str, Mapping[str, bool]]]:
    """(text, language, value by head) of a JSON Lines file that somebody wants to measure on."""
    for record in _records(path.read_bytes(), path):
        yield str(record["text"]), _language(record["lang"]), _values(record, UNLISTED)


def _read(body: bytes, path: Path, name: str, source: Source) -> Iterator[Row]:
    for record in _records(body, path):
        if record.get("split") not in _TESTS:
            yield _row(record["text"], _language(record["lang"]), name, source, _values(record, source))


def _records(body: bytes, path: Path) -> Iterator[Mapping[str, Any]]:
    content = gzip.decompress(body) if path.suffix == ".gz" else body
    for number, line in enumerate(content.decode("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            _ = record["text"], record["lang"], record.get("labels")
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UsageError(
                f'{path}:{number}: not a labelled text; each line must be {{"text": …, "lang": …, "labels": […]}}'
            ) from None
        yield record


def _row(text: str, lang: str, name: str, source: Source, values: Mapping[str, bool]) -> Row:
    folded = fold(text)
    return Row(folded, lang, name, values, source.weight, source.opens, source.ordinary, split_of(folded))


def _language(tag: str) -> str:
    """Regional variants are one language here: all of Chinese is ``zh``, ``pt-BR`` is ``pt``."""
    return "zh" if group_of(tag) == "zh" else tag.partition("-")[0]


def _values(record: Mapping[str, Any], source: Source) -> dict[str, bool]:
    labels = frozenset(HEAD_OF_LABEL[label] for label in record.get("labels") or () if label in HEAD_OF_LABEL)
    violating = record.get("violating", 1 if labels else 0)
    values = ((head, source.value(head, violating, labels)) for head in HEADS)
    return {head: value for head, value in values if value is not None}


def _requests(path: Path) -> Iterator[Row]:
    source = SOURCES["massive"]
    values = dict.fromkeys(sorted(source.benign), False)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            key, tag, text = line.rstrip("\n").split("\t")
            if sha256(f"{key} {tag}".encode()).digest()[0] % _MASSIVE_PART == 0:
                yield _row(text, _language(tag), "massive", source, values)


def _merge(rows: dict[str, Row], more: Iterable[Row]) -> None:
    """One row a folded text; where two sources contradict each other about a head, nobody knows."""
    for row in more:
        if not row.text:
            continue
        known = rows.setdefault(row.text, row)
        if known is row:
            continue
        values = {**row.values, **known.values}
        agreed = {head: value for head, value in values.items() if row.values.get(head, value) == value}
        first, second = (known, row) if known.weight >= row.weight else (row, known)
        rows[row.text] = Row(
            row.text,
            known.lang,
            first.source,
            agreed,
            first.weight,
            first.opens or second.opens,
            first.ordinary,
            row.split,
        )
