"""What verdicts say about rules: how often each is right in each language, and rows that the promotion gates read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from moderation.domain.language import primary
from moderation.domain.review import VERDICTS, Recorded
from moderation.domain.review_ports import Verdicts
from moderation.pool.review.pairs import ACTING
from moderation.pool.review.shares import NONE, Share

LEAST = 20
"""Verdicts from which on a share says something of a rule: as many as the gate of ``canary`` asks for."""

_AT_ONCE = 500


class Precision(NamedTuple):
    """Of the posts in a language (primary subtag) that a rule matched and people judged, those that violate."""

    rule: str
    language: str
    right: Share

    @property
    def enough(self) -> bool:
        """Whether there are enough verdicts to say something."""
        return self.right.n >= LEAST

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {"rule": self.rule, "language": self.language, **self.right.to_json(), "enough": self.enough}


def precision(store: Verdicts, since: float) -> list[Precision]:
    """Every rule that matched what people judged since then, shadow and canary rules too, by rule and language.

    Each post counts once, by the newest of its verdicts that stand. Whoever violates counts as matched rightly, of
    whatever category, as in the gates. Verdicts on what the rules themselves sent to review; nothing follows for
    posts that nobody looked at.
    """
    found: dict[tuple[str, str], Share] = {}
    verdicts = list(_newest(store, since).values())
    for start in range(0, len(verdicts), _AT_ONCE):
        page = verdicts[start : start + _AT_ONCE]
        bodies = store.bodies([one.key for one in page])
        for one in page:
            if (known := bodies.get(one.key)) is None:
                continue
            for rule in {match["rule"] for match in known[1]["matches"]}:
                key = rule, primary(one.language)
                found[key] = found.get(key, NONE).plus(one.action != "allow")
    return [Precision(*key, share) for key, share in sorted(found.items())]


def labels(store: Verdicts, since: float) -> Iterator[dict[str, Any]]:
    """What people decided since then as rows of ``--labels``: ``id``, ``verdict``, and ``labels`` of what violates."""
    for one in _newest(store, since).values():
        if one.action == "allow":
            yield {"id": one.post_id, "verdict": "allow"}
        else:
            verdict = "remove" if one.action == "ban" else one.action
            yield {"id": one.post_id, "verdict": verdict, "labels": [one.category] if one.category else []}


def _newest(store: Verdicts, since: float) -> dict[str, Recorded]:
    """The newest standing verdict of each post."""
    given = store.verdicts(since, kinds=ACTING)
    return {one.post_id: one for one in given if one.action in VERDICTS and one.state == "standing"}
