"""Times as people write them on the command line: types of options."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import click

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SPAN = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)([smhd])", re.ASCII)


def span(value: str) -> float:
    """``90s``, ``15m``, ``8h`` or ``2d``, in seconds.

    >>> span("1.5h")
    5400.0
    """
    found = _SPAN.fullmatch(value)
    if found is None:
        raise click.BadParameter(f"`{value}` is no span of time: write 90s, 15m, 8h or 2d")
    return float(found[1]) * _UNITS[found[2]]


def moment(value: str) -> float:
    """A day, a time (ISO 8601, UTC unless it says), or how long ago (``8h``), in Unix seconds.

    >>> moment("1970-01-02"), moment("1970-01-01T08:00+08:00")
    (86400.0, 0.0)
    """
    if _SPAN.fullmatch(value):
        return time.time() - span(value)
    try:
        said = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(
            f"`{value}` is no time: write 2026-11-01, 2026-11-01T08:00Z, or 8h for so long ago"
        ) from None
    return (said if said.tzinfo else said.replace(tzinfo=UTC)).timestamp()
