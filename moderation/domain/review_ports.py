"""What the review desks ask of the store: the second half of :class:`~moderation.domain.ports.Store`.

Times are Unix seconds; every method is one transaction. An item that is not there is a
:class:`~moderation.domain.errors.NotFound`; a lease that does not hold is a ``LeaseLost`` or an ``AlreadyDecided``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

from moderation.domain.review import (
    Ask,
    Correction,
    Handover,
    Lease,
    Look,
    Member,
    Recorded,
    ReviewItem,
    Seal,
    Search,
    Verdict,
    Waiting,
)
from moderation.domain.reviewer import Reviewer

Bodies = tuple[Mapping[str, Any], Mapping[str, Any]]
"""The JSON of a post and of its decision."""


class Queue(Protocol):
    """Items and their leases."""

    def queue(self, desk: str | None, limit: int, now: float, lane: str | None = None) -> list[ReviewItem]:
        """Open items of lanes ``life`` and ``harm``, or of one lane, in the order of :meth:`claim`: life, due, harm."""
        ...

    def line(self, desk: str, limit: int, now: float, lane: str | None = None) -> list[Waiting]:
        """The first items of :meth:`queue` without their posts."""
        ...

    def claim(self, ask: Ask, limit: int, now: float) -> list[ReviewItem]:
        """Lease the first items, in the order of the lanes asked for, that nobody holds.

        Items for ``both`` desks are included. Left out is what the reviewer passed on, opted out of, or cannot read
        well enough to limit (leads and admins are offered everything), and appeals, blind and golden items of what
        they decided themselves. From lane ``lead`` nothing keeps those who passed on it, but who asked for a second
        opinion.
        """
        ...

    def item(self, item_id: int, now: float) -> ReviewItem:
        """One item."""
        ...

    def renew(self, item_id: int, lease: Lease, expires_at: float, now: float) -> Lease:
        """Hold an item until ``expires_at``."""
        ...

    def release(self, item_id: int, lease: Lease, now: float) -> None:
        """Give an item back."""
        ...

    def skip(self, item_id: int, lease: Lease, reason: str, note: str, now: float) -> int:
        """Give an item back and never offer it to the same person again; how many have passed on it.

        The third to pass sends it to lane ``lead``.
        """
        ...

    def escalate(self, item_id: int, lease: Lease, note: str, now: float) -> None:
        """Give an item to the leads."""
        ...

    def second(self, item_id: int, lease: Lease, desk: str, opinion: Mapping[str, Any], now: float) -> None:
        """Give an item to a desk for a second opinion; ``opinion`` becomes its ``sealed``. The asker never gets it."""
        ...

    def lend_back(
        self, item_id: int, lease: Lease, verdict: Verdict, now: float, *, load: float = 0.0, key: str | None = None
    ) -> Recorded:  # fmt: skip
        """Limit a post at once for the other desk, whose queue keeps the item, ``lent`` and with no views.

        A ``key`` is as for :meth:`Verdicts.decide`.
        """
        ...

    def ask_review(
        self, key: tuple[str, int], kind: str, desk: str, due_at: float, now: float, *,
        sealed: Mapping[str, Any] | None = None, text: str = "", lane: str | None = None,
    ) -> int:  # fmt: skip
        """Open an item of a kind for a decided post; its id. The lane is the kind's, or ``harm`` for ``review``.

        A post has one item of each kind: an appeal, a review or a golden item that is decided is opened anew, any other
        is a
        :class:`~moderation.domain.errors.UsageError`.
        """
        ...

    def draw(self, at: float, languages: Sequence[str], now: float) -> tuple[str, int] | None:
        """A decided post without an item, ``at`` in [0, 1) from the first to the last; None where none is near.

        ``languages`` are tags or ``*``; a tag covers those that begin with it.
        """
        ...

    def views(self, per_minute: Mapping[str, float], now: float) -> int:
        """Set the views a minute of posts, by id, and the priority of their open items; how many items changed."""
        ...

    def arrivals(self, since: float, until: float) -> dict[tuple[str, int], int]:
        """How many items of reviews and appeals were opened, by desk and hour (Unix time // 3600)."""
        ...

    def passes(self, since: float, until: float, reviewer: str | None = None) -> list[Mapping[str, Any]]:
        """All that was passed on in a time (by somebody), oldest first: ``item`` and what :meth:`passed` gives."""
        ...

    def passed(self, item_id: int) -> list[Mapping[str, Any]]:
        """Who passed on an item and why, oldest first: ``reviewer, reason, note, at``.

        ``reason`` is one of REASONS, ``escalated`` or ``second``.
        """
        ...


class Verdicts(Protocol):
    """What was decided by people."""

    def decide(
        self, item_id: int, lease: Lease, verdict: Verdict, now: float, *,
        hold_s: float = 0.0, load: float = 0.0, key: str | None = None, desk: str | None = None,
        campaign: str | None = None, also: Sequence[tuple[str, int]] = (), opened: Collection[tuple[str, int]] = (),
    ) -> list[Recorded]:  # fmt: skip
        """Record a verdict of an item, and the same of each member ``also`` of its campaign: the item's own is first.

        It takes effect ``hold_s`` later (:meth:`settle`); at once where that is 0. A blind or golden item's has none.
        A ``key`` that has decided before gives what it decided then (``fresh`` is False). ``desk`` is the reviewer's,
        where it is not the item's. Where a member is decided, with the leads, out for a second opinion, or held by
        somebody else, nothing is written: :class:`~moderation.domain.errors.CampaignChanged`. A member without an item
        gets one. An earlier verdict of the same post that stands becomes ``reversed``. Of a campaign the item weighs
        ``load``, as do the members that were read (``opened``); the others weigh nothing.
        """
        ...

    def keyed(self, key: str) -> list[Recorded]:
        """What a ``key`` has decided, with ``fresh`` False; nothing where it is new."""
        ...

    def settle(self, now: float) -> int:
        """Give every verdict whose time has come its effect: the post's state, and a publication; how many."""
        ...

    def undo(self, verdict_id: int, reviewer: str, reason: str, now: float, ttl_s: float) -> Recorded:
        """Take back a verdict and all of the same campaign decision, and lease its item to ``reviewer`` for ``ttl_s``.

        Before its effect it becomes ``undone``; afterwards ``reversed``: the post's state is what its decision says,
        which is published, and which takes a reason (:class:`~moderation.domain.errors.UsageError`). Audited as a
        record of its own. A verdict that does not count any more is an
        :class:`~moderation.domain.errors.AlreadyDecided`.
        """
        ...

    def verdict(self, verdict_id: int) -> Recorded:
        """One verdict."""
        ...

    def looks(self, after: int, limit: int) -> list[Look]:
        """Of the newest verdicts with an id over ``after``, the newest first."""
        ...

    def seal(self, verdict_id: int) -> Seal:
        """Where the audit chain covers a verdict; quick for one of the last."""
        ...

    def verdicts(
        self, since: float = 0.0, until: float | None = None, *, reviewer: str | None = None,
        kinds: Sequence[str] = (), after: int = 0, limit: int | None = None, newest: bool = False,
    ) -> list[Recorded]:  # fmt: skip
        """Verdicts with an id over ``after``, in order of id (or the newest first)."""
        ...

    def of_post(self, post_id: str, revision: int) -> list[Recorded]:
        """All that was decided by people about a revision, oldest first."""
        ...

    def bodies(self, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Bodies]:
        """Post and decision (JSON) of each decided revision that is known."""
        ...

    def campaign(self, campaign: str) -> list[Member]:
        """The decided posts of a campaign (their newest revision), in order of intake."""
        ...

    def of_author(self, author: str, limit: int) -> list[tuple[Member, list[Recorded]]]:
        """What of an author was ever flagged, the newest first, with the verdicts."""
        ...

    def search(self, wanted: Search, limit: int, before: int | None = None) -> list[Mapping[str, Any]]:
        """Decided posts, the newest first: ``seq, post_id, revision, state, decided_at, post, decision``.

        ``before``: only those with a lower ``seq``.
        """
        ...


class Roster(Protocol):
    """Who works, and what they leave for one another."""

    def add_reviewer(self, reviewer: Reviewer, token_id: str, token_hash: str, now: float) -> None:
        """Add somebody, or give them another role and token (the old one ends)."""
        ...

    def revoke_reviewer(self, name: str, now: float) -> None:
        """End somebody's token; their verdicts stay. :class:`~moderation.domain.errors.NotFound`."""
        ...

    def reviewers(self) -> list[Reviewer]:
        """All whose token holds, by name."""
        ...

    def reviewer_of(self, token_id: str) -> tuple[Reviewer, str] | None:
        """Whose token it is, and its hash."""
        ...

    def opt_out(self, name: str, categories: Sequence[str]) -> None:
        """Set the categories that somebody does not want to see; of a local reviewer, too, who has no token."""
        ...

    def opted_out(self, name: str) -> tuple[str, ...]:
        """Those categories."""
        ...

    def save_handover(self, handover: Handover, before: Handover) -> bool:
        """Keep a digest in place of the one ``before`` of the same shift and desk; False where that holds no more.

        ``before`` is what :meth:`handovers` gave; where there was none, one with an empty body.
        """
        ...

    def add_note(self, shift: str, desk: str, note: Mapping[str, str]) -> Handover:
        """Add to the ``notes`` of a digest; :class:`~moderation.domain.errors.UsageError` where it is published."""
        ...

    def handovers(self, desk: str | None, limit: int) -> list[Handover]:
        """The newest first."""
        ...

    def keep(self, item_id: int, lease: Lease, shift: str, reason: str, expires_at: float, now: float) -> None:
        """Keep an item for the shift that comes (``shift`` holds its lease, as ``shift:S1``) until ``expires_at``."""
        ...

    def kept(self, shift: str, now: float) -> list[tuple[ReviewItem, str]]:
        """The items that are kept for a shift, with the reason."""
        ...

    def take_kept(self, shift: str, reviewer: str, ttl_s: float, now: float) -> list[ReviewItem]:
        """Lease all that is kept for a shift to one of its reviewers; what nobody takes goes back when it expires."""
        ...

    def correct(self, correction: Correction) -> int:
        """Keep a correction of a gloss; its id."""
        ...

    def corrections(self) -> Iterator[Correction]:
        """All of them, oldest first."""
        ...


class ReviewStore(Queue, Verdicts, Roster, Protocol):
    """All that the review desks ask of the store."""
