"""The foot: what was done last and may be taken back, what is asked now, and the keys."""

from __future__ import annotations

from rich.text import Text

from moderation.console.keys import shown as key_name
from moderation.console.lines import BOLD, DIM, WARN, fit, flowing
from moderation.console.shown import Last, Shown
from moderation.console.times import span
from moderation.domain.marks import visible

_SHORT = ("commit", "undo", "pane", "help", "leave", "gloss", "translation", "reveal", "next_tab", "language")
_LONG = (
    "commit", "undo", "pane", "down", "next_tab", "find", "gloss", "translation", "reveal", "wrong_gloss", "campaign",
    "note", "copy", "handover", "pause", "category_only", "refresh", "command", "language", "help", "leave",
)  # fmt: skip


def lines(shown: Shown, width: int, height: int) -> list[Text]:
    """Exactly ``height`` lines: the state first, then as many keys as fit."""
    names = _LONG if height > 2 else _SHORT  # noqa: PLR2004 - a state and one line of keys
    keys = flowing([_hint(shown, name) for name in names], width)
    drawn = [_state(shown, width), *keys]
    return [fit(line, width) for line in [*drawn, *[Text()] * height]][:height]


def _hint(shown: Shown, name: str) -> Text:
    keys = shown.keys.get(name, ("?",))
    return Text.assemble((key_name(keys[0]), BOLD), " ", shown.say(f"key {name}"))


def _state(shown: Shown, width: int) -> Text:
    """What is asked or said now; else what was done last, what was skipped, the next break."""
    if shown.message:
        return fit(Text(shown.message, WARN), width)
    say, standing, last = shown.say, shown.standing, shown.last
    parts: list[Text | str] = []
    if last:
        parts.append(say("last") + ": " + _last(shown, last))
    if standing:
        parts.append(say("{n} skipped").format(n=standing.skipped))
        parts.append(say("{n} kept for the shift").format(n=standing.kept) if standing.kept else "")
        if standing.break_in_s is not None:
            due = standing.break_in_s <= 0
            words = say("BREAK DUE: P pauses") if due else say("break in {time}").format(time=span(standing.break_in_s))
            parts.append(Text(words, WARN if due else DIM))
    return Text(" | ").join(Text(part) if isinstance(part, str) else part for part in parts if part)


def _last(shown: Shown, last: Last) -> str:
    say, left = shown.say, last.undo_until - shown.now
    what = [visible(last.post_id), say(last.act), last.category or ""]
    more = [
        say("{n} posts").format(n=last.records) if last.records > 1 else "",
        say("differs from the first opinion: a lead decides") if last.held else "",
        say("{time} to undo").format(time=span(left)) if left > 0 else "",
    ]
    return ", ".join(filter(None, (" ".join(filter(None, what)), *more)))
