"""Two verdicts about the same post, the second given without knowing the first, and what they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from moderation.domain.review import BASES, VERDICTS, Recorded
from moderation.domain.review_ports import Verdicts
from moderation.pool.review.shares import NONE, Share

ACTING = ("review", "appeal", "random")
"""The kinds of item whose verdicts act, and so are looked at again."""
DISPUTED = 0.15
"""A rule or category is contested where the desks differ on more than this, by the lower bound of the interval."""
LEAST_PAIRS = 20


class Pair(NamedTuple):
    """Two verdicts about one revision of a post: the second was given blindly."""

    first: Recorded
    second: Recorded

    @property
    def agree(self) -> bool:
        """Whether both made the same of it."""
        return self.first.action == self.second.action


@dataclass(frozen=True, slots=True)
class Contested:
    """How often two desks differ on posts of a category, or on posts that a rule matches (``kind``)."""

    kind: str
    id: str
    differ: Share

    @property
    def contested(self) -> bool:
        """Whether they differ too often, for all that is known."""
        return self.differ.n >= LEAST_PAIRS and self.differ.interval[0] > DISPUTED


def pairs(store: Verdicts, since: float, until: float | None = None) -> list[Pair]:
    """Every blind verdict with the one that was in force before it, by the time of the blind one."""
    found: list[Pair] = []
    for second in store.verdicts(since, until, kinds=("blind",)):
        if second.action not in VERDICTS:
            continue
        earlier = [one for one in store.of_post(second.post_id, second.revision) if one.id < second.id]
        acted = [one for one in earlier if one.kind in ACTING and one.action in VERDICTS and one.state != "undone"]
        if acted:
            found.append(Pair(acted[-1], second))
    return found


def errors_by_basis(store: Verdicts, since: float) -> dict[str, tuple[float, int]]:
    """Basis → share of wrong verdicts and number of verdicts, against somebody's native read of the same post.

    A verdict is wrong that lets stand what the native read acts on, or the reverse; limiting instead of removing is
    not, because the level of a reader may allow no more. The native reads err, too, so each share contains their error
    once: the *difference* of two of them does not. Two native reads of one post count once, for ``read``.
    """
    counts = dict.fromkeys(BASES, NONE)
    for first, second in pairs(store, since):
        wrong = (first.action == "allow") != (second.action == "allow")
        if second.basis == "read":
            counts[first.basis] = counts[first.basis].plus(wrong)
        elif first.basis == "read":
            counts[second.basis] = counts[second.basis].plus(wrong)
    return {basis: (share.part / share.n, share.n) for basis, share in counts.items() if share.n}


def contested(store: Verdicts, since: float) -> list[Contested]:
    """Categories and enforced rules by how often the desks differ on them, the contested ones first."""
    across = [pair for pair in pairs(store, since) if pair.first.desk != pair.second.desk]
    bodies = store.bodies(list({(pair.first.post_id, pair.first.revision) for pair in across}))
    differ: dict[tuple[str, str], Share] = {}
    for pair in across:
        known = bodies.get((pair.first.post_id, pair.first.revision))
        for what in _categories(pair) | (_rules(known[1]) if known else set()):
            differ[what] = differ.get(what, NONE).plus(not pair.agree)
    rows = [Contested(kind, name, share) for (kind, name), share in differ.items()]
    return sorted(rows, key=lambda row: (not row.contested, -row.differ.interval[0], row.kind, row.id))


def _categories(pair: Pair) -> set[tuple[str, str]]:
    return {("category", category) for category in (pair.first.category, pair.second.category) if category}


def _rules(decision: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {("rule", match["rule"]) for match in decision["matches"] if match["status"] == "enforce"}
