"""An office over the store in memory, with a clock that tests move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moderation.domain.decision import Action, Decision, ReviewNeed
from moderation.domain.post import Post
from moderation.domain.review import Lease, ReviewItem, Verdict
from moderation.domain.reviewer import Reviewer
from moderation.domain.taxonomy import CATEGORIES
from moderation.pool.review.desk import Desk, Limits, Office
from moderation.pool.review.policies import Policies
from moderation.pool.review.shifts import Rota, Shifts
from moderation.pool.review.view import Gloss, Policy, Precedent
from moderation.settings import load_taxonomy
from moderation.storage.memory import MemoryStore
from moderation.translation import open_translator
from tests.support.builders import a_decision, a_match, a_post

KEY = bytes(range(32))
DAY_S = 86_400
TAXONOMY = load_taxonomy()
NOON = 20_000 * DAY_S + 12 * 3600.0
"""A Tuesday; desk zh works from 8 to 16, desk en from 16 to 24."""
SHIFTS = Shifts((Rota("S2", "zh", 2, 8 * 3600, 8 * 3600), Rota("S3", "en", 2, 16 * 3600, 8 * 3600)))
ALWAYS = Shifts(tuple(Rota(f"A{desk}", desk, 2, 0, DAY_S) for desk in ("zh", "en")))
LIMITS = Limits(
    lease_s=None,
    undo_s=20.0,
    load_limit=120.0,
    break_after_s=3000.0,
    errors={"read": 0.02, "gloss": 0.04, "translation": 0.06, "pattern": 0.08},
    error_cost=5000.0,
)
NATIVE = Reviewer("ann", reads={"zh": "R3", "en": "R2"}, desks=("zh",))
HELPER = Reviewer("bo", reads={"en": "R3", "zh": "R2"}, desks=("en",))
LEAD = Reviewer("lea", role="lead")


class Clock:
    """Unix seconds that stand still."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class NoGlossary:
    """One gloss of the first word of every match."""

    def gloss(self, post: Mapping[str, Any], decision: Mapping[str, Any]) -> Sequence[Gloss]:
        spans = [span for match in decision["matches"] for span in match["spans"]]
        return [Gloss(*span, "", (), {"en": "greeting", "zh": "问候"}, "glossary:hello") for span in spans]

    def notes(self, decision: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
        return list(decision["notes"])


class NoPrecedents:
    """One precedent for everything."""

    def of(self, text: str, language: str, exclude: tuple[str, int] | None = None) -> Sequence[Precedent]:
        return [Precedent(0.9, "p-old", language, "remove", "scam", 3, 3, {"zh": 3})]


MACROS = {"fj": {"en": "Fake job.", "zh": "虚假招聘。"}}


def an_office(clock: Clock | None = None, shifts: Shifts = ALWAYS, rules: Limits = LIMITS) -> Office:
    """An office with an empty store."""
    return Office(
        store=MemoryStore(),
        taxonomy=TAXONOMY,
        policies=Policies({name: a_policy(name) for name in CATEGORIES}),
        shifts=shifts,
        macros=MACROS,
        glossary=NoGlossary(),
        translator=open_translator("none", None, None, 1.0),
        precedents=NoPrecedents(),
        key=KEY,
        rules=rules,
        clock=clock or Clock(),
    )


def a_policy(category: str) -> Policy:
    """A policy of the first of November."""
    return Policy(category, "2026-11-01", TAXONOMY[category].title, {"en": "Is not allowed.", "zh": "不允许。"})


def put(
    office: Office,
    *post_ids: str,
    desk: str = "zh",
    language: str = "zh-Hans",
    category: str = "scam",
    lane: str = "harm",
    priority: float = 1.0,
    read: Mapping[str, str] | None = None,
    due_in_s: int = 3600,
    post: Mapping[str, Any] | None = None,
    **fields: Any,
) -> None:
    """Decide posts so that each waits for a person; ``fields`` are those of a decision."""
    posts = [a_post(post_id, **(post or {})) for post_id in post_ids]
    read = TAXONOMY[category].read if read is None else read
    need = ReviewNeed(desk, priority, lane, due_in_s, read)
    fields = {"matches": (a_match(category=category),), "scores": {category: 0.8}} | fields
    decided = [a_decision(each, Action.hold, need, language=language, **fields) for each in posts]
    commit(office, posts, decided)


def commit(office: Office, posts: Sequence[Post], decided: Sequence[Decision]) -> None:
    """Take posts in and decide them."""
    unit = "-".join(each.id for each in posts)
    office.store.add_posts(posts, unit, office.clock())
    office.store.commit(unit, decided, office.clock())


def claim_one(desk: Desk, **asked: Any) -> tuple[ReviewItem, Lease]:
    """The next item and its lease."""
    (item,) = desk.claim(**asked)
    assert item.lease is not None
    return item, item.lease


def verdict(action: str = "remove", category: str | None = "scam", basis: str = "read", **fields: Any) -> Verdict:
    """A verdict that cites the policy that holds, unless it says otherwise."""
    return Verdict(action, None if action == "allow" else category, basis, **fields)
