"""What a judgement leaves beside its body, whether it is the first or one in full after a surge."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from moderation.domain.decision import Decision, ReviewNeed
from moderation.storage.sql.tables import decision_rules, review_items
from moderation.storage.sql.values import fill

_MATCH = ("rule", "post", "status", "category")
_ITEM = ("post", "desk", "lane", "rank", "priority", "due_at", "created_at", "state", "fence", "expires_at")


def write_rules(connection: Connection, judged: Mapping[int, Decision]) -> None:
    """The rules that posts, by number, match."""
    matched = {
        (match.rule, seq): (match.rule, seq, match.status, match.category)
        for seq, decision in judged.items()
        for match in decision.matches
    }
    if matched:
        fill(connection, decision_rules, _MATCH, list(matched.values()))


def open_items(connection: Connection, needs: Mapping[int, ReviewNeed], now: float) -> None:
    """Review items of posts, by number, that have none."""
    asked = [
        (seq, need.desk, need.lane, int(need.lane != "life"), need.priority, now + need.due_in_s, now, "open", 0, 0.0)
        for seq, need in needs.items()
    ]
    if asked:
        fill(connection, review_items, _ITEM, asked)
