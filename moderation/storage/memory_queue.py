"""Items and their leases, in the memory of one process: a part of the store's twin."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from threading import RLock
from typing import TYPE_CHECKING, Any

from moderation.domain.language import covers
from moderation.domain.review import OF_OTHERS, REASONS, Ask, Lease, ReviewItem, Waiting
from moderation.storage import reviewed
from moderation.storage.memory_rows import Item, Key, Revision, alone
from moderation.storage.records import check_desk, dumps, loads, no_item, storable, storable_values

Order = Callable[[Item], tuple[float, ...]]


class MemoryQueue:
    """The queues of the desks."""

    if TYPE_CHECKING:
        _lock: RLock
        _revisions: dict[Key, Revision]
        _by_post: defaultdict[str, list[Revision]]

        def opted_out(self, name: str) -> tuple[str, ...]: ...

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[int, Item] = {}

    @alone
    def queue(self, desk: str | None, limit: int, now: float, lane: str | None = None) -> list[ReviewItem]:
        """Open items, leased ones too, in the order in which they are claimed."""
        reviewed.check_line(desk, lane)
        return [item.seen(now) for item in self._in_line(desk, limit, now, lane)]

    @alone
    def line(self, desk: str, limit: int, now: float, lane: str | None = None) -> list[Waiting]:
        """The first of them, without their posts."""
        reviewed.check_line(desk, lane)
        return [item.waiting(now) for item in self._in_line(desk, limit, now, lane)]

    def _in_line(self, desk: str | None, limit: int, now: float, lane: str | None) -> list[Item]:
        lanes = (lane,) if lane else ("life", "due", "harm")
        offered = [item for item in self._open() if desk is None or item.desk in {desk, "both"}]
        found: dict[int, Item] = {}
        for each in lanes:
            some = (item for item in offered if lane or item.lane in reviewed.WALKED)
            found.update((item.id, item) for item in _lane(some, each, now))
        return list(islice(found.values(), limit))

    @alone
    def claim(self, ask: Ask, limit: int, now: float) -> list[ReviewItem]:
        """Lease the next items that nobody holds."""
        reviewed.check_ask(ask)
        no = {*ask.reviewer.no, *self.opted_out(ask.reviewer.name)}
        free = [item for item in self._open() if item.free(now) and _suits(item, ask, no)]
        own = [item for item in free if item.desk in {ask.desk, "both"}]
        loans = [item for item in free if _lends(item, ask)]
        found: dict[int, Item] = {}
        for lane in ask.lanes:
            if lane == "loan":
                some = sorted(loans, key=_by_priority())
            elif lane == "cost":
                slower = _by_priority({item.id for item in loans}, ask.loan_slower)
                some = sorted([item for item in own if item.lane == "harm"] + loans, key=slower)
            else:
                some = _lane(own, lane, now)
            found.update((item.id, item) for item in some)
        claimed = list(islice(found.values(), limit))
        for item in claimed:
            ttl_s = ask.ttl_s.get(item.about.category or "*", ask.ttl_s["*"])
            item.give(ask.reviewer.name, now + ttl_s, now)
        return [item.seen(now) for item in claimed]

    @alone
    def item(self, item_id: int, now: float) -> ReviewItem:
        """One item."""
        return self._item(item_id).seen(now)

    @alone
    def renew(self, item_id: int, lease: Lease, expires_at: float, now: float) -> Lease:
        """Hold an item longer."""
        item = self._item(item_id)
        item.lease = Lease(lease.id, item.held(lease, now), lease.fence, expires_at)
        return item.lease

    @alone
    def release(self, item_id: int, lease: Lease, now: float) -> None:
        """Give an item back."""
        self._item(item_id).held(lease, now)
        self._items[item_id].close("open")

    @alone
    def skip(self, item_id: int, lease: Lease, reason: str, note: str, now: float) -> int:
        """Give an item back, for ever unless who does is only busy."""
        reviewed.check_reason(reason)
        item = self._pass(item_id, lease, None if reason == "busy" else reason, note, now)
        passed = len({name for name, why, _, _ in item.passes if why in REASONS})
        if passed >= reviewed.ENOUGH_PASSES:
            item.lane = "lead"
        return passed

    @alone
    def escalate(self, item_id: int, lease: Lease, note: str, now: float) -> None:
        """Give an item to the leads."""
        self._pass(item_id, lease, "escalated", note, now).lane = "lead"

    @alone
    def second(self, item_id: int, lease: Lease, desk: str, opinion: Mapping[str, Any], now: float) -> None:
        """Give an item to a desk for a second opinion."""
        check_desk(desk)
        item = self._pass(item_id, lease, "second", "", now)
        item.desk, item.sealed = desk, dumps(storable_values(opinion))
        if item.lane == "lead":
            item.lane = reviewed.WALKED[item.rank]

    @alone
    def ask_review(
        self,
        key: Key,
        kind: str,
        desk: str,
        due_at: float,
        now: float,
        *,
        sealed: Mapping[str, Any] | None = None,
        text: str = "",
        lane: str | None = None,
    ) -> int:
        """Open an item of a kind for a decided post."""
        lane = reviewed.lane_of(kind, lane)
        reviewed.check_item_desk(desk)
        revision = self._decided(key)
        item = revision.items.get(kind)
        reviewed.check_unasked(key, kind, item.state if item else None)
        if key[1] < self._newest(key[0]):
            raise reviewed.replaced(key)
        fresh = self._open_item(revision, kind, desk, lane, due_at, now, item)
        fresh.sealed, fresh.text = None if sealed is None else dumps(dict(sealed)), storable(text)
        return fresh.id

    @alone
    def draw(self, at: float, languages: Sequence[str], now: float) -> Key | None:
        """A decided post without an item, near where one was drawn."""
        decided = [revision for revision in self._revisions.values() if revision.decision]
        if not decided:
            return None
        first, last = decided[0].seq, decided[-1].seq
        start = first + int(at * (last - first + 1))
        for revision in decided:
            newest = revision.key[1] == self._newest(revision.key[0])
            if not start <= revision.seq < start + reviewed.NEAR or revision.items or not newest:
                continue
            tag = loads(revision.decided)["language"]["tag"]
            if any(covers(general, tag) for general in languages):
                return revision.key
        return None

    @alone
    def views(self, per_minute: Mapping[str, float], now: float) -> int:
        """Set views, and priorities by them."""
        changed = 0
        for item in self._open():
            if (views := per_minute.get(item.of.key[0])) is not None:
                item.views = views
                item.priority = reviewed.priority_at(views, loads(item.of.body), loads(item.of.decided))
                changed += 1
        return changed

    @alone
    def passed(self, item_id: int) -> list[Mapping[str, Any]]:
        """Who passed on an item and why, oldest first."""
        names = ("reviewer", "reason", "note", "at")
        return [dict(zip(names, each, strict=True)) for each in self._item(item_id).passes]

    @alone
    def arrivals(self, since: float, until: float) -> dict[tuple[str, int], int]:
        """How many reviews and appeals were opened, by desk and hour."""
        asked = [i for i in self._items.values() if i.kind in reviewed.ASKED and since <= i.created_at < until]
        return dict(Counter((item.desk, int(item.created_at // 3600)) for item in asked))

    @alone
    def passes(self, since: float, until: float, reviewer: str | None = None) -> list[Mapping[str, Any]]:
        """All that was passed on in a time, oldest first."""
        names = ("reviewer", "reason", "note", "at")
        found = [(item.id, each) for item in self._items.values() for each in item.passes if since <= each[3] < until]
        found = [one for one in found if reviewer in {None, one[1][0]}]
        found.sort(key=lambda one: (one[1][3], one[0]))
        return [{"item": item, **dict(zip(names, each, strict=True))} for item, each in found]

    def _open(self) -> list[Item]:
        return [item for item in self._items.values() if item.state == "open"]

    def _item(self, item_id: int) -> Item:
        if item_id not in self._items:
            raise no_item(item_id)
        return self._items[item_id]

    def _decided(self, key: Key) -> Revision:
        revision = self._revisions.get(key)
        if revision is None or revision.decision is None:
            raise reviewed.no_post(key)
        return revision

    def _newest(self, post_id: str) -> int:
        """The newest decided revision."""
        return max((r.key[1] for r in self._by_post.get(post_id, ()) if r.decision), default=-1)

    def _pass(self, item_id: int, lease: Lease, reason: str | None, note: str, now: float) -> Item:
        item = self._item(item_id)
        reviewer = item.held(lease, now)
        item.close("open")
        if reason is not None:
            item.passes.append((reviewer, reason, storable(note), now))
        return item

    def _open_item(
        self, revision: Revision, kind: str, desk: str, lane: str, due_at: float, now: float, again: Item | None = None
    ) -> Item:
        about = reviewed.facts(loads(revision.decided))
        span, rank = reviewed.span_of(due_at, now), int(lane != "life")
        number = again.id if again else len(self._items) + 1
        item = Item(number, revision, kind, desk, lane, rank, about.priority, due_at, span, now, about)
        if again:
            item.fence, item.passes = again.fence, again.passes
        revision.items[kind] = self._items[number] = item
        return item

    def _ask_for_review(self, revision: Revision, now: float) -> None:
        if revision.decision and (need := revision.decision.review):
            self._open_item(revision, "review", need.desk, need.lane, now + need.due_in_s, now)


def _lane(items: Iterable[Item], lane: str, now: float) -> list[Item]:
    """The items of a lane in their order."""
    if lane == "due":
        harm = [item for item in items if item.soon(now) and _falls_due(item, now)]
        return sorted(harm, key=lambda item: item.due)
    order: Order = (lambda item: item.order) if lane in reviewed.WALKED else (lambda item: item.due)
    return sorted((item for item in items if item.lane == lane), key=order)


def _falls_due(item: Item, now: float) -> bool:
    return item.lane == "appeal" or (item.lane == "harm" and item.due_at > now)


def _suits(item: Item, ask: Ask, no: set[str]) -> bool:
    """Whether an item is one to offer to who asks."""
    about, reviewer = item.about, ask.reviewer
    asked_for = about.needs <= ask.most and (not ask.categories or about.category in ask.categories)
    reads = reviewed.sees_all(reviewer) or reviewer.level(about.language) >= about.needs
    hiding = reviewed.PASSED_IN_LEAD if item.lane == "lead" else None
    passed = any(name == reviewer.name and hiding in {None, reason} for name, reason, _, _ in item.passes)
    own = item.kind in OF_OTHERS and any(given.record.reviewer == reviewer.name for given in item.of.verdicts)
    return asked_for and reads and about.category not in no and not passed and not own


def _lends(item: Item, ask: Ask) -> bool:
    return (
        ask.loan_over is not None
        and item.desk == reviewed.other(ask.desk)
        and item.lane in reviewed.WALKED
        and item.about.needs <= reviewed.LENT_NEEDS
        and not item.lent
        and item.sealed is None
        and item.priority > ask.loan_over
    )


def _by_priority(slow: set[int] | None = None, slower: float = 1.0) -> Order:
    def order(item: Item) -> tuple[float, ...]:
        weight = slower if slow and item.id in slow else 1.0
        return (-item.priority / weight, item.created_at, item.id)

    return order
