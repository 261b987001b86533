"""What the screen asks of the desk, and which leases it holds meanwhile.

Called from one thread only, never the screen's own: each call waits for the store.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from moderation.console.shown import Held
from moderation.console.state import verdict
from moderation.domain.errors import AlreadyDecided, LeaseLost, UsageError
from moderation.domain.review import Lease, Recorded, ReviewItem, Search, Verdict
from moderation.pool.review.desk import Desk
from moderation.pool.review.view import Gloss, Standing


class Done(NamedTuple):
    """What became of an item: ``act`` of the draft, and of a verdict its number and until when it may be undone.

    ``records`` is how many posts it decided; ``held``: it went to the leads, because it differs from a sealed opinion.
    """

    act: str
    verdict: int | None = None
    undo_until: float = 0.0
    records: int = 1
    held: bool = False


class Clerk:
    """Claims, looks up, renews, commits and gives back for one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._kept: list[ReviewItem] = []

    def take(self, lane: str | None = None) -> Held | None:
        """The next item, on lease, with all that is shown of it; None where nothing waits.

        What was taken over from the shift before comes first, as long as its lease holds.
        """
        while self._kept:
            item = self._kept.pop(0)
            with suppress(LeaseLost, AlreadyDecided):
                return self._hold(item.id, self.desk.renew(item.id, item.lease) if item.lease else None)
        claimed = self.desk.claim(1, lane=lane)
        return self._hold(claimed[0].id, claimed[0].lease) if claimed else None

    def take_over(self, items: Sequence[ReviewItem]) -> None:
        """Items that the shift before has kept, on lease already."""
        self._kept += items

    def look(self, held: Held) -> Held:
        """The same item as it is now; what was composed stays."""
        view = self.desk.view(held.view.item.id)
        return Held(view, held.lease, held.key, held.draft, held.found, held.opened, held.translation)

    def renew(self, held: Held) -> Lease:
        """Hold an item longer."""
        return self.desk.renew(held.view.item.id, held.lease)

    def release(self, held: Held) -> None:
        """Give an item back, whether or not its lease still holds."""
        with suppress(LeaseLost, AlreadyDecided):
            self.desk.release(held.view.item.id, held.lease)

    def give_back(self) -> None:
        """Give everything back."""
        kept, self._kept = self._kept, []
        for item in kept:
            with suppress(LeaseLost, AlreadyDecided):
                if item.lease:
                    self.desk.release(item.id, item.lease)
        self.desk.pause()

    def undo(self, number: int, reason: str) -> tuple[Recorded, Held]:
        """Take a verdict back; that verdict, and its item, on lease again."""
        undone = self.desk.undo(number, reason)
        return self.desk.office.store.verdict(number), self._hold(undone.item, None)

    def standing(self) -> Standing:
        """The head of the screen."""
        return self.desk.standing()

    def search(self, wanted: Search, limit: int) -> list[tuple[Mapping[str, Any], Sequence[Gloss]]]:
        """Decided posts, the newest first, each with the gloss that says which of its words are masked."""
        office = self.desk.office
        found = office.store.search(wanted, limit)
        return [(each, office.glossary.gloss(each["post"], each["decision"])) for each in found]

    def commit(self, held: Held, lang: str) -> Done:
        """Do what was composed; ``lang`` is the language in which the policy was shown."""
        draft, item, lease = held.draft, held.view.item.id, held.lease
        composed = verdict(draft, held.choices, lang)
        if draft.act == "skip":
            self.desk.skip(item, lease, draft.reason or "unsure", draft.note)
        elif draft.act == "escalate":
            self.desk.escalate(item, lease, draft.note)
        elif draft.act == "second":
            self.desk.second(item, lease, opinion=composed, note=draft.note)
        elif composed:
            return self._decide(held, composed)
        else:
            raise UsageError("nothing is composed", zh="尚未填写处置")
        return Done(draft.act)

    def _decide(self, held: Held, composed: Verdict) -> Done:
        campaign = held.view.campaign if held.draft.scope == "campaign" else None
        outcome = self.desk.decide(
            held.view.item.id,
            held.lease,
            composed,
            campaign=campaign.id if campaign else None,
            expect=campaign.members if campaign else None,
            opened=held.opened,
            key=held.key,
        )
        number = outcome.recorded[0].id if outcome.recorded else None
        return Done(composed.action, number, outcome.undo_until, len(outcome.recorded), outcome.held)

    def _hold(self, item: int, lease: Lease | None) -> Held:
        view = self.desk.view(item)
        mine = lease or view.item.lease
        if mine is None:
            raise LeaseLost(f"item {item} has come back without a lease", zh=f"{item} 号条目取回时没有租约")
        return Held(view, mine, uuid.uuid4().hex)
