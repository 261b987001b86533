"""The names of messengers, as they are written and disguised (``data/names.tsv``)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from moderation.domain.signal import Evidence
from moderation.folding.fold import SENTINEL, fold
from moderation.matching.contacts.tables import rows

GAP = r"[\s.\-_*~·•|/]{0,2}"
"""What is put between the letters of a name."""

GAP_CHARACTERS = {ord(character): None for character in " \t\n\r\f.-_*~·•|/"}

TWO_WORDS = frozenset({"whats app", "what's app", "tele gram"})
"""Names that are written with a blank; any other blank must stand between all letters (``v x``, not ``we chat``)."""


class Name(NamedTuple):
    """A form of a platform's name; ``short`` forms mean it only beside a verb of contact or a handle."""

    kind: str
    form: str
    plain: str
    evidence: Evidence
    short: bool

    @property
    def latin(self) -> bool:
        """Whether it needs the borders of a Latin word on both sides."""
        return self.form.isascii()


@cache
def names() -> dict[str, Name]:
    """The names by their form without blanks, folded."""
    table = {}
    for kind, written, plain, evidence, use in rows("names"):
        form = fold(written).replace(SENTINEL, "").replace(" ", "")
        table[form] = Name(kind, form, plain, Evidence[evidence], use == "short")
    return table


def spaced(form: str) -> str:
    """A pattern for a form with gaps between its letters.

    >>> spaced("vx") == "v" + GAP + "x"
    True
    """
    import re2

    return GAP.join(re2.escape(character) for character in form)
