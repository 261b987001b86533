"""The pool in the memory of one process: the twin of the SQL store, for tests and for trying things out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count, islice
from threading import RLock
from typing import Any
from uuid import uuid4

from moderation.domain.decision import ACTING, Decision
from moderation.domain.pool import Backlog, DeadLetter, Intake, PoolStatus, PostRecord, Publication, Unit
from moderation.domain.post import Post
from moderation.storage import records
from moderation.storage.audit import Link, extend, merkle_root, problems
from moderation.storage.memory_history import MemoryHistory
from moderation.storage.memory_queue import MemoryQueue
from moderation.storage.memory_roster import MemoryRoster
from moderation.storage.memory_rows import Key, Revision, alone
from moderation.storage.memory_shed import MemoryShed
from moderation.storage.memory_verdicts import MemoryVerdicts
from moderation.storage.records import dumps, loads


class MemoryStore(MemoryShed, MemoryQueue, MemoryVerdicts, MemoryHistory, MemoryRoster):
    """:class:`~moderation.domain.ports.Store` that forgets all when it goes. May be used by many threads."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = RLock()
        self._revisions: dict[Key, Revision] = {}
        self._by_post: defaultdict[str, list[Revision]] = defaultdict(list)
        self._units: Counter[str] = Counter()
        self._letters: dict[int, DeadLetter] = {}
        self._letter_ids = count(1)
        self._outbox: dict[int, tuple[Key, str]] = {}
        self._published: dict[int, tuple[Key, str]] = {}
        self._outbox_ids = count(1)
        self._chain: list[Link] = []

    # intake -----------------------------------------------------------------------------------------------------------
    @alone
    def add_posts(self, posts: Sequence[Post], unit_id: str, now: float) -> Intake:
        """Write new posts as pending."""
        accepted: list[Post] = []
        conflicting: list[Post] = []
        for post in posts:
            body, digest = records.post_body(post)
            known = self._revisions.get(post.key)
            if known is None:
                seq = len(self._revisions) + 1
                revision = Revision(seq, post.key, body, digest, unit_id, now, now)
                self._revisions[post.key] = revision
                self._by_post[post.id].append(revision)
                accepted.append(post)
            elif known.digest != digest:
                conflicting.append(post)
        repeated = len(posts) - len(accepted) - len(conflicting)
        return Intake(accepted=tuple(accepted), repeated=repeated, conflicting=tuple(conflicting))

    @alone
    def add_dead_letters(self, letters: Sequence[DeadLetter], now: float) -> None:
        """Keep what could not be moderated."""
        for letter in letters:
            number = next(self._letter_ids)
            self._letters[number] = replace(
                letter,
                source=records.storable(letter.source),
                reason=records.storable(letter.reason),
                body=records.letter_body(letter),
                id=number,
                created_at=now,
            )

    @alone
    def dead_letters(self, limit: int, offset: int = 0) -> list[DeadLetter]:
        """Newest first."""
        return list(islice(reversed(self._letters.values()), offset, offset + limit))

    @alone
    def retry(self, ids: Sequence[int] | None, unit_id: str, now: float) -> list[Post]:
        """Put buried posts back as pending, as the SQL store does."""
        again: list[Post] = []
        for letter in list(self._letters.values()):
            if letter.post_id is None or letter.id is None or (ids is not None and letter.id not in ids):
                continue
            post = records.post_in(letter.body)
            if post is None:
                continue
            intake = self.add_posts([post], unit_id, now)
            if intake.conflicting:
                continue
            del self._letters[letter.id]
            revision = self._revisions[post.key]
            if revision.state == "buried":
                revision.state, revision.unit, revision.enqueued_at = "pending", unit_id, now
                again.append(post)
            elif intake.accepted:
                again.append(post)
        return again

    # work -------------------------------------------------------------------------------------------------------------
    @alone
    def begin(self, unit_id: str, now: float) -> int:
        """Count an attempt at a unit."""
        self._units[unit_id] += 1
        return self._units[unit_id]

    @alone
    def pending(self, keys: Sequence[Key]) -> set[Key]:
        """Those of the keys that are still pending."""
        return {key for key in keys if self._pending(key)}

    @alone
    def attempt(self, unit_id: str, keys: Sequence[Key], now: float) -> tuple[int, set[Key]]:
        """Count an attempt at a unit of which something is pending; the count, and what is."""
        pending = self.pending(keys)
        return (self.begin(unit_id, now) if pending else 0), pending

    @alone
    def commit(self, unit_id: str, decisions: Sequence[Decision], now: float) -> int:
        """Write what was decided and end the unit; a post that is not pending is passed over."""
        decided: list[Revision] = []
        for decision in decisions:
            revision = self._pending((decision.post_id, decision.revision))
            if revision is not None:
                revision.decision, revision.decided = decision, dumps(decision.to_json())
                revision.state, revision.decided_at = records.AFTER_DECISION[decision.action], now
                decided.append(revision)
        decided.sort(key=lambda revision: revision.seq)
        for revision in decided:
            self._ask_for_review(revision, now)
            self._publish(revision.key, revision.decided)
            self._leave(revision)
        if decided:
            self._supersede({revision.key[0] for revision in decided})
            self._extend_chain("commit", now, {revision.seq: revision.decided for revision in decided})
        self._units.pop(unit_id, None)
        return len(decided)

    @alone
    def bury(self, unit_id: str, key: Key, reason: str, now: float) -> None:
        """Move a pending post to the dead letters and end the unit."""
        revision = self._pending(key)
        if revision is not None:
            revision.state = "buried"
            self.add_dead_letters([DeadLetter(f"unit {unit_id}", reason, revision.body, *key)], now)
        self._units.pop(unit_id, None)

    @alone
    def take_stale(self, before: float, limit: int, now: float) -> list[Unit]:
        """Regroup posts that were enqueued too long ago; a fresh unit keeps the count of attempts of the old one."""
        stale = [r for r in self._revisions.values() if r.state == "pending" and r.enqueued_at < before]
        stale = sorted(stale, key=lambda r: (r.enqueued_at, r.seq))[:limit]
        attempts = {r.unit: self._units[r.unit] for r in stale}
        last = stale[-1].unit if stale else None
        groups = [[r for r in stale if attempts[r.unit] == number] for number in sorted(set(attempts.values()))]
        units: list[Unit] = []
        for alike in groups:
            number = attempts[alike[0].unit]
            for start in range(0, len(alike), records.UNIT_SIZE):
                part = alike[start : start + records.UNIT_SIZE]
                units.append(Unit(id=uuid4().hex, posts=tuple(loads(r.body) for r in part)))
                self._units[units[-1].id] = number
                for revision in part:
                    revision.unit, revision.enqueued_at = units[-1].id, now
        for unit in attempts.keys() - {last}:
            del self._units[unit]
        return units

    # publication ------------------------------------------------------------------------------------------------------
    @alone
    def unpublished(self, limit: int) -> list[Publication]:
        """Oldest first."""
        oldest = islice(self._outbox.items(), limit)
        return [Publication(seq, *key, loads(body).get("kind", "decision"), body) for seq, (key, body) in oldest]

    @alone
    def mark_published(self, seqs: Sequence[int], now: float) -> None:
        """They reached the stream."""
        for seq in seqs:
            if seq in self._outbox:
                self._published[seq] = self._outbox.pop(seq)

    @alone
    def unmark_published(self, after: int) -> int:
        """Put those with a higher number back."""
        again = {seq: self._published.pop(seq) for seq in list(self._published) if seq > after}
        self._outbox = dict(sorted((self._outbox | again).items()))
        return len(again)

    # the pool ---------------------------------------------------------------------------------------------------------
    @alone
    def status(self, now: float) -> PoolStatus:
        """Counts for a person; ``rules`` has those that act."""
        revisions = self._revisions.values()
        languages: dict[str, Counter[str]] = {}
        rules: Counter[str] = Counter()
        for decision in (r.decision for r in revisions if r.decision):
            languages.setdefault(decision.language.tag, Counter())[decision.action.name] += 1
            rules.update({match.rule for match in decision.matches if match.status in ACTING})
        desks: dict[str, Counter[str]] = {}
        for item in self._items.values():
            if item.state == "open":
                desks.setdefault(item.desk, Counter())[item.lane] += 1
        oldest = next((r.received_at for r in revisions if r.state == "pending"), None)
        return PoolStatus(
            posts=dict(Counter(r.state for r in revisions)),
            actions=dict(sum(languages.values(), Counter())),
            languages={tag: dict(actions) for tag, actions in languages.items()},
            desks={desk: dict(lanes) for desk, lanes in desks.items()},
            rules=dict(rules),
            dead_letters=len(self._letters),
            unpublished=len(self._outbox),
            oldest_pending_s=None if oldest is None else now - oldest,
            shed=len(self._shed),
        )

    @alone
    def count_pending(self) -> int:
        """How many posts wait for a decision."""
        return sum(r.state == "pending" for r in self._revisions.values())

    @alone
    def backlog(self, now: float) -> Backlog:
        """What waits."""
        known = self.status(now)
        here = {(desk, lane): number for desk, lanes in known.desks.items() for lane, number in lanes.items()}
        late = Counter((item.desk, item.lane) for item in self._open() if item.due_at < now)
        pending = known.posts.get("pending", 0)
        return Backlog(pending, known.oldest_pending_s, known.unpublished, known.dead_letters, here, late)

    @alone
    def show(self, post_id: str) -> list[PostRecord]:
        """All revisions of a post, newest first."""
        return [
            PostRecord(
                post=loads(r.body),
                state=r.state,
                received_at=r.received_at,
                decision=loads(r.decided) if r.decision else None,
                review=records.review_json(r.item.seen(now=0.0)) if r.item else None,
                verdicts=tuple(loads(given.body) for given in r.verdicts),
            )
            for r in sorted(self._by_post.get(post_id, ()), key=lambda r: -r.key[1])
        ]

    def export(self) -> Iterator[Mapping[str, Any]]:
        """Every decision in order of intake."""
        with self._lock:
            bodies = [r.decided for r in self._revisions.values() if r.decision]
        return map(loads, bodies)

    def audit_problems(self) -> Iterator[str]:
        """What is wrong with the audit chain and with what it covers, one line a finding."""
        with self._lock:
            decided = {r.seq: r.first or r.decided for r in self._revisions.values() if r.decision}
            given = {number: one.body for number, one in self._given.items()}
            kept = {"commit": decided, "verdict": given, "rejudgement": dict(self._rejudgements)}
            chain = list(self._chain)
        counts = {kind: len(bodies) for kind, bodies in kept.items()}
        return problems(chain, lambda link: [kept[link.kind][n] for n in link.members], counts)

    def close(self) -> None:
        """Nothing to do."""

    def _publish(self, key: Key, body: str) -> None:
        self._outbox[next(self._outbox_ids)] = (key, body)

    def _pending(self, key: Key) -> Revision | None:
        revision = self._revisions.get(key)
        return revision if revision and revision.state == "pending" else None

    def _supersede(self, ids: set[str]) -> None:
        """Leave open only the item of the newest decided revision, whichever was decided last."""
        for post_id in ids:
            decided = sorted((r for r in self._by_post[post_id] if r.decision), key=lambda r: r.key[1])
            for item in (item for older in decided[:-1] for item in older.items.values()):
                if item.state == "open":
                    item.close("superseded")

    def _extend_chain(self, kind: str, now: float, bodies: Mapping[int, str]) -> None:
        last = self._chain[-1] if self._chain else None
        self._chain.append(extend(last, kind, now, list(bodies), merkle_root(bodies.values())))
