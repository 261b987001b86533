"""One reviewer at one desk: everything that a command or a screen asks for.

What a verdict may be is checked here (:mod:`moderation.pool.review.deciding`), what is shown is gathered in
:mod:`moderation.pool.review.viewing`; leases, fences and records are the store's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from moderation.domain.errors import AlreadyDecided, LeaseLost, UsageError
from moderation.domain.review import (
    DESKS,
    LANES,
    REASONS,
    Correction,
    Lease,
    Recorded,
    ReviewItem,
    Verdict,
)
from moderation.domain.reviewer import LEVELS, Reviewer
from moderation.pool.review import claiming, deciding
from moderation.pool.review.access import permit, permit_lane
from moderation.pool.review.limits import Limits
from moderation.pool.review.office import Office, Outcome, Seat
from moderation.pool.review.view import Standing, View
from moderation.pool.review.viewing import PARTS, shown, view_of

__all__ = ["PARTS", "Desk", "Limits", "Office", "Outcome"]


class Desk:
    """One reviewer at one desk.

    Every method checks the role (:class:`~moderation.domain.errors.Forbidden`); those that take a lease raise
    ``LeaseLost`` and ``AlreadyDecided``.
    """

    def __init__(self, office: Office, reviewer: Reviewer, desk: str) -> None:
        if desk not in DESKS:
            raise UsageError(
                f"no desk `{desk}`; there are {' and '.join(DESKS)}",
                zh=f"没有审核台 `{desk}`；可选：{'、'.join(DESKS)}",
            )
        self._seat = Seat(office, reviewer, desk)
        self._held: dict[int, Lease] = {}
        self._skipped = 0

    @property
    def reviewer(self) -> Reviewer:
        """Who sits here."""
        return self._seat.reviewer

    @property
    def desk(self) -> str:
        """Which desk it is."""
        return self._seat.desk

    @property
    def office(self) -> Office:
        """What it shares with the others."""
        return self._seat.office

    # the queue --------------------------------------------------------------------------------------------------------
    def queue(self, limit: int, lane: str | None = None) -> list[ReviewItem]:
        """What waits, in the order in which it is claimed, or one lane of it."""
        permit(self.reviewer, "queue")
        self._check_lane(lane)
        items = self.office.store.queue(self.desk, limit, self._seat.now(), lane)
        return [shown(self._seat, item) for item in items]

    def claim(
        self, count: int = 1, *, categories: Sequence[str] = (), most: str = LEVELS[-1], lane: str | None = None
    ) -> list[ReviewItem]:
        """Lease the next items; none where nothing waits.

        ``most``: only what may be limited at this level. ``lane``: only of this one, and nothing is mixed in. Raises
        :class:`~moderation.domain.errors.OverLoad`.
        """
        permit(self.reviewer, "claim")
        self._check_lane(lane)
        self._check_categories(categories)
        found = claiming.claim(self._seat, count, categories, LEVELS.index(most), lane)
        self._held |= {item.id: item.lease for item in found if item.lease}
        return [shown(self._seat, item) for item in found]

    def view(self, item_id: int, parts: Collection[str] = PARTS) -> View:
        """One item as its reviewer sees it, with these parts (:data:`PARTS`)."""
        permit(self.reviewer, "show")
        if unknown := set(parts) - set(PARTS):
            raise UsageError(
                f"no part `{min(unknown)}` of an item; there are {', '.join(PARTS)}",
                zh=f"条目没有 `{min(unknown)}` 这一部分；可选：{'、'.join(PARTS)}",
            )
        return view_of(self._seat, self.office.store.item(item_id, self._seat.now()), parts)

    # the lease --------------------------------------------------------------------------------------------------------
    def renew(self, item_id: int, lease: Lease) -> Lease:
        """Hold an item for a whole lease from now."""
        permit(self.reviewer, "claim")
        now = self._seat.now()
        item = self.office.store.item(item_id, now)
        deciding.check_lease(item, lease, self.reviewer.name, now)
        renewed = self.office.store.renew(item_id, lease, now + self._seat.ttl(item.category, now), now)
        self._held[item_id] = renewed
        return renewed

    def release(self, item_id: int, lease: Lease, reason: str = "busy") -> None:
        """Give an item back; for any other reason than ``busy`` it is skipped."""
        if reason != "busy":
            self.skip(item_id, lease, reason)
            return
        permit(self.reviewer, "claim")
        self.office.store.release(item_id, self._mine_only(item_id, lease), self._seat.now())
        self._held.pop(item_id, None)

    def skip(self, item_id: int, lease: Lease, reason: str, note: str = "") -> int:
        """Give an item back and never be offered it again (``busy``: only give it back); how many have passed on it."""
        permit(self.reviewer, "claim")
        deciding.check_note(note)
        if reason not in REASONS:
            raise UsageError(
                f"`{reason}` is no reason to skip; there are {', '.join(REASONS)}",
                zh=f"`{reason}` 不是跳过的原因；可选：{'、'.join(REASONS)}",
            )
        if reason == "busy":
            self.release(item_id, lease)
            return len(self.office.store.passed(item_id))
        passed = self.office.store.skip(item_id, self._mine_only(item_id, lease), reason, note, self._seat.now())
        self._held.pop(item_id, None)
        self._skipped += 1
        return passed

    def pause(self) -> None:
        """Give back all that was claimed here and is not decided."""
        for item_id, lease in list(self._held.items()):
            with suppress(LeaseLost, AlreadyDecided):
                self.office.store.release(item_id, lease, self._seat.now())
            del self._held[item_id]

    # the decision -----------------------------------------------------------------------------------------------------
    def decide(
        self, item_id: int, lease: Lease, verdict: Verdict, *, campaign: str | None = None, expect: int | None = None,
        opened: Collection[str] = (), key: str | None = None, dry_run: bool = False,
    ) -> Outcome:  # fmt: skip
        """Decide an item and, with ``campaign``, all posts of it that are free.

        ``expect`` is how many posts that shall be, the item's own included; ``opened`` names those of them that were
        read because they differ. The same ``key`` again gives what it decided. Raises ``PolicyStale``, ``Forbidden``
        (it says what is allowed), ``CampaignChanged``.
        """
        outcome = deciding.decide(
            self._seat, item_id, lease, verdict,
            campaign=campaign, expect=expect, opened=opened, key=key, dry_run=dry_run,
        )  # fmt: skip
        if not dry_run:
            self._held.pop(item_id, None)
        return outcome

    def undo(self, verdict_id: int, reason: str = "") -> Recorded:
        """Take a verdict back and hold its item again; a lead anybody's. Once it has taken effect, with a reason."""
        undone = deciding.undo(self._seat, verdict_id, reason)
        item = self.office.store.item(undone.item, self._seat.now())
        if item.lease and item.lease.reviewer == self.reviewer.name:
            self._held[item.id] = item.lease
        return undone

    def escalate(self, item_id: int, lease: Lease, note: str = "") -> None:
        """Give an item to the leads."""
        permit(self.reviewer, "decide")
        deciding.check_note(note)
        self.office.store.escalate(item_id, self._mine_only(item_id, lease), note, self._seat.now())
        self._held.pop(item_id, None)

    def second(
        self, item_id: int, lease: Lease, *, desk: str | None = None, opinion: Verdict | None = None, note: str = ""
    ) -> None:
        """Ask the other desk, which does not see ``opinion``; where it agrees, or there is none, its verdict holds."""
        deciding.second(self._seat, item_id, lease, desk, opinion, note)
        self._held.pop(item_id, None)

    # other ------------------------------------------------------------------------------------------------------------
    def correct(self, item_id: int, surface: str, shown: str, expected: str) -> int:
        """Say that the gloss ``shown`` of ``surface`` is wrong, and what it means; the correction's number."""
        permit(self.reviewer, "decide")
        deciding.check_note(shown)
        deciding.check_note(expected)
        now = self._seat.now()
        item = self.office.store.item(item_id, now)
        texts = (item.post["title"], item.post["text"], *(v for one in item.post["media"] for v in one.values() if v))
        if not surface or not any(surface in text for text in texts):
            raise UsageError(
                f"item {item_id}: its post does not say `{surface}`", zh=f"{item_id} 号条目的帖子里没有 `{surface}`"
            )
        if not expected.strip():
            raise UsageError("say what it means: the expected sense is empty", zh="请写出正确的意思：现在是空的")
        return self.office.store.correct(
            Correction(item.post_id, item.language, surface, shown, expected, self.reviewer.name, now)
        )

    def opt_out(self, categories: Collection[str]) -> None:
        """Ask not to be offered some categories, instead of those of before; nobody else is shown which."""
        permit(self.reviewer, "claim")
        self._check_categories(categories)
        chosen = tuple(sorted(set(categories)))
        self.office.store.opt_out(self.reviewer.name, chosen)
        self._seat.reviewer = replace(self.reviewer, no=chosen)

    def standing(self) -> Standing:
        """What waits, what was done in this shift, what it weighs, and when it ends; what is due takes effect."""
        permit(self.reviewer, "stats")
        return claiming.standing(self._seat, self._skipped)

    def _mine_only(self, item_id: int, lease: Lease) -> Lease:
        """The lease, if it is this reviewer's."""
        now = self._seat.now()
        deciding.check_lease(self.office.store.item(item_id, now), lease, self.reviewer.name, now)
        return lease

    def _check_lane(self, lane: str | None) -> None:
        if lane is None:
            return
        if lane not in LANES:
            raise UsageError(
                f"no lane `{lane}`; there are {', '.join(LANES)}", zh=f"没有通道 `{lane}`；可选：{'、'.join(LANES)}"
            )
        permit_lane(self.reviewer, lane)

    def _check_categories(self, categories: Collection[str]) -> None:
        if unknown := set(categories) - self.office.taxonomy.categories.keys():
            known = self.office.taxonomy.categories
            raise UsageError(
                f"no category `{min(unknown)}`; there are {', '.join(known)}",
                zh=f"没有类别 `{min(unknown)}`；可选：{'、'.join(known)}",
            )
