"""Which key does what: every action has an id, its default keys, and full-width twins for a Chinese input method.

An input method swallows letters, and hands digits and punctuation on as their full-width forms; the latter are bound
wherever the former are. Settings ``review.keys`` give an action other keys: ``{remove: "r", next_tab: "n,ctrl+n"}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moderation.console.words import _
from moderation.domain.errors import UsageError


@dataclass(frozen=True, slots=True)
class Action:
    """What a key may do: ``keys`` as a person writes them; ``says`` is a message of the catalogues."""

    id: str
    keys: tuple[str, ...]
    says: str


ACTIONS: tuple[Action, ...] = (
    *(Action(f"digit_{n}", (str(n),), _("choose in the row marked >")) for n in range(1, 10)),
    Action("commit", ("enter",), _("commit, and the next item")),
    Action("back", ("escape",), _("back")),
    Action("allow", ("a",), _("allow")),
    Action("limit", ("l",), _("limit")),
    Action("remove", ("d",), _("remove")),
    Action("ban", ("b",), _("propose a ban")),
    Action("escalate", ("e",), _("escalate to a lead")),
    Action("second", ("o",), _("second opinion of the other desk")),
    Action("skip", ("s",), _("skip, with a reason")),
    Action("undo", ("z", "delete"), _("undo; later a reversal with a reason")),
    Action("redo", ("Z",), _("compose again what was undone")),
    Action("pane", ("tab",), _("next pane")),
    Action("pane_back", ("shift+tab",), _("pane before")),
    Action("down", ("j", "down"), _("line or row down")),
    Action("up", ("k", "up"), _("line or row up")),
    Action("left", ("left",), _("choice or tab before")),
    Action("right", ("right",), _("next choice or tab")),
    Action("page_down", ("ctrl+d", "pagedown"), _("page down")),
    Action("page_up", ("ctrl+u", "pageup"), _("page up")),
    Action("top", ("g", "home"), _("to the top")),
    Action("end", ("G", "end"), _("to the end")),
    Action("next_tab", ("]",), _("next tab")),
    Action("previous_tab", ("[",), _("tab before")),
    Action("gloss", ("v", "f5"), _("gloss: fold or unfold")),
    Action("translation", ("t", "f6"), _("machine translation: fold or unfold")),
    Action("reveal", ("x", "f7"), _("show masked words")),
    Action("category_only", ("f3",), _("category only: hide the post")),
    Action("wrong_gloss", ("w", "f8"), _("a gloss is wrong: say what it means")),
    Action("campaign", ("c", "f9"), _("the campaign's members")),
    Action("note", ("i", "f4"), _("write a note")),
    Action("copy", ("y",), _("copy the item's id")),
    Action("find", ("/",), _("find a policy")),
    Action("command", (":", "ctrl+p"), _("command")),
    Action("refresh", ("R",), _("refresh")),
    Action("handover", ("H", "f10"), _("handover")),
    Action("pause", ("P", "f11"), _("pause: the post is hidden, its lease runs out")),
    Action("language", ("f2",), _("language of the screen")),
    Action("help", ("?", "f1"), _("this help")),
    Action("leave", ("q", "ctrl+c", "ctrl+q", "f12"), _("release the lease and quit")),
)

_FULL_WIDTH = 0xFEE0
_OTHER_TWINS = {"/": ("、",), "[": ("【", "「"), "]": ("】", "」")}
"""What Chinese input methods give for a key besides its full-width form."""


def twins(key: str) -> tuple[str, ...]:
    """A key and what a Chinese input method may make of it."""
    if len(key) != 1 or not "!" <= key <= "~":
        return (key,)
    return (key, chr(ord(key) + _FULL_WIDTH), *_OTHER_TWINS.get(key, ()))


def keymap(changed: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The keys of every action, ``changed`` ones in place of its own.

    Raises :class:`UsageError` for an action that is not there, and for a key of two actions, naming both.
    """
    known = {action.id for action in ACTIONS}
    for name in changed:
        if name not in known:
            raise UsageError(f"review.keys: no action {name!r}; the actions are {', '.join(sorted(known))}")
    keys = {action.id: _split(changed[action.id]) if action.id in changed else action.keys for action in ACTIONS}
    taken: dict[str, str] = {}
    for name, mine in keys.items():
        for key in mine:
            if (other := taken.setdefault(key, name)) != name:
                raise UsageError(f"review.keys: {key!r} is bound to both {other!r} and {name!r}; give one another key")
    return keys


def shown(key: str) -> str:
    """A key as the screen names it."""
    names = {"enter": "Enter", "escape": "Esc", "tab": "Tab", "shift+tab": "Shift-Tab"}
    return names.get(key) or (key.upper() if key[0] == "f" and key[1:].isdigit() else key.replace("ctrl+", "^"))


def _split(keys: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.split(",") if key.strip())
