"""Talk of a QR code as a way to get in contact (``data/qr.tsv``); not of paying or health codes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from moderation.folding.fold import SENTINEL, fold
from moderation.matching.contacts.found import Found
from moderation.matching.contacts.numbers import View
from moderation.matching.contacts.tables import any_of, compiled, rows, words

_MOST = 32
_LEFT, _RIGHT = 6, 8
"""How far to look for what another kind of code is for."""


class QrCodes:
    """Finds invitations to scan a code."""

    def __init__(self) -> None:
        phrases = (fold(phrase).replace(SENTINEL, "") for _, phrase in rows("qr"))
        self.gate = "|".join(f"(?:{phrase})" for phrase in phrases)
        self._phrases = compiled(self.gate)
        self._other = compiled(any_of(words("other codes")))

    def __call__(self, view: View) -> Iterator[Found]:
        """The invitations in one field."""
        for match in islice(self._phrases.finditer(view.text), _MOST):
            start, end = match.span()
            if not self._other.search(view.text[max(0, start - _LEFT) : end + _RIGHT]):
                yield view.found("qr", "", start, end, view.evidence(start, end), match.group())
