"""Filters: conditions whose name starts with ``filter_`` and that stand under a ``not`` over filters alone."""

from __future__ import annotations

from collections.abc import Iterator

from moderation.policy.expressions import Node, Not, names, negations
from moderation.policy.model import Condition, Contacts, Idioms, Links, Regex, Words

PREFIX = "filter_"


def is_filter(name: str) -> bool:
    """Whether a name of ``detect`` is that of a filter."""
    return name.startswith(PREFIX)


def finds_words(condition: Condition) -> bool:
    """Whether a condition has places in the text: as a filter it takes hits away, and does not end the match."""
    return isinstance(condition, Words | Regex | Contacts | Links | Idioms)


def filters_of(node: Node) -> Iterator[Not]:
    """The parts of a condition that are a ``not`` over filters alone."""
    for negation in negations(node):
        inside = list(names(negation.part))
        if inside and all(is_filter(name) for name, _ in inside) and not any(negations(negation.part)):
            yield negation
