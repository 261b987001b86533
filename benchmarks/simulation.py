"""Whether ``moderation simulate`` foretells a drain: one is measured for its costs, the next is foretold and measured.

Run: ``python -m benchmarks.simulation [--posts N]``. Both drains are real: Redis with an append-only file, a worker
with two children, SQLite, the shipped pack (services and posts as in ``benchmarks/end_to_end.py``). The first, of half
the posts, gives CPU a post; the simulation has nothing else of it. Clocks run from the moment when 2,560 posts are
decided, there and here: until then a worker also pays for what it does for the first time, which no post costs later.
What other programs took of the machine during the second drain is counted as cores that it did not have. Target:
seconds foretold within 15% of those measured.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")

import numpy as np
import psutil
from pydantic import SecretStr

from benchmarks.flow import services
from benchmarks.flow.cost import cpu_seconds
from benchmarks.flow.ours import CHILDREN, environment
from benchmarks.flow.posts import wave
from moderation.bootstrap import open_store
from moderation.cli.simulate import ground_of
from moderation.client import Producer
from moderation.domain.ports import Store
from moderation.settings import load_settings, shipped
from moderation.simulation.arrivals import draw
from moderation.simulation.scenario import load_scenario
from moderation.simulation.workers import run_workers

POSTS = 60_000
WARM = 2_560
WITHIN = 0.15
_LOOK_S = 0.02
_LONGEST_S = 3600.0
_PATIENCE_S = 600.0


@dataclass(frozen=True, slots=True)
class Point:
    """A drain from warm on: seconds to the last decision, CPU µs a post, cores that others left."""

    posts: int
    seconds: float
    children_us: float
    around_us: float
    cores: float


def drain(number: int, home: Path) -> Point:
    """Submit so many posts, then let a worker decide them."""
    with services.redis(home) as (url, redis):
        settings = load_settings(home=home, redis_url=SecretStr(url))
        store = open_store(settings)
        log = home / "worker.log"
        try:
            with Producer(settings) as producer:
                producer.submit_many(wave(number))
            command = [sys.executable, "-m", "moderation", "worker", "--concurrency", str(CHILDREN)]
            with log.open("wb") as sink:
                worker = psutil.Popen(command, env=environment(settings), stdout=sink, stderr=sink)
            try:
                while b" ready queues=" not in log.read_bytes():
                    if worker.poll() is not None:
                        raise SystemExit(f"the worker ended:\n{log.read_text()}")
                    time.sleep(_LOOK_S)
                children = worker.children()
                ours = [*children, worker, redis, psutil.Process()]
                _wait(store, number - WARM, worker, log)
                left = store.count_pending()
                before, busy, started = [cpu_seconds(each) for each in ours], _busy_s(), time.perf_counter()
                _wait(store, 0, worker, log)
                seconds, busy = time.perf_counter() - started, _busy_s() - busy
                spent = [cpu_seconds(each) - early for each, early in zip(ours, before, strict=True)]
            finally:
                worker.terminate()
                worker.wait()
        finally:
            store.close()
    cores = (os.cpu_count() or 1) - max(busy - sum(spent), 0) / seconds
    us = 1e6 / left
    return Point(left, seconds, us * sum(spent[: len(children)]), us * sum(spent[len(children) :]), cores)


def _wait(store: Store, left: int, worker: psutil.Popen, log: Path) -> None:
    """Until no more than ``left`` posts are pending."""
    deadline = time.perf_counter() + _PATIENCE_S
    while store.count_pending() > left:
        if worker.poll() is not None or time.perf_counter() > deadline:
            raise SystemExit(f"the worker does not get on; the end of its log:\n{log.read_text()[-2000:]}")
        time.sleep(_LOOK_S)


def _busy_s() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait - times.guest - times.guest_nice)


def foretold(number: int, children_us: float, around_us: float, cores: float) -> float:
    """Seconds in which the simulation decides the last so many of posts that all wait when the worker begins."""
    scenario = load_scenario(shipped("configs") / "wave.yaml")
    scenario = scenario.model_copy(update={"posts": number + WARM})
    ground = ground_of(scenario, load_settings())
    cost = scenario.workers.us_per_post
    scale = children_us / (cost.total - cost.around)
    plant = scenario.workers.model_copy(
        update={
            "processes": {"*": CHILDREN},
            "cores": cores,
            "us_per_post": cost.scaled(cost.total * scale).model_copy(update={"around": around_us}),
        }
    )
    posts = draw(scenario, seed=1)
    posts = posts._replace(at=np.zeros(len(posts.at)))
    judged = run_workers(posts, plant, ground.limits, ground.routes, _LONGEST_S)
    decided = np.sort(judged.decided)
    return float(decided[-1] - decided[-number])


def main() -> None:
    """Measure, foretell, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=POSTS, help=f"posts of the second drain [{POSTS}]")
    number = parser.parse_args().posts
    with tempfile.TemporaryDirectory() as scratch:
        points = []
        for name, posts in (("first", number // 2), ("second", number)):
            home = Path(scratch) / name
            home.mkdir()
            points.append(drain(posts, home))
            point = points[-1]
            print(
                f"{name} drain: {point.posts:,} posts in {point.seconds:.2f} s; µs of CPU a post: children "
                f"{point.children_us:.0f}, parent, Redis and looking {point.around_us:.0f}; cores left by others: "
                f"{point.cores:.2f} of {os.cpu_count()}"
            )
    first, second = points
    seconds = foretold(second.posts, first.children_us, first.around_us, second.cores)
    own = foretold(second.posts, second.children_us, second.around_us, second.cores)
    for name, value in (("first", seconds), ("second", own)):
        error = value / second.seconds - 1
        verdict = "reached" if abs(error) <= WITHIN else "MISSED"
        print(
            f"foretold from the costs of the {name}: {value:.2f} s, error {error:+.1%}; within {WITHIN:.0%}: {verdict}"
        )
    if second.cores < (os.cpu_count() or 1) - 0.25:
        print("other programs were at work: where they took all that was left, the cores are known only from the drain")


if __name__ == "__main__":
    main()
