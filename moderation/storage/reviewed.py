"""What every store does alike with review items and with what people make of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from moderation.domain.decision import chief
from moderation.domain.errors import AlreadyDecided, CampaignChanged, NotFound, UsageError
from moderation.domain.review import (
    DESKS,
    KINDS,
    LANES,
    REASONS,
    Ask,
    Correction,
    Handover,
    Recorded,
    Seal,
    Verdict,
)
from moderation.domain.reviewer import LEVELS, Reviewer
from moderation.storage.audit import Link
from moderation.storage.records import AFTER_DECISION, check_desk, iso, storable, storable_values

WALKED = ("life", "harm")
"""Lanes whose items are claimed by priority; of the others the one that is due first comes first."""

SOON = 0.2
"""The part of its time, the last, in which an item is due soon."""

LENT_NEEDS = 2
"""The highest level that an item may need to be lent to the other desk."""

ENOUGH_PASSES = 3
"""So many people who pass on an item send it to the leads."""

PASSED_IN_LEAD = "second"
"""The only reason to pass that keeps an item from somebody once it is with the leads: there may be but one of these."""

NEAR = 256
"""How many numbers of posts a draw looks at, from the one that was drawn."""

COUNTING = ("held", "standing", "silent")
"""The states in which a verdict can be taken back."""

ASKED = ("review", "appeal")
"""The kinds of items that the pipeline or an author asked for."""

REOPENED = (*ASKED, "golden")
"""The kinds that may be asked for again once they are decided: a golden item for somebody else."""

_UNRESTRICTED = ("lead", "admin")
_OTHER = dict(zip(DESKS, reversed(DESKS), strict=True))
_STATES = {action.name: state for action, state in AFTER_DECISION.items()}


class Facts(NamedTuple):
    """What a decision says about an item of its post."""

    category: str | None
    language: str
    needs: int
    priority: float
    campaign: str | None


def facts(decision: Mapping[str, Any]) -> Facts:
    """What a decision (its JSON) says: the category is that of the first of its most severe rules that act."""
    first = chief(decision)
    review = decision["review"] or {"read": {}, "priority": 0.0}
    return Facts(
        category=first["category"] if first else None,
        language=decision["language"]["tag"],
        needs=LEVELS.index(review["read"].get("limit", LEVELS[0])),
        priority=review["priority"],
        campaign=(decision.get("campaign") or {}).get("id"),
    )


def views_of(post: Mapping[str, Any]) -> float:
    """The views a minute that a decision about a post (its JSON) counted with."""
    return post["views_per_minute"] or 1.0


def priority_at(views: float, post: Mapping[str, Any], decision: Mapping[str, Any]) -> float:
    """The priority of a post that has so many views a minute."""
    return facts(decision).priority * views / views_of(post)


def span_of(due_at: float, now: float) -> int:
    """The whole seconds that somebody has for an item; it is due soon in the last :data:`SOON` of them."""
    return max(round(due_at - now), 0)


def sees_all(reviewer: Reviewer) -> bool:
    """Whether somebody is offered what they cannot read."""
    return reviewer.role in _UNRESTRICTED


def other(desk: str) -> str:
    """The other desk; of ``both`` itself."""
    return _OTHER.get(desk, desk)


def state_after(action: str) -> str:
    """Where a post stands after a decision's action, by its name."""
    return _STATES[action]


def lane_of(kind: str, lane: str | None) -> str:
    """The lane of a new item; :class:`UsageError` for a kind or a lane that is none."""
    if kind not in KINDS:
        raise UsageError(
            f"no kind `{kind}` of review items; there are {', '.join(KINDS)}",
            zh=f"条目没有 `{kind}` 这一种类；可选：{'、'.join(KINDS)}",
        )
    chosen = lane or ("harm" if kind == "review" else kind)
    check_lane(chosen)
    return chosen


def check_lane(lane: str, *more: str) -> None:
    """Raise :class:`UsageError` for a lane that no item has, and that is none of ``more``."""
    if lane not in {*LANES, *more}:
        raise UsageError(
            f"no lane `{lane}`; there are {', '.join((*LANES, *more))}",
            zh=f"没有通道 `{lane}`；可选：{'、'.join((*LANES, *more))}",
        )


def check_line(desk: str | None, lane: str | None) -> None:
    """Raise :class:`UsageError` for a desk (None: both) or a lane (None: those of a claim) that none can look at."""
    if desk is not None:
        check_desk(desk)
    if lane is not None:
        check_lane(lane, "due")


def check_ask(ask: Ask) -> None:
    """Raise :class:`UsageError` for a claim at a desk or of a lane that is none."""
    check_desk(ask.desk)
    for lane in ask.lanes:
        check_lane(lane, "due", "cost", "loan")


def check_item_desk(desk: str) -> None:
    """Raise :class:`UsageError` for a desk that no item waits at."""
    if desk not in {*DESKS, "both"}:
        raise UsageError(
            f"no desk `{desk}`; there are {', '.join(DESKS)} and both",
            zh=f"没有审核台 `{desk}`；可选：{'、'.join((*DESKS, 'both'))}",
        )


def check_reason(reason: str) -> None:
    """Raise :class:`UsageError` for a reason that nobody may skip for."""
    if reason not in REASONS:
        raise UsageError(
            f"`{reason}` is no reason to skip; there are {', '.join(REASONS)}",
            zh=f"`{reason}` 不是跳过的原因；可选：{'、'.join(REASONS)}",
        )


def check_unasked(key: tuple[str, int], kind: str, state: str | None) -> None:
    """Raise unless a post, whose item of a kind is in this state, may get one (anew)."""
    if state is not None and not (state == "decided" and kind in REOPENED):
        raise UsageError(
            f"post {key[0]} revision {key[1]} has an item of kind {kind} already, which is {state}",
            zh=f"帖子 {key[0]}（第 {key[1]} 版）已有 {kind} 类条目，状态为 {state}",
        )


def replaced(key: tuple[str, int]) -> UsageError:
    """The error for a revision after which a newer one was decided."""
    return UsageError(
        f"post {key[0]}: a newer revision was decided, nobody looks at revision {key[1]} any more",
        zh=f"帖子 {key[0]} 的新版已有判定，第 {key[1]} 版不再审核",
    )


def no_post(key: tuple[str, int]) -> NotFound:
    """The error for a revision that is not there or not decided."""
    return NotFound(
        f"no decided post {key[0]} revision {key[1]}; `moderation pool show` tells what is known",
        zh=f"没有已判定的帖子 {key[0]}（第 {key[1]} 版）；`moderation pool show` 显示已知情况",
    )


def no_verdict(number: int) -> NotFound:
    """The error for a verdict that is not there."""
    return NotFound(f"no verdict D-{number}", zh=f"没有判定 D-{number}")


def seal_of(verdict_id: int, links: Iterable[Link]) -> Seal:
    """Which of the links of the audit chain covers a verdict. Raises :class:`NotFound` where none does."""
    for link in links:
        if link.kind == "verdict" and verdict_id in link.members:
            return Seal(link.seq, link.prev, link.hash)
    raise no_verdict(verdict_id)


def counts(verdict: Recorded) -> bool:
    """Whether a verdict can be taken back."""
    return verdict.of is None and verdict.state in COUNTING


def check_counts(verdict: Recorded) -> None:
    """Raise unless a verdict can be taken back."""
    if not counts(verdict):
        raise AlreadyDecided(
            f"verdict D-{verdict.id} does not count any more ({verdict.state}); nothing was changed",
            zh=f"判定 D-{verdict.id} 已不作数（{verdict.state}）；未作改动",
        )


def apart(lane: str, sealed: str | None) -> bool:
    """Whether an open item is with the leads or out for a second opinion: no verdict of its campaign decides it."""
    return lane == "lead" or sealed is not None


def member_state(state: str, lane: str, sealed: str | None) -> str:
    """The state of a campaign's member that has an item: the item's, or ``apart``."""
    return "apart" if state == "open" and apart(lane, sealed) else state


def check_reason_given(verdicts: Iterable[Recorded], reason: str, now: float) -> None:
    """Raise :class:`UsageError` unless there is a reason to take back what has taken effect, or is due to."""
    late = next((one for one in verdicts if one.state == "standing" or one.effective_at <= now), None)
    if late and not reason.strip():
        raise UsageError(
            f"verdict D-{late.id} has taken effect; to reverse it, say why: --reason TEXT",
            zh=f"判定 D-{late.id} 已生效；改判须写明理由：--reason TEXT",
        )


def changed_campaign(members: Collection[tuple[str, int]]) -> CampaignChanged:
    """The error for members that cannot be decided with the others."""
    names = ", ".join(f"{post_id} revision {revision}" for post_id, revision in sorted(members))
    names_zh = "、".join(f"{post_id}（第 {revision} 版）" for post_id, revision in sorted(members))
    return CampaignChanged(
        f"decided, held by somebody else, with the leads, out for a second opinion or replaced meanwhile: {names}; "
        "open the campaign again",
        zh=f"其间已有判定、由他人持有、已上报组长、在等第二意见或已有新版：{names_zh}；请重新打开批量文案",
    )


def no_reviewer(name: str) -> NotFound:
    """The error for somebody without a token."""
    return NotFound(
        f"no reviewer `{name}`; `moderation users list` tells who there is",
        zh=f"没有审核员 `{name}`；`moderation users list` 列出所有审核员",
    )


def holder(shift: str) -> str:
    """Who holds what is kept for a shift."""
    return f"shift:{shift}"


def noted(handover: Handover, note: Mapping[str, str]) -> Handover:
    """A handover with another note; :class:`UsageError` where it is published."""
    if handover.published_at:
        raise UsageError(
            f"the handover of {handover.shift} is published; leave the note in that of the shift that works",
            zh=f"{handover.shift} 的交班单已发布；请把备注写在当前班次的交班单里",
        )
    notes = [*handover.body.get("notes", ()), storable_values(note)]
    return replace(handover, body={**handover.body, "notes": notes})


def correction(given: Correction) -> Correction:
    """A correction as every backend keeps it."""
    surface, shown, expected = map(storable, (given.surface, given.shown, given.expected))
    return replace(given, surface=surface, shown=shown, expected=expected)


class Place(NamedTuple):
    """What a verdict is about: its item, and the revision that this is of."""

    item: int
    kind: str
    post_id: str
    revision: int
    desk: str
    language: str
    claimed_at: float


def verdict_json(
    place: Place, verdict: Verdict, reviewer: str, now: float, load: float, campaign: str | None
) -> dict[str, Any]:
    """A verdict as it is kept, shown and covered by the audit chain."""
    return {
        "post_id": place.post_id,
        "revision": place.revision,
        "action": verdict.action,
        "category": verdict.category,
        "basis": verdict.basis,
        "note": storable(verdict.note),
        "reviewer": reviewer,
        "decided_at": iso(now),
        "item": place.item,
        "kind": place.kind,
        "desk": place.desk,
        "language": place.language,
        "policy_version": verdict.policy_version,
        "policy_lang": verdict.policy_lang,
        "campaign": campaign,
        "load": load,
        "of": None,
    }


def taken_back_json(
    number: int, of: Mapping[str, Any], reviewer: str, reason: str, now: float, restores: str | None
) -> dict[str, Any]:
    """The record of taking back the verdict ``number``; ``restores`` is the action that holds now, if it had one."""
    changed = {
        "action": "undo" if restores is None else "reverse",
        "note": storable(reason),
        "reviewer": reviewer,
        "decided_at": iso(now),
        "load": 0.0,
        "of": number,
    }
    return {**of, **changed, **({} if restores is None else {"restores": restores})}


class Course(NamedTuple):
    """What of a verdict is not in its record: its number, its times in full, and how far it has come."""

    id: int
    at: float
    claimed_at: float
    effective_at: float
    state: str


def recorded(record: Mapping[str, Any], course: Course, place: Place, *, fresh: bool = True) -> Recorded:
    """A verdict as its reader has it; ``place`` tells what records of an older schema do not."""
    return Recorded(
        id=course.id,
        item=place.item,
        kind=place.kind,
        post_id=record["post_id"],
        revision=record["revision"],
        action=record["action"],
        category=record["category"],
        basis=record["basis"],
        note=record["note"],
        reviewer=record["reviewer"],
        desk=record.get("desk", place.desk),
        language=record.get("language", place.language),
        at=course.at,
        claimed_at=course.claimed_at,
        effective_at=course.effective_at,
        state=course.state,
        load=record.get("load", 0.0),
        policy_version=record.get("policy_version"),
        policy_lang=record.get("policy_lang"),
        campaign=record.get("campaign"),
        of=record.get("of"),
        fresh=fresh,
    )
