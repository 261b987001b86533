"""How a shift hands over to the next one of its desk: it keeps items, leaves notes, publishes its digest.

Whatever is kept must be acknowledged: whoever does takes it over. What nobody acknowledges within half an hour of the
next shift's beginning goes back to the queue, because its lease expires.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from moderation.domain.errors import UsageError
from moderation.domain.ports import Store
from moderation.domain.review import Handover, Lease, ReviewItem
from moderation.domain.reviewer import Reviewer
from moderation.domain.taxonomy import Taxonomy
from moderation.pool.review.access import DEEDS
from moderation.pool.review.deciding import check_lease, check_note
from moderation.pool.review.digest import digest, gather
from moderation.pool.review.digest_text import render
from moderation.pool.review.shifts import Shift, Shifts, iso

ACKNOWLEDGE_S = 1800
"""How long after the beginning of the next shift an item is kept for it."""

_SEARCHED = 100
"""Among so many of a desk's newest handovers one is looked for: a month of three shifts a day."""


@dataclass(frozen=True, slots=True)
class Handovers:
    """The handovers of all desks."""

    store: Store
    shifts: Shifts
    taxonomy: Taxonomy

    def keep(self, desk: str, item_id: int, lease: Lease, reason: str, now: float) -> float:
        """Keep an item for the next shift of a desk; until when. :class:`UsageError` where no shift comes.

        :class:`LeaseLost` unless it is held by this lease and by its reviewer.
        """
        check_note(reason)
        check_lease(self.store.item(item_id, now), lease, lease.reviewer, now)
        working = self.shifts.now(desk, now)
        coming = self.shifts.after(working) if working else self.shifts.next(desk, now)
        if coming is None:
            raise UsageError(
                f"no shift of desk {desk} comes; escalate item {item_id} or give it back",
                zh=f"{desk} 审核台之后没有班次；请将 {item_id} 号条目上报组长，或退回队列",
            )
        begins = max(coming.start, working.end) if working else coming.start
        self.store.keep(item_id, lease, coming.name, reason, begins + ACKNOWLEDGE_S, now)
        return begins + ACKNOWLEDGE_S

    def note(self, shift: Shift, reviewer: str, lang: str, text: str, now: float) -> Handover:
        """Leave a note for the next shift; it stays as it is written."""
        check_note(text)
        note = {"by": reviewer, "lang": lang, "text": text, "at": iso(now)}
        return self.store.add_note(shift.name, shift.desk, note)

    def draft(self, shift: Shift, now: float) -> Handover:
        """The digest as it stands now, with the notes so far; as it was published, once it is."""
        saved = self._saved(shift)
        return saved if saved.published_at else self._digest(shift, now)(saved)

    def publish(self, shift: Shift, now: float) -> Handover:
        """Hand over: the digest does not change any more. Again: as it was published."""
        if (saved := self._saved(shift)).published_at:
            return saved
        digest_of = self._digest(shift, now)
        while not (saved := self._saved(shift)).published_at:
            published = replace(digest_of(saved), published_at=now)
            if self.store.save_handover(published, saved):  # else a note, or a publication, came first
                return published
        return saved

    def waiting(self, desk: str, now: float) -> Handover | None:
        """The newest handover of a desk, where it is published and nobody has acknowledged it."""
        newest = next((one for one in self.store.handovers(desk, _SEARCHED) if one.published_at), None)
        return newest if newest and not newest.acked_at else None

    def acknowledge(
        self, shift: Shift, reviewer: Reviewer, ttl_s: float, now: float
    ) -> tuple[Handover, list[ReviewItem]]:
        """Take a shift's handover over, and all that was kept on a lease of ``ttl_s``, or to the end of the shift.

        What the reviewer opted out of or cannot read goes back to the queue. Who comes second takes what was kept
        since. :class:`UsageError` where it is not published.
        """
        saved = self._saved(shift)
        if not saved.published_at:
            raise UsageError(
                f"the handover of {shift.name} is not published; "
                f"run `moderation review handover publish --shift {shift.name}` first",
                zh=f"{shift.name} 的交班单尚未发布；请先运行 `moderation review handover publish --shift {shift.name}`",
            )
        coming = saved.body["next"]
        ttl_s = self.shifts.lease_s(shift.desk, now, ttl_s)
        items = self._taken(coming["shift"], reviewer, ttl_s, now) if coming else []
        acked = replace(saved, acked_at=now, acked_by=reviewer.name)
        if not saved.acked_at:  # once it is published nothing but this changes it: whoever is first has acknowledged it
            saved = acked if self.store.save_handover(acked, saved) else self._saved(shift)
        return saved, items

    def _taken(self, name: str, reviewer: Reviewer, ttl_s: float, now: float) -> list[ReviewItem]:
        """What was kept for a shift and is for this reviewer; the rest goes back to the queue."""
        taken = self.store.take_kept(name, reviewer.name, ttl_s, now)
        no = {*reviewer.no, *self.store.opted_out(reviewer.name)}
        items = []
        for item in taken:
            reads = "lead" in DEEDS[reviewer.role] or reviewer.level(item.language) >= item.needs
            if reads and item.category not in no:
                items.append(item)
            elif item.lease:
                self.store.release(item.id, item.lease, now)
        return items

    def _digest(self, shift: Shift, now: float) -> Callable[[Handover], Handover]:
        """Writes the digest with the notes of what is saved; its facts, which take a while, are gathered before."""
        coming = self.shifts.after(shift)
        facts = gather(self.store, shift, coming, now)

        def write(saved: Handover) -> Handover:
            body = digest(facts, shift, coming, self.taxonomy, _notes(saved), now)
            body["text"] = {lang: render(body, lang) for lang in ("en", "zh")}
            return replace(saved, body=body)

        return write

    def _saved(self, shift: Shift) -> Handover:
        handovers = self.store.handovers(shift.desk, _SEARCHED)
        return next((one for one in handovers if one.shift == shift.name), Handover(shift.name, shift.desk, {}))


def _notes(handover: Handover) -> list[Mapping[str, Any]]:
    return list(handover.body.get("notes", ()))
