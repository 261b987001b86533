"""A worker is stalled when messages wait, it works on none, and it takes none for long."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from workers.watchdog import Stalled, Watchdog

Look = tuple[int, int, bool]  # ready, taken, busy


def barks(looks: Iterable[Look]) -> list[int]:
    """At which looks, five seconds apart."""
    watchdog = Watchdog(patience_s=15)
    heard = []
    for number, (ready, taken, busy) in enumerate(looks):
        try:
            watchdog.look(ready, taken, busy=busy, now=100.0 + 5 * number)
        except Stalled:
            heard.append(number)
    return heard


@pytest.mark.parametrize(
    ("why", "looks", "heard"),
    [
        ("nothing waits", [(0, 3, False)] * 9, []),
        ("it works on one, which may take long", [(7, 3, True)] * 9, []),
        ("it takes one now and then", [(7, n // 2, False) for n in range(9)], []),
        ("it takes none", [(7, 3, False)] * 6, [3]),
        ("it takes none, and the new connection did not help", [(7, 3, False)] * 8, [3, 6]),
        ("patience begins anew with each message", [(7, 1, False)] * 3 + [(7, 2, False)] * 4, [6]),
    ],
)
def test_it_barks_once_for_each_time_that_patience_ends(why: str, looks: list[Look], heard: list[int]) -> None:
    assert barks(looks) == heard, why
