"""``moderation worker``: run Celery workers with the project's settings."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType

import click

from moderation.cli import options
from moderation.domain.errors import RulesRefused
from moderation.settings import load_settings


@click.command()
@click.option("--queues", help="Queues to consume, with commas between [default: all].", metavar="Q,Q…")
@click.option("--concurrency", type=click.IntRange(1, 256), help="Judging processes [default: settings].")
@click.option("--drain", is_flag=True, help="Exit 0 when nothing is pending and the queues are empty.")
@options.rules
@options.plain
def command(
    queues: str | None,
    concurrency: int | None,
    drain: bool,
    rules: Path | None,
    config: Path | None,
) -> None:
    """Run Celery workers: an embedded Redis is started if none is named, the rules are loaded and watched.

    Log lines go to stderr. SIGTERM or Ctrl-C lets the batches in hand finish; what waits stays in the queues.

    \b
    Example:
      moderation worker
      moderation worker --queues judge.zh --concurrency 4
      moderation worker --drain
    """
    # Whatever the numeric libraries would start threads for is done by processes here; and no library's threads may
    # run when the worker forks. To be said before the first of them is imported.
    os.environ.update(
        OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false"
    )
    signal.signal(signal.SIGTERM, _stop)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a worker has no data for stdout; Celery would talk there
    settings = load_settings(config, rules=rules and rules.absolute())
    from moderation.storage.embedded_redis import redis_url
    from workers.launch import run_worker

    names = [name.strip() for name in (queues or "").split(",") if name.strip()]
    try:
        with redis_url(settings.redis_url, settings.home) as url:
            code = run_worker(settings, url, queues=names, concurrency=concurrency, drain=drain)
    except RulesRefused as refused:
        for problem in refused.problems:
            click.echo(str(problem), err=True)
        raise
    sys.exit(code)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Told to stop before the worker runs: leave as for Ctrl-C, so that the embedded Redis is stopped too."""
    raise KeyboardInterrupt
