"""How much of a post somebody must understand to decide it: read levels, and what a basis is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moderation.domain.decision import chief
from moderation.domain.errors import Forbidden
from moderation.domain.review import BASES, VERDICTS
from moderation.domain.reviewer import LEVELS, Reviewer
from moderation.domain.taxonomy import Taxonomy
from moderation.policy.decide import UNKNOWN_READ
from moderation.pool.review.view import Reading

NATIVE = len(LEVELS) - 1
ACTIONS_ZH: Mapping[str, str] = dict(zip(VERDICTS, ("放行", "限流", "删除", "封号"), strict=True))
"""What a refusal calls an action in Chinese."""

_WORTH = dict(zip(BASES, (NATIVE, 2, 2, 1), strict=True))

Needs = Mapping[str, int]
"""Action → the level (0 to 3) that it takes."""


def needs_of(decision: Mapping[str, Any], taxonomy: Taxonomy, category: str | None = None) -> Needs:
    """What each action takes, by what the decision asks for and by the category that is cited.

    Allowing takes one level less than limiting; a ban takes a native, whatever the post.
    """
    read = [_asked(decision, taxonomy), *([] if category is None else [taxonomy[category].read])]
    limit, remove = (
        max(LEVELS.index(levels.get(action, LEVELS[0])) for levels in read) for action in ("limit", "remove")
    )
    return dict(zip(VERDICTS, (max(limit - 1, 0), limit, remove, NATIVE), strict=True))


def _asked(decision: Mapping[str, Any], taxonomy: Taxonomy) -> Mapping[str, str]:
    if decision["review"]:
        read: Mapping[str, str] = decision["review"]["read"]
        return read
    first = chief(decision)  # drawn or appealed: the pipeline asked for nobody
    return taxonomy[first["category"]].read if first else UNKNOWN_READ


def worth(basis: str, level: int) -> int:
    """The level that a basis is worth to somebody who reads the language at ``level``."""
    if basis == "read" and level < NATIVE:
        return 0  # only who reads it as a native does has read it
    return min(_WORTH[basis], level)


def reading_of(reviewer: Reviewer, tag: str, needs: Needs) -> Reading:
    """What a reviewer is shown of all that."""
    level = reviewer.level(tag)
    best = max(BASES, key=lambda basis: worth(basis, level))  # of equals the first; ``read`` where nothing is worth any
    return Reading(
        needs={action: LEVELS[need] for action, need in needs.items()},
        mine=LEVELS[level],
        basis=best if level else BASES[-1],
    )


def check_reading(reviewer: Reviewer, tag: str, action: str, basis: str, needs: Needs) -> None:
    """Raise :class:`Forbidden` where a basis is not enough for an action; it says what the reviewer may do instead."""
    level = reviewer.level(tag)
    has = worth(basis, level)
    if has >= needs[action]:
        return
    allowed = [each for each in VERDICTS if has >= needs[each]]
    may = "、".join((*(ACTIONS_ZH[each] for each in allowed), "请另一审核台复核", "上报组长"))
    raise Forbidden(
        f"{action} of a post in {tag} takes {LEVELS[needs[action]]}; you read {tag} at {LEVELS[level]}, and basis "
        f"{basis} is worth {LEVELS[has]} to you. You may {', '.join((*allowed, 'ask for a second opinion'))}, "
        "escalate or skip it",
        zh=f"{ACTIONS_ZH[action]} {tag} 帖子需要阅读等级 {LEVELS[needs[action]]}；你读 {tag} 为 {LEVELS[level]}，"
        f"依据 {basis} 对你只相当于 {LEVELS[has]}。可以：{may}，或跳过",
    )
