"""Labelled posts, a sample of each language, from one side of the split of the models."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from random import Random
from typing import NamedTuple

from moderation.classifiers.text import fold
from moderation.training.data import split_of

DATA = Path(__file__).parent.parent.parent.parent / "shared" / "data"
MOST = 6_000  # posts of a language


class Labelled(NamedTuple):
    """One post: the id of its row, its text and language, and whether its annotators found it violating."""

    id: str
    text: str
    lang: str
    violating: bool


def sample(folder: Path = DATA, *, held_out: bool = True, most: int = MOST, seed: int = 5) -> list[Labelled]:
    """At most ``most`` benign and as many violating posts of each language, in the same order every time.

    ``held_out`` takes the fifth that the models were not trained on; the rest is there to tune rules on. Rows without
    a verdict and the tests that came with a set are left out.
    """
    rows = sorted(
        (row for row in _rows(folder) if (split_of(fold(row.text)) != "train") is held_out),
        key=lambda row: (row.lang, row.violating, row.id),
    )
    chosen: list[Labelled] = []
    for _, group in groupby(rows, key=lambda row: (row.lang, row.violating)):
        some = list(group)
        chosen += Random(seed).sample(some, min(most, len(some)))  # noqa: S311 - a sample, no secret
    return chosen


def _rows(folder: Path) -> Iterator[Labelled]:
    for path in sorted((folder / "train").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["split"] != "test" and row["violating"] is not None and row["text"].strip():
                    yield Labelled(row["id"], row["text"], row["lang"], bool(row["violating"]))
