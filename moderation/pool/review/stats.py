"""What the desks did and what waits for them.

Rows have the form of the research page, section 6. What a verdict says of a rule is in
:mod:`moderation.pool.review.feedback`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from moderation.domain.errors import UsageError
from moderation.domain.ports import Store
from moderation.domain.review import DESKS, LANES, VERDICTS, Recorded
from moderation.domain.reviewer import LEVELS
from moderation.pool.review.appeals import appealed, overturns
from moderation.pool.review.shares import NONE, Share
from moderation.pool.review.shifts import Shifts, iso

BY = ("desk", "language", "category", "basis")
"""What verdicts may be counted by."""
OFF_SHIFT_S = 8 * 3600.0
"""So far back a desk's figures go where none of its shifts is on."""
HOUR_S = 3600.0
READ = 5_000
"""Of so many open items, those that are claimed first, the read levels are counted."""


@dataclass(frozen=True, slots=True)
class Row:
    """The verdicts that have the same ``of``: ``{"desk": "en", "basis": "gloss"}``; ``-`` is none.

    ``p50_s`` and ``p90_s`` are from claim to decision, None where all is without a claim; a decision over a whole
    campaign is one look. ``overturn``: of the verdicts that were appealed, and the appeal decided, in this time.
    """

    of: Mapping[str, str]
    decided: int
    p50_s: float | None
    p90_s: float | None
    overturn: Share
    load: float

    def to_json(self) -> dict[str, Any]:
        """As ``stats --json`` prints it."""
        return {
            **self.of,
            "decided": self.decided,
            "claim_to_decide_s": {"p50": self.p50_s, "p90": self.p90_s},
            "overturn": self.overturn.to_json(),
            "load": {"used": round(self.load, 1)},
        }


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is open: by (desk, lane), how much is due within an hour, and by (desk, read level to limit).

    Levels are counted in lanes ``life`` and ``harm``, of at most :data:`READ` items.
    """

    open: Mapping[tuple[str, str], int]
    due_1h: Mapping[tuple[str, str], int]
    levels: Mapping[tuple[str, str], int]

    def to_json(self) -> dict[str, Any]:
        """As ``stats --json`` prints it."""
        return {
            "open": sum(self.open.values()),
            "due_1h": sum(self.due_1h.values()),
            "lanes": _nested(self.open),
            "due_1h_lanes": _nested(self.due_1h),
            "read": _nested(self.levels),
        }


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows of the verdicts from ``since`` (by desk, where the desks' shifts began at different times) to ``until``."""

    since: float
    until: float
    by: tuple[str, ...]
    rows: tuple[Row, ...]
    backlog: Waiting | None = None

    def to_json(self) -> dict[str, Any]:
        """As ``stats --json`` prints it."""
        return {
            "v": 1,
            "since": iso(self.since),
            "until": iso(self.until),
            "by": list(self.by),
            "rows": [row.to_json() for row in self.rows],
            **({"backlog": self.backlog.to_json()} if self.backlog else {}),
        }


def live(store: Store, shifts: Shifts, now: float, by: Sequence[str] = ("desk", "basis")) -> Figures:
    """What each desk did since its shift began (in the last 8 hours, where none is on), and what waits."""
    began = {desk: shift.start if (shift := shifts.now(desk, now)) else now - OFF_SHIFT_S for desk in DESKS}
    since = min(began.values())
    done = [one for one in store.verdicts(since) if one.at >= began.get(one.desk, since)]
    return Figures(since, now, tuple(by), _rows(store, done, by, since, None), waiting(store, now))


def history(store: Store, by: Sequence[str], since: float, until: float) -> Figures:
    """What was decided in ``since`` ≤ t < ``until``."""
    return Figures(since, until, tuple(by), _rows(store, store.verdicts(since, until), by, since, until))


def waiting(store: Store, now: float) -> Waiting:
    """What is open at ``now``."""
    counted = store.backlog(now + HOUR_S)  # what is over its time in an hour is due within it
    levels = Counter((item.desk, LEVELS[item.needs]) for item in store.queue(None, READ, now))
    return Waiting(_reviewed(counted.open), _reviewed(counted.overdue), dict(sorted(levels.items())))


def _reviewed(counts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    return {place: number for place, number in sorted(counts.items()) if number and place[1] in LANES}


def _rows(
    store: Store, done: Sequence[Recorded], by: Sequence[str], since: float, until: float | None
) -> tuple[Row, ...]:
    if strange := [name for name in by if name not in BY]:
        raise UsageError(
            f"verdicts are not counted by `{strange[0]}`; there are {', '.join(BY)}",
            zh=f"判定不能按 `{strange[0]}` 统计；可选：{'、'.join(BY)}",
        )
    work: defaultdict[tuple[str, ...], _Work] = defaultdict(lambda: _Work([], set()))
    for one in done:
        if one.action in VERDICTS and one.state != "undone":
            group = work[tuple(str(getattr(one, name) or "-") for name in by)]
            group.verdicts.append(one)
            group.looks.add((one.reviewer, one.at, one.claimed_at))
    overturned = overturns(appealed(store, since, until), by)
    return tuple(
        _row(dict(zip(by, key, strict=True)), work[key], overturned.get(key, NONE))
        for key in sorted(work.keys() | overturned.keys())
    )


class _Work(NamedTuple):
    """Verdicts, and the looks that they took: by whom, when decided, when claimed."""

    verdicts: list[Recorded]
    looks: set[tuple[str, float, float]]


def _row(of: Mapping[str, str], work: _Work, overturn: Share) -> Row:
    seconds = [at - claimed for _, at, claimed in work.looks if 0 < claimed <= at]
    p50, p90 = np.percentile(seconds, (50, 90)).round(1).tolist() if seconds else (None, None)
    return Row(of, len(work.verdicts), p50, p90, overturn, sum(one.load for one in work.verdicts))


def _nested(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (desk, what), number in counts.items():
        nested.setdefault(desk, {})[what] = number
    return nested
