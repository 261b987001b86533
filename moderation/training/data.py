"""Labelled posts for training: reading, folding, splitting, and what each row says about each head."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from moderation.classifiers.text import fold, language_of
from moderation.domain.errors import UsageError
from moderation.training.sources import FAMILIES, HEAD_OF_LABEL, HEADS, SOURCES, UNLISTED, UNUSED, Source
from moderation.training.teaching.compose import compose, is_held_out
from moderation.training.teaching.lexicons import LEXICONS
from moderation.training.teaching.patterns import PATTERNS, read_patterns
from moderation.training.teaching.seeds import SEEDS, families, read_seeds

Split = Literal["train", "calibrate", "report"]
_MASSIVE_PART = 32  # one request in so many, for each language
_TESTS = frozenset({"test"})
_PASSES = 3  # of the generator, in the corpus of the fast tier and of the calibration
_LARGEST_FAMILY = 100  # seeds; a larger family of contrasts is too much of the corpus to be held out whole


@dataclass(frozen=True, slots=True)
class Row:
    """One text. ``values[head]`` is present only where the row's source settles the head."""

    text: str
    lang: str
    source: str
    values: Mapping[str, bool]
    weight: float
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


def read_corpus(folder: Path, seed: int = 1) -> Corpus:
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
    _merge(rows, teaching_rows(seed, _PASSES))
    for path in sorted(path for part in (SEEDS, PATTERNS, LEXICONS) for path in part.iterdir()):
        digests[f"teaching/{path.parent.name}/{path.name}"] = sha256(path.read_bytes()).hexdigest()
    massive = folder / "parallel" / "massive.tsv.gz"
    if massive.is_file():
        _merge(rows, _requests(massive))
        digests["massive"] = sha256(massive.read_bytes()).hexdigest()
    return Corpus(tuple(rows.values()), digests)


def teaching_rows(seed: int, passes: int = 1) -> Iterator[Row]:
    """The seeds, and some passes of the generator; another seed composes other sentences from the same parts."""
    source = SOURCES["teaching"]
    seeds = read_seeds(SEEDS)
    family = families(seeds)
    sizes = Counter(family[seed.set] for seed in seeds)
    for written in seeds:
        name = family[written.set]
        hidden = sizes[name] <= _LARGEST_FAMILY and is_held_out(name)
        yield _taught(written.text, written.lang, written.labels, written.about, hidden, source)
    patterns = read_patterns(PATTERNS)
    for made in chain.from_iterable(compose(patterns, seed * passes + n) for n in range(passes)):
        yield _taught(made.text, made.lang, made.labels, made.about, made.held_out, source)


def _taught(text: str, lang: str, labels: frozenset[str], about: str, hidden: bool, source: Source) -> Row:
    """Of a violating sentence the heads of the same family are unknown: a threat may insult, and nobody said so."""
    folded = fold(text)
    unknown = next((family for family in FAMILIES if about in family), frozenset()) if labels else frozenset()
    values = {head: head in labels for head in HEADS if head in labels or head not in unknown}
    half: Split = "calibrate" if sha256(folded.encode()).digest()[0] % 2 else "report"
    return Row(folded, lang, "teaching", values, source.weight, False, half if hidden else "train")


def _read(body: bytes, path: Path, name: str, source: Source) -> Iterator[Row]:
    for record in _records(body, path):
        if record.get("split") not in _TESTS:
            yield _row(record["text"], language_of(record["lang"]), name, source, _values(record, source))


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
    return Row(folded, lang, name, values, source.weight, source.ordinary, split_of(folded))


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
                yield _row(text, language_of(tag), "massive", source, values)


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
        first = known if known.weight >= row.weight else row
        rows[row.text] = Row(
            row.text,
            known.lang,
            first.source,
            agreed,
            first.weight,
            first.ordinary,
            row.split,
        )
