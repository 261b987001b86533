"""How well and how fast languages are told, beside langdetect, lingua and py3langid in the same run.

Run: ``python benchmarks/language.py [--data DIR] [--part NAME …] [--json]``; under four minutes of one core. ``DIR``
has ``train/`` and ``stream/``; the default stands beside the repository. Without it only what the hand-written posts
of ``benchmarks/posts`` tell is measured. A missed target is printed, the exit code stays 0.

- ``accuracy``: sentences of Common Voice from which no profile was counted and on which no threshold was fitted, cut to
  1-10, 11-30 and 31-100 characters. A cut is the longest run of whole words from the start that fits; scripts without
  spaces are cut at the character. At most 150 sentences a language and length. Right is the primary language: zh for
  all of Chinese, no for nb and nn, tl for fil, he for iw; a library that raises tells nothing. The profiles here were
  counted from other sentences of the same corpus, among much else: that favours this detector, in French most, where
  the sentences are addresses.
- ``posts``: the hand-written posts, by category; the rules are in ``benchmarks/posts/README.md``.
- ``doubt``: what is right of what is not doubtful, beside as many of the others' most probable answers.
- ``steadiness``: texts asked again, batches against singles, hostile strings.
- ``speed``: texts a second of CPU time; all candidates take turns, so that what else the machine does falls on all. The
  detector meets no text twice, since it remembers words: the same posts again would make it a quarter faster.
- ``memory``: after loading, in fresh processes.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

# One thread for everybody; read when the libraries are loaded.
os.environ.update(RAYON_NUM_THREADS="1", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

from detection import cost, quality, steadiness
from detection.bench import Bench
from detection.tables import Table, print_json, print_table
from detection.targets import against_targets

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
PARTS = {
    "accuracy": quality.accuracy,
    "posts": quality.posts,
    "doubt": quality.doubt,
    "steadiness": steadiness.steadiness,
    "speed": cost.speed,
    "memory": cost.memory,
}


def main() -> None:
    """Run the parts and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with train/ and stream/")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be given more than once")
    parser.add_argument("--json", action="store_true", help="the tables as one JSON document")
    options = parser.parse_args()
    bench = Bench(options.data)
    figures: dict[str, float | None] = {}
    tables: list[Table] = []
    started = time.process_time()
    for name in options.part or PARTS:
        part = PARTS[name](bench)
        figures.update(part.figures)
        tables += part.tables
        if not options.json:
            for table in part.tables:
                print_table(table)
    tables.append(against_targets(figures))
    if options.json:
        print_json(tables)
    else:
        print_table(tables[-1])
        print(f"\n{time.process_time() - started:.0f} s of CPU time")


if __name__ == "__main__":
    main()
