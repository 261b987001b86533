"""A pool in which posts are flagged and decided with a line each; times go by as people work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moderation.domain.decision import Action, ReviewNeed
from moderation.domain.review import LANES, Ask, Recorded, ReviewItem, Verdict
from moderation.domain.reviewer import Reviewer
from moderation.domain.signal import Campaign
from moderation.settings import load_routes
from moderation.storage.memory import MemoryStore
from tests.support.builders import a_decision, a_match, a_post

NOW = 1_763_600_000.0
HELD_S = 20.0
DESKS = load_routes().desks


class Bench:
    """A store and its clock."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.now = NOW

    def flag(
        self, post_id: str, text: str = "hello", *, language: str = "zh-Hans", desk: str = "zh", lane: str = "harm",
        rules: tuple[str, ...] = ("scam.lure",), shadows: tuple[str, ...] = (), action: Action = Action.hold,
        campaign: str | None = None, needs: str = "R0", review: bool = True, revision: int = 1, **fields: Any,
    ) -> None:  # fmt: skip
        """Let the pipeline decide a post, and ask for a review unless ``review`` is false."""
        post = a_post(post_id, revision, text, **fields)
        matches = (*(a_match(rule) for rule in rules), *(a_match(rule, status="shadow") for rule in shadows))
        company = Campaign(campaign, 2, 2, self.now, {}) if campaign else None
        need = ReviewNeed(desk, 1.0, lane, 3600, {"limit": needs, "remove": "R2"}) if review else None
        decided = a_decision(post, action, need, language=language, matches=matches, campaign=company)
        self.store.add_posts([post], post_id, self.now)
        self.store.commit(post_id, [decided], self.now)
        self.now += 1

    def take(
        self, post_id: str, by: str = "ada", kind: str = "review", desk: str = "zh", ttl_s: float = 900.0
    ) -> ReviewItem:
        """Lease the item of a post."""
        ask = Ask(Reviewer(by), desk, lanes=LANES, ttl_s={"*": ttl_s})
        offered = self.store.claim(ask, 1000, self.now)
        found = next(item for item in offered if (item.post_id, item.kind) == (post_id, kind))
        for item in offered:
            if item is not found and item.lease:
                self.store.release(item.id, item.lease, self.now)
        return found

    def decide(
        self, post_id: str, action: str, category: str | None = "scam", *, by: str = "ada", basis: str = "read",
        kind: str = "review", desk: str = "zh", took_s: float = 40.0, settle: bool = True, load: float = 1.0,
    ) -> Recorded:  # fmt: skip
        """Take an item and decide it, for good unless ``settle`` is false."""
        item = self.take(post_id, by, kind, desk)
        assert item.lease is not None
        self.now += took_s
        verdict = Verdict(action, None if action == "allow" else category, basis)
        recorded = self.store.decide(item.id, item.lease, verdict, self.now, hold_s=HELD_S, load=load, desk=desk)[0]
        if settle:
            self.settle()
        return replace(recorded, state="standing") if settle else recorded

    def settle(self) -> None:
        """Let what is held take effect."""
        self.now += HELD_S
        self.store.settle(self.now)

    def reread(self, post_id: str, action: str, *, by: str, desk: str, kind: str = "blind", **given: Any) -> Recorded:
        """Ask for another look at a post, and decide that."""
        self.store.ask_review((post_id, 1), kind, desk, self.now + 3600, self.now, text="look again")
        return self.decide(post_id, action, by=by, desk=desk, kind=kind, **given)
