"""What the recognisers of contacts yield."""

from __future__ import annotations

from typing import NamedTuple

from moderation.domain.signal import Evidence


class Found(NamedTuple):
    """One way to reach somebody, in one field.

    ``kind`` is one of :data:`~moderation.domain.signal.CONTACTS` or ``link``; ``value`` is what is reached in its
    plain form, empty where a platform or a QR code is only spoken of. It stands at ``[start, end)`` of the original
    field. ``chain`` leads from what is written to what is meant; empty where nothing is disguised.
    """

    kind: str
    value: str
    start: int
    end: int
    evidence: Evidence
    chain: tuple[str, ...]


def weakest(*parts: Evidence) -> Evidence:
    """The evidence of a whole: that of its weakest part."""
    return min(parts, key=_strength)


def _strength(evidence: Evidence) -> float:
    return evidence.strength
