"""What a reviewer is shown of an author: a pseudonym and a record, never who it is."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moderation.domain.decision import chief
from moderation.domain.review import VERDICTS, Member, Recorded
from moderation.domain.review_ports import Verdicts
from moderation.pool.review.view import AuthorCard

FLAGGED = 200
"""So many flagged posts are counted, the newest."""
RECENT = 5

_COUNTS = frozenset({"held", "standing"})


def pseudonym(author_id: str, key: bytes) -> str:
    """The same for the same author and key, and without the key nobody's: ``A-3f9c2e51`` (HMAC-SHA256, 8 digits)."""
    return f"A-{hmac.digest(key, author_id.encode(), 'sha256').hex()[:8]}"


def author_card(
    store: Verdicts, post: Mapping[str, Any], key: bytes, exclude: tuple[str, int] | None = None
) -> AuthorCard | None:
    """The author of a post (JSON); None where it is not known.

    ``exclude`` is the post that is reviewed: what was made of it, in any revision, is left out. ``verdicts`` counts
    each other post once, by its newest verdict that stands.
    """
    author = post.get("author") or {}
    if author.get("id") is None:
        return None
    own = exclude[0] if exclude else None
    flagged = [one for one in store.of_author(author["id"], FLAGGED + 1) if one[0].post_id != own][:FLAGGED]
    standing = [latest for _, verdicts in flagged if (latest := _latest(verdicts))]
    age = author.get("age_days")
    return AuthorCard(
        pseudonym=pseudonym(author["id"], key),
        age_days=None if age is None else int(age),
        strikes=author.get("strikes"),
        followers=author.get("followers"),
        region=author.get("region"),
        flagged=len(flagged),
        verdicts=dict(Counter(verdict.action for verdict in standing).most_common()),
        recent=tuple(_recent(*one) for one in flagged[:RECENT]),
    )


def _latest(verdicts: list[Recorded]) -> Recorded | None:
    """The verdict that counts; of blind and golden items none does."""
    return next((one for one in reversed(verdicts) if one.action in VERDICTS and one.state in _COUNTS), None)


def _recent(member: Member, verdicts: list[Recorded]) -> dict[str, Any]:
    latest, first = _latest(verdicts), chief(member.decision)
    return {
        "post_id": member.post_id,
        "state": member.state,
        "category": latest.category if latest else first and first["category"],
        "at": datetime.fromisoformat(member.decision["decided_at"]).timestamp(),
        "text": member.post["text"],
    }
