"""Who works and what they leave for one another, in the memory of one process: a part of the store's twin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import RLock
from typing import TYPE_CHECKING

from moderation.domain.review import Correction, Handover, Lease, ReviewItem
from moderation.domain.reviewer import Reviewer
from moderation.storage import reviewed
from moderation.storage.memory_rows import Item, alone
from moderation.storage.records import storable


@dataclass(slots=True)
class _Known:
    reviewer: Reviewer
    token_id: str
    token_hash: str


class MemoryRoster:
    """Reviewers, opt-outs, handovers, kept items, corrections."""

    if TYPE_CHECKING:
        _lock: RLock
        _items: dict[int, Item]

        def _item(self, item_id: int) -> Item: ...

    def __init__(self) -> None:
        super().__init__()
        self._reviewers: dict[str, _Known] = {}
        self._opted_out: dict[str, tuple[str, ...]] = {}
        self._handovers: dict[tuple[str, str], Handover] = {}
        self._corrections: list[Correction] = []

    @alone
    def add_reviewer(self, reviewer: Reviewer, token_id: str, token_hash: str, now: float) -> None:
        """Add somebody, or give them another role and token."""
        self._reviewers[reviewer.name] = _Known(reviewer, token_id, token_hash)
        if reviewer.no:
            self.opt_out(reviewer.name, reviewer.no)

    @alone
    def revoke_reviewer(self, name: str, now: float) -> None:
        """End somebody's token."""
        if self._reviewers.pop(name, None) is None:
            raise reviewed.no_reviewer(name)

    @alone
    def reviewers(self) -> list[Reviewer]:
        """All whose token holds, by name."""
        return [self._with_no(self._reviewers[name].reviewer) for name in sorted(self._reviewers)]

    @alone
    def reviewer_of(self, token_id: str) -> tuple[Reviewer, str] | None:
        """Whose token it is, and its hash."""
        known = next((known for known in self._reviewers.values() if known.token_id == token_id), None)
        return (self._with_no(known.reviewer), known.token_hash) if known else None

    @alone
    def opt_out(self, name: str, categories: Sequence[str]) -> None:
        """Set the categories that somebody does not want to see."""
        self._opted_out[name] = tuple(sorted(set(categories)))

    @alone
    def opted_out(self, name: str) -> tuple[str, ...]:
        """Those categories."""
        return self._opted_out.get(name, ())

    @alone
    def save_handover(self, handover: Handover, before: Handover) -> bool:
        """Keep a digest in place of the one before."""
        same = self._handover(handover.shift, handover.desk) == before
        if same:
            self._handovers[handover.shift, handover.desk] = handover
        return same

    @alone
    def add_note(self, shift: str, desk: str, note: Mapping[str, str]) -> Handover:
        """Add to the notes of a digest."""
        self._handovers[shift, desk] = reviewed.noted(self._handover(shift, desk), note)
        return self._handovers[shift, desk]

    @alone
    def handovers(self, desk: str | None, limit: int) -> list[Handover]:
        """The newest first."""
        newest = [one for one in reversed(self._handovers.values()) if desk in {None, one.desk}]
        return newest[:limit]

    @alone
    def keep(self, item_id: int, lease: Lease, shift: str, reason: str, expires_at: float, now: float) -> None:
        """Keep an item for the shift that comes."""
        item = self._item(item_id)
        item.held(lease, now)
        item.give(reviewed.holder(shift), expires_at, now)
        item.kept_reason = storable(reason)

    @alone
    def kept(self, shift: str, now: float) -> list[tuple[ReviewItem, str]]:
        """The items that are kept for a shift, with the reason."""
        return [(item.seen(now), item.kept_reason) for item in self._kept(shift, now)]

    @alone
    def take_kept(self, shift: str, reviewer: str, ttl_s: float, now: float) -> list[ReviewItem]:
        """Lease all that is kept for a shift to one of its reviewers."""
        kept = self._kept(shift, now)
        for item in kept:
            item.give(reviewer, now + ttl_s, now)
        return [item.seen(now) for item in kept]

    @alone
    def correct(self, correction: Correction) -> int:
        """Keep a correction of a gloss."""
        number = len(self._corrections) + 1
        self._corrections.append(replace(reviewed.correction(correction), id=number))
        return number

    def corrections(self) -> Iterator[Correction]:
        """All of them, oldest first."""
        with self._lock:
            return iter(list(self._corrections))

    def _handover(self, shift: str, desk: str) -> Handover:
        return self._handovers.get((shift, desk), Handover(shift, desk, {}))

    def _kept(self, shift: str, now: float) -> list[Item]:
        holder = reviewed.holder(shift)
        held = (item for item in self._items.values() if item.state == "open" and not item.free(now))
        return sorted((i for i in held if i.lease and i.lease.reviewer == holder), key=lambda item: item.order)

    def _with_no(self, reviewer: Reviewer) -> Reviewer:
        return replace(reviewer, no=self.opted_out(reviewer.name))
