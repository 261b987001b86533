"""The poisoned worker, one that stays: run as ``python -m tests.chaos.worker``.

While ``HOME/quota`` exists its store may not grow by a page, as on a disk that is full.
"""

from __future__ import annotations

import sys

from sqlalchemy import Connection, Engine, event

from moderation.settings import load_settings
from moderation.storage.embedded_redis import redis_url
from tests.support.poisoned_worker import build
from workers.launch import run_worker

_PAGES = 4_294_967_294


def main() -> int:
    settings = load_settings()
    quota = settings.home / "quota"

    def limit(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA max_page_count = {1 if quota.exists() else _PAGES}")

    event.listen(Engine, "begin", limit)
    with redis_url(settings.redis_url, settings.home) as url:
        return run_worker(settings, url, build=build)


if __name__ == "__main__":
    sys.exit(main())
