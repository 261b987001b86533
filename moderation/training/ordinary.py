"""Lists ordinary Chinese words: ``python -m moderation.training.ordinary DATA``.

Writes ``moderation/matching/data/ordinary.npz`` from two sources that make up for each other: the dictionary of jieba
(MIT; its words were counted in newspapers and novels), and the harmless Chinese of ``DATA``, for the words that are
younger than the dictionary (微信, 点赞, 吐槽). Of the texts, a word is a stretch of characters that is frequent, whose
halves are met together far more than by chance, and that has many different neighbours on both sides. Nothing is
drawn at random.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log, log1p
from pathlib import Path
from typing import NamedTuple

import numpy as np

from moderation.folding.fold import fold
from moderation.matching.ordinary import FILE, LENGTHS, STEP, Words, key_of, save

# The sentences of these sets measure the product.
_LEFT_OUT = frozenset({"tatoeba_manythings", "ud_pud"})

LEAST_IN_DICTIONARY = {2: 4, 3: 4, 4: 6}
"""Times that a word of so many characters was counted for the dictionary; one below is a word if the texts agree."""
LEAST_AGREEING = 2
"""Times that such a word stands in the texts."""
LEAST_IN_TEXTS = 8
LEAST_COHESION = 2.7
"""How many times (natural logarithm) more often than by chance the halves stand together, where they do so least."""
LEAST_BRANCHING = 1.3
"""Entropy (nats) of the neighbours, on the side that has less."""

NAMES = "嘉威 家威 佳威 嘉伟 家伟 佳伟 嘉维 家维 佳维 嘉炜 家炜 佳炜 嘉玮 家玮 佳玮 嘉蔚 佳蔚 家卫 嘉卫"
"""Given names that are read like 加微, too personal for any dictionary."""

DISGUISES = frozenset({"草泥马", "煞笔", "沙比"})
"""Listed as words, and written for nothing but a curse."""

_RUN = re.compile(r"[\u4e00-\u9fff]+")
_EDGE = "\n"


def read_texts(data: Path) -> Iterator[str]:
    """The Chinese texts that nobody called a violation, folded."""
    for path in sorted((data / "train").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["lang"].startswith("zh") and row.get("violating") == 0 and row.get("split") != "test":
                    yield fold(row["text"])
    for path in sorted((data / "parallel").glob("*.tsv.gz")):
        if path.name.endswith(".pairs.tsv.gz") or path.name.removesuffix(".tsv.gz") in _LEFT_OUT:
            continue
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                if len(row) == 3 and row[1].startswith("zh"):  # noqa: PLR2004 - key, tag, text
                    yield fold(row[2])


def read_dictionary() -> dict[str, int]:
    """Word → times counted, of jieba's dictionary; the package is found and not imported."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("the dictionary is jieba's: pip install jieba, and run this again")
    found: Counter[str] = Counter()
    for line in (Path(spec.submodule_search_locations[0]) / "dict.txt").read_text("utf-8").splitlines():
        word, times, _ = line.split(" ")
        word = fold(word)
        if len(word) in LENGTHS and _RUN.fullmatch(word) and word not in DISGUISES:
            found[word] += int(times)
    return found


class Stretches(NamedTuple):
    """The runs of ideographs in texts, and how often each stretch of one to four of them stands there."""

    runs: Sequence[str]
    counts: Mapping[str, int]


def stretches_of(texts: Iterable[str]) -> Stretches:
    """Count the stretches; each distinct text counts once."""
    runs = [run for text in sorted(set(texts)) for run in _RUN.findall(text)]
    counts: Counter[str] = Counter()
    for run in runs:
        for length in range(1, LENGTHS.stop):
            counts.update(run[at : at + length] for at in range(len(run) - length + 1))
    return Stretches(runs, counts)


def agreed(dictionary: Mapping[str, int], stretches: Stretches) -> dict[str, int]:
    """The words of the dictionary that were counted often enough or stand in the texts too."""
    return {
        word: times
        for word, times in dictionary.items()
        if times >= LEAST_IN_DICTIONARY[len(word)] or stretches.counts.get(word, 0) >= LEAST_AGREEING
    }


def words_of(stretches: Stretches) -> dict[str, int]:
    """Word → times counted, of the words that the texts alone show."""
    counts = stretches.counts
    total = sum(len(run) for run in stretches.runs)
    often = {
        stretch
        for stretch, times in counts.items()
        if times >= LEAST_IN_TEXTS
        and len(stretch) in LENGTHS
        and stretch not in DISGUISES
        and _cohesion(stretch, counts, total) >= LEAST_COHESION
    }
    before: dict[str, Counter[str]] = defaultdict(Counter)
    after: dict[str, Counter[str]] = defaultdict(Counter)
    for number, run in enumerate(stretches.runs):
        # Each edge of a run is a neighbour of its own: a word that stands alone is free.
        edged = f"{_EDGE}{run}{_EDGE}"
        for length in LENGTHS:
            for at in range(1, len(edged) - length):
                if (stretch := edged[at : at + length]) in often:
                    before[stretch][edged[at - 1].replace(_EDGE, str(number))] += 1
                    after[stretch][edged[at + length].replace(_EDGE, str(number))] += 1
    return {
        stretch: counts[stretch]
        for stretch in sorted(often)
        if min(_entropy(before[stretch]), _entropy(after[stretch])) >= LEAST_BRANCHING
    }


def _cohesion(stretch: str, counts: Mapping[str, int], total: int) -> float:
    """The least pointwise mutual information (nats) of any two halves."""
    halves = ((stretch[:cut], stretch[cut:]) for cut in range(1, len(stretch)))
    return min(log(counts[stretch] * total / (counts[left] * counts[right])) for left, right in halves)


def _entropy(neighbours: Mapping[str, int]) -> float:
    total = sum(neighbours.values())
    return -sum(times / total * log(times / total) for times in neighbours.values())


def build(*sources: Mapping[str, int]) -> Words:
    """The words of all sources with the sum of their counts."""
    counts: Counter[int] = Counter()
    for source in sources:
        for word, times in source.items():
            counts[key_of(word)] += times
    logs = {key: min(255, round(STEP * log1p(times))) for key, times in counts.items()}
    keys = np.array(sorted(logs), dtype=np.uint64)
    return Words(keys, np.array([logs[int(key)] for key in keys], dtype=np.uint8))


def main(data: Path) -> None:
    """Count, and write the file that the package ships."""
    stretches = stretches_of(read_texts(data))
    dictionary, texts = agreed(read_dictionary(), stretches), words_of(stretches)
    words = build(dictionary, texts, dict.fromkeys(NAMES.split(), 1))
    FILE.parent.mkdir(exist_ok=True)
    save(words, FILE)
    sys.stdout.write(
        f"{len(words.keys)} words: {len(dictionary)} of the dictionary, {len(texts.keys() - dictionary.keys())} more "
        f"of the texts; {FILE.stat().st_size} bytes\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
