"""What somebody may be told of a post, in a pool that has users."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from moderation.domain.pool import PostRecord
from moderation.domain.ports import Store
from moderation.domain.review import COMPARED
from moderation.domain.reviewer import Reviewer
from moderation.pool.review.access import permits
from moderation.pool.review.viewing import unopinionated, veiled

Keys = Collection[tuple[str, int]]
"""Posts, each by its id and revision."""

_LOOKED_AT = 100_000  # items of a lane that are looked through: more are never open at once


def hidden_from(who: Reviewer, store: Store, now: float) -> Keys:
    """The posts that are read blindly now; none for those who measure, who know which ones."""
    if permits(who, "qa"):
        return frozenset()
    lanes = (*COMPARED, "lead")  # where they wait, and where they are brought when nobody reads them
    found = (item for lane in lanes for item in store.queue(None, _LOOKED_AT, now, lane))
    return {item.key for item in found if item.kind in COMPARED}


def told(who: Reviewer, record: PostRecord, hidden: Keys, key: bytes) -> PostRecord:
    """A revision without who wrote it, without the lease that somebody holds and, where it is hidden, any opinion.

    That an answer was known is told to those who measure only: to the others it was a blind item.
    """
    review, decision = record.review, record.decision
    if review and review["lease"]:
        review = {**review, "lease": {**review["lease"], "id": ""}}
    record = replace(record, post=veiled(record.post, key), review=review)
    if (record.post["id"], record.post["revision"]) in hidden:
        return replace(record, state="", decision=decision and unopinionated(decision), review=None, verdicts=())
    if permits(who, "qa"):
        return record
    return replace(record, verdicts=tuple(_ungilded(verdict) for verdict in record.verdicts))


def told_found(row: Mapping[str, Any], hidden: Keys, key: bytes) -> dict[str, Any]:
    """The same for a row of a search."""
    row = {**row, "post": veiled(row["post"], key)}
    if (row["post_id"], row["revision"]) in hidden:
        return {**row, "state": "", "decision": unopinionated(row["decision"])}
    return row


def _ungilded(verdict: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**verdict, "kind": "blind"} if verdict.get("kind") == "golden" else verdict
