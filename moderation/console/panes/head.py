"""The head: the desk and its shift, lease and due time, what waits, the load, and why another desk's item is here."""

from __future__ import annotations

from rich.text import Text

from moderation.console.lines import BAD, BOLD, WARN, fit, flowing, hanging
from moderation.console.shown import Shown
from moderation.console.times import amount, countdown, span
from moderation.console.words import bilingual
from moderation.domain.marks import visible
from moderation.pool.review.view import OverflowSum, Standing

_SOON = 60
_FULL = 0.9


def title(shown: Shown) -> str:
    """What stands in the border: desk, reviewer, shift."""
    standing, say = shown.standing, shown.say
    if standing is None:
        return say("moderation review")
    desk = say("desk {name}").format(name=standing.desk)
    hours = bilingual(standing.shift_hours, shown.lang)
    parts = [say("moderation review"), desk, visible(standing.reviewer), standing.shift, hours]
    return "  ".join(filter(None, map(visible, parts)))


def lines(shown: Shown, width: int) -> list[Text]:
    """The pane's content: one line or two, and one more for an item of the other desk."""
    standing = shown.standing
    parts = [*_item(shown), *(_pool(shown, standing) if standing else ())]
    packed = [fit(line, width) for line in flowing(parts, width, " | ")] or [fit("", width)]
    overflow = shown.held.view.overflow if shown.held else None
    return [*packed, *(_overflow(shown, overflow, width) if overflow else ())]


def _item(shown: Shown) -> list[Text]:
    held, say = shown.held, shown.say
    if held is None:
        return []
    left, due = held.lease.expires_at - shown.now, held.view.item.due_at - shown.now
    return [
        Text(say("lease {time}").format(time=countdown(left)), WARN if left < _SOON else BOLD),
        Text(say("due in {time}").format(time=span(due)) if due > 0 else say("OVERDUE {time}").format(time=span(-due)),
             "" if due > 0 else BAD),
    ]  # fmt: skip


def _pool(shown: Shown, standing: Standing) -> list[Text]:
    say = shown.say
    oldest = "-" if standing.oldest_s is None else span(standing.oldest_s)
    full = standing.load >= standing.load_limit * _FULL
    done = say("done {n}, load {load}/{limit}").format(
        n=standing.decided, load=f"{standing.load:.0f}", limit=f"{standing.load_limit:.0f}"
    )
    return [
        Text(
            say("pool {open} open, {due} due <1h, oldest {oldest}").format(
                open=standing.open, due=standing.due_1h, oldest=oldest
            )
        ),
        Text(done, WARN if full else ""),
    ]


def _overflow(shown: Shown, overflow: OverflowSum, width: int) -> list[Text]:
    say = shown.say
    where = (
        say("closed, opens in {time}").format(time=span(overflow.opens_in_s))
        if overflow.opens_in_s > 0
        else say("open, {time} of work before it").format(time=span(overflow.wait_s))
    )
    known = say("measured on {n}").format(n=overflow.samples) if overflow.samples else say("assumed")
    total = say("OVERFLOW desk {desk} {where}. Waiting {cost} views {sign} gloss error +{error} ({known}) = {price}")
    line = total.format(
        desk=overflow.native, where=where, cost=amount(overflow.wait_cost), sign=">" if overflow.lends else "<=",
        error=f"{overflow.error_delta:.1%}", known=known, price=amount(overflow.price),
    )  # fmt: skip
    then = say("-> review now") if overflow.lends else say("-> leave it to them")
    final = "" if overflow.final else say("limit only")
    return hanging("", Text(" ".join(filter(None, (line, then, final))), WARN), width)
