"""Who calls, and what their role lets them do.

A token is ``<id>.<secret>``: the id finds its row, the secret is kept as an argon2id hash only.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from moderation.domain.errors import Forbidden
from moderation.domain.review import COMPARED
from moderation.domain.review_ports import Roster
from moderation.domain.reviewer import Reviewer

_SEES = frozenset({"queue", "show", "stats", "search"})
_WORKS = _SEES | {"claim", "decide", "undo", "appeal", "handover"}
_LEADS = _WORKS | {"undo_any", "lead", "users_list", "qa", "handover_any"}
_AUDITS = frozenset({"show", "stats", "search", "search_author", "export", "dead_letters", "qa", "audit"})

DEEDS: Mapping[str, frozenset[str]] = {
    "reader": _SEES,
    "reviewer": _WORKS,
    "lead": _LEADS,
    "auditor": _AUDITS,
    "admin": _LEADS | _AUDITS | {"users"},
}
"""What each role may do. ``undo`` is of one's own verdicts, ``undo_any`` of anybody's; ``lead`` is the leads' lane.

``search_author`` is to look for an author by the platform's id: whoever may, can tell whose a pseudonym is.
"""

_ASKED_FOR_BY: Mapping[str, str] = {"lead": "lead", "random": "qa", "blind": "qa", "golden": "qa"}
"""The deed that it takes to ask for a lane; of these but ``lead`` one who asks would know that they are measured."""

# Of a secret with 256 random bits the hash need not be slow; these are the least parameters that OWASP recommends.
_ROUNDS, _KIB, _LANES = 2, 19_456, 1
_TOKEN = re.compile(r"([0-9a-f]{12})\.([\w-]{43})", re.ASCII)
"""What :func:`mint` makes: the id and the secret."""

_REMEDY = "give --token-file FILE or MODERATION_TOKEN with a token of `moderation users add`"
_REMEDY_ZH = "请用 --token-file FILE 或 MODERATION_TOKEN 给出 `moderation users add` 发放的令牌"


class Token(NamedTuple):
    """A new token: ``text`` is shown once, ``id`` and ``hash`` are kept."""

    text: str
    id: str
    hash: str


def mint() -> Token:
    """A new token."""
    from argon2 import PasswordHasher

    token_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    hasher = PasswordHasher(time_cost=_ROUNDS, memory_cost=_KIB, parallelism=_LANES)
    return Token(f"{token_id}.{secret}", token_id, hasher.hash(secret))


def verify(kept: str, secret: str) -> bool:
    """Whether a secret is the one that a hash was made of."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(kept, secret)
    except (VerificationError, InvalidHashError):
        return False


def identify(store: Roster, token: str | None, name: str | None = None) -> Reviewer:
    """Who calls: the holder of a token or, while nobody has one, the local reviewer (``name``, or the user's).

    Raises :class:`Forbidden`.
    """
    if token is None:
        if store.reviewers():
            raise Forbidden(
                f"reviewers of this pool have tokens; {_REMEDY}", zh=f"本内容池的审核员须用令牌；{_REMEDY_ZH}"
            )
        who = local_reviewer(name)
    else:
        who = _holder(store, token)
        if name not in {None, who.name}:
            raise Forbidden(
                f"this token is {who.name}'s, not {name}'s; leave --reviewer out",
                zh=f"此令牌属于 {who.name}，不是 {name} 的；请去掉 --reviewer",
            )
    return replace(who, no=store.opted_out(who.name))


def local_reviewer(name: str | None = None) -> Reviewer:
    """Who reviews in a pool without users: one person, who may do and reads everything."""
    import getpass

    return Reviewer(name or getpass.getuser(), role="admin")


def permit(reviewer: Reviewer, deed: str) -> None:
    """Raise :class:`Forbidden` where a role does not include a deed; it says which roles do."""
    if deed not in DEEDS[reviewer.role]:
        roles = [role for role, deeds in DEEDS.items() if deed in deeds]
        raise Forbidden(
            f"{reviewer.name} is {reviewer.role}, and `{deed}` takes {' or '.join(roles)}; ask one of them to do it",
            zh=f"{reviewer.name} 的角色是 {reviewer.role}，`{deed}` 须由 {' 或 '.join(roles)} 来做；请找其中一位",
        )


def permits(reviewer: Reviewer, deed: str) -> bool:
    """Whether a role includes a deed."""
    return deed in DEEDS[reviewer.role]


def permit_lane(reviewer: Reviewer, lane: str | None) -> None:
    """Raise :class:`Forbidden` where a role may not ask for a lane by name; None is no lane in particular."""
    if deed := _ASKED_FOR_BY.get(lane or ""):
        permit(reviewer, deed)


def knows_lane(reviewer: Reviewer, lane: str) -> bool:
    """Whether somebody may be told how many items wait in a lane: what is only compared, is for those who measure."""
    return lane not in COMPARED or permits(reviewer, "qa")


def _holder(store: Roster, token: str) -> Reviewer:
    parts = _TOKEN.fullmatch(token.strip())
    found = store.reviewer_of(parts[1]) if parts else None
    if parts is None or found is None or not verify(found[1], parts[2]):
        raise Forbidden(f"this token is not known, or was revoked; {_REMEDY}", zh=f"令牌无效或已吊销；{_REMEDY_ZH}")
    return found[0]
