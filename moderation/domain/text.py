"""Places in a post's text."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A slice of one field of a post.

    ``start`` and ``end`` count Unicode code points of the *original* field, end exclusive;
    ``slice`` is the original text at that place, exactly.
    """

    field: str
    start: int
    end: int
    slice: str

    def overlaps(self, other: Span) -> bool:
        """Whether both share at least one character of the same field."""
        return self.field == other.field and self.start < other.end and other.start < self.end
