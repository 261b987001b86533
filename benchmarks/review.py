"""How long a reviewer waits: for a claim among 32 with 100,000 items open, and for the next item on the screen.

Run: ``python benchmarks/review.py [--items N] [--people N] [--seconds S] [--store sqlite|postgresql …]``. Reviewers are
processes of their own; each claims, thinks for a second on average (a person takes forty, so that this is the work of
1,280), decides and claims again. Beside it: nobody thinks at all, and the plain claim of a queue in one table without
an index for its order. The screen is the real one, driven without a terminal. A missed target is printed, the exit
code stays 0.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")

import numpy as np

from benchmarks.desk import plain, screen
from benchmarks.desk.pool import fill
from benchmarks.flow import services
from benchmarks.tiers.targets import Target
from moderation.settings import load_taxonomy
from moderation.storage.sql import SqlStore

ITEMS, PEOPLE, SECONDS, THINK_S = 100_000, 32, 20.0, 1.0
CLAIM = Target("claim, p99", 20, "ms", most=True)
NEXT = Target("the next item on the screen, p99", 100, "ms", most=True)


def main() -> None:
    """Measure each store and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=ITEMS, help=f"open items [{ITEMS}]")
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"reviewers [{PEOPLE}]")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"of each crowd [{SECONDS:g}]")
    parser.add_argument("--store", choices=services.STORES, action="append", help="only this store")
    options = parser.parse_args()
    for kind in options.store or services.STORES:
        with tempfile.TemporaryDirectory() as home, services.store(kind) as (given, _):
            url = given or f"sqlite:///{Path(home) / 'pool.sqlite3'}"
            print(f"\n== {kind}: {options.items:,} open items, {os.cpu_count()} cores", flush=True)
            _fill(url, options.items)
            for line in _measure(url, options.people, options.seconds):
                print(line, flush=True)


def _fill(url: str, items: int) -> None:
    store = SqlStore(url)
    fill(store, items, load_taxonomy())
    store.close()


def _measure(url: str, people: int, seconds: float) -> Iterator[str]:
    claims, decisions = _crowd(url, people, seconds, THINK_S)
    yield f"{people} reviewers who think for {THINK_S:g} s: {len(claims):,} claims"
    yield CLAIM.verdict(_ms(claims, 99))
    yield f"claim, p50: {_ms(claims, 50):.1f} ms"
    yield f"decision, p50: {_ms(decisions, 50):.1f} ms, p99: {_ms(decisions, 99):.1f} ms"
    theirs = plain.claims(url)
    yield (
        f"the plain claim, one reviewer alone: p50 {_ms(theirs, 50):.1f} ms; "
        f"{_ms(theirs, 50) / _ms(claims, 50):.1f} × ours among {people}"
    )
    claims, decisions = _crowd(url, people, seconds / 2, 0)
    yield (
        f"{people} who never think: {len(claims) / (seconds / 2):,.0f} claims/s; claim p50 {_ms(claims, 50):.1f}, "
        f"p99 {_ms(claims, 99):.1f} ms; decision p50 {_ms(decisions, 50):.1f}, p99 {_ms(decisions, 99):.1f} ms"
    )
    opened, after = screen.times(url)
    yield f"the screen: first item after {1000 * opened:.0f} ms"
    yield NEXT.verdict(_ms(after, 99))
    yield f"the next item on the screen, p50: {_ms(after, 50):.1f} ms, {len(after)} items"


def _crowd(url: str, people: int, seconds: float, think_s: float) -> tuple[list[float], list[float]]:
    crowd = [sys.executable, "-m", "benchmarks.desk.crowd", url, str(people), str(seconds), str(think_s)]
    done = subprocess.run(crowd, stdout=subprocess.PIPE, text=True, check=True)
    took = [json.loads(line) for line in done.stdout.splitlines()]
    return [one[0] for one in took], [one[1] for one in took if len(one) > 1]


def _ms(seconds: list[float], percentile: float) -> float:
    return 1000 * float(np.percentile(seconds, percentile))


if __name__ == "__main__":
    main()
