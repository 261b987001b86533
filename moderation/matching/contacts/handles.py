"""Handles of messengers: a platform's name beside a handle, or beside a verb of contact.

``加V:①③⑧…``, ``wx: a b c 1 2 3``, ``telegram @janedoe``, ``13800138000（微信同号）``, ``escríbeme por WhatsApp``. A
name alone is no contact (``WhatsApp was down``), nor is one that is part of another word (``加微波炉``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from moderation.domain.signal import Evidence
from moderation.folding.fold import SENTINEL, fold
from moderation.matching.contacts.found import Found, weakest
from moderation.matching.contacts.names import GAP_CHARACTERS, TWO_WORDS, Name, names, spaced
from moderation.matching.contacts.numbers import View
from moderation.matching.contacts.shapes import Handle, Shapes
from moderation.matching.contacts.tables import compiled, compiled_set, rows

_NAME = "\1"
"""Stands for the platform's name in the context that phrases are looked for in."""

_LEFT, _RIGHT, _REACH = 40, 24, 90
"""How far to look: for a phrase before and after the name, for a handle after it."""

_MOST_NAMES = 400
"""Names looked at in one field; a field with more says nothing by the next."""

_SHORT_FORM = 4

_GLUED = ("vx", "wx", "qq", "tg", "v")
"""Names that a handle may follow without anything between (``vxabc123``)."""


class _Phrase(NamedTuple):
    """A verb of contact: the whole pattern, and whether it goes with short names."""

    pattern: Any
    any_name: bool


class Handles:
    """Finds handles and platforms spoken of with a verb of contact."""

    def __init__(self) -> None:
        self._names = compiled(_names_pattern(names()))
        rare = _names_pattern(form for form in names() if form != "v")
        self.gate = rf"{rare}|\bv(?:\b|[0-9])|[\p{{Han}}+➕]\s?v"
        self._shapes = Shapes()
        self._phrases, self._occurring = _phrases()

    def __call__(self, view: View) -> Iterator[Found]:
        """The contacts in one field, in order of their names."""
        reached = 0
        for match in islice(self._names.finditer(view.text), _MOST_NAMES):
            if match.start() < reached:
                continue
            name = _name(match)
            if name is None:
                continue
            found, end = self._at(view, match.start(), match.end(), name)
            if found:
                reached = end
                yield found

    def _at(self, view: View, start: int, end: int, name: Name) -> tuple[Found | None, int]:
        text = view.text
        after = text[end : end + 1]
        glued = name.form[-1].isascii() and after.isalnum() and after.isascii()
        if glued and after.isalpha() and name.form not in _GLUED:
            return None, end
        phrase = None if glued and after.isalpha() else self._phrase(text, start, end, end + _RIGHT, name)
        verb = phrase or self._phrase(text, start, end, end, name)
        handle = None
        if not glued or after.isdigit() or name.form in _GLUED:
            handle = self._shapes.after(text[end : end + _REACH], name, verb=bool(verb), glued=glued)
        if handle:
            handle = handle._replace(start=handle.start + end, end=handle.end + end)
            first = min(start, verb[0]) if verb else start
            return self._with_handle(view, name, (start, end), handle, first, handle.end), handle.end
        before = None if glued else self._shapes.before(text[max(0, start - _REACH) : start], text[end : end + 8], name)
        if before:
            offset = max(0, start - _REACH)
            handle = before._replace(start=before.start + offset, end=before.end + offset)
            return self._with_handle(view, name, (start, end), handle, handle.start, end), end
        if phrase and not glued:
            return self._spoken(view, name, (start, end), *phrase), max(end, phrase[1])
        return None, end

    def _phrase(self, text: str, start: int, end: int, last: int, name: Name) -> tuple[int, int] | None:
        """Where the first verb of contact around the name stands, in the text up to ``last``."""
        offset = max(0, start - _LEFT)
        context = text[offset:start] + _NAME + text[end:last]
        for number in self._occurring.Match(context) or ():
            phrase = self._phrases[number]
            if name.short and not phrase.any_name:
                continue
            first, after = phrase.pattern.search(context).span(1)
            return offset + first, end + max(0, after - (start - offset + 1))
        return None

    def _with_handle(
        self, view: View, name: Name, place: tuple[int, int], handle: Handle, first: int, last: int
    ) -> Found:
        said = self._name_evidence(view, name, place)
        read = weakest(view.evidence(handle.start, handle.end), handle.evidence)
        evidence = weakest(said, read, view.evidence(first, last))
        meant = f"{_verb(view.text[first : place[0]])}{name.plain}:{handle.value}"
        return view.found(name.kind, handle.value, first, last, evidence, meant if first < handle.start else None)

    def _spoken(self, view: View, name: Name, place: tuple[int, int], first: int, last: int) -> Found:
        evidence = weakest(self._name_evidence(view, name, place), view.evidence(first, last))
        verb = view.text[first : place[0]]
        evidence = weakest(evidence, Evidence.exact if verb == _verb(verb) else Evidence.homophone)
        return view.found(name.kind, "", first, last, evidence, _verb(verb) + name.plain + view.text[place[1] : last])

    def _name_evidence(self, view: View, name: Name, place: tuple[int, int]) -> Evidence:
        gaps = view.text[place[0] : place[1]] not in TWO_WORDS and len(name.form) < place[1] - place[0]
        return weakest(name.evidence, view.evidence(*place), Evidence.squeezed if gaps else Evidence.exact)


_DISGUISED_VERBS = str.maketrans(dict.fromkeys("伽嘉佳咖珈枷迦➕+十", "加"))


def _verb(written: str) -> str:
    """The verb before a name in plain words."""
    return written.translate(_DISGUISED_VERBS)


def _name(match: Any) -> Name | None:
    """The name that was matched; None where its letters belong to other words (``we chat``)."""
    written = match.group()
    form = written.translate(GAP_CHARACTERS)
    name = names().get(form)
    if name is None or not name.latin or " " not in written or written in TWO_WORDS:
        return name
    apart = len(written) >= 2 * len(form) - 1
    return name if apart and len(form) > 1 else None


def _names_pattern(forms: Iterable[str]) -> str:
    """These names, the longest first. ``\\b`` is RE2's: between Han and Latin letters there is a border."""
    return "|".join(map(_name_pattern, sorted(forms, key=lambda form: (-len(form), form))))


def _name_pattern(form: str) -> str:
    if form in _GLUED and len(form) > 1:  # what follows the blank in `v xiaomei` is the handle
        return rf"\b(?:{form}|{spaced(form)}\b)"
    return (r"\b" if form[0].isascii() else "") + spaced(form) + (r"\b" if _closed(form) else "")


def _closed(form: str) -> bool:
    """Whether only a border may follow this form: a short one may be the beginning of a word (was, liner)."""
    return form[-1].isascii() and form not in _GLUED and len(form) <= _SHORT_FORM


def _phrases() -> tuple[list[_Phrase], Any]:
    """The verbs of contact, and the set that tells which of them occur."""
    patterns, phrases = [], []
    for _, use, before, phrase, after in rows("phrases"):
        parts = [
            fold(part).replace(SENTINEL, "").replace("@", _NAME) if part != "-" else ""
            for part in (before, phrase, after)
        ]
        pattern = f"{parts[0]}({parts[1]}){parts[2]}"
        patterns.append(pattern)
        phrases.append(_Phrase(compiled(pattern), use == "any"))
    return phrases, compiled_set(patterns)
