"""The screen on a full store, driven without a terminal: how long until it shows the first item, and each next one."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from moderation.bootstrap import open_office
from moderation.console.app import ReviewApp
from moderation.domain.reviewer import Reviewer
from moderation.pool.review.desk import Desk
from moderation.settings import Settings
from moderation.storage.sql import SqlStore

_ITEMS = 60
_UNLIMITED = 1_000_000_000
_READER = Reviewer("screen", "reviewer", ("zh",), {"*": "R3"})
_PATIENCE_S = 30.0


def times(url: str) -> tuple[float, list[float]]:
    """Seconds until the first item is shown, and from each Enter until the next one is."""
    with TemporaryDirectory() as home:
        office = open_office(Settings(home=Path(home)), SqlStore(url))
        # Nobody who takes no time to think would be left to work for long.
        office = replace(office, rules=replace(office.rules, load_limit=_UNLIMITED))
        try:
            return asyncio.run(_shift(ReviewApp(Desk(office, _READER, "zh"), "en")))
        finally:
            office.store.close()


async def _shift(app: ReviewApp) -> tuple[float, list[float]]:
    started = time.perf_counter()
    after: list[float] = []
    async with app.run_test(size=(100, 32)) as pilot:
        await _next(app, None)
        opened = time.perf_counter() - started
        for _ in range(_ITEMS):
            await app.workers.wait_for_complete()
            await pilot.press("3", "1")  # remove, for the first category that is offered
            held, pressed = app.shown.held, time.perf_counter()
            app.simulate_key("enter")
            await _next(app, held.key if held else None)
            after.append(time.perf_counter() - pressed)
    return opened, after


async def _next(app: ReviewApp, key: str | None) -> None:
    """Wait until another item than this one is shown."""
    until = time.perf_counter() + _PATIENCE_S
    while app.shown.held is None or app.shown.held.key == key:
        if time.perf_counter() > until:
            raise TimeoutError(f"no other item on the screen: {app.shown.message}")
        await asyncio.sleep(0.001)
