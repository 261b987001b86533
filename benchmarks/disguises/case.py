"""What the set consists of."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """One post: a disguised term in a carrier, or an innocent text, whose ``term`` is empty.

    ``start`` and ``end`` bound the disguised stretch in code points of ``text``; both are 0 in an innocent post.
    ``lang`` is the BCP 47 tag of the carrier.
    """

    text: str
    lang: str
    kind: str
    term: str = ""
    start: int = 0
    end: int = 0

    @property
    def slice(self) -> str:
        """The disguised stretch as it is written."""
        return self.text[self.start : self.end]
