"""Patterns: sentences with slots, and frames around sentences, from which the generator composes posts.

``patterns/NAME.yaml``::

    language: en
    slots: {G: {women: [women, girls]}, app: [WhatsApp, telegram]}
    violating: {hate: [[breed_like_vermin, "{G} just keep breeding", [rabbits]]]}
    benign: {hate: [[street_food, "{G} on our street run the best stall"]]}
    frames: {turns: ['imagine typing "{S}" at 3 am'], keeps: ["not being funny but {S}"]}

A pattern has a predicate, a text and, where it makes sense, things: what may stand for ``{G}`` so that nobody is meant.
``turns`` make a violating sentence harmless (reported, condemned, denied), ``keeps`` leave it as bad as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from moderation.domain.errors import UsageError
from moderation.domain.taxonomy import CATEGORIES
from moderation.training.teaching.documents import value_of

PATTERNS = Path(__file__).parent / "patterns"
SLOT = re.compile(r"\{(\w+)\}")
SENTENCE = "{S}"

Slot = Mapping[str, Sequence[str]]
"""Identity → names. A slot that is a plain list has one identity for each of its fillers."""


class Pattern(NamedTuple):
    """One sentence with slots. ``things`` replace ``{G}`` and every other form of it."""

    predicate: str
    category: str
    text: str
    violating: bool
    things: tuple[str, ...]


class Patterns(NamedTuple):
    """One file."""

    name: str
    lang: str
    slots: Mapping[str, Slot]
    patterns: tuple[Pattern, ...]
    turns: tuple[str, ...]
    keeps: tuple[str, ...]


def read_patterns(folder: Path = PATTERNS) -> list[Patterns]:
    """All files; :class:`UsageError` names what is wrong in which."""
    return [_read(path) for path in sorted(folder.glob("*.yaml"))]


def _read(path: Path) -> Patterns:
    value = value_of(path)
    try:
        slots = {name: _slot(fillers) for name, fillers in value["slots"].items()}
        patterns = tuple(
            _pattern(path, slots, category, row, violating=side == "violating")
            for side in ("violating", "benign")
            for category, rows in value[side].items()
            for row in rows
        )
        frames = value.get("frames", {})
        turns, keeps = tuple(frames.get("turns", ())), tuple(frames.get("keeps", ()))
        language = str(value["language"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{path}: not a file of patterns ({error}); see the README beside") from None
    for frame in (*turns, *keeps):
        if SENTENCE not in frame:
            raise UsageError(f"{path}: the frame {frame!r} has no {SENTENCE}")
    return Patterns(path.stem, language, slots, patterns, turns, keeps)


def _slot(fillers: Any) -> Slot:
    if isinstance(fillers, Mapping):
        return {str(name): tuple(map(str, names)) for name, names in fillers.items()}
    return {str(filler): (str(filler),) for filler in fillers}


def _pattern(path: Path, slots: Mapping[str, Slot], category: str, row: Sequence[Any], *, violating: bool) -> Pattern:
    predicate, text, *rest = row
    if category not in CATEGORIES:
        raise UsageError(f"{path}: no category `{category}`; there are {', '.join(CATEGORIES)}")
    missing = sorted({name for name in SLOT.findall(text) if name not in slots})
    if missing:
        raise UsageError(f"{path}: {predicate} has a slot {{{missing[0]}}} without fillers; name it under `slots`")
    things = tuple(map(str, rest[0])) if rest else ()
    return Pattern(str(predicate), category, str(text), violating, things)
