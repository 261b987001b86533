"""Gathers the pairs of Han characters of ordinary Chinese: ``python -m moderation.training.pairs DATA``.

``DATA`` has ``train/*.jsonl.gz`` and ``parallel/*.tsv.gz``. Texts that somebody called violating, held-out texts and
tests are passed over; the phrases of pypinyin (MIT) are added. Writes ``moderation/matching/data/pairs.npz``.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from moderation.folding.fold import fold
from moderation.matching.pairs import BITS, DATA, slots
from moderation.training.data import split_of

SOCIAL = ("addetector_zh", "benign_common_voice", "cold_zh", "swsr_zh")
HELD_OUT = ("tatoeba", "ud_pud", ".pairs.")
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")


def read_texts(folder: Path) -> Iterator[str]:
    """The folded Chinese texts of all sets that are not held out, and phrases of the dictionary."""
    from pypinyin.phrases_dict import phrases_dict

    for text in _texts(folder):
        folded = fold(text)
        if split_of(folded) == "train":
            yield folded
    yield from map(fold, phrases_dict)


def _texts(folder: Path) -> Iterator[str]:
    for name in SOCIAL:
        with gzip.open(folder / f"train/{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["split"] != "test" and row["violating"] != 1 and row["lang"].startswith(("zh", "yue")):
                    yield row["text"]
    for path in sorted(folder.glob("parallel/*.tsv.gz")):
        if not any(name in path.name for name in HELD_OUT):
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for line in lines:
                    _, lang, text = line.rstrip("\n").split("\t")
                    if lang.startswith(("zh", "yue")):
                        yield text


def pairs_of(texts: Iterable[str]) -> set[str]:
    """Every two ideographs that follow each other."""
    return {run[n : n + 2] for text in texts for run in _HAN.findall(text) for n in range(len(run) - 1)}


def main(folder: Path) -> None:
    """Write the set."""
    pairs = pairs_of(read_texts(folder))
    codes = np.frombuffer("".join(sorted(pairs)).encode("utf-32-le"), dtype=np.uint32)
    bits = np.zeros(1 << BITS, dtype=np.uint8)
    bits[slots(codes[0::2], codes[1::2])] = 1
    np.savez_compressed(DATA / "pairs.npz", pairs=np.packbits(bits, bitorder="little"))
    print(f"{len(pairs):,} pairs, {bits.mean():.1%} of the slots")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
