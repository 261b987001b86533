"""What is typed after ``:``."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, NamedTuple

from moderation.console.keys import ACTIONS
from moderation.domain.errors import UsageError
from moderation.domain.review import DESKS, LANES, Search
from moderation.domain.taxonomy import CATEGORIES

_ACTIONS = frozenset(action.id for action in ACTIONS)
_SEARCHED = tuple(each.name for each in fields(Search) if each.name not in {"since", "until"})
NAMES = ("claim", "desk", "no", "search", "lang", "quit", *sorted(_ACTIONS))
"""All that can be typed first."""


class Command(NamedTuple):
    """A command: ``name`` of :data:`NAMES`, and its checked arguments."""

    name: str
    arguments: tuple[str, ...] = ()


def parse(line: str) -> Command:
    """Read a command; :class:`UsageError` says what can be typed."""
    name, *arguments = line.strip().lstrip(":：").split() or [""]
    if name == "quit":
        return Command("leave")
    if name in _ACTIONS:
        return Command(name)
    known = {"claim": LANES, "desk": DESKS, "lang": ("en", "zh"), "no": CATEGORIES}
    if name in known:
        wrong = [each for each in arguments if each not in known[name]]
        if wrong or (name in {"desk", "lang"} and len(arguments) != 1):
            choices = " | ".join(known[name])
            raise UsageError(f":{name} takes {choices}", zh=f":{name} 后面写 {choices}")
        return Command(name, tuple(arguments))
    if name == "search":
        searched(arguments)
        return Command(name, tuple(arguments))
    known_names = ", ".join(f":{each}" for each in NAMES[:6])
    raise UsageError(
        f"no command {name!r}; there are {known_names}, and the actions of the help",
        zh=f"没有命令 {name!r}；可用 {known_names}，以及帮助中的操作",
    )


def searched(arguments: list[str] | tuple[str, ...]) -> Search:
    """``language=zh category=scam`` as a search."""
    pairs: dict[str, Any] = dict(each.split("=", 1) for each in arguments if "=" in each)
    if not pairs or len(pairs) != len(arguments) or not pairs.keys() <= set(_SEARCHED):
        keys = ", ".join(f"{name}=.." for name in _SEARCHED)
        raise UsageError(f":search takes {keys}", zh=f":search 后面写 {keys}")
    return Search(**pairs)
