"""The screen as Textual draws it, colours and all: three widths, both languages."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from moderation.console.app import ReviewApp
from moderation.pool.review.desk import Desk
from tests.console.scenes import NOW, a_held, a_standing
from tests.unit.pool.review.offices import NATIVE, Clock, an_office

GOLDEN = Path(__file__).parents[1] / "golden" / "console"


class Still(ReviewApp):
    """Shows a hand-made item and asks nobody for another."""

    async def _next(self) -> None:
        self.show(held=a_held(), phase="item", standing=a_standing())

    def _renew(self) -> None:
        """It has no lease."""


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("size", [(80, 24), (100, 32), (120, 40)], ids=lambda size: str(size[0]))
def test_the_screen_looks_as_it_did(size: tuple[int, int], lang: str) -> None:
    """Rewrite with UPDATE_GOLDEN=1, and look at the difference in a browser."""

    async def drawn() -> str:
        office = replace(an_office(), clock=Clock(NOW))
        app = Still(Desk(office, NATIVE, "zh"), lang)
        app._asked = NOW
        async with app.run_test(size=size) as pilot:
            await app.workers.wait_for_complete()
            await pilot.press("3", "1")
            await pilot.pause()
            return app.export_screenshot(title="moderation review")

    picture = re.sub(r"@font-face \{.*?\}\s*", "", asyncio.run(drawn()), flags=re.DOTALL)  # no fonts from elsewhere
    golden = GOLDEN / f"screen-{size[0]}-{lang}.svg"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(picture, encoding="utf-8")
    assert picture == golden.read_text(encoding="utf-8")
