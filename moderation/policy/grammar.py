"""Reads the text of a condition.

::

    expr := and {'or' and}              set := '(' pat {',' pat} ')' | pat
    and  := not {'and' not}             pat := NAME | PREFIX '*'
    not  := 'not' not | atom            NAME := [a-z][a-z0-9_]*
    atom := NAME | '(' expr ')' | (INT | 'all') 'of' set

``n of`` is at least n of the distinct names that the set means; ``and or not of all`` are reserved.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple, NoReturn

from moderation.policy.expressions import And, AtLeast, Name, Node, Not, Or

RESERVED = frozenset({"and", "or", "not", "of", "all"})
NAME = re.compile(r"[a-z][a-z0-9_]*")
MAX_LENGTH = 2_000
MAX_DEPTH = 40

_TOKEN = re.compile(r"\s*(?:(?P<word>[a-z][a-z0-9_]*\*?)|(?P<number>[0-9]+)|(?P<mark>[(),]))", re.ASCII)
_SPACE = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a condition, and where: ``at`` counts characters of its text from 0."""

    at: int
    code: str
    message: str
    hint: str = ""


class _Token(NamedTuple):
    text: str
    kind: str
    at: int


class _SyntaxFault(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.message)


def read(text: str, known: Collection[str]) -> tuple[Node | None, list[Fault]]:
    """Read a condition over the ``known`` names: the tree, and the faults.

    The tree is None when the grammar is broken; every unknown name is reported, not only the first.
    """
    if len(text) > MAX_LENGTH:
        return None, [Fault(0, "R010", f"a condition of {len(text):,} characters, the limit is {MAX_LENGTH:,}")]
    parser = _Parser(known)
    try:
        return parser.read(text), parser.faults
    except _SyntaxFault as stop:
        return None, [*parser.faults, stop.fault]


class _Parser:
    def __init__(self, known: Collection[str]) -> None:
        self.known = sorted(known)
        self.faults: list[Fault] = []
        self.depth = 0
        self.tokens: list[_Token] = []
        self.next = 0

    def read(self, text: str) -> Node:
        self.tokens = list(_tokens(text))
        node = self._expr()
        token = self._peek()
        if token.kind != "end":
            hint = "join the parts with `and` or `or`" if token.kind == "word" or token.text == "(" else ""
            _stop(token.at, f"expected `and`, `or` or the end, not `{token.text}`", hint)
        return node

    def _expr(self) -> Node:
        parts = [self._and()]
        while self._accept("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Node:
        parts = [self._not()]
        while self._accept("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _not(self) -> Node:
        token = self._peek()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            _stop(
                token.at, f"nested deeper than {MAX_DEPTH} levels", "name a part of it in `detect`, or split the rule"
            )
        node = Not(self._not(), token.at) if self._accept("not") else self._atom()
        self.depth -= 1
        return node

    def _atom(self) -> Node:
        token = self._take()
        if token.text == "(":
            node = self._expr()
            self._expect(")", f"the `(` at character {token.at + 1} is not closed")
            return node
        if token.kind == "number" or token.text == "all":
            return self._of(token)
        if token.kind == "word" and token.text.endswith("*"):
            _stop(token.at, f"a pattern needs a count: `1 of {token.text}` or `all of {token.text}`")
        if token.kind != "word" or token.text in RESERVED:
            what = "the condition ends" if token.kind == "end" else f"`{token.text}` stands"
            _stop(token.at, f"{what} where a name, `(`, `not` or `1 of …` is expected")
        self._check(token)
        return Name(token.text, token.at)

    def _of(self, count: _Token) -> Node:
        self._expect("of", f"`{count.text}` needs `of`, such as `{count.text} of filter_*`")
        within: dict[str, None] = {}
        unknown = len(self.faults)
        if self._accept("("):
            within.update(dict.fromkeys(self._pattern()))
            while self._accept(","):
                within.update(dict.fromkeys(self._pattern()))
            self._expect(")", "the list of names is not closed by `)`")
        else:
            within.update(dict.fromkeys(self._pattern()))
        n = len(within) if count.text == "all" else int(count.text[:9])
        if len(self.faults) == unknown and not 1 <= n <= len(within):
            message = f"`{count.text[:9]} of` a set of {len(within)}"
            self.faults.append(Fault(count.at, "R010", message, f"ask for 1 to {len(within)} of them, or `all of`"))
            n = 1
        return AtLeast(n, tuple(within), count.at)

    def _pattern(self) -> list[str]:
        token = self._take()
        if token.kind != "word" or token.text in RESERVED:
            _stop(token.at, "expected a name, or a prefix ending in `*`")
        if not token.text.endswith("*"):
            self._check(token)
            return [token.text]
        found = [name for name in self.known if name.startswith(token.text[:-1])]
        if not found:
            message = f"`{token.text}` matches no name of detect"
            self.faults.append(Fault(token.at, "R011", message, f"names: {', '.join(self.known) or 'none'}"))
        return found

    def _check(self, token: _Token) -> None:
        if token.text not in self.known:
            near = get_close_matches(token.text, self.known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"names of detect: {', '.join(self.known) or 'none'}"
            self.faults.append(Fault(token.at, "R011", f"unknown name `{token.text}`", hint))

    def _peek(self) -> _Token:
        return self.tokens[self.next]

    def _take(self) -> _Token:
        token = self.tokens[self.next]
        self.next += token.kind != "end"
        return token

    def _accept(self, text: str) -> bool:
        accepted = self._peek().text == text
        self.next += accepted
        return accepted

    def _expect(self, text: str, otherwise: str) -> None:
        if not self._accept(text):
            _stop(self._peek().at, otherwise)


def _tokens(text: str) -> Iterable[_Token]:
    at = 0
    while found := _TOKEN.match(text, at):
        kind = found.lastgroup or ""
        yield _Token(found[kind], kind, found.start(kind))
        at = found.end()
    space = _SPACE.match(text, at)
    end = space.end() if space else at
    if end < len(text):
        word = re.match(r"\S+", text[end:])
        shown = word[0][:20] if word else text[end]
        hint = "names are lower case: a-z, 0-9, _" if shown[0].isalpha() else "words: and, or, not, N of, all of, ( ) ,"
        _stop(end, f"`{shown}` is no part of a condition", hint)
    yield _Token("", "end", end)


def _stop(at: int, message: str, hint: str = "") -> NoReturn:
    raise _SyntaxFault(Fault(at, "R010", message, hint))
