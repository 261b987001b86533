"""What people have decided about posts, as far as it is known: the port, and its reading from files and posts.

A verdict is written with one of three fields, the first that is there counts:

- ``violating``: true, false, 1, 0; null where nobody knows.
- ``verdict``: ``violating``, ``limit``, ``hold``, ``remove``, or ``benign``, ``approve``, ``allow``.
- ``labels``: names of categories, or ``["benign"]`` alone; empty where nobody knows.

Beside ``violating`` or ``verdict``, ``labels`` says of which categories a violating post is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import orjson

from moderation.domain.errors import UsageError

BENIGN = frozenset({"benign", "approve", "allow"})
VIOLATING = frozenset({"violating", "limit", "hold", "remove"})
FIELDS = ("violating", "verdict", "labels")


class Verdict(NamedTuple):
    """Whether a post violates, and of which categories; none where only the fact is known, or it is benign."""

    violating: bool
    categories: frozenset[str] = frozenset()


class Verdicts(Protocol):
    """Gives the verdict about a post, None where there is none."""

    def __call__(self, post_id: str) -> Verdict | None: ...


@dataclass(frozen=True, slots=True)
class Labels:
    """The verdicts of a file. Implements :class:`Verdicts`."""

    by_id: Mapping[str, Verdict]

    def __call__(self, post_id: str) -> Verdict | None:
        return self.by_id.get(post_id)


def read_verdict(said: Mapping[str, Any]) -> Verdict | None:
    """The verdict that fields give; None where they give none. :class:`ValueError` where they are not well formed.

    >>> read_verdict({"verdict": "remove", "labels": ["scam"]})
    Verdict(violating=True, categories=frozenset({'scam'}))
    """
    given = next((name for name in FIELDS if name in said), None)
    if given is None or said[given] is None:
        return None
    categories = _categories(said.get("labels"))
    match given, said[given]:
        case "violating", bool(violating) | int(violating) if violating in {0, 1}:
            return _verdict(bool(violating), categories)
        case "verdict", str(word) if word in BENIGN | VIOLATING:
            return _verdict(word in VIOLATING, categories)
        case "labels", _:
            return Verdict(bool(categories), categories) if said["labels"] else None
        case "violating", other:
            raise ValueError(f"`violating` is {other!r}; write true, false or null")
        case _, other:
            raise ValueError(f"`verdict` is {other!r}; write one of {', '.join(sorted(VIOLATING | BENIGN))}")


def read_labels(lines: Iterable[tuple[int, bytes]], source: str) -> Labels:
    """Read a file of verdicts: JSON Lines with ``id`` or ``post_id``, and a verdict. A later line replaces an earlier.

    ``lines`` are numbered, ``source`` is the file's name; :class:`UsageError` names both.
    """
    found: dict[str, Verdict] = {}
    for number, line in lines:
        try:
            said = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise UsageError(f"{source}:{number}: is not JSON: {error.msg}") from None
        if not isinstance(said, dict):
            raise UsageError(f"{source}:{number}: must be a JSON object")
        post_id = said.get("id", said.get("post_id"))
        if not isinstance(post_id, str):
            raise UsageError(f"{source}:{number}: has no `id` (or `post_id`) of a post")
        if not any(name in said for name in FIELDS):
            raise UsageError(f"{source}:{number}: has no verdict; write one of {', '.join(FIELDS)}")
        try:
            verdict = read_verdict(said)
        except ValueError as error:
            raise UsageError(f"{source}:{number}: {error}") from None
        if verdict is None:
            found.pop(post_id, None)
        else:
            found[post_id] = verdict
    return Labels(found)


def _verdict(violating: bool, categories: frozenset[str]) -> Verdict:
    if categories and not violating:
        raise ValueError(f"a benign post has no categories: {', '.join(sorted(categories))}")
    return Verdict(violating, categories)


def _categories(labels: object) -> frozenset[str]:
    if labels is None:
        return frozenset()
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise ValueError('`labels` must be a list of names of categories, or ["benign"]')
    if "benign" in labels and len(labels) > 1:
        raise ValueError("`labels` says benign and something else")
    return frozenset(label for label in labels if label != "benign")
