"""``moderation review decide``, ``undo``, ``escalate`` and ``second``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from moderation.cli.callers import Call, called
from moderation.cli.display import print_json, visible
from moderation.cli.review.common import (
    decision,
    fence_option,
    item_argument,
    item_desk,
    lease_of,
    lease_option,
    note_of,
    note_options,
    own_desk,
)
from moderation.cli.review.rendering import lease_json, outcome_json, recorded_json
from moderation.domain.errors import HeldForSecond
from moderation.domain.review import BASES, DESKS, VERDICTS, Verdict
from moderation.domain.taxonomy import CATEGORIES
from moderation.pool.review.shifts import iso

if TYPE_CHECKING:
    from moderation.pool.review.desk import Desk, Outcome


class Request(NamedTuple):
    """A decision as it was asked for on the command line."""

    item_id: int
    lease_id: str
    fence: int
    verdict: Verdict
    campaign: str | None
    expect: int | None
    opened: tuple[str, ...]
    key: str | None
    dry_run: bool
    desk: str | None


def deciding(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command all that a decision takes, as one ``request``, and a ``call``."""

    @item_argument
    @lease_option
    @fence_option
    @click.option("--action", type=click.Choice(VERDICTS), required=True, help="What shall happen to the post.")
    @click.option("--category", type=click.Choice(CATEGORIES), help="Which policy it breaks; needed unless allowed.")
    @click.option("--policy", help="The same with the version that you read: scam@2026-11-01.")
    @click.option("--basis", type=click.Choice(BASES), required=True, help="How you read the post.")
    @click.option("--scope", default="post", help="post, or campaign:C for all its undecided posts [default: post].")
    @click.option("--expect", type=click.IntRange(1), help="How many posts the campaign shall have; else exit 9.")
    @click.option("--opened", multiple=True, metavar="POST", help="A differing post that you have read.")
    @note_options
    @click.option("--idempotency-key", "key", help="The same key again decides nothing anew and says what it decided.")
    @click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")
    @item_desk
    @called
    @functools.wraps(function)
    def command(
        call: Call,
        item_id: int,
        lease_id: str,
        fence: int,
        action: str,
        category: str | None,
        policy: str | None,
        basis: str,
        scope: str,
        expect: int | None,
        opened: tuple[str, ...],
        note: str,
        note_file: str | None,
        key: str | None,
        dry_run: bool,
        desk: str | None,
    ) -> None:
        verdict = _verdict(call, action, category, policy, basis, note_of(note, note_file))
        campaign = _campaign(scope, expect, opened)
        function(call, Request(item_id, lease_id, fence, verdict, campaign, expect, opened, key, dry_run, desk))

    return command


@click.command()
@deciding
def decide(call: Call, request: Request) -> None:
    """Decide an item that you hold; the effect comes when the time to undo it is over.

    Exit 4: the lease is lost; 5: somebody was first; 6: differs from a first opinion, so a lead decides; 7: the policy
    has a newer version; 8: your role, level or basis does not allow it; 9: the campaign is not what you were shown.

    \b
    Example:
      moderation review decide 12 --lease L-3 --fence 1 --action remove --category scam --basis read
      moderation review decide 12 --lease L-3 --fence 1 --action remove --policy scam@2026-11-01 \\
        --basis gloss --scope campaign:C-9 --expect 12 --opened n-7
    """
    with call.at(request.item_id, request.desk) as at:
        tell(call, at, request, carry_out(at, request))


def carry_out(at: Desk, request: Request) -> Outcome:
    """Decide at a desk as was asked for."""
    return at.decide(
        request.item_id,
        lease_of(at, request.lease_id, request.fence),
        request.verdict,
        campaign=request.campaign,
        expect=request.expect,
        opened=request.opened,
        key=request.key,
        dry_run=request.dry_run,
    )


def tell(call: Call, at: Desk, request: Request, outcome: Outcome, **more: Any) -> None:
    """Print what a decision became (``more``: beside it, for scripts).

    Raises :class:`HeldForSecond` where a lead has to decide.
    """
    item_id = request.item_id
    if call.as_json:
        body = {}
        if outcome.recorded:
            seal = None if request.dry_run else at.office.store.seal(outcome.recorded[0].id)
            body = outcome_json(outcome.recorded, outcome.undo_until, seal)
        body["held_for_second"] = outcome.held
        print_json({"v": 1, "item": item_id, **body, "dry_run": request.dry_run, **more})
    elif outcome.recorded:
        click.echo(_line(request, outcome)[call.lang])
    if outcome.held:
        raise HeldForSecond(
            f"item {item_id}: your verdict differs from a first opinion; a lead decides",
            zh=f"{item_id} 号条目：你的判定与首次意见不同；由组长决定",
        )


def _line(request: Request, outcome: Outcome) -> dict[str, str]:
    first, item_id = outcome.recorded[0], request.item_id
    if request.dry_run:
        return {"en": f"item {item_id}: {first.action} is possible", "zh": f"{item_id} 号：可以 {first.action}"}
    count, until = len(outcome.recorded), iso(outcome.undo_until)
    en, zh = (f" over {count} posts", f"，共 {count} 条") if count > 1 else ("", "")
    return {
        "en": f"item {item_id}: {first.action}{en} (D-{first.id}, undo until {until})",
        "zh": f"{item_id} 号：{first.action}{zh}（D-{first.id}，{until} 前可撤销）",
    }


def _verdict(call: Call, action: str, category: str | None, policy: str | None, basis: str, note: str) -> Verdict:
    version = None
    if policy is not None:
        named, at, version = policy.partition("@")
        if named not in CATEGORIES or (at and not version) or (category is not None and category != named):
            raise click.UsageError(f"--policy {policy}: write CATEGORY@VERSION with one of {', '.join(CATEGORIES)}")
        category = named
    if action != "allow" and category is None:
        raise click.UsageError(f"--action {action} needs --category: the policy that the post breaks")
    return Verdict(action, category, basis, note, version or None, call.lang)


def _campaign(scope: str, expect: int | None, opened: tuple[str, ...]) -> str | None:
    kind, _, campaign = scope.partition(":")
    if scope == "post":
        if expect is not None or opened:
            raise click.UsageError("--expect and --opened need --scope campaign:C")
        return None
    if kind != "campaign" or not campaign:
        raise click.UsageError(f"--scope {scope}: write post, or campaign:C with the campaign that `show` names")
    return campaign


@click.command()
@click.argument("verdict_id", metavar="DECISION", type=decision)
@click.option("--reason", default="", help="Needed once it has taken effect.")
@own_desk
@called
def undo(call: Call, verdict_id: int, reason: str, desk: str | None) -> None:
    """Take back a verdict, and all of the same campaign decision: your own, or as a lead anybody's. The item is yours.

    Before its effect nothing has happened; afterwards it is reversed, for a reason, and that is published, too.

    \b
    Example:
      moderation review undo D-9 --reason "read the wrong line"
    """
    with call.desk(desk) as at:
        store = at.office.store
        item = store.item(store.verdict(verdict_id).item, at.office.clock())
        with call.naming(at.office, item):
            recorded = at.undo(verdict_id, reason)
        seal = store.seal(recorded.id)
        lease = store.item(recorded.item, at.office.clock()).lease
    held = f"\n  --lease {lease.id} --fence {lease.fence}   ({iso(lease.expires_at)})" if lease else ""
    call.say(
        {**recorded_json(recorded), "log": seal._asdict(), "lease": lease and lease_json(lease)},
        en=f"D-{verdict_id}: {recorded.action} (D-{recorded.id}); item {recorded.item} is open again{held}",
        zh=f"D-{verdict_id}：{recorded.action}（D-{recorded.id}）；{recorded.item} 号重新待审{held}",
    )


@click.command()
@item_argument
@lease_option
@fence_option
@note_options
@item_desk
@called
def escalate(
    call: Call, item_id: int, lease_id: str, fence: int, note: str, note_file: str | None, desk: str | None
) -> None:
    """Give an item to the leads.

    \b
    Example:
      moderation review escalate 12 --lease L-3 --fence 1 --note "a threat, or a song?"
    """
    note = note_of(note, note_file)
    with call.at(item_id, desk) as at:
        at.escalate(item_id, lease_of(at, lease_id, fence), note)
    call.say(
        {"item": item_id, "escalated": True},
        en=f"item {item_id} is with the leads",
        zh=f"{item_id} 号已上报组长",
    )


@click.command()
@item_argument
@lease_option
@fence_option
@click.option("--desk", type=click.Choice(DESKS), help="Whose opinion [default: the other desk's].")
@click.option("--action", type=click.Choice(VERDICTS), help="Your own opinion; it is sealed.")
@click.option("--category", type=click.Choice(CATEGORIES), help="Which policy it breaks, in your opinion.")
@click.option("--basis", type=click.Choice(BASES), default="read", show_default=True, help="How you read the post.")
@note_options
@called
def second(
    call: Call,
    item_id: int,
    lease_id: str,
    fence: int,
    desk: str | None,
    action: str | None,
    category: str | None,
    basis: str,
    note: str,
    note_file: str | None,
) -> None:
    """Ask a desk for a second opinion; they see neither yours nor the scores. Where the two differ, a lead decides.

    \b
    Example:
      moderation review second 12 --lease L-3 --fence 1 --desk zh --action limit --category hate
    """
    note = note_of(note, note_file)
    opinion = _verdict(call, action, category, None, basis, note) if action else None
    with call.at(item_id, None) as at:
        at.second(item_id, lease_of(at, lease_id, fence), desk=desk, opinion=opinion, note=note)
        item = at.office.store.item(item_id, at.office.clock())
    call.say(
        {"item": item_id, "desk": item.desk, "sealed": opinion is not None},
        en=f"item {item_id} is with desk {visible(item.desk)} for a second opinion",
        zh=f"{item_id} 号已交 {visible(item.desk)} 审核台复核",
    )
