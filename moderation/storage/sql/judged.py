"""What a judgement leaves beside its body, whether it is the first or one in full after a surge."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from moderation.domain.decision import Decision
from moderation.storage.sql.tables import decision_rules
from moderation.storage.sql.values import fill

_MATCH = ("rule", "post", "status", "category")


def write_rules(connection: Connection, judged: Mapping[int, Decision]) -> None:
    """The rules that posts, by number, match."""
    matched = {
        (match.rule, seq): (match.rule, seq, match.status, match.category)
        for seq, decision in judged.items()
        for match in decision.matches
    }
    if matched:
        fill(connection, decision_rules, _MATCH, list(matched.values()))
