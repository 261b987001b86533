"""Which decided posts are read again: by the other desk without knowing the verdict, or because the answer is known.

Which ones they are is told by a keyed hash of the verdict's number, so that nobody foresees it and everybody who has
the key finds the same. A post has one item of each kind, so asking again changes nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from moderation.domain.errors import UsageError
from moderation.domain.review import DESKS, VERDICTS, Recorded
from moderation.domain.review_ports import ReviewStore
from moderation.domain.reviewer import Reviewer
from moderation.pool.review.known import Known, native_desk
from moderation.pool.review.pairs import ACTING

BLIND = 0.05
"""The share of verdicts that the other desk reads again without knowing them."""
GOLDEN = 0.02
"""The share of verdicts after which an item with a known answer is opened."""
DUE_S = 86_400.0
"""Blind and golden items may wait for a day."""

_READERS = frozenset({"reviewer", "lead", "admin"})


class Sampled(NamedTuple):
    """The items that were opened, how many standing verdicts were looked through, and the last number that was."""

    blind: tuple[int, ...]
    golden: tuple[int, ...]
    verdicts: int
    last: int


def chosen(share: float, salt: bytes, what: str, number: int) -> bool:
    """Whether a number is among a share of all numbers: the same for the same salt, and without it not to be told."""
    return _hash(salt, f"{what}:{number}") < share * 2**64


def sample(
    store: ReviewStore, salt: bytes, readers: Sequence[Reviewer], now: float, *,
    desks: Mapping[str, str], since: float = 0.0, after: int = 0, golden: Sequence[Known] = (),
) -> Sampled:  # fmt: skip
    """Open a blind item for 5% of the verdicts that stand, and for 2% of them one whose answer is known.

    A decision over a whole campaign is one, about the item's own post. Looks at verdicts from ``since`` on that have a
    number over ``after`` (``last`` of an earlier call). ``readers`` are all who may be asked; of ``golden``, the posts
    whose answer is known, the salt says which; ``desks`` says which desk reads a language.
    """
    seen = store.verdicts(since, kinds=ACTING, after=after)
    looks: dict[tuple[str, float], Recorded] = {}
    for one in seen:
        if one.action in VERDICTS and one.state == "standing":
            looks.setdefault((one.reviewer, one.at), one)
    found = list(looks.values())
    blind = (ask_blind(store, one, readers, now) for one in found if chosen(BLIND, salt, "blind", one.id))
    known = (
        ask_golden(store, _drawn(golden, salt, one.id), now, desks)
        for one in found
        if golden and chosen(GOLDEN, salt, "golden", one.id)
    )
    # What is held yet is looked at by the next call.
    last = min((one.id - 1 for one in seen if one.state == "held"), default=seen[-1].id if seen else after)
    return Sampled(
        blind=tuple(item for item in blind if item is not None),
        golden=tuple(item for item in known if item is not None),
        verdicts=len(found),
        last=last,
    )


def ask_blind(store: ReviewStore, verdict: Recorded, readers: Sequence[Reviewer], now: float) -> int | None:
    """Open a blind item for the other desk; None where nobody else there reads the language, or there is one.

    Whoever reads it must read as well as the mildest step against the post needs.
    """
    other = next(desk for desk in DESKS if desk != verdict.desk)
    needs = store.item(verdict.item, now).needs
    if not any(
        one.role in _READERS
        and one.name != verdict.reviewer
        and other in one.desks
        and one.level(verdict.language) >= needs
        for one in readers
    ):
        return None
    sealed = {
        "action": verdict.action,
        "category": verdict.category,
        "basis": verdict.basis,
        "reviewer": verdict.reviewer,
        "verdict": verdict.id,
    }
    try:
        return store.ask_review(verdict.key, "blind", other, now + DUE_S, now, sealed=sealed)
    except UsageError:
        return None


def ask_golden(store: ReviewStore, known: Known, now: float, desks: Mapping[str, str]) -> int | None:
    """Open an item whose answer is known at the desk that reads it (``desks``: by language); None where there is one.

    Raises :class:`~moderation.domain.errors.NotFound` for what is not in the pool.
    """
    desk = native_desk(store, known.key, desks)
    try:
        return store.ask_review(known.key, "golden", desk, now + DUE_S, now, sealed=known.to_json())
    except UsageError:
        return None


def _drawn(golden: Sequence[Known], salt: bytes, number: int) -> Known:
    """The same answer for the same verdict, whatever else becomes known, unless it is drawn itself."""
    return min(golden, key=lambda known: _hash(salt, f"golden:{number}:{known.post_id}:{known.revision}"))


def _hash(salt: bytes, what: str) -> int:
    return int.from_bytes(hmac.digest(salt, what.encode(), "sha256")[:8], "big")
