"""Why the item is here, and before others: priority with its factors, reasons, what may be decided on which reading."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from moderation.console.lines import BOLD, DIM, WARN, hanging, wrapped
from moderation.console.panes.post import veiled
from moderation.console.shown import Held, Shown
from moderation.console.times import amount, clock, short
from moderation.console.words import bilingual
from moderation.domain.marks import visible
from moderation.pool.review.view import Factors, Reason


def lines(shown: Shown, width: int) -> list[Text]:
    """The pane's content."""
    held = shown.held
    if held is None:
        return []
    item, say = held.view.item, shown.say
    lane = say("lane {lane}, in since {time} UTC").format(lane=say(item.lane), time=clock(item.created_at))
    return [
        *_opinion(shown, held, width),
        *(line for factors in [held.view.factors] if factors for line in _factors(shown, factors, width)),
        *(line for reason in held.view.reasons for line in _reason(shown, reason, width)),
        *_reads(shown, held, width),
        *wrapped(Text(lane, DIM), width),
    ]


def _opinion(shown: Shown, held: Held, width: int) -> list[Text]:
    """That it is read blindly; or what the first reader thought, for who decides between two."""
    item, say = held.view.item, shown.say
    if not item.blind:
        return []
    if not item.sealed:
        return wrapped(Text(say("blind: scores and opinions are hidden until you decide"), WARN), width)
    first = item.sealed
    named = [say(str(first["action"])), first.get("category"), say(str(first["basis"])), first.get("note")]
    what = visible(" ".join(str(each) for each in named if each))
    return wrapped(Text(say("first opinion: {what}").format(what=what), WARN), width)


def _factors(shown: Shown, factors: Factors, width: int) -> Iterator[Text]:
    say = shown.say
    reach = say("reach {views} views/min").format(views=amount(factors.views_per_minute))
    severity = say("severity {n}/4 (x{weight})   p {p}").format(
        n=factors.severity, weight=factors.weight, p=short(factors.probability)
    )
    handling = f"{factors.handling_s:.0f}s"
    known = say("measured on {n}") if factors.measured else say("assumed")
    yield from wrapped(reach, width)
    yield from wrapped(severity, width)
    score = say("PRIORITY {score} = p x sev x v/min / min").format(score=amount(factors.score))
    yield from wrapped(Text(score, BOLD), width)
    product = f"{short(factors.probability)} x {factors.weight} x {amount(factors.views_per_minute)} / ({handling}/60)"
    yield from hanging("  = ", product, width, DIM)
    handled = say("handling {time}, {known}").format(time=handling, known=known.format(n=factors.measured))
    yield from hanging("  ", Text(handled, DIM), width)


def _reason(shown: Shown, reason: Reason, width: int) -> Iterator[Text]:
    say = shown.say
    head = Text.assemble((f"{say(reason.kind)} ", DIM), visible(reason.id))
    details = [
        say(reason.severity) if reason.severity else "",
        reason.evidence or "",
        short(reason.score) if reason.score is not None else "",
        say("spans {list}").format(list=",".join(map(str, reason.spans))) if reason.spans else "",
    ]
    if told := " ".join(filter(None, details)):
        head.append(f"  {visible(told)}")
    yield from hanging("", head, width)
    text = bilingual(reason.text, shown.lang)
    if text and not shown.hides:  # an explanation quotes the post
        yield from hanging("  ", veiled(text, shown), width)


def _reads(shown: Shown, held: Held, width: int) -> list[Text]:
    say, reading = shown.say, held.view.reading
    needs = ", ".join(f"{say(action)} {level}" for action, level in reading.needs.items())
    mine = say("you read {language} at {level}").format(language=held.view.item.language, level=reading.mine)
    return hanging("", say("needs {needs}; {mine}").format(needs=needs, mine=mine), width)
