"""Why there is no translation: the engines raise it, their ``translate`` catches it."""

from __future__ import annotations

from collections.abc import Mapping

from moderation.pool.review.view import Bilingual, Translation


class Failed(Exception):
    """What went wrong and what to do, in both languages; never with words of the post or of a server."""

    def __init__(self, en: str, zh: str) -> None:
        self.said: Mapping[str, str] = {"en": en, "zh": zh}
        super().__init__(en)


def without(source: str, target: str, engine: str, said: Bilingual) -> Translation:
    """No translation, and why."""
    return Translation(None, source, target, engine, {lang: f"{engine}: {why}" for lang, why in said.items()})
