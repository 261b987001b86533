"""When each desk works: shifts repeat by the week in UTC, and are shown in the local times of those who work them.

Hours are UTC, so that a shift is always as long as it says and shifts that meet keep meeting; where clocks change, the
local times move. Times are Unix seconds; a shift works from ``start`` up to, not at, ``end``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

from moderation.domain.errors import NotFound

DAY_S = 86_400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
_WEEK = len(WEEKDAYS)
_EPOCH = date(1970, 1, 1)
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where reviewers sit: an IANA time zone and what people call it, in ``en`` and ``zh``."""

    zone: str
    title: Mapping[str, str]

    def at(self, at: float) -> datetime:
        """The local time."""
        return datetime.fromtimestamp(at, ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class Rota:
    """A shift as it repeats: from ``begins_s`` after midnight UTC for ``length_s`` (at most a day), on weekdays.

    ``weekdays`` (0 is Monday) are those, in UTC, on which it begins.
    """

    id: str
    desk: str
    seats: int
    begins_s: int
    length_s: int
    places: tuple[Place, ...] = ()
    weekdays: frozenset[int] = frozenset(range(_WEEK))
    roster: tuple[str, ...] = ()

    def on(self, day: int) -> Shift | None:
        """The shift that begins on a day (counted from 1970-01-01), if one does."""
        if (day + _EPOCH_WEEKDAY) % _WEEK not in self.weekdays:
            return None
        start = float(day * DAY_S + self.begins_s)
        return Shift(self.id, self.desk, self.seats, start, start + self.length_s, self.places, self.roster)


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of one day."""

    id: str
    desk: str
    seats: int
    start: float
    end: float
    places: tuple[Place, ...] = ()
    roster: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The id and the day, in UTC, on which it begins: ``S3@2026-11-20``."""
        return f"{self.id}@{datetime.fromtimestamp(self.start, UTC).date().isoformat()}"

    def hours(self, lang: str) -> str:
        """From when to when, for a person: ``16:00-24:00 UTC (Los Angeles 08:00-16:00)``."""
        local = ", ".join(
            f"{place.title[lang]} {_span(place.at(self.start), place.at(self.end))}" for place in self.places
        )
        utc = f"{_span(datetime.fromtimestamp(self.start, UTC), datetime.fromtimestamp(self.end, UTC))} UTC"
        return f"{utc} ({local})" if local else utc

    def to_json(self) -> dict[str, Any]:
        """For programs; times are ISO 8601."""
        return {
            "shift": self.name,
            "desk": self.desk,
            "seats": self.seats,
            "start": iso(self.start),
            "end": iso(self.end),
            "local": [
                {"zone": place.zone, "start": place.at(self.start).isoformat(), "end": place.at(self.end).isoformat()}
                for place in self.places
            ],
            "roster": list(self.roster),
        }


@dataclass(frozen=True, slots=True)
class Shifts:
    """All shifts. A desk without any is never open."""

    rotas: tuple[Rota, ...] = ()

    def now(self, desk: str, at: float) -> Shift | None:
        """The shift of a desk that works; of several the one that ends last."""
        return max(self._working(desk, at), key=lambda shift: (shift.end, shift.start), default=None)

    def next(self, desk: str, at: float) -> Shift | None:
        """The first shift of a desk that begins later than ``at``; of several the one that ends last."""
        # A rota that works at all begins within eight days, whatever the time of day.
        later = (shift for shift in self._begun(int(at // DAY_S), _WEEK + 1, desk) if shift.start > at)
        return min(later, key=lambda shift: (shift.start, -shift.end), default=None)

    def after(self, shift: Shift) -> Shift | None:
        """To whom a shift hands over: what works at its desk when it ends, else the next."""
        return self.now(shift.desk, shift.end) or self.next(shift.desk, shift.end)

    def opens_in(self, desk: str, at: float) -> float:
        """Seconds until somebody works at a desk: 0 where somebody does, infinity where nobody ever will."""
        if self.now(desk, at):
            return 0.0
        coming = self.next(desk, at)
        return coming.start - at if coming else inf

    def lease_s(self, desk: str, at: float, ttl_s: float) -> float:
        """How long a lease of ``ttl_s`` may hold: never longer than the shift that works."""
        shift = self.now(desk, at)
        return min(ttl_s, shift.end - at) if shift else ttl_s

    def seats(self, desk: str, at: float) -> int:
        """Seats of all shifts of a desk that work."""
        return sum(shift.seats for shift in self._working(desk, at))

    def between(self, since: float, until: float, desk: str | None = None) -> list[Shift]:
        """All that work at some time from ``since`` up to ``until``, by their start."""
        first = int(since // DAY_S) - 1
        found = self._begun(first, int(until // DAY_S) - first + 1, desk)
        return sorted((s for s in found if s.start < until and s.end > since), key=lambda s: (s.start, s.end, s.id))

    def named(self, name: str, at: float) -> Shift:
        """The shift with a name such as ``S3@2026-11-20``; of a bare ``S3`` the last that began by ``at``.

        Raises :class:`NotFound`.
        """
        key, _, day = name.partition("@")
        rota = next((rota for rota in self.rotas if rota.id == key), None)
        if rota is None:
            known = [rota.id for rota in self.rotas]
            raise NotFound(
                f"no shift `{key}`; configs/shifts.yaml has {', '.join(known) or 'none'}",
                zh=f"没有班次 `{key}`；configs/shifts.yaml 中有：{'、'.join(known) or '（无）'}",
            )
        begun = (rota.on(number) for number in _days(day, at))
        found = next((shift for shift in begun if shift and (day or shift.start <= at)), None)
        if found is None:
            raise NotFound(
                f"no shift `{name}`; write a day on which it begins, such as {key}@2026-11-20",
                zh=f"没有班次 `{name}`；请写它开始的日期，如 {key}@2026-11-20",
            )
        return found

    def _working(self, desk: str, at: float) -> Iterator[Shift]:
        return (shift for shift in self._begun(int(at // DAY_S) - 1, 2, desk) if shift.start <= at < shift.end)

    def _begun(self, day: int, days: int, desk: str | None) -> Iterator[Shift]:
        """All that begin on so many days from ``day`` on."""
        for rota in self.rotas:
            if desk in {None, rota.desk}:
                yield from (shift for each in range(day, day + days) if (shift := rota.on(each)))


def iso(at: float) -> str:
    """Unix seconds as ISO 8601 to the second: ``2026-11-20T16:00:00Z``."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_hours(text: str) -> tuple[int, int]:
    """Seconds from midnight to the beginning of a shift, and its length in seconds; it may end past midnight.

    Raises :class:`ValueError`.

    >>> parse_hours("22:00-06:00")
    (79200, 28800)
    """
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError("write hours as 16:00-24:00")
    hour, minute, until_hour, until_minute = (int(part) if part else 0 for part in found.groups())
    begins = hour * 3600 + minute * 60
    return begins, (until_hour * 3600 + until_minute * 60 - begins) % DAY_S or DAY_S


def _days(day: str, at: float) -> range:
    """The one day that is named, or the last eight up to ``at``, the newest first."""
    if not day:
        today = int(at // DAY_S)
        return range(today, today - _WEEK - 1, -1)
    try:
        number = (date.fromisoformat(day) - _EPOCH).days
    except ValueError:
        return range(0)
    return range(number, number + 1)


def _span(start: datetime, end: datetime) -> str:
    """``16:00-24:00``: a midnight that ends something is 24:00."""
    until = f"{end:%H:%M}"
    return f"{start:%H:%M}-{'24:00' if until == '00:00' else until}"
