"""What all desks share, and who sits at one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple, Protocol

from moderation.domain.errors import Forbidden
from moderation.domain.ports import Store
from moderation.domain.review import Recorded, ReviewItem
from moderation.domain.reviewer import Reviewer
from moderation.domain.taxonomy import Taxonomy
from moderation.pool.review.factors import Clocked
from moderation.pool.review.limits import Limits
from moderation.pool.review.load import OFF_SHIFT_S
from moderation.pool.review.macros import Macros
from moderation.pool.review.overflow import ENOUGH, Errors, Line, Price, line_at, loan_over, other, price_of
from moderation.pool.review.pairs import errors_by_basis
from moderation.pool.review.policies import Policies
from moderation.pool.review.shifts import Shift, Shifts
from moderation.pool.review.translator import Translator
from moderation.pool.review.view import Gloss, Precedent

LEASE_S = (120.0, 900.0)
"""The shortest and the longest lease that is reckoned from handling times, in seconds."""

LOOKS = 3
"""So many median handling times a lease lasts."""

_FRESH_S = 3600.0
_LINE_S = 15.0
_PAIRS = 200


class Glossary(Protocol):
    """What words mean (:mod:`moderation.pool.review.gloss`)."""

    def gloss(self, post: Mapping[str, Any], decision: Mapping[str, Any]) -> Sequence[Gloss]: ...

    def notes(self, decision: Mapping[str, Any]) -> Sequence[Mapping[str, str]]: ...


class Precedents(Protocol):
    """What was made of posts like a text (:mod:`moderation.pool.review.precedents`)."""

    def of(self, text: str, language: str, exclude: tuple[str, int] | None = None) -> Sequence[Precedent]: ...


@dataclass(frozen=True, slots=True)
class Office:
    """What all desks share; ``key`` makes the pseudonyms and draws the samples; ``clock`` gives Unix seconds."""

    store: Store
    taxonomy: Taxonomy
    policies: Policies
    shifts: Shifts
    macros: Macros
    glossary: Glossary
    translator: Translator
    precedents: Precedents
    key: bytes
    rules: Limits
    clock: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a verdict: it may be undone until ``undo_until``.

    ``held``: it differs from the sealed first opinion, and the item went to the leads; nothing is recorded then.
    """

    recorded: tuple[Recorded, ...]
    undo_until: float
    held: bool = False


class Work(NamedTuple):
    """What a reviewer has decided since a shift began, in order of id; states are those of when it was read."""

    since: float
    verdicts: list[Recorded]


class Seat:
    """A reviewer at a desk, with what is measured of late."""

    def __init__(self, office: Office, reviewer: Reviewer, desk: str) -> None:
        self.office = office
        self.reviewer = reviewer
        self.desk = desk
        self.handling = Clocked(office.store, office.taxonomy, office.clock)
        self._work = Work(-inf, [])
        self._price: tuple[float, Price] | None = None
        self._lines: dict[str, tuple[float, Line]] = {}

    def now(self) -> float:
        """The time."""
        return self.office.clock()

    def check_desk(self) -> None:
        """Raise :class:`Forbidden` where it is not a desk of the reviewer's."""
        if self.desk not in self.reviewer.desks:
            raise Forbidden(
                f"{self.reviewer.name} works at desk {' and '.join(self.reviewer.desks)}, not at {self.desk}; "
                "give --desk, or let an admin add the desk",
                zh=f"{self.reviewer.name} 属于 {'、'.join(self.reviewer.desks)} 审核台，不属于 {self.desk}；"
                "请用 --desk 指定，或请管理员添加",
            )

    def shift(self, now: float) -> Shift | None:
        """The shift of the desk that works."""
        return self.office.shifts.now(self.desk, now)

    def work(self, now: float) -> Work:
        """What the reviewer has decided in this shift; only what came since the last time is read."""
        shift = self.shift(now)
        since = shift.start if shift else now - OFF_SHIFT_S
        known = [one for one in self._work.verdicts if one.at >= since] if self._work.since <= since else []
        after = known[-1].id if known else 0
        fresh = self.office.store.verdicts(since, reviewer=self.reviewer.name, after=after)
        self._work = Work(since, [*known, *fresh])
        return self._work

    def helps(self, item: ReviewItem) -> bool:
        """Whether an item is the other desk's."""
        return item.desk not in {self.desk, "both"}

    def ttl(self, category: str | None, now: float) -> float:
        """The seconds of a lease: as set, else three median handling times, 2 to 15 minutes; not beyond the shift."""
        ttl, (shortest, longest) = self.office.rules.lease_s, LEASE_S
        if ttl is None:
            ttl = min(max(LOOKS * self.handling[category].seconds, shortest), longest)
        return self.office.shifts.lease_s(self.desk, now, ttl)

    def ttls(self, now: float) -> dict[str, float]:
        """The same for a claim, by category."""
        measured = {category for category in self.handling.known() if category is not None}
        return {category: self.ttl(category, now) for category in measured} | {"*": self.ttl("", now)}

    def price(self) -> Price:
        """What reading with a gloss costs; looked up every hour."""
        now = self.now()
        if self._price is None or now - self._price[0] >= _FRESH_S:
            rules = self.office.rules
            self._price = now, price_of(rules.errors, self._errors(), rules.error_cost)
        return self._price[1]

    def line(self, desk: str, now: float) -> Line:
        """What waits at a desk; looked up four times a minute."""
        known = self._lines.get(desk)
        if known is None or not 0 <= now - known[0] < _LINE_S:
            office = self.office
            known = now, line_at(desk, office.store, office.shifts, office.taxonomy.handling_s, now)
            self._lines[desk] = known
        return known[1]

    def loan_over(self, now: float) -> float | None:
        """The priority over which the other desk lends its items; None: it lends none."""
        line = self.line(other(self.desk), now)
        return loan_over(line, self.price(), self.office.taxonomy.handling_s) if line.items else None

    def _errors(self) -> Errors:
        """Measured by the newest double reviews: each costs a question to the store."""
        newest = self.office.store.verdicts(kinds=("blind",), newest=True, limit=_PAIRS)
        return errors_by_basis(self.office.store, newest[-1].at) if len(newest) >= ENOUGH else {}
