"""A cursor over a file's value: what a rule file must be, said once, with every fault at its place."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from moderation.domain.errors import Problem
from moderation.policy.yaml import Document, Path

_KINDS = {dict: "a mapping", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}


def kind_of(value: object) -> str:
    """What a value is, in the words of an author."""
    return _KINDS.get(type(value), "a number")


def suggestion(word: object, known: Collection[str]) -> str:
    """A hint: the nearest known word, else all of them."""
    near = get_close_matches(str(word), known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"one of: {', '.join(known)}"


@dataclass(slots=True)  # not frozen: one is made for every value of every file, which takes twice as long then
class Value:
    """One value of a document. Reading it wrong adds a problem and gives None (or nothing), so that reading goes on."""

    document: Document
    value: Any
    path: Path = ()
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, document: Document) -> Value:
        """The whole of a document, with the problems of its YAML."""
        return cls(document, document.value, (), list(document.problems))

    @property
    def file(self) -> str:
        """The file that it stands in."""
        return self.document.file

    def fault(self, code: str, message: str, hint: str = "", *, warning: bool = False) -> None:
        """Report a problem where this value stands."""
        self._report(self.document.mark(self.path), code, message, hint, warning)

    def fault_at_key(self, code: str, message: str, hint: str = "", *, warning: bool = False) -> None:
        """Report a problem where this value's key stands."""
        self._report(self.document.key_mark(self.path), code, message, hint, warning)

    def fault_inside(self, index: int, code: str, message: str, hint: str = "", *, warning: bool = False) -> None:
        """Report a problem at one character of this string."""
        self._report(self.document.inside(self.path, index), code, message, hint, warning)

    def _report(self, at: tuple[int, int], code: str, message: str, hint: str, warning: bool) -> None:
        self.problems.append(self.document.problem(at, code, message, hint, warning=warning))

    def child(self, step: str | int) -> Value:
        """The value at a key or an index that is there."""
        return Value(self.document, self.value[step], (*self.path, step), self.problems)

    def mapping(self, known: Collection[str] | None = None, required: Collection[str] = ()) -> dict[str, Value]:
        """The entries whose keys are known (None: all); reports the unknown and the missing ones."""
        if not isinstance(self.value, dict):
            self.fault("R002", f"must be a mapping, not {kind_of(self.value)}")
            return {}
        entries = {key: self.child(key) for key in self.value}
        if known is not None:
            for key in [key for key in entries if key not in known]:
                # `{en: Drugs, coded words included}` is a key without a value to YAML.
                cut = "; or quote the text before it: a comma ends a text within { }" if self.value[key] is None else ""
                entries.pop(key).fault_at_key("R001", f"unknown key `{key}`", suggestion(key, known) + cut)
        for key in required:
            if key not in self.value:
                self.fault("R003", f"`{key}` is missing", f"add `{key}: …`")
        return entries

    def items(self) -> Iterator[Value]:
        """The items of a list."""
        if not isinstance(self.value, list):
            self.fault(
                "R002", f"must be a list, not {kind_of(self.value)}", "write `[…]` or lines that start with `- `"
            )
            return
        for n in range(len(self.value)):
            yield self.child(n)

    def text(self) -> str | None:
        """A string with something in it."""
        if isinstance(self.value, str) and self.value.strip():
            return self.value
        what = "empty" if isinstance(self.value, str) else kind_of(self.value)
        hint = "quote it" if isinstance(self.value, int | float | bool) else ""
        self.fault("R002", f"must be text, not {what}", hint)
        return None

    def texts(self) -> tuple[str, ...]:
        """A list of strings."""
        return tuple(text for item in self.items() if (text := item.text()) is not None)

    def choice(self, choices: Collection[str], code: str = "R004", what: str = "value") -> str | None:
        """One of some words."""
        if isinstance(self.value, str) and self.value in choices:
            return self.value
        shown = f"`{self.value}`" if isinstance(self.value, str) else kind_of(self.value)
        self.fault(code, f"unknown {what} {shown}", suggestion(self.value, choices))
        return None

    def choices(self, choices: Collection[str], code: str = "R004", what: str = "value") -> tuple[str, ...]:
        """A list of some words, not empty."""
        if self.value == []:
            self.fault("R002", "must not be empty")
        return tuple(word for item in self.items() if (word := item.choice(choices, code, what)) is not None)

    def flag(self) -> bool | None:
        """True or false."""
        if not isinstance(self.value, bool):
            hint = "in YAML 1.2 `yes` and `no` are text" if self.value in ("yes", "no", "on", "off") else ""
            self.fault("R002", f"must be true or false, not {kind_of(self.value)}", hint)
            return None
        return self.value

    def number(self) -> float | None:
        """A finite number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or not math.isfinite(self.value):
            self.fault("R002", f"must be a number, not {kind_of(self.value)}")
            return None
        return self.value

    def bilingual(self) -> dict[str, str]:
        """Texts in both languages of the desks: ``{en: …, zh: …}``."""
        entries = self.mapping(("en", "zh"), required=("en", "zh"))
        return {lang: text for lang, entry in entries.items() if (text := entry.text()) is not None}


def words_of(entries: Mapping[str, Value], key: str) -> tuple[str, ...]:
    """A list of strings that may be left out."""
    return entries[key].texts() if key in entries else ()
