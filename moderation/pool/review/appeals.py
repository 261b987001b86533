"""Appeals: an author's request that another person looks again, and what came of it.

An appeal is an item of kind ``appeal`` with a due time of its own, decided like any other; the store never offers it to
whoever decided before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from moderation.domain.errors import UsageError
from moderation.domain.review import VERDICTS, Recorded
from moderation.domain.review_ports import ReviewStore, Verdicts
from moderation.pool.review.known import native_desk
from moderation.pool.review.pairs import ACTING
from moderation.pool.review.shares import NONE, Share

MAX_CHARACTERS = 5_000
"""An author's words are at most so long."""


class Appealed(NamedTuple):
    """An appeal that was decided: ``machine`` is the action of the pipeline, ``against`` the verdict before, if any."""

    appeal: Recorded
    against: Recorded | None
    machine: str

    @property
    def before(self) -> str:
        """What the author appealed against."""
        return self.against.action if self.against else self.machine

    @property
    def outcome(self) -> str:
        """``overturned`` where the appeal made it milder, else ``upheld``."""
        milder = _STRICTNESS[self.appeal.action] < _STRICTNESS[self.before]
        return "overturned" if milder else "upheld"


# How much is done to a post, by a person or by the pipeline; a post that is held is not seen, as one that is removed.
_STRICTNESS = {"allow": 0, "approve": 0, "limit": 1, "hold": 2, "remove": 2, "ban": 3}


def open_appeal(
    store: ReviewStore, key: tuple[str, int], text: str, now: float, due_s: float, desks: Mapping[str, str]
) -> int:
    """Open an appeal of a decided post with what its author says; its item.

    Due ``due_s`` after ``now``, at the desk that reads the post (``desks``: by language tag, as in routes.yaml). Raises
    :class:`NotFound` where the post is not decided and :class:`UsageError` where an appeal is open, nothing was done to
    the post, or the text is empty or too long.
    """
    text = text.strip()
    if not text:
        raise UsageError(
            "an appeal needs the author's words; write --text, or --text-file -",
            zh="申诉须附作者说明；请写 --text，或用 --text-file -",
        )
    if len(text) > MAX_CHARACTERS:
        raise UsageError(
            f"the author's words have {len(text):,} characters, the limit is {MAX_CHARACTERS:,}",
            zh=f"作者说明有 {len(text):,} 字，上限为 {MAX_CHARACTERS:,} 字",
        )
    desk = native_desk(store, key, desks)
    standing = [one for one in store.of_post(*key) if one.action in VERDICTS and one.state in {"held", "standing"}]
    before = standing[-1].action if standing else store.bodies([key])[key][1]["action"]
    if _STRICTNESS[before] == 0:
        raise UsageError(
            f"nothing was done to post `{key[0]}`: it is live, there is nothing to appeal",
            zh=f"帖子 `{key[0]}` 未受处置，仍在线，无可申诉",
        )
    return store.ask_review(key, "appeal", desk, now + due_s, now, text=text)


def outcome(store: Verdicts, appeal: Recorded) -> Appealed:
    """What an appeal's verdict came to: against the last verdict before it, else against the pipeline's decision."""
    key = appeal.key
    earlier = [one for one in store.of_post(*key) if one.id < appeal.id]
    acted = [one for one in earlier if one.kind in ACTING and one.action in VERDICTS and one.state != "undone"]
    bodies = store.bodies([key]).get(key)
    machine = bodies[1]["action"] if bodies else "approve"
    return Appealed(appeal, acted[-1] if acted else None, machine)


def appealed(store: Verdicts, since: float, until: float | None = None) -> list[Appealed]:
    """Every appeal that was decided then and was not taken back."""
    decided = store.verdicts(since, until, kinds=("appeal",))
    return [outcome(store, one) for one in decided if one.action in VERDICTS and one.state != "undone"]


def overturns(found: Iterable[Appealed], by: Sequence[str]) -> dict[tuple[str, ...], Share]:
    """Of the verdicts that were appealed, the share that was overturned, by fields of the verdict before.

    ``by`` names fields of :class:`~moderation.domain.review.Recorded` such as ``basis, desk, category``. Appeals
    against the pipeline alone, which nobody had looked at, are left out. What nobody appealed counts for nothing, so
    the share says how appealed verdicts fare and not how many of all are wrong.
    """
    rates: dict[tuple[str, ...], Share] = {}
    for one in found:
        if one.against is not None:
            key = tuple(str(getattr(one.against, name) or "-") for name in by)
            rates[key] = rates.get(key, NONE).plus(one.outcome == "overturned")
    return rates
