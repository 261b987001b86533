"""What a reviewer is given next, and how they stand: lanes, what is mixed in, loans of the other desk, load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from moderation.domain.review import VERDICTS, Ask, Recorded, ReviewItem
from moderation.domain.reviewer import LEVELS
from moderation.pool.review import order
from moderation.pool.review.load import break_in, check_load, room, used
from moderation.pool.review.office import Seat
from moderation.pool.review.overflow import LOOKED_THROUGH, SLOWER, other
from moderation.pool.review.reading import NATIVE
from moderation.pool.review.view import Standing

_HOUR_S = 3600.0
_COUNTED = ("life", "harm", "appeal")


def claim(seat: Seat, count: int, categories: Sequence[str], most: int, lane: str | None) -> list[ReviewItem]:
    """Lease items, as the store has them; see :meth:`~moderation.pool.review.desk.Desk.claim`."""
    seat.check_desk()
    store, now = seat.office.store, seat.now()
    since, mine = seat.work(now)
    check_load(seat.reviewer.name, used(mine), seat.office.rules.load_limit)
    count = min(count, room(used(mine), seat.office.rules.load_limit))
    ask = Ask(
        reviewer=seat.reviewer,
        desk=seat.desk,
        lanes=order.lanes_of(lane) if lane else order.lanes(),
        ttl_s=seat.ttls(now),
        categories=tuple(categories),
        most=most,
        loan_over=None if lane else seat.loan_over(now),
        loan_slower=SLOWER,
    )
    found = [] if lane else _mixed(seat, ask, since, _done(seat, mine, since), count, now)
    if len(found) < count:
        found += store.claim(ask, count - len(found), now)
    return found


def standing(seat: Seat, skipped: int) -> Standing:
    """What waits, what was done in this shift, what it weighs, and when it ends; what is due takes effect."""
    store, now, desks = seat.office.store, seat.now(), {seat.desk, "both"}
    store.settle(now)
    shift, shifts = seat.shift(now), seat.office.shifts
    mine = seat.work(now).verdicts
    done = _decided(mine)
    recent = _decided(store.verdicts(now - seat.office.rules.undo_s, reviewer=seat.reviewer.name))
    last = next((verdict for verdict in reversed(recent) if verdict.state == "held"), None)
    waiting = store.backlog(now + _HOUR_S)  # as overdue it counts what will be in an hour
    opens_in = shifts.opens_in(other(seat.desk), now)
    oldest = min((item.created_at for item in store.line(seat.desk, LOOKED_THROUGH, now)), default=None)
    return Standing(
        desk=seat.desk,
        reviewer=seat.reviewer.name,
        shift=shift.id if shift else "",
        shift_hours={lang: shift.hours(lang) for lang in ("en", "zh")} if shift else {},
        open=sum(n for (desk, lane), n in waiting.open.items() if desk in desks and lane in _COUNTED),
        due_1h=sum(n for (desk, lane), n in waiting.overdue.items() if desk in desks and lane in _COUNTED),
        oldest_s=None if oldest is None else now - oldest,
        decided=len(done),
        skipped=skipped,
        load=used(mine),
        load_limit=seat.office.rules.load_limit,
        break_in_s=break_in(mine, now, seat.office.rules.break_after_s),
        closes_in_s=shift.end - now if shift else None,
        other_open=opens_in == 0,
        other_opens_in_s=opens_in if 0 < opens_in < float("inf") else None,
        last=last,
        undo_s=max(last.effective_at - now, 0.0) if last else 0.0,
        kept=len(store.kept(shift.name, now)) if shift else 0,
    )


def _decided(mine: Sequence[Recorded]) -> list[Recorded]:
    return [verdict for verdict in mine if verdict.action in VERDICTS]


def _done(seat: Seat, mine: Sequence[Recorded], since: float) -> int:
    """How many items of the shift are behind a reviewer: whoever skips one is not given its like at once."""
    return len(_decided(mine)) + len(seat.office.store.passes(since, inf, seat.reviewer.name))


def _mixed(seat: Seat, ask: Ask, since: float, done: int, count: int, now: float) -> list[ReviewItem]:
    """What is claimed one by one, since a lane is mixed in; nothing is where the queue is empty."""
    found: list[ReviewItem] = []
    store, name, key = seat.office.store, seat.reviewer.name, seat.office.key
    for number in range(done, done + count):
        mixed = order.mixed_lane(name, since, number, key=key)
        if mixed is None or not store.line(seat.desk, 1, now):
            continue
        if mixed == "random" and not store.line(seat.desk, 1, now, mixed):
            _draw(seat, order.chance("draw", name, since, number, key=key), now)
        found += store.claim(replace(ask, lanes=order.lanes(mixed)), 1, now)
    return found


def _draw(seat: Seat, at: float, now: float) -> None:
    """Open an item for a post that nobody was asked about, in a language that the reviewer reads as a native."""
    reads = seat.reviewer.reads
    native = [tag for tag, level in reads.items() if LEVELS.index(level) == NATIVE]
    drawn = seat.office.store.draw(at, native, now) if native else None
    if drawn is not None:
        due_at = now + max(seat.office.taxonomy.due_in_s.values())
        seat.office.store.ask_review(drawn, "random", seat.desk, due_at, now)
