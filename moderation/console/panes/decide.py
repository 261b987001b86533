"""The decision that is composed: five lines, the active one marked."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from moderation.console.lines import BOLD, CHOSEN, DIM, fit, shortened
from moderation.console.shown import Held, Shown
from moderation.console.state import Choices
from moderation.console.words import bilingual
from moderation.domain.marks import visible
from moderation.domain.reviewer import LEVELS
from moderation.pool.review.reading import worth

HEIGHT = 5
_NAME = 7
_GAP = " "
_CUT = " >>"
_LETTERS = {"allow": "a", "limit": "l", "remove": "d", "ban": "b", "escalate": "e", "second": "o", "skip": "s"}


def lines(shown: Shown, width: int) -> list[Text]:
    """The pane's five lines, of exactly ``width`` cells."""
    held = shown.held
    if held is None:
        return [fit("", width)] * HEIGHT
    choices = held.choices
    drawn = [_row(shown, held, choices, row, width) for row in held.draft.rows]
    return [*drawn, *[fit("", width)] * (HEIGHT - len(drawn))]


def title(shown: Shown) -> str:
    """What stands in the border."""
    return shown.say("DECIDE  (digits fill the row marked >, then drop to the next)")


def label(held: Held, row: str, value: str, shown: Shown, *, chosen: bool = False) -> str:
    """A choice as it is written."""
    say = shown.say
    if row == "policy":
        policy = next(p for p in held.policies if p.category == value)
        name = f"{value} {bilingual(policy.title, shown.lang)}"
        return f"{name} [{policy.version}]" if chosen else name
    if row == "scope" and value == "campaign":
        campaign, unopened = held.view.campaign, held.choices.unopened
        count = campaign.members if campaign else 0
        if unopened:
            return say("campaign: {n} posts, {differ} DIFFER (open them first: c)").format(n=count, differ=unopened)
        return say("campaign: {n} posts -> {n} records").format(n=count)
    return say("this post") if row == "scope" else say(value)


def _row(shown: Shown, held: Held, choices: Choices, row: str, width: int) -> Text:
    active = held.draft.row == row and shown.focus == "decide"
    name = fit(shown.say(f"row {row}"), _NAME).plain
    line = Text.assemble((name, BOLD if active else ""), (">" if active else " ", BOLD))
    room = width - cell_len(line.plain)
    if row == "note":
        note = Text(visible(held.draft.note)) if held.draft.note else Text(shown.say("(i writes)"), DIM)
        return line.append(" ").append_text(fit(note, room - 1))
    offered, chosen = choices.of(row), held.draft.chosen(row, choices)
    at = offered.index(chosen) if chosen in offered else -1
    pieces = [_choice(shown, held, row, value, n, n == at) for n, value in enumerate(offered)]
    if row in {"act", "opinion"} and _total(pieces) > room:
        pieces = [_choice(shown, held, row, value, n, n == at, short=True) for n, value in enumerate(offered)]
    more = Text("  " + shown.say("/ finds more"), DIM) if row == "policy" else Text()
    return line.append_text(fit(_window(pieces, at, room, more), room))


def _window(pieces: list[Text], at: int, room: int, more: Text) -> Text:
    """The choices from the first on, or from a later one that the chosen one may be seen; what is cut is marked."""
    if _total(pieces) + cell_len(more.plain) <= room:
        return Text(_GAP).join(pieces).append_text(more)
    room -= cell_len(more.plain) + len(_CUT)
    first = 0
    while first < at and _total(pieces[first : at + 1]) > room:
        first += 1
    last = max(at, first) + 1
    while last < len(pieces) and _total(pieces[first : last + 1]) <= room:
        last += 1
    return shortened(Text(_GAP).join(pieces[first:last]), room).append(_CUT, DIM).append_text(more)


def _total(pieces: list[Text]) -> int:
    return sum(cell_len(piece.plain) + len(_GAP) for piece in pieces) - len(_GAP)


def _choice(shown: Shown, held: Held, row: str, value: str, n: int, chosen: bool, *, short: bool = False) -> Text:
    """``*3 d remove(R2)``: digit, letter, name, the level that is lacking; ``short``: without letter and level."""
    choices, name = held.choices, label(held, row, value, shown, chosen=chosen)
    words = f"{n + 1} {name}" if row != "act" or short else f"{n + 1} {_LETTERS[value]} {name}"
    lacks = row in {"act", "opinion"} and choices.needs.get(value, 0) > worth(_basis(held, choices), choices.mine)
    if lacks:
        words += "!" if short else f"({LEVELS[choices.needs[value]]})"
    explicit = chosen and (row != "basis" or held.draft.basis is not None)
    mark = "*" if explicit else "+" if chosen else " "
    return Text(mark + words, CHOSEN if explicit else BOLD if chosen else DIM if lacks else "")


def _basis(held: Held, choices: Choices) -> str:
    return held.draft.chosen("basis", choices) or "pattern"
