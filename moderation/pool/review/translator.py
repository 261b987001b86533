"""Who translates a post for a reviewer: the port; :mod:`moderation.translation` has what fills it."""

from __future__ import annotations

from typing import Protocol

from moderation.pool.review.view import Translation


class Translator(Protocol):
    """Translates one text. Never raises: what went wrong is the translation's ``failure``.

    ``source`` and ``target`` are language tags as the detector gives them; ``und`` leaves the source to the engine.
    What comes back is as hostile as the post itself, and shown the same way.
    """

    def translate(self, text: str, source: str, target: str) -> Translation: ...
