"""A worker that stops listening to its queues once: alive, connected, and taking nothing.

For tests, run as ``python -m tests.support.deaf_worker``.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from celery.signals import worker_ready

from moderation.settings import load_settings
from moderation.storage.embedded_redis import redis_url
from workers.launch import run_worker


@worker_ready.connect
def deafen(sender: Any, **_: Any) -> None:
    if not sender.restart_count:
        sender.task_consumer.cancel()
        logging.getLogger("workers").info("deaf from now on")


def main() -> int:
    settings = load_settings()
    with redis_url(settings.redis_url, settings.home) as url:
        return run_worker(settings, url)


if __name__ == "__main__":
    sys.exit(main())
