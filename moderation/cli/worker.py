"""``moderation worker``: run Celery workers with the project's settings."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import ExitStack
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
@click.option("--metrics-port", type=click.IntRange(0, 65535), help="Serve /metrics, /healthz and /readyz there.")
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="Address of --metrics-port.")
@options.rules
@options.plain
def command(
    queues: str | None,
    concurrency: int | None,
    drain: bool,
    metrics_port: int | None,
    metrics_host: str,
    rules: Path | None,
    config: Path | None,
) -> None:
    """Run Celery workers: an embedded Redis is started if none is named, the rules are loaded and watched.

    Log lines go to stderr. SIGTERM or Ctrl-C lets the batches in hand finish; what waits stays in the queues.
    In a container give --metrics-host 0.0.0.0: whoever probes and scrapes it does not share its loopback.

    \b
    Example:
      moderation worker
      moderation worker --queues judge.zh --concurrency 4
      moderation worker --drain
      moderation worker --metrics-port 9464
    """
    # Whatever the numeric libraries would start threads for is done by processes here; and no library's threads may
    # run when the worker forks. To be said before the first of them is imported.
    os.environ.update(
        OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false"
    )
    signal.signal(signal.SIGTERM, _stop)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a worker has no data for stdout; Celery would talk there
    settings = load_settings(config, rules=rules and rules.absolute())
    if settings.log == "json":  # and Celery's words at the end are none
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
    from moderation.storage.embedded_redis import redis_url
    from workers.launch import run_worker
    from workers.metrics import metered

    names = [name.strip() for name in (queues or "").split(",") if name.strip()]
    try:
        with ExitStack() as stack:
            url = stack.enter_context(redis_url(settings.redis_url, settings.home))
            counting = None if metrics_port is None else metered(settings, url, metrics_host, metrics_port)
            instruments = stack.enter_context(counting) if counting else None
            code = run_worker(
                settings, url, queues=names, concurrency=concurrency, drain=drain, instruments=instruments
            )
    except RulesRefused as refused:
        for problem in refused.problems:
            click.echo(str(problem), err=True)
        raise
    sys.exit(code)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Told to stop before the worker runs: leave as for Ctrl-C, so that the embedded Redis is stopped too."""
    raise KeyboardInterrupt
