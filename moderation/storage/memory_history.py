"""What the desks look up about posts, in the memory of one process: a part of the store's twin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from threading import RLock
from typing import TYPE_CHECKING, Any

from moderation.domain.decision import ACTING, Action
from moderation.domain.language import covers
from moderation.domain.review import Member, Recorded, Search
from moderation.domain.review_ports import Bodies
from moderation.storage import reviewed
from moderation.storage.memory_rows import Item, Key, Revision, alone
from moderation.storage.records import loads


class MemoryHistory:
    """Campaigns, authors, the search of the pool."""

    if TYPE_CHECKING:
        _lock: RLock
        _revisions: dict[Key, Revision]
        _by_post: defaultdict[str, list[Revision]]

        def _newest(self, post_id: str) -> int: ...

    @alone
    def bodies(self, keys: Sequence[Key]) -> dict[Key, Bodies]:
        """Post and decision of each decided revision."""
        known = {key: self._revisions[key] for key in keys if key in self._revisions}
        return {key: (loads(r.body), loads(r.decided)) for key, r in known.items() if r.decision}

    @alone
    def campaign(self, campaign: str) -> list[Member]:
        """The newest decided revisions of a campaign, in order of intake."""
        return [
            _member(revision, _state(revision.item) if revision.item else revision.state)
            for revision in self._revisions.values()
            if _campaign(revision) == campaign and revision.key[1] == self._newest(revision.key[0])
        ]

    @alone
    def of_author(self, author: str, limit: int) -> list[tuple[Member, list[Recorded]]]:
        """What of an author was flagged, the newest first."""
        flagged = (
            (_member(revision, revision.state), [given.record for given in revision.verdicts])
            for revision in reversed(self._revisions.values())
            if revision.decision
            and (revision.decision.action is not Action.approve or revision.items)
            and loads(revision.body)["author"]["id"] == author
        )
        return list(islice(flagged, limit))

    @alone
    def search(self, wanted: Search, limit: int, before: int | None = None) -> list[Mapping[str, Any]]:
        """Decided posts, the newest first."""
        found = (
            {
                "seq": revision.seq,
                "post_id": revision.key[0],
                "revision": revision.key[1],
                "state": revision.state,
                "decided_at": revision.decided_at,
                "post": loads(revision.body),
                "decision": loads(revision.decided),
            }
            for revision in reversed(self._revisions.values())
            if revision.decision and (before is None or revision.seq < before) and _fits(revision, wanted)
        )
        return list(islice(found, limit))


def _campaign(revision: Revision) -> str | None:
    return reviewed.facts(loads(revision.decided)).campaign if revision.decision else None


def _member(revision: Revision, state: str) -> Member:
    item = revision.item
    return Member(
        post_id=revision.key[0],
        revision=revision.key[1],
        item=item.id if item else None,
        state=state,
        held_by=item.lease.reviewer if item and item.lease else None,
        post=loads(revision.body),
        decision=loads(revision.decided),
    )


def _state(item: Item) -> str:
    return reviewed.member_state(item.state, item.lane, item.sealed)


def _fits(revision: Revision, wanted: Search) -> bool:
    decision = loads(revision.decided)
    return (
        (wanted.language is None or covers(wanted.language, decision["language"]["tag"]))
        and (wanted.rule is None or any(match["rule"] == wanted.rule for match in decision["matches"]))
        and (wanted.category is None or wanted.category in _categories(decision))
        and wanted.state in {None, revision.state}
        and wanted.author in {None, loads(revision.body)["author"]["id"]}
        and wanted.campaign in {None, reviewed.facts(decision).campaign}
        and (wanted.since is None or revision.decided_at >= wanted.since)
        and (wanted.until is None or revision.decided_at < wanted.until)
    )


def _categories(decision: Mapping[str, Any]) -> set[str]:
    return {match["category"] for match in decision["matches"] if match["status"] in ACTING}
