"""Reads the tests beside a rule (``NAME.test.yaml``)."""

from __future__ import annotations

from moderation.domain.errors import RefusedPost
from moderation.domain.post import MAX_CHARACTERS, Post
from moderation.policy.model import AUTHOR_NUMBERS, Example
from moderation.policy.reading import Value
from moderation.policy.terms import read_tag

# What the test says → whether the rule must match, whether it is only hoped for.
EXPECTATIONS = {"match": (True, False), "ok": (False, False), "todo_match": (True, True), "todo_ok": (False, True)}
KEYS = (*EXPECTATIONS, "lang", "pair", "author", "copies", "times", "because")
TEST = ".test.yaml"
MOST_POSTS = 100
AUTHOR = (*(name.removeprefix("author.") for name in AUTHOR_NUMBERS), "region")


def tests_of(file: str) -> str:
    """Where the tests of a rule file stand."""
    return f"{file.rsplit('.', 1)[0]}{TEST}"


def read_examples(value: Value) -> tuple[Example, ...]:
    """Read a file of tests; each that is whole."""
    return tuple(example for item in value.items() if (example := _read(item)) is not None)


def _read(value: Value) -> Example | None:
    entries = value.mapping(KEYS, ("lang",))
    found = [key for key in EXPECTATIONS if key in entries]
    if len(found) != 1:
        what = f"{' and '.join(found)} in one test" if found else "a test without a text"
        value.fault("R003", what, f"give exactly one of {', '.join(EXPECTATIONS)}")
        return None
    text = entries[found[0]].text()
    lang = read_tag(entries["lang"]) if "lang" in entries else None
    if text is None or lang is None:
        return None
    author = _author(entries["author"]) if "author" in entries else {}
    copies = _posts(entries["copies"]) if "copies" in entries else 1
    times = _posts(entries["times"]) if "times" in entries else 1
    # What can be printed has nothing in it that the door refuses; the door takes longer than all the rest of a test.
    if author or len(text) > MAX_CHARACTERS or not text.isprintable():
        try:
            Post.parse({"id": "test", "text": text, "author": author})
        except RefusedPost as refused:
            value.fault("R002", f"no such post: {refused}", "a test must be a post that the door lets in")
            return None
    expected, todo = EXPECTATIONS[found[0]]
    return Example(
        text=text,
        expected=expected,
        todo=todo,
        lang=lang,
        file=value.file,
        line=value.document.mark(value.path)[0],
        pair=entries["pair"].text() if "pair" in entries else None,
        author=author,
        copies=copies,
        times=times,
        because=(entries["because"].text() or "") if "because" in entries else "",
    )


def _posts(value: Value) -> int:
    copies = value.number()
    if copies is not None and (copies not in range(1, MOST_POSTS + 1)):
        value.fault("R015", f"{copies:g} is out of range", f"a whole number from 1 to {MOST_POSTS}")
        return 1
    return int(copies or 1)


def _author(value: Value) -> dict[str, float | str]:
    author: dict[str, float | str] = {}
    for name, entry in value.mapping(AUTHOR).items():
        said = entry.text() if name == "region" else entry.number()
        if said is not None:
            author[name] = said
    return author
