"""How many texts a second the detector tells the language of, beside seeded langdetect in the same run.

Run: ``python benchmarks/language.py POSTS.jsonl.gz`` (the stream of labelled posts). CPU time of one process; the two
take turns, so that what else the machine does falls on both. Target of the first version: 15,000 texts/s at 256.
"""

from __future__ import annotations

import gzip
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import langdetect
from langdetect.lang_detect_exception import LangDetectException

from moderation.domain.post import Post
from moderation.language.detector import Detector

TEXTS = 12_800
PLAIN_TEXTS = 400
SINGLES = 1_600
ROUNDS = 5


def read_posts(path: Path) -> list[Post]:
    """The first posts of a file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [Post(f"p{number}", json.loads(line)["text"]) for number, line in zip(range(TEXTS), lines, strict=False)]


def plain(posts: Sequence[Post]) -> None:
    """What the project replaces: langdetect, one call a text."""
    for post in posts:
        try:
            langdetect.detect_langs(post.text)
        except LangDetectException:
            continue


def batches(detector: Detector, size: int) -> Callable[[Sequence[Post]], None]:
    """The detector on batches of one size."""

    def run(posts: Sequence[Post]) -> None:
        for start in range(0, len(posts), size):
            detector(posts[start : start + size])

    return run


def per_second(run: Callable[[Sequence[Post]], None], posts: Sequence[Post]) -> float:
    """Texts a second of CPU time."""
    started = time.process_time()
    run(posts)
    return len(posts) / (time.process_time() - started)


def main(path: Path) -> None:
    """Print the rates and the ratios, medians of the rounds."""
    posts = read_posts(path)
    langdetect.DetectorFactory.seed = 0
    detector = Detector()
    step = len(posts) // PLAIN_TEXTS  # langdetect sees every step-th text, the same mixture
    runs = {
        "langdetect, seeded": (plain, posts[::step]),
        "detector, batch 1": (batches(detector, 1), posts[:SINGLES]),
        "detector, batch 256": (batches(detector, 256), posts),
    }
    for run, _ in runs.values():
        run(posts[:256])
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, (run, chosen) in runs.items():
            rates[name].append(per_second(run, chosen))
    for name, values in rates.items():
        ratios = [value / base for value, base in zip(values, rates["langdetect, seeded"], strict=True)]
        print(f"{name:22} {statistics.median(values):10,.0f} texts/s   {statistics.median(ratios):6.1f} x langdetect")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
