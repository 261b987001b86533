"""The whole screen as lines of text: what is where, in any width from 80 cells and height from 24 rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.text import Text

from moderation.console.lines import BOLD, border, boxed, fit, wrapped
from moderation.console.panes import decide, foot, head, post, tabs, why
from moderation.console.shown import PANES, WIDE, Shown

_TALL = 30
_LEAST = 3
_TABS_HEIGHT = 4
_WHY = 0.4
"""Its part of the width."""


class Plan(NamedTuple):
    """Rows and cells of the panes: ``why`` is 0 cells wide where it is a tab."""

    post: int
    tabs: int
    foot: int
    left: int
    why: int


def plan(shown: Shown, width: int, height: int) -> Plan:
    """Who gets how much: what is focused of post and tabs gets what can be spared."""
    wide = width >= WIDE and not post.right_to_left(shown.held)
    right = round(width * _WHY) - 1 if wide else 0
    left = width - 2 - (right + 1 if wide else 0)
    feet = 4 if height >= _TALL else 2
    fixed = 6 + len(head.lines(shown, width - 4)) + decide.HEIGHT + feet
    spare = max(height - fixed, 2 * _LEAST)
    small = min(_TABS_HEIGHT, max(spare // 3, _LEAST))
    most = spare - small if shown.focus == "tabs" else small
    beside = min(most, max(len(tabs.lines(shown, width - 4)), 1))
    return Plan(spare - beside, beside, feet, left, right)


def frame(shown: Shown, width: int, height: int) -> list[Text]:
    """Exactly ``height`` lines of ``width`` cells."""
    if shown.page:
        drawn = _page(shown, width, height)
    else:
        drawn = _desk(shown, width, height) if shown.held else _empty(shown, width, height)
    return [fit(line, width) for line in [*drawn, *[Text()] * height]][:height]


def panes(shown: Shown, width: int) -> tuple[str, ...]:
    """The panes that Tab walks through."""
    wide = width >= WIDE and not post.right_to_left(shown.held)
    return PANES if wide else tuple(name for name in PANES if name != "why")


def tabs_of(shown: Shown, width: int) -> tuple[str, ...]:
    """The tabs that there are in this width."""
    return shown.tabs("why" in panes(shown, width))


def longest(shown: Shown, width: int, height: int) -> int:
    """How far the focused pane (or page) can be scrolled, in lines."""
    if shown.page:
        return max(len(_page_lines(shown, width)) - (height - 4), 0)
    laid = plan(shown, width, height)
    if shown.focus == "decide":
        return 0
    if shown.focus == "tabs":
        content, rows = tabs.lines(shown, width - 4), laid.tabs
    else:
        pane, cells = (post, laid.left) if shown.focus == "post" else (why, laid.why)
        content, rows = pane.lines(shown, cells - 2), laid.post
    return max(len(content) - rows, 0)


def _desk(shown: Shown, width: int, height: int) -> list[Text]:
    laid, inner = plan(shown, width, height), width - 2
    drawn = [border([inner], [head.title(shown)])]
    drawn += [boxed([(line, inner)]) for line in head.lines(shown, inner - 2)]
    text, note = _view(shown, "post", post.lines(shown, laid.left - 2), laid.post)
    if laid.why:
        reasons, more = _view(shown, "why", why.lines(shown, laid.why - 2), laid.post)
        titles = [_title(shown, "post", post.title(shown)), _title(shown, "why", shown.say("WHY"))]
        drawn.append(border([laid.left, laid.why], titles, [note, more]))
        drawn += [boxed([(a, laid.left), (b, laid.why)]) for a, b in zip(text, reasons, strict=True)]
    else:
        drawn.append(border([inner], [_title(shown, "post", post.title(shown))], [note]))
        drawn += [boxed([(line, inner)]) for line in text]
    beside, note = _view(shown, "tabs", tabs.lines(shown, inner - 2), laid.tabs)
    names = tabs.title(shown, shown.tabs(bool(laid.why)))
    drawn.append(border([inner], [_title(shown, "tabs", names)], [note]))
    drawn += [boxed([(line, inner)]) for line in beside]
    drawn.append(border([inner], [_title(shown, "decide", decide.title(shown))]))
    drawn += [boxed([(line, inner)]) for line in decide.lines(shown, inner - 2)]
    return [*drawn, *_foot(shown, width, laid.foot)]


def _foot(shown: Shown, width: int, rows: int) -> list[Text]:
    inner = width - 2
    edge = border([inner], [""])
    return [edge, *(boxed([(line, inner)]) for line in foot.lines(shown, inner - 2, rows)), edge]


def _title(shown: Shown, pane: str, words: Text | str) -> Text:
    """A focused pane's title is marked."""
    title = words.copy() if isinstance(words, Text) else Text(words)
    if shown.focus != pane:
        return title
    title.stylize(BOLD)
    return Text.assemble("> ", title)


def _view(shown: Shown, pane: str, content: Sequence[Text], rows: int) -> tuple[list[Text | str], str]:
    """The lines of a pane that are seen, and where they stand in the whole where they are not all of it."""
    first = max(min(shown.scroll.get(pane, 0), len(content) - rows), 0)
    seen = list(content[first : first + rows])
    note = f"{first + 1}-{first + len(seen)}/{len(content)}" if len(content) > rows else ""
    return [*seen, *[""] * (rows - len(seen))], note


def _empty(shown: Shown, width: int, height: int) -> list[Text]:
    """No item: why not, and what to do."""
    say, inner = shown.say, width - 2
    told = {
        "loading": say("asking for the next item .."),
        "empty": say("Nothing waits at this desk. R asks again; :desk en or :desk zh changes desks."),
        "lost": say("The lease is lost: somebody else may have the item. Enter takes the next."),
        "away": say("The store cannot be reached; trying again. What you composed is kept."),
        "load": say("You have read enough for this shift. H shows the handover; q quits."),
        "closed": say("Your role does not decide here. q quits."),
        "paused": say("Paused. P or Enter goes on."),
    }[shown.phase]
    top = [boxed([(line, inner)]) for line in head.lines(shown, inner - 2)]
    rows = max(height - len(top) - 7, 1)
    body = [Text(), *wrapped(Text(told, BOLD), inner - 2)]
    middle = [boxed([(line, inner)]) for line in (*body, *[Text()] * rows)][:rows]
    return [border([inner], [head.title(shown)]), *top, border([inner], [""]), *middle, *_foot(shown, width, 3)]


def _page_lines(shown: Shown, width: int) -> list[Text]:
    return [line for text in (shown.page.lines if shown.page else ()) for line in wrapped(text, width - 4)]


def _page(shown: Shown, width: int, height: int) -> list[Text]:
    inner, rows = width - 2, height - 4
    seen, note = _view(shown, "page", _page_lines(shown, width), rows)
    title = shown.page.title if shown.page else ""
    state = foot.lines(shown, inner - 2, 1)[0] if shown.message else Text(shown.say("Esc back   j k line   ^D ^U page"))
    return [
        border([inner], [title], [note]),
        *(boxed([(line, inner)]) for line in seen),
        border([inner], [""]),
        boxed([(state, inner)]),
        border([inner], [""]),
    ]
