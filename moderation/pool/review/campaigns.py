"""The near-duplicates of a post that wait with it: which one decision may cover, and which must be read first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from moderation.domain.post import Post
from moderation.domain.review import Member, ReviewItem
from moderation.domain.review_ports import ReviewStore
from moderation.pool.review.view import CampaignView

if TYPE_CHECKING:
    from moderation.matching.shingles import Fingerprint

ALIKE = 0.9
"""The least likeness (Jaccard, of the character 3-grams of the folded text) of a member that reads as the item does."""


def campaign_view(store: ReviewStore, item: ReviewItem, reviewer: str, now: float) -> CampaignView | None:
    """The campaign of an item as one who holds it sees it; None where its post is alone.

    Left out are members that are decided (they are counted), with the leads, out for a second opinion, or that somebody
    else holds; not the item's own post. ``members`` is how many one
    decision would cover, the item's own, which is the first of ``alike``, included. ``differing`` members match other
    enforced rules than the item's post, are in another language, or are less than :data:`ALIKE`; the least alike first.
    """
    if item.campaign is None:
        return None
    everyone = store.campaign(item.campaign)
    waiting = [one for one in everyone if one.item == item.id or one.state not in _ELSEWHERE]
    open_ones = [one for one in waiting if not _held(store, one, reviewer, now)]
    own = next((one for one in open_ones if one.post_id == item.post_id), None)
    others = [one for one in open_ones if one is not own]
    prints = _read([item.post, *(one.post for one in others)])
    found = [(_likeness(prints[0], one), member) for one, member in zip(prints[1:], others, strict=True)]
    marks = _marks(item.decision)
    differing = [(like, one) for like, one in found if like < ALIKE or _marks(one.decision) != marks]
    differing.sort(key=lambda one: one[0])
    alike = [one for like, one in found if like >= ALIKE and _marks(one.decision) == marks]
    authors = {(one.post.get("author") or {}).get("id") for one in open_ones}
    return CampaignView(
        id=item.campaign,
        members=len(open_ones),
        authors=len(authors - {None}),
        languages=dict(Counter(one.decision["language"]["tag"] for one in open_ones).most_common()),
        alike=(*([own] if own else []), *alike),
        differing=tuple(one for _, one in differing),
        decided=sum(one.state == "decided" for one in everyone),
    )


_ELSEWHERE = {"decided", "superseded", "apart"}


class _Reading(NamedTuple):
    """A post's folded words, and their fingerprint where they are long enough."""

    words: str
    print: Fingerprint | None


def _read(posts: list[Mapping[str, Any]]) -> list[_Reading]:
    from moderation.folding.fold import fold
    from moderation.matching.shingles import fingerprints

    texts = ["\n".join(text for _, text in Post.parse(dict(post)).fields()) for post in posts]
    return [_Reading(fold(text), found) for text, found in zip(texts, fingerprints(texts), strict=True)]


def _likeness(one: _Reading, other: _Reading) -> float:
    """Their likeness in [0, 1]; texts too short for a fingerprint are alike where they are the same."""
    from moderation.matching.shingles import jaccard

    if one.print and other.print:
        return jaccard(one.print.shingles, other.print.shingles)
    return float(one.words == other.words)


def _marks(decision: Mapping[str, Any]) -> tuple[frozenset[str], str]:
    """What a member must have in common with the item: the rules that act on it, and its language."""
    rules = frozenset(match["rule"] for match in decision["matches"] if match["status"] == "enforce")
    return rules, decision["language"]["tag"]


def _held(store: ReviewStore, member: Member, reviewer: str, now: float) -> bool:
    """Whether somebody else holds it: a lease may have expired since it was given."""
    if member.item is None or member.held_by in {None, reviewer}:
        return False
    return store.item(member.item, now).lease is not None
