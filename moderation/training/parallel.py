"""Translations and paraphrases for the embedding: groups of texts that say the same thing.

``NAME.tsv.gz`` holds key, BCP 47 tag, text, tab-separated; equal keys are translations of one another.
``NAME.pairs.tsv.gz`` holds text, tag, text, tag, score in [0, 1].
"""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from moderation.classifiers.text import fold

PIVOT = "en"
# The languages with enough parallel text to be learnt well; every further one would take vocabulary from these.
LANGUAGES = ("zh", "en", "ja", "ko", "es", "pt", "fr", "de", "it", "ru", "ar", "hi", "id", "vi", "th", "tr", "pl", "nl")
_PARAPHRASE = 0.8
_HELD_OUT = 40  # one key in so many is for development


@dataclass(frozen=True, slots=True)
class Parallel:
    """Pairs to train on, and (language → (text, English)) pairs held out from training by the English text."""

    train: Sequence[tuple[str, str]]
    held_out: Mapping[str, Sequence[tuple[str, str]]]


def read_parallel(folder: Path, seed: int) -> Parallel:
    """Read every file of a folder, in the order of their names."""
    rng = random.Random(seed)  # noqa: S311 - not a secret
    train: list[tuple[str, str]] = []
    held_out: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(folder.glob("*.tsv.gz")):
        if path.name.endswith(".pairs.tsv.gz"):
            train += _paraphrases(path)
            continue
        for group in _groups(path):
            pivot = group.get(PIVOT)
            others = [(tag, text) for tag, text in group.items() if tag != PIVOT]
            if pivot and _is_held_out(pivot):
                for tag, text in others:
                    held_out.setdefault(tag, []).append((text, pivot))
                continue
            if pivot:
                train += [(text, pivot) for _, text in others]
            # A chain through the other languages ties them to each other, and not through English alone.
            rng.shuffle(others)
            step = 1 if pivot is None else 3
            train += [(a[1], b[1]) for a, b in zip(others[::step], others[1::step], strict=False)]
    return Parallel(train, {tag: _distinct(pairs) for tag, pairs in sorted(held_out.items())})


def _groups(path: Path) -> Iterator[dict[str, str]]:
    groups: dict[str, dict[str, str]] = {}
    for key, tag, text in _rows(path, 3):
        language = "zh" if tag.startswith("yue") else tag.partition("-")[0]
        if language in LANGUAGES:
            # Of the variants of one language (zh-Hans, zh-Hant; pt-BR, pt-PT) each stands in some group.
            group = groups.setdefault(key, {})
            if language not in group or sha256(text.encode()).digest()[0] % 2:
                group[language] = text
    yield from groups.values()


def _paraphrases(path: Path) -> list[tuple[str, str]]:
    return [(a, b) for a, _, b, _, score in _rows(path, 5) if float(score) >= _PARAPHRASE and a != b]


def _rows(path: Path, width: int) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) == width:
                yield row


def _is_held_out(text: str) -> bool:
    return int.from_bytes(sha256(fold(text).encode()).digest()[:4]) % _HELD_OUT == 0


def _distinct(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """One pair for each English text: two equal candidates would make a right answer look wrong."""
    return list({fold(pivot): (text, pivot) for text, pivot in pairs}.values())
