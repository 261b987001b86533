"""CPU time a post: all take turns, so that what else the machine does falls on all, and the best round counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks.detection.tables import Cell, Table

from .posts import Texts

BATCHES = (1, 32, 256)
LARGEST = max(BATCHES)
ROUNDS = 3
SINGLES = 8  # one post in so many is judged alone, which takes longer

Times = Mapping[str, Mapping[int, float]]
"""Name → size of a batch → seconds of CPU a post; a name without posts to count is absent."""


def _posts(batch: Any) -> int:
    return len(batch.texts)


class Runner(NamedTuple):
    """Something to be timed on batches: :class:`Texts`, or what was prepared of them. ``counted``: posts of a batch."""

    name: str
    run: Callable[[Any], object]
    counted: Callable[[Any], int] = _posts


def timed(runners: Sequence[Runner], texts: Texts, prepare: Callable[[Texts], Any] = lambda batch: batch) -> Times:
    """Time every runner at every size of a batch; ``prepare`` is not timed."""
    times: dict[str, dict[int, float]] = {}
    for size in BATCHES:
        count = len(texts.texts) if size > 1 else -(-len(texts.texts) // SINGLES)
        batches = [prepare(texts.part(start, min(start + size, count))) for start in range(0, count, size)]
        for _ in range(ROUNDS):
            for runner in runners:
                counted = sum(map(runner.counted, batches))
                if counted:
                    started = time.process_time()
                    for batch in batches:
                        runner.run(batch)
                    seconds = (time.process_time() - started) / counted
                    sizes = times.setdefault(runner.name, {})
                    sizes[size] = min(seconds, sizes.get(size, seconds))
    return times


def table(title: str, times: Times, note: str) -> Table:
    """Microseconds a post and posts a second of each."""
    columns = ["", *(f"{unit}, {size}" for size in BATCHES for unit in ("µs", "posts/s"))]
    rows = []
    for name, sizes in times.items():
        cells: list[Cell] = [name]
        for size in BATCHES:
            seconds = sizes.get(size)
            cells += (None, None) if not seconds else (1e6 * seconds, round(1 / seconds))
        rows.append(cells)
    return Table(title, columns, rows, note)
