"""What the classifier and the embedding cost on one core, tier by tier, beside scikit-learn and MiniLM in the same run.

Run: ``python benchmarks/classifiers.py [--models DIR] [--data DIR] [--part tiers|baselines|memory …]``; some four
minutes. ``DIR`` of data has ``stream/``; the default stands beside the repository, and without it the bundled posts are
judged. A missed target is printed, the exit code stays 0.

- ``tiers``: CPU time a post in batches of 1, 32 and 256, best of three rounds. A post in two languages is judged in
  both and counts once; the languages are known beforehand. The second reader's time is by the posts that it reads.
  "fast tier + signals" is all that every post gets: fold, lexicon, signals, n-grams and their sums.
- ``baselines``: ``HashingVectorizer`` (char_wb 2–5, 2^18) with one ``SGDClassifier`` a head, and MiniLM through
  sentence-transformers on few posts. MiniLM alone gives no score yet: its vectors would want heads.
- ``memory``: the resident set of a fresh process for each.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

# One thread for everybody; read when the libraries are loaded.
os.environ.update(RAYON_NUM_THREADS="1", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")

from benchmarks.detection.tables import print_table
from benchmarks.tiers import baselines, memory, stages
from benchmarks.tiers.posts import Texts, read_texts
from benchmarks.tiers.targets import ratios, verdicts
from benchmarks.tiers.timing import Runner, Times, table, timed
from moderation.classifiers.artifact import shipped
from moderation.classifiers.embeddings import TOKENIZER

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
POSTS = 4_096
OF_MINILM = 256  # posts, which take it a hundred times as long
PARTS = ("tiers", "baselines", "memory")


def main() -> None:
    """Run the parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, help="the folder with fast/, reader/ and calibration/ [shipped]")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with stream/")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be given more than once")
    options = parser.parse_args()
    parts = options.part or PARTS
    texts = read_texts(options.data / "stream" / "posts.jsonl.gz", POSTS)
    mean = sum(map(len, texts.texts)) / len(texts.texts)
    print(f"{len(texts.texts):,} posts of {mean:.0f} characters on average; CPU time of one core")
    ours: Times = {}
    theirs: Times = {}
    with tempfile.TemporaryDirectory() as scratch:
        if "tiers" in parts:
            ours, read = stages.measure(options.models, texts)
            print_table(table("A post, by size of batch", ours, f"best of three rounds; {read.said}"))
            for line in verdicts(ours, read):
                print(line)
        if "baselines" in parts or "memory" in parts:
            minilm = baselines.find_minilm(Path(scratch), shipped() / "embedding" / TOKENIZER)
        if "baselines" in parts:
            theirs = against(texts, minilm)
            note = f"{baselines.MINILM}: {minilm.note}; {OF_MINILM} posts"
            print_table(table("The same posts, plainly", theirs, note))
        for line in ratios(ours, theirs):
            print(line)
        if "memory" in parts:
            print_table(memory.memory(options.models, texts, minilm.folder))


def against(texts: Texts, minilm: baselines.MiniLM) -> Times:
    """Times of the baselines."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
    plain = baselines.plain(texts.texts)
    model = baselines.load_minilm(minilm.folder)

    few = texts.part(0, OF_MINILM)
    return {
        **timed([Runner(baselines.PLAIN, lambda batch: plain(batch.texts))], texts),
        **timed([Runner(baselines.MINILM, lambda batch: model.encode(batch.texts, show_progress_bar=False))], few),
    }


if __name__ == "__main__":
    main()
