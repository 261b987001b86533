"""From a reviewer's verdict to what is recorded: who may decide what, at which version of a policy, for which posts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from moderation.domain.errors import AlreadyDecided, CampaignChanged, Forbidden, LeaseLost, UsageError
from moderation.domain.review import COMPARED, DESKS, OF_OTHERS, VERDICTS, Lease, Member, Recorded, ReviewItem, Verdict
from moderation.pool.review.access import permit
from moderation.pool.review.campaigns import campaign_view
from moderation.pool.review.load import load_of
from moderation.pool.review.office import Outcome, Seat
from moderation.pool.review.overflow import other
from moderation.pool.review.pairs import ACTING
from moderation.pool.review.quality import BLIND, ask_blind, chosen
from moderation.pool.review.reading import ACTIONS_ZH, NATIVE, check_reading, needs_of, worth

MAX_NOTE = 20_000
"""What somebody writes beside a decision, which is kept and covered by the audit, has at most so many characters."""

_NAMED = 5  # of the members that must be opened so many are named


def decide(
    seat: Seat, item_id: int, lease: Lease, verdict: Verdict, *,
    campaign: str | None, expect: int | None, opened: Collection[str], key: str | None, dry_run: bool,
) -> Outcome:  # fmt: skip
    """Check a verdict against role, lease, policy, reading and campaign, then record it; see :class:`Desk`."""
    permit(seat.reviewer, "decide")
    seat.check_desk()
    store, now = seat.office.store, seat.now()
    item = store.item(item_id, now)
    if key is not None and (before := store.keyed(key)):  # what is checked below was checked then
        return _outcome(_of_key(seat, item, key, before))
    check_lease(item, lease, seat.reviewer.name, now)
    check_note(verdict.note)
    verdict = cited(seat, verdict)
    _check_other(seat, item)
    _check_reading(seat, item, verdict)
    also = _members(seat, item, verdict, campaign, expect, opened, now) if campaign is not None else []
    if dry_run:
        return _rehearsed(seat, item, verdict, also, opened, campaign, now)
    if contradicts(item, verdict):
        store.escalate(item_id, lease, _told(verdict), now)
        return Outcome((), now, held=True)
    if only_limits(seat, item, verdict):
        if campaign is not None:
            raise Forbidden(
                f"item {item_id} goes back to its desk afterwards: limit it alone, without --scope campaign",
                zh=f"{item_id} 号条目之后要退回原审核台：只能单独限流，请去掉 --scope campaign",
            )
        return _outcome([store.lend_back(item_id, lease, verdict, now, load=load_of(item), key=key)])
    recorded = store.decide(
        item_id,
        lease,
        verdict,
        now,
        hold_s=seat.office.rules.undo_s,
        load=load_of(item),
        key=key,
        desk=seat.desk,
        campaign=campaign,
        also=[member.key for member in also],
        opened=[member.key for member in also if member.post_id in opened],
    )
    _follow_up(seat, recorded[0], now)
    return _outcome(_of_key(seat, item, key, recorded))


def undo(seat: Seat, verdict_id: int, reason: str) -> Recorded:
    """Take a verdict back: one's own, or as a lead anybody's; once it has taken effect only with a reason."""
    check_note(reason)
    now, name = seat.now(), seat.reviewer.name
    verdict = seat.office.store.verdict(verdict_id)
    permit(seat.reviewer, "undo" if verdict.reviewer == name else "undo_any")
    return seat.office.store.undo(verdict_id, name, reason, now, seat.ttl(verdict.category, now))


def second(seat: Seat, item_id: int, lease: Lease, desk: str | None, opinion: Verdict | None, note: str) -> None:
    """Ask the other desk (or ``desk``) without telling it what one thinks."""
    permit(seat.reviewer, "decide")
    check_note(note)
    now, name = seat.now(), seat.reviewer.name
    item = seat.office.store.item(item_id, now)
    check_lease(item, lease, name, now)
    chosen = desk or other(seat.desk)
    if chosen not in DESKS:
        raise UsageError(
            f"no desk `{chosen}`; there are {' and '.join(DESKS)}",
            zh=f"没有审核台 `{chosen}`；可选：{'、'.join(DESKS)}",
        )
    if item.blind:
        raise Forbidden(
            f"item {item_id} is an opinion of your own: decide it, escalate it or skip it",
            zh=f"{item_id} 号条目要的是你自己的意见：请直接判定，或上报组长、跳过",
        )
    if opinion:
        check_note(opinion.note)
    said = cited(seat, opinion).to_json() if opinion else {"action": None, "category": None, "basis": None}
    sealed: dict[str, Any] = {**said, "reviewer": name, "desk": seat.desk}
    if note:
        sealed["note"] = note
    seat.office.store.second(item_id, lease, chosen, sealed, now)


def check_lease(item: ReviewItem, lease: Lease, reviewer: str, now: float) -> None:
    """Raise :class:`AlreadyDecided` or :class:`LeaseLost` unless an item is held by a lease of this reviewer."""
    if item.state == "decided":
        raise AlreadyDecided(
            f"item {item.id} has been decided; claim the next one", zh=f"{item.id} 号条目已有判定；请领取下一条"
        )
    held = item.lease
    if item.state != "open" or held is None or held.expires_at <= now:
        raise LeaseLost(
            f"item {item.id} is not held any more; claim it again", zh=f"{item.id} 号条目的租约已失效；请重新领取"
        )
    if (held.id, held.fence, held.reviewer) != (lease.id, lease.fence, reviewer):
        raise LeaseLost(
            f"item {item.id} is not held by this lease and fence of {reviewer}; claim it again",
            zh=f"{item.id} 号条目不由 {reviewer} 的此租约（--lease、--fence）持有；请重新领取",
        )


def cited(seat: Seat, verdict: Verdict) -> Verdict:
    """A verdict with the version of the policy that it cites; :class:`PolicyStale` where another one holds."""
    if verdict.category is None:
        if verdict.action != "allow":
            raise UsageError(
                f"{verdict.action} needs the policy that the post breaks: name its category",
                zh=f"{ACTIONS_ZH[verdict.action]}须引用帖子违反的条款：请写明类别",
            )
        return verdict
    policy = seat.office.policies.check(verdict.category, verdict.policy_version)
    return replace(verdict, policy_version=policy.version)


def contradicts(item: ReviewItem, verdict: Verdict) -> bool:
    """Whether a verdict differs from the sealed opinion of whoever asked for a second one."""
    if item.sealed is None or item.kind in COMPARED or item.lane == "lead":
        return False
    return item.sealed.get("action") not in {None, verdict.action}


def only_limits(seat: Seat, item: ReviewItem, verdict: Verdict) -> bool:
    """Whether a helper judges what only a native may remove: it is limited, and goes back to its desk."""
    return item.kind not in COMPARED and _natives_alone(seat, item.desk, item.language, item.decision, verdict.basis)


def _natives_alone(seat: Seat, desk: str, tag: str, decision: Mapping[str, Any], basis: str) -> bool:
    """Whether a post is another desk's, whose natives alone may remove it, and the reviewer is none by this basis."""
    has = worth(basis, seat.reviewer.level(tag))
    return desk not in {seat.desk, "both"} and has < needs_of(decision, seat.office.taxonomy)["remove"] == NATIVE


def check_note(text: str) -> None:
    """Raise :class:`UsageError` for words that are too long to be kept for ever."""
    if len(text) > MAX_NOTE:
        raise UsageError(
            f"a note has at most {MAX_NOTE:,} characters, this one has {len(text):,}; say it shorter",
            zh=f"备注最多 {MAX_NOTE:,} 字，现有 {len(text):,} 字；请写短些",
        )


def _check_other(seat: Seat, item: ReviewItem) -> None:
    """Raise :class:`Forbidden` where it takes another person, however one came to hold the item."""
    name = seat.reviewer.name
    asked = item.sealed is not None and item.lane != "lead" and item.sealed.get("reviewer") == name
    given = seat.office.store.of_post(item.post_id, item.revision) if item.kind in OF_OTHERS else []
    if asked or any(one.reviewer == name and one.action in VERDICTS and one.state != "undone" for one in given):
        raise Forbidden(
            f"item {item.id} asks what another person makes of your verdict; release or skip it",
            zh=f"{item.id} 号条目是请他人复核你的判定；请退回或跳过",
        )


def _check_reading(seat: Seat, item: ReviewItem, verdict: Verdict) -> None:
    needs = needs_of(item.decision, seat.office.taxonomy, verdict.category)
    check_reading(seat.reviewer, item.language, verdict.action, verdict.basis, needs)
    if verdict.action != "limit" and only_limits(seat, item, verdict):
        raise Forbidden(
            f"item {item.id} is lent by desk {item.desk}, whose natives alone may remove it: limit it, and it goes "
            "back there; or escalate or skip it",
            zh=f"{item.id} 号条目由 {item.desk} 审核台借出，只有那里的母语审核员可以删除：请先限流，之后退回那里；"
            "或上报组长、跳过",
        )


def _members(
    seat: Seat, item: ReviewItem, verdict: Verdict, campaign: str, expect: int | None, opened: Collection[str],
    now: float,
) -> list[Member]:  # fmt: skip
    """The other posts of a campaign that a verdict is to cover, as long as they are those that were shown."""
    if item.blind:
        raise Forbidden(
            f"item {item.id} is an opinion of your own: decide it alone, without --scope campaign",
            zh=f"{item.id} 号条目要的是你自己的意见：请单独判定，去掉 --scope campaign",
        )
    if item.campaign != campaign:
        raise UsageError(
            f"item {item.id} is in {item.campaign or 'no campaign'}, not in {campaign}",
            zh=f"{item.id} 号条目"
            + (f"属于批量文案 {item.campaign}" if item.campaign else "不属于任何批量文案")
            + f"，不在 {campaign} 中",
        )
    found = campaign_view(seat.office.store, item, seat.reviewer.name, now)
    members = [one for one in (*found.alike, *found.differing) if one.post_id != item.post_id] if found else []
    if expect is not None and expect != len(members) + 1:
        raise CampaignChanged(
            f"campaign {campaign} has {len(members) + 1} posts to decide, not {expect}; look at it again "
            f"(moderation review show {item.id} --with campaign)",
            zh=f"批量文案 {campaign} 有 {len(members) + 1} 条待判，不是 {expect} 条；"
            f"请重新查看（moderation review show {item.id} --with campaign）",
        )
    unread = [one.post_id for one in (found.differing if found else ()) if one.post_id not in set(opened)]
    if unread:
        named = ", ".join(unread[:_NAMED]) + (" …" if len(unread) > _NAMED else "")
        raise CampaignChanged(
            f"{len(unread)} of campaign {campaign} differ, open them first: {named}",
            zh=f"批量文案 {campaign} 中有 {len(unread)} 条不同，请先打开："
            + "、".join(unread[:_NAMED])
            + (" 等" if len(unread) > _NAMED else ""),
        )
    for member in members:
        needs = needs_of(member.decision, seat.office.taxonomy, verdict.category)
        tag = member.decision["language"]["tag"]
        check_reading(seat.reviewer, tag, verdict.action, verdict.basis, needs)
        desk = (member.decision["review"] or {"desk": seat.desk})["desk"]
        if _natives_alone(seat, desk, tag, member.decision, verdict.basis):
            raise Forbidden(
                f"{member.post_id} of campaign {campaign} is of desk {desk}, whose natives alone may remove it: decide "
                f"item {item.id} alone, without --scope campaign",
                zh=f"批量文案 {campaign} 中的 {member.post_id} 属于 {desk} 审核台，只有母语审核员可以删除：请单独判定 "
                f"{item.id} 号条目，去掉 --scope campaign",
            )
    return members


def _follow_up(seat: Seat, recorded: Recorded, now: float) -> None:
    """Let the other desk read one verdict in twenty again, without knowing it."""
    if recorded.fresh and recorded.kind in ACTING and chosen(BLIND, seat.office.key, "blind", recorded.id):
        ask_blind(seat.office.store, recorded, seat.office.store.reviewers(), now)


def _rehearsed(
    seat: Seat, item: ReviewItem, verdict: Verdict, also: Sequence[Member], opened: Collection[str],
    campaign: str | None, now: float,
) -> Outcome:  # fmt: skip
    """What would be recorded; nothing has a number yet."""
    held = contradicts(item, verdict)
    until = now + seat.office.rules.undo_s
    first = Recorded(
        id=0,
        item=item.id,
        kind="blind" if item.kind in COMPARED else item.kind,
        post_id=item.post_id,
        revision=item.revision,
        action=verdict.action,
        category=verdict.category,
        basis=verdict.basis,
        note=verdict.note,
        reviewer=seat.reviewer.name,
        desk=seat.desk,
        language=item.language,
        at=now,
        claimed_at=item.claimed_at,
        effective_at=until,
        state="silent" if item.kind in COMPARED else "held",
        load=load_of(item),
        policy_version=verdict.policy_version,
        policy_lang=verdict.policy_lang,
        campaign=campaign,
        fresh=False,
    )
    others = [
        replace(
            first,
            item=member.item or 0,
            post_id=member.post_id,
            revision=member.revision,
            language=member.decision["language"]["tag"],
            load=first.load if member.post_id in opened else 0.0,
        )
        for member in also
    ]
    return Outcome(() if held else (first, *others), until, held)


def _of_key(seat: Seat, item: ReviewItem, key: str | None, recorded: Sequence[Recorded]) -> Sequence[Recorded]:
    """What was recorded, unless the key has decided something else before, or for somebody else."""
    if (recorded[0].item, recorded[0].reviewer) != (item.id, seat.reviewer.name):
        other = "" if recorded[0].reviewer == seat.reviewer.name else " for somebody else"
        raise UsageError(
            f"the idempotency key {key} has decided item {recorded[0].item}{other}; nothing was decided about item "
            f"{item.id}: give each decision a key of its own",
            zh=f"幂等键 {key} 已用于 {recorded[0].item} 号条目的判定{'（他人所作）' if other else ''}；"
            f"{item.id} 号条目未作判定：每次判定请用各自的键",
        )
    return recorded


def _outcome(recorded: Sequence[Recorded]) -> Outcome:
    return Outcome(tuple(recorded), recorded[0].effective_at)


def _told(verdict: Verdict) -> str:
    """A second opinion for the leads."""
    said = " ".join(filter(None, ("second opinion:", verdict.action, verdict.category, f"({verdict.basis})")))
    return f"{said}: {verdict.note}" if verdict.note else said
