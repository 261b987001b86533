"""The keys that change only what is shown or composed: pure functions of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from moderation.console import frame, state
from moderation.console.panes import tabs
from moderation.console.shown import Held, Shown


class Size(NamedTuple):
    """Of the screen, in cells."""

    width: int
    height: int


Move = Callable[[Shown, Size], Shown]
"""What is shown, and what is shown then."""


def move(shown: Shown, action: str, size: Size) -> Shown | None:
    """What an action of :mod:`moderation.console.keys` shows; None where it takes more than that."""
    if action.startswith("digit_"):
        return _draft(shown, lambda held: state.press(held.draft, int(action[-1]), held.choices))
    if action in state.ACTS:
        return _draft(shown, lambda held: state.act(held.draft, action))
    if plain := _PLAIN.get(action):
        return plain(shown)
    sized = _SIZED.get(action)
    return sized(shown, size) if sized else None


def _draft(shown: Shown, change: Callable[[Held], state.Draft]) -> Shown:
    held = shown.held
    if held is None or shown.page:
        return shown
    return replace(shown, held=replace(held, draft=change(held)), focus="decide")


def _walk(by: int) -> Move:
    def walk(shown: Shown, size: Size) -> Shown:
        order = frame.panes(shown, size.width)
        at = order.index(shown.focus) if shown.focus in order else 0
        return replace(shown, focus=order[(at + by) % len(order)])

    return walk


def _turn(by: int) -> Move:
    def turn(shown: Shown, size: Size) -> Shown:
        names = frame.tabs_of(shown, size.width)
        at = names.index(shown.tab) if shown.tab in names else 0
        scroll = {**shown.scroll, "tabs": 0}
        return replace(shown, tab=names[(at + by) % len(names)], scroll=scroll, cursor=0)

    return turn


def _sideways(by: int) -> Move:
    turn = _turn(by)

    def sideways(shown: Shown, size: Size) -> Shown:
        if shown.focus == "tabs":
            return turn(shown, size)
        return _draft(shown, lambda held: state.shift(held.draft, by, held.choices))

    return sideways


def _line(by: int) -> Move:
    def line(shown: Shown, size: Size) -> Shown:
        if shown.page is None and shown.focus == "decide":
            return _draft(shown, lambda held: state.move(held.draft, by))
        if _in_campaign(shown):
            return _point(shown, shown.cursor + by, size)
        return _scroll(shown, by, size)

    return line


def _page(by: int) -> Move:
    def page(shown: Shown, size: Size) -> Shown:
        rows = size.height - 4 if shown.page else max(frame.plan(shown, *size).post - 1, 1)
        if shown.page is None and shown.focus == "decide":
            return _scroll(replace(shown, focus="post"), by * rows, size)
        return _point(shown, shown.cursor + by * 5, size) if _in_campaign(shown) else _scroll(shown, by * rows, size)

    return page


def _far(*, to_end: bool) -> Move:
    def far(shown: Shown, size: Size) -> Shown:
        pane = replace(shown, focus="post") if shown.page is None and shown.focus == "decide" else shown
        by = frame.longest(pane, *size) if to_end else 0
        return _set_scroll(pane, by)

    return far


def _to_campaign(shown: Shown) -> Shown:
    return replace(shown, focus="tabs", tab="campaign", cursor=0, scroll={**shown.scroll, "tabs": 0})


def _back(shown: Shown) -> Shown:
    if shown.page:
        return replace(shown, page=None, scroll={**shown.scroll, "page": 0})
    return replace(shown, focus="decide")


def opens(shown: Shown) -> Shown | None:
    """The member of the campaign that the cursor is on is read (or folded again); None where there is none."""
    held = shown.held
    everyone = tabs.members(held.view.campaign) if held and _in_campaign(shown) else ()
    if held is None or not shown.cursor < len(everyone):
        return None
    post_id = everyone[shown.cursor].post_id
    return replace(shown, held=replace(held, opened=held.opened | {post_id}))


def _in_campaign(shown: Shown) -> bool:
    return shown.page is None and shown.focus == "tabs" and shown.tab == "campaign"


def _point(shown: Shown, to: int, size: Size) -> Shown:
    """The cursor on another member, and its line in sight."""
    everyone = tabs.members(shown.held.view.campaign) if shown.held else ()
    pointed = replace(shown, cursor=max(0, min(to, len(everyone) - 1)))
    lines = tabs.lines(pointed, size.width - 4)
    at = next((n for n, line in enumerate(lines) if line.plain.startswith(tabs.CURSOR)), 0)
    return replace(pointed, scroll={**shown.scroll, "tabs": max(at - 1, 0)})


def _scroll(shown: Shown, by: int, size: Size) -> Shown:
    pane = "page" if shown.page else shown.focus
    return _set_scroll(shown, max(0, min(shown.scroll.get(pane, 0) + by, frame.longest(shown, *size))))


def _set_scroll(shown: Shown, to: int) -> Shown:
    return replace(shown, scroll={**shown.scroll, "page" if shown.page else shown.focus: to})


_PLAIN: Mapping[str, Callable[[Shown], Shown]] = {
    "gloss": lambda shown: replace(shown, folded=shown.folded ^ {"gloss"}),
    "reveal": lambda shown: replace(shown, revealed=not shown.revealed),
    "category_only": lambda shown: replace(shown, category_only=not shown.category_only),
    "campaign": _to_campaign,
    "back": _back,
}
_SIZED: Mapping[str, Move] = {
    "pane": _walk(1),
    "pane_back": _walk(-1),
    "down": _line(1),
    "up": _line(-1),
    "right": _sideways(1),
    "left": _sideways(-1),
    "page_down": _page(1),
    "page_up": _page(-1),
    "top": _far(to_end=False),
    "end": _far(to_end=True),
    "next_tab": _turn(1),
    "previous_tab": _turn(-1),
}
