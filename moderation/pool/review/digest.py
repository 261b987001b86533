"""What a shift did and leaves, from records: the facts of its handover, as JSON.

Nothing here says who would rather not see what: of those who passed on an item, only the unsure are told of. Nor what
somebody thought who asked for a second opinion: whoever gives it may read this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from moderation.domain.decision import ACTING
from moderation.domain.intervals import wilson
from moderation.domain.ports import Store
from moderation.domain.review import LANES, VERDICTS, Recorded, ReviewItem
from moderation.domain.reviewer import LEVELS
from moderation.domain.taxonomy import Taxonomy
from moderation.pool.review.shifts import DAY_S, Shift, iso

_READ = 1000
"""The posts of so many are looked at: of the first items, and of the newest verdicts."""

_TOLD = ("escalated", "second", "unsure")
"""What is told of those who passed on an item; who would rather not see what is nobody's business."""

_CAMPAIGNS = 5
_RISEN = 5
"""The fewest posts by which a rule rises."""

_COUNTING = ("held", "standing", "reversed")


@dataclass(frozen=True, slots=True)
class Overturned:
    """A verdict that was taken back after its effect (``now`` is None) or that an appeal replaced."""

    was: Recorded
    by: Recorded

    @property
    def now(self) -> str | None:
        """What was decided instead."""
        return self.by.action if self.by.action in VERDICTS else None


@dataclass(frozen=True, slots=True)
class Rules:
    """How many of ``posts`` matched each rule."""

    posts: int
    matched: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a digest tells of. ``verdicts`` and ``passes`` are those of the shift at its desk.

    A pass has ``item, post, category, by, reason, note``. ``differed``: items for the leads, whose second opinion was
    not the first. ``campaigns``: how many members are undecided. ``waiting``: open items by lane; ``due`` of them until
    the end of the shift that comes, or by now where none does. ``levels``: how many of the first in lanes life and harm
    take which read level to limit.
    """

    verdicts: Sequence[Recorded] = ()
    passes: Sequence[Mapping[str, Any]] = ()
    overturned: Sequence[Overturned] = ()
    differed: Sequence[ReviewItem] = ()
    kept: Sequence[tuple[ReviewItem, str]] = ()
    campaigns: Mapping[str, int] = field(default_factory=dict)
    rules: Rules = Rules(0, {})
    rules_before: Rules = Rules(0, {})
    waiting: Mapping[str, int] = field(default_factory=dict)
    due: int = 0
    levels: Mapping[str, int] = field(default_factory=dict)


def gather(store: Store, shift: Shift, coming: Shift | None, now: float) -> Facts:
    """Read the facts of a shift up to ``now``, or its end; what waits is what waits now."""
    until = min(now, shift.end)
    ours = {shift.desk, "both"}
    everyone = store.verdicts(shift.start, until)
    verdicts = [one for one in everyone if one.desk == shift.desk and one.action in VERDICTS]
    before = store.verdicts(shift.start - DAY_S, shift.start, newest=True)
    leads = store.queue(None, _READ, now, "lead")
    own = store.queue(shift.desk, _READ, now)
    backlog = store.backlog(coming.end if coming else now)
    return Facts(
        verdicts=verdicts,
        passes=list(_passes(store, ours, (shift.start, until), now)),
        overturned=[one for one in _overturned(store, everyone) if one.was.desk == shift.desk],
        differed=[item for item in leads if item.sealed is not None and _home(item) in ours],
        kept=store.kept(coming.name, now) if coming else (),
        campaigns=_campaigns(store, own),
        rules=_rules(store, verdicts[::-1]),
        rules_before=_rules(store, [one for one in before if one.desk == shift.desk]),
        waiting=_by_lane(backlog.open, ours),
        due=sum(_by_lane(backlog.overdue, ours).values()),
        levels=Counter(LEVELS[item.needs] for item in own),
    )


def digest(
    facts: Facts,
    shift: Shift,
    coming: Shift | None,
    taxonomy: Taxonomy,
    notes: Sequence[Mapping[str, Any]],
    now: float,
) -> dict[str, Any]:
    """The facts and notes as JSON, without text; titles of the categories named are among them, in both languages."""
    made = [one for one in facts.verdicts if one.state in _COUNTING]
    body = {
        "v": 1,
        "shift": _with_hours(shift),
        "next": _with_hours(coming) if coming else None,
        "drafted_at": iso(now),
        "decided": {
            "total": len(made),
            "actions": _counts(one.action for one in made),
            "categories": _counts(one.category or "" for one in made),
            "languages": _counts(one.language for one in made),
            "undone": sum(one.state == "undone" for one in facts.verdicts),
        },
        "escalated": _passed(facts, "escalated"),
        "seconds": [one | {"note": ""} for one in _passed(facts, "second")],
        "overturned": [
            {
                "post": one.was.post_id,
                "category": one.was.category,
                "was": one.was.action,
                "now": one.now,
                "by": one.by.reviewer,
                "note": one.by.note,
            }
            for one in facts.overturned
        ],
        "kept": [_item(item) | {"lane": item.lane, "note": reason} for item, reason in facts.kept],
        "campaigns": [{"id": name, "members": members} for name, members in facts.campaigns.items()],
        "doubts": {
            "unsure": _passed(facts, "unsure"),
            "differed": [_item(item) for item in facts.differed],
        },
        "rising": _rising(facts.rules, facts.rules_before),
        "backlog": {
            "open": sum(facts.waiting.values()),
            "due": facts.due,
            "lanes": {lane: facts.waiting[lane] for lane in LANES if facts.waiting.get(lane)},
            "read": dict(sorted(facts.levels.items())),
        },
        "notes": [dict(note) for note in notes],
    }
    body["titles"] = {name: dict(taxonomy[name].title) for name in sorted(_named(body))}
    return body


def _with_hours(shift: Shift) -> dict[str, Any]:
    return shift.to_json() | {"hours": {lang: shift.hours(lang) for lang in ("en", "zh")}}


def _counts(names: Iterable[str]) -> dict[str, int]:
    """How often each comes, the most frequent first."""
    return dict(sorted(Counter(names).items(), key=lambda one: (-one[1], one[0])))


def _passed(facts: Facts, reason: str) -> list[dict[str, Any]]:
    return [{name: one[name] for name in one if name != "reason"} for one in facts.passes if one["reason"] == reason]


def _item(item: ReviewItem) -> dict[str, Any]:
    return {"item": item.id, "post": item.post_id, "category": item.category}


def _named(value: Any) -> set[str]:
    """The categories that something names: as ``category``, or as what was counted."""
    if isinstance(value, list):
        return set().union(*map(_named, value))
    if not isinstance(value, dict):
        return set()
    own = {value["category"]} if value.get("category") else set()
    return own.union({name for name in value.get("categories", ()) if name}, *map(_named, value.values()))


def _rising(now: Rules, before: Rules) -> list[dict[str, Any]]:
    """Rules whose share rose for sure: both 95% intervals are apart; what rose most is first."""
    found = []
    for rule, count in now.matched.items():
        earlier = before.matched.get(rule, 0)
        if count >= _RISEN and wilson(count, now.posts)[0] > wilson(earlier, before.posts)[1]:
            share, was = count / now.posts, earlier / before.posts
            found.append({"rule": rule, "posts": count, "share": round(share, 4), "before": round(was, 4)})
    return sorted(found, key=lambda one: (one["before"] - one["share"], one["rule"]))


def _passes(store: Store, desks: Collection[str], time: tuple[float, float], now: float) -> Iterator[dict[str, Any]]:
    """Who passed on which item in a time, and why, of items that are the desks' by their language."""
    for one in store.passes(*time):
        if one["reason"] in _TOLD and _home(item := store.item(one["item"], now)) in desks:
            yield _item(item) | {"by": one["reviewer"], "reason": one["reason"], "note": one["note"]}


def _home(item: ReviewItem) -> str:
    """The desk whose it is, wherever a second opinion is asked for."""
    review = item.decision.get("review")
    return str(review["desk"]) if review else item.desk


def _by_lane(counts: Mapping[tuple[str, str], int], desks: Collection[str]) -> Mapping[str, int]:
    lanes: Counter[str] = Counter()
    for (desk, lane), count in counts.items():
        if desk in desks:
            lanes[lane] += count
    return lanes


def _rules(store: Store, newest: Sequence[Recorded]) -> Rules:
    """The rules that act in the decisions of what was reviewed."""
    keys = list(dict.fromkeys(one.key for one in newest if one.kind == "review"))[:_READ]
    matched: Counter[str] = Counter()
    bodies = store.bodies(keys)
    for _, decision in bodies.values():
        matched.update({match["rule"] for match in decision["matches"] if match["status"] in ACTING})
    return Rules(len(bodies), matched)


def _campaigns(store: Store, items: Sequence[ReviewItem]) -> dict[str, int]:
    """Those that most of what waits belongs to, with their undecided members; a post alone is no campaign."""
    common = Counter(item.campaign for item in items if item.campaign).most_common(_CAMPAIGNS)
    members = {name: sum(one.state != "decided" for one in store.campaign(name)) for name, _ in common}
    return {name: count for name, count in members.items() if count > 1}


def _overturned(store: Store, records: Sequence[Recorded]) -> Iterator[Overturned]:
    for one in records:
        if one.action == "reverse" and one.of is not None:
            yield Overturned(store.verdict(one.of), one)
        elif one.kind == "appeal" and one.action in VERDICTS and one.state in _COUNTING:
            earlier = [was for was in store.of_post(one.post_id, one.revision) if was.id < one.id]
            was = next((was for was in reversed(earlier) if was.state == "reversed" and was.action in VERDICTS), None)
            if was is not None and was.action != one.action:
                yield Overturned(was, one)
