"""What every store writes alike: the states of a post, and the form of what is kept beside the contracts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from moderation.domain.decision import Action
from moderation.domain.errors import AlreadyDecided, LeaseLost, NotFound, RefusedPost, UsageError
from moderation.domain.pool import DeadLetter
from moderation.domain.post import Post
from moderation.domain.review import DESKS, VERDICTS, Lease, ReviewItem, Verdict

UNIT_SIZE = 256
"""Posts in a unit that the store itself groups: one message to a worker (design page 8)."""

MAX_LETTER = 64 * 1024
"""Characters that are kept of a refused line."""

AFTER_DECISION = {Action.approve: "live", Action.limit: "limited", Action.hold: "held", Action.remove: "removed"}
AFTER_VERDICT = dict(zip(VERDICTS, ("live", "limited", "removed", "removed"), strict=True))


def dumps(value: object) -> str:
    """Compact JSON text."""
    return orjson.dumps(value).decode()


def loads(text: str) -> dict[str, Any]:
    """The JSON object that :func:`dumps` wrote."""
    value: dict[str, Any] = orjson.loads(text)
    return value


class PostBody(NamedTuple):
    """A post as it is kept, and the SHA-256 of its content whatever the order of its unknown keys."""

    text: str
    digest: str


def post_body(post: Post) -> PostBody:
    """A post in the form of the store."""
    value = post.to_json()
    content = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return PostBody(dumps(value), hashlib.sha256(content).hexdigest())


def post_in(body: str) -> Post | None:
    """The post in a dead letter's body, if it is a valid one."""
    try:
        return Post.parse(orjson.loads(body))
    except (orjson.JSONDecodeError, RefusedPost):
        return None


def storable(text: str) -> str:
    """Text that every backend keeps: a lone surrogate or a NUL, as a refused line may have, becomes its escape."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def storable_values(words: Mapping[str, Any]) -> dict[str, Any]:
    """The same of each text among the values of a JSON object, none of which is an object."""
    return {name: storable(value) if isinstance(value, str) else value for name, value in words.items()}


def letter_body(letter: DeadLetter) -> str:
    """What is kept of a dead letter: a post whole, so that it can be retried, a refused line cut."""
    body = letter.body if letter.post_id is not None else letter.body[:MAX_LETTER]
    return storable(body)


def check_desk(desk: str) -> None:
    """Raise :class:`UsageError` for a desk that is not staffed (an item's ``both`` is no desk)."""
    if desk not in DESKS:
        raise UsageError(
            f"no desk `{desk}`; there are {' and '.join(DESKS)}", zh=f"没有审核台 `{desk}`；可选：{'、'.join(DESKS)}"
        )


def check_verdict(verdict: Verdict) -> None:
    """Raise :class:`UsageError` for an action that is no verdict."""
    if verdict.action not in VERDICTS:
        raise UsageError(
            f"no verdict `{verdict.action}`; there are {', '.join(VERDICTS)}",
            zh=f"没有判定 `{verdict.action}`；可选：{'、'.join(VERDICTS)}",
        )


def check_lease(item_id: int, state: str, held: Lease | None, lease: Lease, now: float) -> str:
    """The reviewer who holds an item; raises unless it is by ``lease``, whose own expiry does not count."""
    if state == "decided":
        raise AlreadyDecided(
            f"item {item_id} has been decided; claim the next one", zh=f"{item_id} 号条目已有判定；请领取下一条"
        )
    if state == "superseded":
        raise LeaseLost(
            f"item {item_id} is void, a newer revision of its post was decided; claim the next one",
            zh=f"{item_id} 号条目已作废，其帖子的新版已有判定；请领取下一条",
        )
    if held is None or (held.id, held.fence) != (lease.id, lease.fence):
        raise LeaseLost(
            f"item {item_id} is not held by this lease and fence; claim it again",
            zh=f"{item_id} 号条目不由此租约（--lease、--fence）持有；请重新领取",
        )
    if held.expires_at <= now:
        raise LeaseLost(
            f"the lease of item {item_id} expired {now - held.expires_at:.0f} s ago; claim it again",
            zh=f"{item_id} 号条目的租约已于 {now - held.expires_at:.0f} 秒前到期；请重新领取",
        )
    return held.reviewer


def no_item(item_id: int) -> NotFound:
    """The error for an item that is not there."""
    return NotFound(
        f"no review item {item_id}; `moderation review queue` lists what waits",
        zh=f"没有 {item_id} 号条目；`moderation review queue` 列出待审条目",
    )


def publication(record: Mapping[str, Any]) -> dict[str, Any]:
    """What is published of a verdict: its effect, not who decided nor the note; of a reversal what holds again."""
    if "restores" in record:
        published = {name: record[name] for name in ("post_id", "revision", "decided_at")}
        return {"kind": "reversal", **published, "action": record["restores"]}
    names = ("post_id", "revision", "action", "category", "basis", "decided_at")
    return {"kind": "verdict", **{name: record[name] for name in names}}


def review_json(item: ReviewItem) -> dict[str, Any]:
    """A review item as a post's record shows it."""
    names = ("id", "desk", "lane", "priority", "due_at", "created_at", "state")
    lease = item.lease and {name: getattr(item.lease, name) for name in ("id", "reviewer", "fence", "expires_at")}
    return {**{name: getattr(item, name) for name in names}, "lease": lease}


def iso(seconds: float) -> str:
    """Unix seconds as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
