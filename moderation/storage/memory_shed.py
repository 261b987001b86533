"""What was shed in a surge, in the memory of one process: the part of the store's twin that says what comes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING

from moderation.domain.decision import Decision
from moderation.domain.pool import DeadLetter, Load, Shed
from moderation.storage.memory_rows import Key, Revision
from moderation.storage.records import AFTER_DECISION, dumps, loads
from moderation.storage.rejudged import KIND, SINGLY, comes_before, differs, rejudged_json
from moderation.storage.reviewed import facts


@dataclass(slots=True)
class Left:
    """A post that is to be judged in full: when it was last taken up, and how often."""

    of: Revision
    taken_at: float = 0.0
    tries: int = 0


class MemoryShed:
    """Posts that were judged without all parts, until they are judged with them; a part of the store in memory."""

    if TYPE_CHECKING:
        _lock: RLock
        _revisions: dict[Key, Revision]
        _by_post: defaultdict[str, list[Revision]]

        def add_dead_letters(self, letters: Sequence[DeadLetter], now: float) -> None: ...
        def _publish(self, key: Key, body: str) -> None: ...
        def _ask_for_review(self, revision: Revision, now: float) -> None: ...
        def _extend_chain(self, kind: str, now: float, bodies: Mapping[int, str]) -> None: ...

    def __init__(self) -> None:
        super().__init__()
        self._shed: dict[Key, Left] = {}
        self._rejudgements: dict[int, str] = {}

    def load(self, now: float) -> Load:
        """What waits to be judged, and to be judged in full."""
        with self._lock:
            enqueued = [r.enqueued_at for r in self._revisions.values() if r.state == "pending"]
            return Load(len(enqueued), max(now - min(enqueued, default=now), 0.0), len(self._shed))

    def take_shed(self, before: float, limit: int, now: float) -> Shed | None:
        """Take up posts that were tried as often as the one that was taken up the longest ago."""
        with self._lock:
            free = [left for left in self._shed.values() if left.taken_at < before]
            if not free:
                return None
            free = sorted(free, key=lambda left: (left.taken_at, left.of.seq))[:limit]
            tries = free[0].tries + 1
            alike = [left for left in free if left.tries + 1 == tries][: 1 if tries >= SINGLY else limit]
            for left in alike:
                left.taken_at, left.tries = now, tries
            return Shed(tuple(loads(left.of.body) for left in alike), tries)

    def spare(self, key: Key, reason: str, now: float) -> None:
        """Let a decision stand, and write a dead letter about it."""
        with self._lock:
            if left := self._shed.pop(key, None):
                self.add_dead_letters([DeadLetter("rejudging", reason, left.of.body, *key)], now)

    def revise(self, decisions: Sequence[Decision], now: float) -> int:
        """End the waiting of shed posts, and let those judgements stand that differ from the first."""
        with self._lock:
            by_key = {(decision.post_id, decision.revision): decision for decision in decisions}
            ended = [left.of for key in by_key if (left := self._shed.pop(key, None))]
            changed: dict[int, str] = {}
            for revision in sorted(ended, key=lambda revision: revision.seq):
                decision = by_key[revision.key]
                again = rejudged_json(decision)
                if not revision.judged and differs(loads(revision.decided), again):
                    body = dumps(again)
                    revision.first, revision.decided, revision.decision = revision.decided, body, decision
                    revision.state = AFTER_DECISION[decision.action]
                    number = len(self._rejudgements) + 1
                    self._rejudgements[number] = changed[number] = body
                    self._publish(revision.key, body)
                    self._ask_or_raise(revision, decision, now)
            if changed:
                self._extend_chain(KIND, now, changed)
            return len(changed)

    def _leave(self, revision: Revision) -> None:
        """Remember that a decision was made without all parts, if it was."""
        if revision.decision and revision.decision.shed:
            self._shed[revision.key] = Left(revision)

    def _ask_or_raise(self, revision: Revision, decision: Decision, now: float) -> None:
        need, item = decision.review, revision.item
        if need is None or any(r.decision and r.key[1] > revision.key[1] for r in self._by_post[revision.key[0]]):
            return
        if item is None:
            self._ask_for_review(revision, now)
        elif item.state == "open" and item.free(now) and comes_before(need, item.lane, item.priority):
            item.desk, item.lane, item.priority, item.views = need.desk, need.lane, need.priority, None
            item.rank, item.about = int(need.lane != "life"), facts(loads(revision.decided))
            if now + need.due_in_s < item.due_at:
                item.due_at, item.span = now + need.due_in_s, need.due_in_s
