"""What a reviewer is shown of an item: gathered by parts, authors under pseudonyms, blind items without opinions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from moderation.domain.decision import acting
from moderation.domain.review import Member, ReviewItem
from moderation.pool.review.access import permits
from moderation.pool.review.authors import author_card, pseudonym
from moderation.pool.review.campaigns import campaign_view
from moderation.pool.review.factors import factors_of
from moderation.pool.review.office import Seat
from moderation.pool.review.overflow import overflow_sum
from moderation.pool.review.reading import needs_of, reading_of
from moderation.pool.review.view import CampaignView, Gloss, Policy, Reason, View

PARTS = ("gloss", "why", "author", "precedents", "campaign", "history", "thread")

LIKELY = 0.5
"""The score from which on a category counts that no rule names."""

SUGGESTED = 5
"""So many policies are at hand; the others are looked up."""

THREAD = 3
"""So many posts above one are shown."""


def view_of(seat: Seat, item: ReviewItem, parts: Collection[str]) -> View:
    """An item with the parts that are asked for."""
    office, now = seat.office, seat.now()
    blind = is_blind(seat, item)
    open_parts = set(parts) - ({"precedents", "campaign", "history"} if blind else set())
    key = item.key
    needs = needs_of(item.decision, office.taxonomy)
    gloss = tuple(office.glossary.gloss(item.post, item.decision)) if "gloss" in parts else ()
    view = View(
        item=shown(seat, item),
        reading=reading_of(seat.reviewer, item.language, needs),
        policies=tuple(_policies(seat, item, blind=blind)),
        gloss=gloss,
        notes=tuple(office.glossary.notes(item.decision)) if "gloss" in parts else (),
        reasons=tuple(_reasons(seat, item, gloss, blind=blind)) if "why" in parts else (),
        author=author_card(office.store, item.post, office.key, key) if "author" in parts else None,
        campaign=_campaign(seat, item, now) if "campaign" in open_parts else None,
        precedents=_precedents(seat, item) if "precedents" in open_parts else (),
        history=tuple(office.store.of_post(*key)) if "history" in open_parts else (),
        passed=tuple(_passed(seat, item)) if "history" in open_parts else (),
        thread=tuple(_thread(seat, item.post)) if "thread" in parts else (),
    )
    if blind or "why" not in parts:
        return view
    factors = factors_of(item, seat.handling[item.category])
    overflow = None
    if seat.helps(item):
        overflow = overflow_sum(item, factors, seat.line(item.desk, now).wait(item.id), seat.price(), needs["remove"])
    return replace(view, factors=factors, overflow=overflow)


def is_blind(seat: Seat, item: ReviewItem) -> bool:
    """Whether opinions stay hidden; leads who are to choose between two see both."""
    return item.blind and not chooses(seat, item)


def chooses(seat: Seat, item: ReviewItem) -> bool:
    """Whether somebody decides between a first opinion and a second that differed."""
    return item.lane == "lead" and item.kind not in {"blind", "golden"} and permits(seat.reviewer, "lead")


def shown(seat: Seat, item: ReviewItem) -> ReviewItem:
    """An item without what identifies its author and, where it is blind, without what gives an opinion away.

    A golden item looks like a blind one; ``sealed`` is empty where there is an opinion. Of somebody else's lease only
    whose it is and until when is shown: not what it takes to use it.
    """
    item = replace(item, post=veiled(item.post, seat.office.key))
    if item.lease and item.lease.reviewer != seat.reviewer.name:
        item = replace(item, lease=replace(item.lease, id=""))
    if not is_blind(seat, item):
        return item
    item = replace(item, decision=unopinionated(item.decision), campaign=None, sealed={}, priority=0.0)
    if item.kind == "golden":
        return replace(item, kind="blind", lane="blind" if item.lane == "golden" else item.lane)
    return item


def unopinionated(decision: Mapping[str, Any]) -> Mapping[str, Any]:
    """A decision (JSON) without its scores, its campaign, and the priority, from which the score could be reckoned."""
    kept = {**decision, "scores": {}}
    kept.pop("campaign", None)
    if review := kept["review"]:
        kept["review"] = {**review, "priority": 0.0}
    return kept


def veiled(post: Mapping[str, Any], key: bytes) -> Mapping[str, Any]:
    """A post (JSON) whose author and whoever it mentions go by pseudonyms; what is said in it stays as it is.

    What we do not know about it (``extra``) is left out: it may name anybody.
    """
    author = post["author"]
    named = None if author["id"] is None else pseudonym(author["id"], key)
    mentions = [pseudonym(one.removeprefix("@"), key) if isinstance(one, str) else one for one in post["mentions"]]
    return {**post, "author": {**author, "id": named}, "mentions": mentions, "extra": {}}


def _policies(seat: Seat, item: ReviewItem, *, blind: bool) -> list[Policy]:
    """Those that are likely to be cited: of the rules that matched, of what scores most, else the taxonomy's first."""
    scores = {} if blind else item.decision["scores"]
    likely = sorted(scores, key=lambda category: -scores[category])
    first = [match["category"] for match in acting(item.decision)]
    named = dict.fromkeys((*first, *likely, *seat.office.taxonomy.categories))
    return [seat.office.policies[category] for category in named if category in seat.office.policies][:SUGGESTED]


def _reasons(seat: Seat, item: ReviewItem, gloss: Sequence[Gloss], *, blind: bool) -> Iterator[Reason]:
    decision, matched = item.decision, acting(item.decision)
    for match in matched:
        yield Reason(
            kind="rule",
            id=match["rule"],
            category=match["category"],
            severity=match["severity"],
            evidence=match["evidence"],
            spans=tuple(n for n, one in enumerate(gloss, 1) if any(_meet(one, span) for span in match["spans"])),
            text=match["explain"],
        )
    if not blind:
        named = {match["category"] for match in matched}
        scores = sorted(decision["scores"].items(), key=lambda one: -one[1])
        for category, score in scores:
            if category in named or score >= LIKELY:
                title = seat.office.taxonomy[category].title
                yield Reason(kind="model", id=category, category=category, score=score, text=title)
        if campaign := decision.get("campaign"):
            count, authors = campaign["members"], campaign["authors"]
            text = {"en": f"{count} posts by {authors} authors", "zh": f"{count} 帖，{authors} 位作者"}
            yield Reason(kind="campaign", id=campaign["id"], text=text)
    for part in decision["unavailable"]:
        yield Reason(kind="part", id=part, text={"en": f"{part} failed", "zh": f"{part} 未能运行"})
    if item.text:
        yield Reason(kind="report", id="appeal", text={"en": item.text, "zh": item.text})


def _meet(gloss: Gloss, span: Sequence[Any]) -> bool:
    field, start, end, *_ = span
    return bool(gloss.field == field and gloss.start < end and start < gloss.end)


def _precedents(seat: Seat, item: ReviewItem) -> tuple[Any, ...]:
    from moderation.pool.review.precedents import words_of

    return tuple(seat.office.precedents.of(words_of(item.post), item.language, item.key))


def _passed(seat: Seat, item: ReviewItem) -> Iterator[Mapping[str, Any]]:
    """Who passed on an item, but for those who would rather not see such posts: that is theirs to tell."""
    return (one for one in seat.office.store.passed(item.id) if one["reason"] != "wellbeing")


def _campaign(seat: Seat, item: ReviewItem, now: float) -> CampaignView | None:
    found = campaign_view(seat.office.store, item, seat.reviewer.name, now)
    if found is None:
        return None

    def veil(members: Sequence[Member]) -> tuple[Member, ...]:
        return tuple(replace(one, post=veiled(one.post, seat.office.key)) for one in members)

    return replace(found, alike=veil(found.alike), differing=veil(found.differing))


def _thread(seat: Seat, post: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The posts above one, the first above them all first; those that the pool knows."""
    above: list[Mapping[str, Any]] = []
    seen = {post["id"]}
    while (parent := post.get("parent_id")) and parent not in seen and len(above) < THREAD:
        records = seat.office.store.show(parent)
        if not records:
            break
        seen.add(parent)
        post = records[0].post
        above.append(veiled(post, seat.office.key))
    return above[::-1]
