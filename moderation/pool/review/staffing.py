"""How many seats a desk needs: Erlang C for steady hours, a forecast by shift, and a replay of what came.

Erlang C is written out: its twenty lines are all that we would use of ``pyworkforce``, which brings OR-Tools and pandas
with it. It assumes that items come independently of one another at an even rate (Poisson) and that nobody gives up.
Waves break the first: :func:`replay` runs the last days' arrivals, as they came, against the shifts as planned.

What a desk does for the other one is not counted here, nor what the other does for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from math import ceil, exp
from typing import Any, NamedTuple

from moderation.pool.review.shifts import Shift, Shifts, iso

HOUR_S = 3600
_DAY = 24
_STEP_S = 300
STARTED_WITHIN_S = 600
OCCUPANCY = 0.85


class Seats(NamedTuple):
    """``seats`` taken at any time, and people ``rostered`` for them: some are ill, on leave, taught or on a break."""

    seats: int
    rostered: int


def erlang_c(load: float, seats: int) -> float:
    """The probability that an item waits for a seat; ``load`` in erlang: arrivals a second · seconds that one takes.

    1 where the load is not under the seats. By the recursion of Erlang B, which overflows at no size. Source: Erlang
    1917; Angus 2001, "An introduction to Erlang B and Erlang C", Telemanagement 187.

    >>> round(erlang_c(10, 14), 4)
    0.1741
    """
    if load >= seats:
        return 1.0
    blocked = 1.0
    for n in range(1, seats + 1):
        blocked = load * blocked / (n + load * blocked)
    return seats * blocked / (seats - load * (1 - blocked))


def started_share(load: float, seats: int, handle_s: float, within_s: float) -> float:
    """The share of items that somebody starts on within so many seconds."""
    if load >= seats:
        return 0.0
    return 1 - erlang_c(load, seats) * exp(-(seats - load) * within_s / handle_s)


def seats_needed(
    per_hour: float,
    handle_s: float,
    started_within_s: float = STARTED_WITHIN_S,
    share: float = 0.9,
    occupancy: float = OCCUPANCY,
    shrinkage: float = 0.3,
) -> Seats:
    """The fewest seats with which a ``share`` of items is started in time and nobody is busier than ``occupancy``.

    ``handle_s`` is the mean. ``shrinkage`` is the share of paid time that is not spent at the desk.

    >>> seats_needed(180, 40)
    Seats(seats=3, rostered=5)
    """
    load = per_hour * handle_s / HOUR_S
    if not load:
        return Seats(0, 0)
    seats = max(1, ceil(round(load / occupancy, 9)))
    while started_share(load, seats, handle_s, started_within_s) < share:
        seats += 1
    return Seats(seats, ceil(round(seats / (1 - shrinkage), 9)))


class _Step(NamedTuple):
    """A step of time: when it begins, the items that come in it, the seats that are taken."""

    at: int
    came: float
    seats: int


def _steps(per_hour: Callable[[int], float], desk: str, shifts: Shifts, start: float, end: float) -> Iterator[_Step]:
    """From ``start`` to ``end``; a step lies within one hour."""
    for at in range(int(start), int(end), _STEP_S):
        yield _Step(at, per_hour(at // HOUR_S) * _STEP_S / HOUR_S, shifts.seats(desk, at))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of a shift: ``waiting`` at its beginning (or now), ``backlog`` at its end.

    ``arrivals`` come in the rest of it. ``needed`` starts on them and clears what waits by the end; ``planned`` are the
    desk's seats in the mean, overlapping shifts included.
    """

    shift: Shift
    waiting: float
    arrivals: float
    needed: Seats
    planned: float
    backlog: float

    def to_json(self) -> dict[str, Any]:
        """For programs; items to one decimal."""
        return {
            **self.shift.to_json(),
            "waiting": round(self.waiting, 1),
            "arrivals": round(self.arrivals, 1),
            "needed": self.needed._asdict(),
            "planned": round(self.planned, 2),
            "backlog": round(self.backlog, 1),
        }


def forecast(
    desk: str,
    backlog: int,
    arrivals: Mapping[int, int],
    shifts: Shifts,
    handle_s: float,
    now: float,
    hours: int = 48,
) -> list[Outlook]:
    """What each shift of a desk meets that begins in the next ``hours`` or works now, in order.

    ``arrivals``: items that came for the desk by hour, counted from 1970 (Unix seconds // 3600). Each hour of a day is
    expected to bring what it brought in the mean since the first of them. A seat is busy for :data:`OCCUPANCY` of the
    time; ``handle_s`` is the mean.
    """
    usual = _by_hour_of_day(arrivals, now)
    start = _step(now)
    coming = shifts.between(start, start + hours * HOUR_S, desk)
    end = max((shift.end for shift in coming), default=start)
    waiting, come, planned = {start: float(backlog)}, {start: 0.0}, {start: 0.0}
    for at, came, seats in _steps(lambda hour: usual[hour % _DAY], desk, shifts, start, end):
        after = at + _STEP_S
        waiting[after] = max(waiting[at] + came - seats * _pace(handle_s), 0.0)
        come[after] = come[at] + came
        planned[after] = planned[at] + seats
    outlooks = []
    for shift in coming:
        since, until = max(_step(shift.start), start), _step(shift.end)
        steps = max((until - since) / _STEP_S, 1)
        expected = come[until] - come[since]
        needed = seats_needed((waiting[since] + expected) * HOUR_S / _STEP_S / steps, handle_s)
        mean = (planned[until] - planned[since]) / steps
        outlooks.append(Outlook(shift, waiting[since], expected, needed, mean, waiting[until]))
    return outlooks


@dataclass(frozen=True, slots=True)
class Replay:
    """What the shifts as planned would have made of the arrivals of so many ``days``, from an empty desk on.

    ``in_time``: of the items that came while the desk was open (``while_open``), the share started within 10 minutes;
    None where none came. ``dispersion`` of the hourly arrivals around their hour of the day: 1 where they are Poisson,
    more where they come in bursts; None where the days are too few. Times ``…_at`` are Unix seconds. ``hours_short``:
    open hours for which Erlang C asks for more seats than there were. ``left`` waits at the end.
    """

    days: int
    arrivals: int
    while_open: int
    in_time: float | None
    longest_wait_s: float
    peak: float
    peak_at: float
    busiest: int
    busiest_at: float
    hours_short: int
    dispersion: float | None
    left: float

    def to_json(self) -> dict[str, Any]:
        """For programs; shares to four digits, items to one, times ISO 8601."""
        values = asdict(self) | {"peak_at": iso(self.peak_at), "busiest_at": iso(self.busiest_at)}
        for name, digits in {"in_time": 4, "dispersion": 2, "peak": 1, "left": 1}.items():
            values[name] = None if values[name] is None else round(values[name], digits)
        return values


def replay(
    desk: str, arrivals: Mapping[int, int], shifts: Shifts, handle_s: float, now: float, days: int = 14
) -> Replay:
    """Let the items of the last days come again, evenly within each hour, first come first served.

    ``arrivals`` as for :func:`forecast`. What waits for chance within an hour is Erlang C's; this shows what bursts and
    closed hours do.
    """
    last = int(now // HOUR_S)
    first = last - days * _DAY
    came_by_hour = {hour: count for hour, count in arrivals.items() if first <= hour < last and count}
    queue: deque[list[float]] = deque()  # when, how many
    waiting = peak = longest = in_time = while_open = 0.0
    peak_at = float(first * HOUR_S)
    for at, came, seats in _steps(lambda hour: came_by_hour.get(hour, 0), desk, shifts, first * HOUR_S, last * HOUR_S):
        taken = seats * _pace(handle_s)
        if came:
            queue.append([at, came])
            waiting += came
            while_open += came * (seats > 0)
        while queue and taken > 0:
            since, count = queue[0]
            some = min(count, taken)
            longest = max(longest, at - since)
            if at - since <= STARTED_WITHIN_S and shifts.now(desk, since):
                in_time += some
            taken, waiting = taken - some, waiting - some
            queue[0][1] = count - some
            if some == count:
                queue.popleft()
        if waiting > peak:
            peak, peak_at = waiting, float(at)
    if queue:
        longest = max(longest, last * HOUR_S - queue[0][0])
    busiest = max(came_by_hour, key=lambda hour: came_by_hour[hour], default=first)
    return Replay(
        days=days,
        arrivals=sum(came_by_hour.values()),
        while_open=round(while_open),
        in_time=in_time / while_open if while_open else None,
        longest_wait_s=longest,
        peak=peak,
        peak_at=peak_at,
        busiest=came_by_hour.get(busiest, 0),
        busiest_at=float(busiest * HOUR_S),
        hours_short=sum(
            0 < shifts.seats(desk, hour * HOUR_S) < seats_needed(count, handle_s).seats
            for hour, count in came_by_hour.items()
        ),
        dispersion=_dispersion(arrivals, now),
        left=waiting,
    )


def _pace(handle_s: float) -> float:
    """How many items one seat takes in a step."""
    return _STEP_S * OCCUPANCY / handle_s


def _step(at: float) -> float:
    """The beginning of a step."""
    return at // _STEP_S * _STEP_S


def _whole_hours(arrivals: Mapping[int, int], now: float) -> dict[int, int]:
    """Every hour from the first with an item to the last that is over."""
    last = int(now // HOUR_S)
    return {hour: arrivals.get(hour, 0) for hour in range(min(arrivals, default=last), last)}


def _by_hour_of_day(arrivals: Mapping[int, int], now: float) -> list[float]:
    """The mean of each hour of the day (UTC); of an hour that was not seen yet, that of all."""
    counts = _whole_hours(arrivals, now)
    overall = sum(counts.values()) / len(counts) if counts else 0.0
    means = []
    for of_day in range(_DAY):
        same = [count for hour, count in counts.items() if hour % _DAY == of_day]
        means.append(sum(same) / len(same) if same else overall)
    return means


def _dispersion(arrivals: Mapping[int, int], now: float) -> float | None:
    """Pearson's chi-square of the hours around the means of their hour of the day, by its degrees of freedom."""
    counts = _whole_hours(arrivals, now)
    means = _by_hour_of_day(arrivals, now)
    freedom = len(counts) - _DAY
    if freedom <= 0:
        return None
    return (
        sum((n - means[hour % _DAY]) ** 2 / means[hour % _DAY] for hour, n in counts.items() if n or means[hour % _DAY])
        / freedom
    )
