"""What was decided by people, in the memory of one process: a part of the store's twin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from threading import RLock
from typing import TYPE_CHECKING, Any

from moderation.domain.review import COMPARED, Lease, Look, Recorded, Seal, Verdict
from moderation.storage import reviewed
from moderation.storage.audit import Link
from moderation.storage.memory_rows import Given, Item, Key, Revision, alone
from moderation.storage.records import AFTER_VERDICT, check_verdict, dumps, loads, publication


class MemoryVerdicts:
    """Verdicts, their effect, and how they are taken back."""

    if TYPE_CHECKING:
        _lock: RLock
        _revisions: dict[Key, Revision]
        _chain: list[Link]

        def _item(self, item_id: int) -> Item: ...
        def _decided(self, key: Key) -> Revision: ...
        def _newest(self, post_id: str) -> int: ...
        def _open_item(
            self, revision: Revision, kind: str, desk: str, lane: str, due_at: float, now: float
        ) -> Item: ...
        def _publish(self, key: Key, body: str) -> None: ...
        def _extend_chain(self, kind: str, now: float, bodies: Mapping[int, str]) -> None: ...

    def __init__(self) -> None:
        super().__init__()
        self._given: dict[int, Given] = {}

    @alone
    def decide(
        self,
        item_id: int,
        lease: Lease,
        verdict: Verdict,
        now: float,
        *,
        hold_s: float = 0.0,
        load: float = 0.0,
        key: str | None = None,
        desk: str | None = None,
        campaign: str | None = None,
        also: Sequence[Key] = (),
        opened: Collection[Key] = (),
    ) -> list[Recorded]:
        """Record a verdict of an item, and the same of other members of its campaign."""
        check_verdict(verdict)
        item = self._item(item_id)
        if before := self._keyed(key):
            return before
        reviewer = item.held(lease, now)
        members = self._members(item, also, reviewer, now)
        places = [member.place._replace(desk=desk or item.desk) for member in members]
        state = "silent" if item.kind in COMPARED else "held"
        made = []
        for n, (member, place) in enumerate(zip(members, places, strict=True)):
            weight = load if n == 0 or member.of.key in opened else 0.0
            body = reviewed.verdict_json(place, verdict, reviewer, now, weight, campaign)
            made.append(self._give(member, body, place, now, now + hold_s, state, key if n == 0 else None))
            member.close("decided")
        for given in made:
            given.batch = made[0].id
        self._extend_chain("verdict", now, {given.id: given.body for given in made})
        if hold_s <= 0:
            self._take_effect(made)
        return [given.record for given in made]

    @alone
    def lend_back(
        self,
        item_id: int,
        lease: Lease,
        verdict: Verdict,
        now: float,
        *,
        load: float = 0.0,
        key: str | None = None,
    ) -> Recorded:
        """Limit a post for the other desk, whose queue keeps the item."""
        check_verdict(verdict)
        item = self._item(item_id)
        if before := self._keyed(key):
            return before[0]
        reviewer = item.held(lease, now)
        place = item.place._replace(desk=reviewed.other(item.desk))
        body = reviewed.verdict_json(place, verdict, reviewer, now, load, None)
        given = self._give(item, body, place, now, now, "held", key)
        item.close("open")
        item.lent, item.views, item.priority = True, 0.0, 0.0
        self._extend_chain("verdict", now, {given.id: given.body})
        self._take_effect([given])
        return given.record

    @alone
    def keyed(self, key: str) -> list[Recorded]:
        """What an idempotency key has decided."""
        return self._keyed(key)

    @alone
    def settle(self, now: float) -> int:
        """Give every verdict whose time has come its effect."""
        due = [g for g in self._given.values() if g.record.state == "held" and g.record.effective_at <= now]
        self._take_effect(sorted(due, key=lambda given: (given.record.effective_at, given.id)))
        return len(due)

    @alone
    def undo(self, verdict_id: int, reviewer: str, reason: str, now: float, ttl_s: float) -> Recorded:
        """Take back a verdict and all that were given with it."""
        if (given := self._given.get(verdict_id)) is None:
            raise reviewed.no_verdict(verdict_id)
        reviewed.check_counts(given.record)
        batch = [one for one in self._given.values() if one.batch == given.batch and reviewed.counts(one.record)]
        reviewed.check_reason_given([one.record for one in batch], reason, now)
        made = {one.id: self._take_back(one, reviewer, reason, now) for one in batch}
        for undone in made.values():
            undone.batch = made[verdict_id].id
        self._extend_chain("verdict", now, {undone.id: undone.body for undone in made.values()})
        for number in made:
            self._reopen(self._given[number].record.item, now)
        item = self._item(given.record.item)
        if item.state == "open" and item.free(now):
            item.give(reviewer, now + ttl_s, now)
        return made[verdict_id].record

    @alone
    def verdict(self, verdict_id: int) -> Recorded:
        """One verdict."""
        if verdict_id not in self._given:
            raise reviewed.no_verdict(verdict_id)
        return self._given[verdict_id].record

    @alone
    def looks(self, after: int, limit: int) -> list[Look]:
        """Of the newest verdicts."""
        newest = (given.record for number, given in reversed(self._given.items()) if number > after)
        return [
            Look(one.id, one.reviewer, one.claimed_at, one.at, one.category, one.of) for one in islice(newest, limit)
        ]

    @alone
    def seal(self, verdict_id: int) -> Seal:
        """Where the audit chain covers a verdict."""
        return reviewed.seal_of(verdict_id, reversed(self._chain))

    @alone
    def verdicts(
        self,
        since: float = 0.0,
        until: float | None = None,
        *,
        reviewer: str | None = None,
        kinds: Sequence[str] = (),
        after: int = 0,
        limit: int | None = None,
        newest: bool = False,
    ) -> list[Recorded]:
        """Verdicts in order of id, or the newest first."""
        records = [given.record for given in self._given.values()]
        found = (
            one
            for one in (reversed(records) if newest else records)
            if one.id > after
            and since <= one.at
            and (until is None or one.at < until)
            and reviewer in {None, one.reviewer}
            and (not kinds or one.kind in kinds)
        )
        return list(islice(found, limit))

    @alone
    def of_post(self, post_id: str, revision: int) -> list[Recorded]:
        """All that people decided about a revision, oldest first."""
        known = self._revisions.get((post_id, revision))
        return [given.record for given in known.verdicts] if known else []

    def _members(self, item: Item, also: Sequence[Key], reviewer: str, now: float) -> list[Item]:
        """The item and those of other revisions, made where nobody was asked; nothing is made unless all can be."""
        wanted = [key for key in dict.fromkeys(also) if key != item.of.key]
        missing = {key for key in wanted if key not in self._revisions or not self._revisions[key].decision}
        busy = {key for key in wanted if key not in missing and not self._joins(self._revisions[key], reviewer, now)}
        if missing | busy:
            raise reviewed.changed_campaign(missing | busy)
        found = [item]
        for key in wanted:
            revision = self._revisions[key]
            found.append(revision.item or self._open_item(revision, "review", item.desk, "harm", item.due_at, now))
        return found

    def _joins(self, revision: Revision, reviewer: str, now: float) -> bool:
        item = revision.item
        if item is None:
            return revision.key[1] == self._newest(revision.key[0])
        mine = item.lease is not None and item.lease.reviewer == reviewer
        return item.state == "open" and not reviewed.apart(item.lane, item.sealed) and (mine or item.free(now))

    def _keyed(self, key: str | None) -> list[Recorded]:
        batch = next((given.batch for given in self._given.values() if key is not None and given.key == key), None)
        return [replace(given.record, fresh=False) for given in self._given.values() if given.batch == batch]

    def _give(
        self,
        item: Item,
        body: Mapping[str, Any],
        place: reviewed.Place,
        now: float,
        effective_at: float,
        state: str,
        key: str | None,
    ) -> Given:
        number = len(self._given) + 1
        course = reviewed.Course(number, now, place.claimed_at, effective_at, state)
        given = Given(reviewed.recorded(body, course, place), dumps(body), number, key)
        self._given[number] = given
        item.of.verdicts.append(given)
        return given

    def _take_effect(self, given: Iterable[Given]) -> None:
        for one in given:
            if one.record.state != "held":
                continue
            revision = self._item(one.record.item).of
            for earlier in revision.verdicts:
                if earlier.record.state == "standing" and earlier.record.of is None:
                    earlier.become("reversed")
            one.become("standing")
            revision.state = AFTER_VERDICT[one.record.action]
            self._publish(revision.key, dumps(publication(loads(one.body))))

    def _take_back(self, given: Given, reviewer: str, reason: str, now: float) -> Given:
        item = self._item(given.record.item)
        stood = given.record.state == "standing"
        restores: str | None = loads(item.of.decided)["action"] if stood else None
        given.become("reversed" if stood else "undone")
        body = reviewed.taken_back_json(given.id, loads(given.body), reviewer, reason, now, restores)
        undone = self._give(item, body, item.place._replace(desk=given.record.desk), now, now, "standing", None)
        if restores is not None:
            item.of.state = reviewed.state_after(restores)
            self._publish(item.of.key, dumps(publication(body)))
        return undone

    def _reopen(self, item_id: int, now: float) -> None:
        """Let an item wait again, unless a newer revision has come."""
        item = self._item(item_id)
        if item.of.key[1] < self._newest(item.of.key[0]):
            item.close("superseded")
        elif item.state == "decided":
            item.close("open")
        if item.lent:
            about = reviewed.facts(loads(item.of.decided))
            item.lent, item.views, item.priority = False, None, about.priority
