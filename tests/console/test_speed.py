"""How long a reviewer waits for the next item."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from moderation.console.app import ReviewApp
from moderation.pool.review.desk import Desk
from tests.console.on_terminal import office_at
from tests.unit.pool.review.offices import NATIVE, put

ITEMS = 10_000
MOST_S = 0.1


@pytest.mark.slow
def test_of_ten_thousand_the_next_item_is_on_the_screen_within_a_tenth_of_a_second(tmp_path: Path) -> None:
    office = office_at(tmp_path)
    for first in range(0, ITEMS, 2000):
        put(office, *(f"p-{n}" for n in range(first, first + 2000)))
    waits: list[float] = []

    async def shift() -> None:
        app = ReviewApp(Desk(office, NATIVE, "zh"), "en")
        async with app.run_test(size=(100, 32)) as pilot:
            for _ in range(15):
                await app.workers.wait_for_complete()
                await pilot.press("3", "1")
                held, pressed = app.shown.held, time.perf_counter()
                assert held
                app.simulate_key("enter")
                while app.shown.held is None or app.shown.held.key == held.key:
                    await asyncio.sleep(0.001)
                waits.append(time.perf_counter() - pressed)

    asyncio.run(shift())
    waits.sort()
    assert waits[len(waits) // 2] <= MOST_S, waits  # the median: what else runs on a machine takes its share
