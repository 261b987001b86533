"""``moderation review handover``: what a shift leaves to the next one of its desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from moderation.cli.callers import Call, called
from moderation.cli.display import print_json, visible
from moderation.cli.groups import InOrder
from moderation.cli.review.common import (
    fence_option,
    item_argument,
    item_desk,
    lease_of,
    lease_option,
    note_of,
    note_options,
    own_desk,
)
from moderation.cli.review.rendering import item_json
from moderation.domain.errors import UsageError
from moderation.domain.review import Handover
from moderation.pool.review.shifts import iso

if TYPE_CHECKING:
    from moderation.pool.review.desk import Desk
    from moderation.pool.review.handover import Handovers
    from moderation.pool.review.shifts import Shift

shift_option = click.option("--shift", help="S3, or S3@2026-11-20 [default: the one that works at the desk].")


@click.group("handover", cls=InOrder)
def command() -> None:
    """Keep items for the next shift, leave notes, publish the digest, and take over what was left.

    \b
    Example:
      moderation review handover draft --desk zh
      moderation review handover ack --shift S1
    """


@command.command()
@shift_option
@own_desk
@called
def draft(call: Call, shift: str | None, desk: str | None) -> None:
    """Show the digest of a shift as it stands now, in the language of --lang; --json has both.

    \b
    Example:
      moderation review handover draft --desk zh --lang zh
    """
    with call.desk(desk) as at:
        now = at.office.clock()
        _show(call, _handovers(at).draft(_mine(at, shift), now))


@command.command()
@note_options
@shift_option
@own_desk
@called
def note(call: Call, note: str, note_file: str | None, shift: str | None, desk: str | None) -> None:
    """Leave a note for the next shift; it stays as you write it.

    \b
    Example:
      moderation review handover note --note "Campaign c-9 sells visas: limit, do not remove yet"
    """
    text = note_of(note, note_file)
    if not text:
        raise click.UsageError("what shall the note say? give --note or --note-file")
    with call.desk(desk) as at:
        now, named = at.office.clock(), _mine(at, shift)
        _handovers(at).note(named, at.reviewer.name, call.lang, text, now)
    call.say(
        {"shift": named.name, "noted": True},
        en=f"{named.name}: the note stands in its handover",
        zh=f"{named.name}：备注已写入交班单",
    )


@command.command()
@item_argument
@lease_option
@fence_option
@click.option("--reason", default="", help="Why the next shift should have it.")
@item_desk
@called
def keep(call: Call, item_id: int, lease_id: str, fence: int, reason: str, desk: str | None) -> None:
    """Keep an item that you hold for the next shift of its desk; it takes it over by `ack`.

    \b
    Example:
      moderation review handover keep 12 --lease L-3 --fence 1 --reason "asked the author's market team"
    """
    from moderation.pool.review.access import permit

    with call.at(item_id, desk) as at:
        permit(at.reviewer, "handover")
        lease = lease_of(at, lease_id, fence)
        until = _handovers(at).keep(at.desk, item_id, lease, reason, at.office.clock())
    call.say(
        {"item": item_id, "kept_until": iso(until)},
        en=f"item {item_id} is kept for the next shift, until {iso(until)}",
        zh=f"{item_id} 号留给下一班，至 {iso(until)}",
    )


@command.command()
@shift_option
@own_desk
@called
def publish(call: Call, shift: str | None, desk: str | None) -> None:
    """Hand over: the digest of a shift does not change any more.

    \b
    Example:
      moderation review handover publish --shift S3
    """
    with call.desk(desk) as at:
        now = at.office.clock()
        _show(call, _handovers(at).publish(_mine(at, shift), now))


@command.command()
@shift_option
@own_desk
@called
def ack(call: Call, shift: str | None, desk: str | None) -> None:
    """Take over what a shift of your desk has left: the items that it kept are leased to you.

    \b
    Example:
      moderation review handover ack --shift S3 --json
    """
    from moderation.pool.review.access import permit
    from moderation.pool.review.office import Seat

    with call.desk(desk) as at:
        permit(at.reviewer, "handover")
        handovers, now = _handovers(at), at.office.clock()
        named = at.office.shifts.named(shift, now) if shift else None
        if named is None:
            waiting = handovers.waiting(at.desk, now)
            if waiting is None:
                raise UsageError(f"no handover waits at desk {at.desk}; name one with --shift")
            named = at.office.shifts.named(waiting.shift, now)
        ttl_s = Seat(at.office, at.reviewer, at.desk).ttl(None, now)
        handover, items = handovers.acknowledge(named, at.reviewer, ttl_s, now)
    if call.as_json:
        body = {"acked_by": handover.acked_by, "acked_at": iso(handover.acked_at), "items": [*map(item_json, items)]}
        print_json({"v": 1, "shift": handover.shift, **body})
        return
    click.echo({"en": f"{handover.shift}: taken over", "zh": f"{handover.shift}：已接班"}[call.lang])
    for item in items:
        if item.lease:
            click.echo(f"#{item.id} {item.post_id}  --lease {item.lease.id} --fence {item.lease.fence}")


def _handovers(at: Desk) -> Handovers:
    from moderation.pool.review.handover import Handovers

    return Handovers(at.office.store, at.office.shifts, at.office.taxonomy)


def _mine(at: Desk, shift: str | None) -> Shift:
    """The shift that is named, or that works; one's own, or as a lead any."""
    from moderation.pool.review.access import permit

    now, shifts = at.office.clock(), at.office.shifts
    found = shifts.named(shift, now) if shift else shifts.now(at.desk, now)
    if found is None:
        raise UsageError(f"no shift of desk {at.desk} works now; name one with --shift, such as S3@2026-11-20")
    own = found.desk in at.reviewer.desks and (not found.roster or at.reviewer.name in found.roster)
    permit(at.reviewer, "handover" if own else "handover_any")
    return found


def _show(call: Call, handover: Handover) -> None:
    published = iso(handover.published_at) if handover.published_at else None
    if call.as_json:
        print_json({"v": 1, "desk": handover.desk, "published_at": published, **handover.body})
        return
    for line in handover.body["text"][call.lang].splitlines():
        click.echo(visible(line))
