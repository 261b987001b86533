"""How fast the whole flow drains a wave, what it costs and keeps in memory, beside the plain composition.

Run: ``python benchmarks/end_to_end.py [--posts N] [--plain N] [--store sqlite|postgresql …] [--home DIR]``. Real Redis
with an append-only file, a real ``moderation worker`` with two children, SQLite or a PostgreSQL that flushes every
commit; every stage and the whole shipped pack, nothing shed. The posts are those of ``shared/data/stream`` beside the
repository, else the bundled ones, again and again under fresh ids. They are submitted first; the clock of the drain
runs from the worker being ready to the last decision being published.

The plain composition (``benchmarks/flow/plain.py``) does the same with as many processes, one Celery task a post. A
missed target is printed, the exit code stays 0.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")

from benchmarks.detection.tables import Table, print_table
from benchmarks.flow import ours, services, theirs
from benchmarks.flow.ours import Drain
from benchmarks.tiers.targets import Target

POSTS = 345_000
PLAIN = 400
SECONDS = {"sqlite": 60, "postgresql": 80}
TIMES = {"sqlite": 50, "postgresql": 35}


def main() -> None:
    """Measure each store and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=POSTS, help=f"posts of the wave [{POSTS}]")
    parser.add_argument("--plain", type=int, default=PLAIN, help=f"posts of the plain composition; 0: none [{PLAIN}]")
    parser.add_argument("--store", choices=services.STORES, action="append", help="only this store")
    parser.add_argument("--home", type=Path, help="where everything is kept, and stays [a temporary folder]")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for kind in options.store or services.STORES:
            home = (options.home or Path(scratch)) / kind
            home.mkdir(parents=True)
            drained = ours.drain(kind, options.posts, home / "ours")
            plain, note = theirs.drain(kind, options.plain, home / "plain") if options.plain else (None, "")
            report(kind, drained, plain, note)


def report(kind: str, drained: Drain, plain: Drain | None, note: str) -> None:
    """One store: what it took by process, and the targets."""
    print(f"\n== {kind}: {drained.posts:,} posts, {ours.CHILDREN} judging processes, {os.cpu_count()} cores")
    print(
        f"submitted in {drained.submitting_s:.1f} s; drained in {drained.draining_s:.1f} s: {drained.rate:,.0f} posts/s"
    )
    names = list(dict.fromkeys([*drained.cpu, *(plain.cpu if plain else ())]))
    rows = [[name, _us(drained, name), _us(plain, name)] for name in names]
    print_table(Table("CPU, µs a post", ["process", "this", "plain"], rows, note and f"MiniLM: {note}"))
    for line in verdicts(kind, drained, plain):
        print(line)


def _us(drained: Drain | None, name: str) -> int | None:
    return round(1e6 * drained.cpu[name] / drained.posts) if drained and name in drained.cpu else None


def verdicts(kind: str, drained: Drain, plain: Drain | None) -> Iterator[str]:
    """A line for each target. A wave of another size is measured against as much of the time."""
    share = drained.posts / POSTS
    yield Target(f"{drained.posts:,} posts", SECONDS[kind] * share, "s", most=True).verdict(drained.draining_s)
    if plain:
        yield f"the plain composition: {plain.posts:,} posts in {plain.draining_s:.1f} s, {plain.rate:,.1f} posts/s"
        yield Target("posts/s, of those of the plain composition", TIMES[kind], "×").verdict(drained.rate / plain.rate)
    yield Target("CPU a post, all processes", 300, "µs", most=True).verdict(drained.us_a_post)
    yield Target("latency of a single post, idle, p99", 150, "ms", most=True).verdict(1000 * drained.percentile(99))
    yield f"latency of a single post, idle, p50: {1000 * drained.percentile(50):.1f} ms"
    parts = ", ".join(f"{name} {mebibytes:,.0f}" for name, mebibytes in drained.memory.items())
    yield Target(f"memory of the worker ({parts})", 900, "MiB", most=True).verdict(sum(drained.memory.values()))


if __name__ == "__main__":
    main()
