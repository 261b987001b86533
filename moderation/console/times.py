"""Times and amounts as the screen writes them; seconds in, a few cells out."""

from __future__ import annotations

from datetime import UTC, datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def countdown(seconds: float) -> str:
    """``04:12``; ``0:00`` when it is over."""
    left = max(int(seconds), 0)
    return f"{left // _MINUTE:02d}:{left % _MINUTE:02d}"


def span(seconds: float) -> str:
    """``48s``, ``17m``, ``3h10``, ``2d``: the same letters in every language."""
    whole = abs(int(seconds))
    sign = "-" if seconds <= -1 else ""
    if whole < _MINUTE:
        return f"{sign}{whole}s"
    if whole < _HOUR:
        return f"{sign}{whole // _MINUTE}m"
    if whole < 2 * _DAY:
        return f"{sign}{whole // _HOUR}h{whole % _HOUR // _MINUTE:02d}"
    return f"{sign}{whole // _DAY}d"


def clock(seconds: float) -> str:
    """``19:40`` UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M")


def day(seconds: float) -> str:
    """``2026-11-20 19:40`` UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def short(value: float) -> str:
    """A probability without its zero: ``.81``."""
    return "1" if value >= 0.995 else f"{value:.2f}".lstrip("0")  # noqa: PLR2004 - rounds to 1


def amount(value: float) -> str:
    """``35``, ``6,600``, ``2.1``."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"  # noqa: PLR2004 - two digits tell enough
