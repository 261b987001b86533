"""The plain composition over the same posts, by as many processes, on a Redis and a store of the same kind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import DBAPIError

from benchmarks.flow import plain, services
from benchmarks.flow.cost import with_children
from benchmarks.flow.ours import CHILDREN, Drain
from benchmarks.flow.posts import wave
from benchmarks.tiers.baselines import find_minilm
from moderation.classifiers.artifact import shipped
from moderation.classifiers.embeddings import TOKENIZER

WARM = 40
"""Posts that are decided before the clock starts, while processes load."""
_LOOK_S = 0.05


def drain(kind: str, number: int, home: Path) -> tuple[Drain, str]:
    """What was measured, and what must be said of the weights."""
    measured = Drain(number)
    home.mkdir(parents=True, exist_ok=True)
    minilm = find_minilm(home / "minilm", shipped() / "embedding" / TOKENIZER)
    with services.redis(home) as (url, redis), services.store(kind) as (store_url, server):
        target = (store_url or f"sqlite:///{home / 'plain.sqlite3'}").replace("postgresql://", "postgresql+psycopg://")
        variables = {plain.REDIS: url, plain.STORE: target, plain.MODEL: str(minilm.folder)}
        engine = create_engine(target)
        plain.table.create(engine)
        outside = {"Redis": redis, **({"PostgreSQL": server} if server else {})}

        def decided() -> int:
            try:
                with engine.connect() as connection:
                    return connection.execute(select(func.count()).select_from(plain.table)).scalar_one()
            except DBAPIError:  # SQLite, while a process is at it
                return 0

        posts = [post.to_json() for post in wave(WARM + number)]
        _send(posts[:WARM], url)
        command = [sys.executable, "-m", "celery", "-A", "benchmarks.flow.plain", "worker", "-l", "error"]
        with (home / "plain.log").open("wb") as sink:
            worker = psutil.Popen(
                [*command, "--concurrency", str(CHILDREN)], env={**os.environ, **variables}, stdout=sink, stderr=sink
            )
        try:
            _until(decided, WARM, worker)
            everything = {**outside, "worker": worker}
            before = {name: with_children(process) for name, process in everything.items()}
            started, cpu = time.perf_counter(), time.process_time()
            _send(posts[WARM:], url)
            measured.submitting_s = time.perf_counter() - started
            measured.cpu["producer"] = time.process_time() - cpu
            _until(decided, WARM + number, worker)
            measured.draining_s = time.perf_counter() - started
            for name, process in everything.items():
                measured.cpu[name] = with_children(process) - before[name]
        finally:
            worker.terminate()
            try:
                worker.wait(30)
            except subprocess.TimeoutExpired:
                worker.kill()
            engine.dispose()
    return measured, minilm.note


def _send(posts: list[dict[str, object]], url: str) -> None:
    with plain.app.connection_for_write(url) as connection:
        for post in posts:
            plain.moderate.apply_async((post,), connection=connection)


def _until(decided: Callable[[], int], number: int, worker: psutil.Popen) -> None:
    while decided() < number:
        if worker.poll() is not None:
            raise SystemExit("the plain worker ended; see plain.log in its home")
        time.sleep(_LOOK_S)
