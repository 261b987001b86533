"""The screen over a SQLite pool at a real terminal: ``python -m tests.console.on_terminal HOME``."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

from moderation.console.app import run
from moderation.pool.review.desk import Desk, Office
from moderation.storage import open_store
from tests.unit.pool.review.offices import NATIVE, an_office


def office_at(home: Path) -> Office:
    """An office over the pool of a folder, with the clock of the machine."""
    return replace(an_office(), store=open_store(None, home), clock=time.time)


if __name__ == "__main__":
    run(Desk(office_at(Path(sys.argv[1])), NATIVE, "zh"), "en")
