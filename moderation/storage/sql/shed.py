"""What was shed in a surge, and what comes of it when it is judged in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Double,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from moderation.domain.decision import Decision
from moderation.domain.pool import Load, Shed
from moderation.storage.audit import merkle_root
from moderation.storage.records import AFTER_DECISION, dumps, loads
from moderation.storage.rejudged import KIND, SINGLY, comes_before, differs, rejudged_json
from moderation.storage.reviewed import facts
from moderation.storage.sql import tables as t
from moderation.storage.sql.chain import extend_chain
from moderation.storage.sql.database import Part, marks, reads, writes
from moderation.storage.sql.intake import Key, numbered, write_letter
from moderation.storage.sql.items import change, new_item, open_items, outdated_of
from moderation.storage.sql.judged import write_rules
from moderation.storage.sql.values import fill, numbers

_LOAD = select(
    select(func.count()).select_from(t.waiting).scalar_subquery().label("pending"),
    select(func.min(t.waiting.c.enqueued_at)).scalar_subquery().label("oldest"),
    select(func.count()).select_from(t.shed).scalar_subquery().label("shed"),
)
_FREE = (
    select(t.shed.c.post, t.shed.c.tries, t.posts.c.body)
    .join_from(t.shed, t.posts, t.posts.c.seq == t.shed.c.post)
    .where(t.shed.c.taken_at < bindparam("before"))
    .order_by(t.shed.c.taken_at, t.shed.c.post)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=t.shed)
)
_TAKE = (
    update(t.shed)
    .where(t.shed.c.post.in_(numbers("seqs")))
    .values(taken_at=bindparam("now", type_=Double), tries=t.shed.c.tries + 1)
)
_END = delete(t.shed).where(t.shed.c.post.in_(numbers("seqs"))).returning(t.shed.c.post)
_FIRST = (
    select(t.decisions.c.post, t.decisions.c.body)
    .where(t.decisions.c.post.in_(numbers("seqs")))
    .order_by(t.decisions.c.post)
    .with_for_update(key_share=True)
)
_ITEMS = (
    select(t.review_items)
    .where(t.review_items.c.post.in_(numbers("seqs")), t.review_items.c.kind == "review")
    .order_by(t.review_items.c.id)
    .with_for_update()
)
_JUDGED = select(t.verdicts.c.post).where(
    t.verdicts.c.post.in_(numbers("seqs")), t.verdicts.c.of.is_(None), t.verdicts.c.state.in_(("held", "standing"))
)
# What stays of an item that is raised.
_LASTING = ("created_at", "text", "lent", "fence", "expires_at", "claimed_at", "kept_reason")


class ShedPart(Part):
    """Posts that were judged without all parts, until they are judged with them."""

    @reads
    def load(self, connection: Connection, now: float) -> Load:
        """What waits to be judged, and to be judged in full."""
        row = connection.execute(_LOAD).one()
        return Load(row.pending, 0.0 if row.oldest is None else max(now - row.oldest, 0.0), row.shed)

    @marks
    def take_shed(self, connection: Connection, before: float, limit: int, now: float) -> Shed | None:
        """Take up at most ``limit`` posts that were tried as often as the one that was taken up the longest ago."""
        free = connection.execute(_FREE, {"before": before, "limit": limit}).all()
        if not free:
            return None
        tries = free[0].tries + 1
        alike = [row for row in free if row.tries + 1 == tries][: 1 if tries >= SINGLY else limit]
        connection.execute(_TAKE, {"seqs": [row.post for row in alike], "now": now})
        return Shed(tuple(loads(row.body) for row in alike), tries)

    @writes
    def spare(self, connection: Connection, key: Key, reason: str, now: float) -> None:
        """Let a decision stand, and write a dead letter about it."""
        for seq in _end(connection, [key]):
            write_letter(connection, seq, key, "rejudging", reason, now)

    @writes
    def revise(self, connection: Connection, given: Sequence[Decision], now: float) -> int:
        """End the waiting of shed posts, and let those judgements stand that differ from the first."""
        by_key = {(decision.post_id, decision.revision): decision for decision in given}
        ended = {seq: by_key[key] for seq, key in _end(connection, list(by_key)).items()}
        if not ended:
            return 0
        # Locked, the posts too, so that no verdict comes in between.
        items = {row.post: row for row in connection.execute(_ITEMS, {"seqs": ended})}
        first = {row.post: loads(row.body) for row in connection.execute(_FIRST, {"seqs": ended})}
        judged = set(connection.execute(_JUDGED, {"seqs": ended}).scalars())
        bodies = {seq: rejudged_json(decision) for seq, decision in ended.items()}
        changed = {
            seq: decision for seq, decision in ended.items() if seq not in judged and differs(first[seq], bodies[seq])
        }
        if not changed:
            return 0
        texts = {seq: dumps(bodies[seq]) for seq in changed}
        numbered = _keep(connection, texts, now)
        _restate(connection, changed)
        root = merkle_root(texts.values())
        self._backend.lock_chain(connection)
        _ask(connection, changed, items, now)
        outbox = [{"post": seq, "rejudgement": numbered[seq]} for seq in changed]
        connection.execute(insert(t.outbox).returning(t.outbox.c.seq), outbox)
        extend_chain(connection, KIND, now, [numbered[seq] for seq in changed], root)
        return len(changed)


def write_shed(connection: Connection, decided: Mapping[int, Decision], now: float) -> None:
    """Remember which decisions were made without all parts, so that they are made again."""
    made = [(seq, dumps(decision.shed), now, 0.0, 0) for seq, decision in decided.items() if decision.shed]
    if made:
        fill(connection, t.shed, ("post", "parts", "at", "taken_at", "tries"), made)


def _end(connection: Connection, given: Sequence[Key]) -> dict[int, Key]:
    """End the waiting of shed posts; those that did wait, by number, in order of intake."""
    seqs = numbered(connection, given)
    ended = set(connection.execute(_END, {"seqs": seqs}).scalars())
    return {seq: key for seq, key in seqs.items() if seq in ended}


def _keep(connection: Connection, texts: Mapping[int, str], now: float) -> dict[int, int]:
    """Write the judgements; their numbers by post."""
    kept = insert(t.rejudgements).returning(t.rejudgements.c.id, t.rejudgements.c.post)
    written = connection.execute(kept, [{"post": seq, "at": now, "body": text} for seq, text in texts.items()])
    return {row.post: row.id for row in written}


def _restate(connection: Connection, changed: Mapping[int, Decision]) -> None:
    """Let figures and states of posts follow the judgements that stand now."""
    for seq, decision in changed.items():
        stands = update(t.decisions).where(t.decisions.c.post == seq)
        connection.execute(
            stands.values(
                state=AFTER_DECISION[decision.action],
                action=decision.action.name,
                language=decision.language.tag,
                campaign=decision.campaign.id if decision.campaign else None,
            )
        )
    connection.execute(delete(t.decision_rules).where(t.decision_rules.c.post.in_(numbers("seqs"))), {"seqs": changed})
    write_rules(connection, changed)


def _ask(connection: Connection, changed: Mapping[int, Decision], items: Mapping[int, Row[Any]], now: float) -> None:
    """Open or raise the review items that the judgements ask for.

    None is opened for a revision that a newer one has superseded; under the chain's lock no newer one is being decided.
    """
    outdated = outdated_of(connection, changed)
    opened: dict[int, Decision] = {}
    for seq, decision in changed.items():
        need, item = decision.review, items.get(seq)
        if need is None or seq in outdated:
            continue
        if item is None:
            opened[seq] = decision
        elif item.state == "open" and item.expires_at <= now and comes_before(need, item.lane, item.priority):
            raised = new_item(seq, facts(decision.to_json()), "review", need.desk, need.lane, need.due_in_s, now)
            later = ("due_at", "span") if item.due_at <= raised["due_at"] else ()
            same = {name: getattr(item, name) for name in (*_LASTING, *later)}
            change(connection, item.id, **{**raised, **same, "views": None})
    open_items(connection, opened, now)
