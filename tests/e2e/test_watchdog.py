"""A worker that is alive and deaf is noticed by its own watchdog, and works again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.site import Site, some_posts, until

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


def test_a_worker_that_takes_nothing_any_more_connects_anew(site: Site) -> None:
    worker = site.worker(module="tests.support.deaf_worker", command=())
    until(lambda: "deaf from now on" in worker.said())
    site.submit(some_posts(100))
    until(lambda: "stalled, connecting anew" in worker.said())
    until(site.done)
    assert len(site.decided()) == 100
    assert worker.stop() == 0
