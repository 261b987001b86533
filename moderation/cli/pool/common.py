"""What the commands of the pool share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moderation.domain.ports import Store


@contextmanager
def opened_store(config: Path | None) -> Iterator[Store]:
    """The store of the settings, closed afterwards."""
    from moderation.bootstrap import open_store
    from moderation.settings import load_settings

    store = open_store(load_settings(config))
    try:
        yield store
    finally:
        store.close()
