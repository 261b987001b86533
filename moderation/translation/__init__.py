"""Machine translation of posts, by an engine that the operator chooses; without one it says so.

Implements :class:`moderation.pool.review.translator.Translator`.
"""

from __future__ import annotations

from dataclasses import dataclass

from moderation.domain.errors import UsageError
from moderation.pool.review.translator import Translator
from moderation.pool.review.view import Translation

ENGINES = ("none", "libretranslate", "argos")


@dataclass(frozen=True, slots=True)
class NoTranslator:
    """Says of every text that nobody translates it, and what to do."""

    def translate(self, text: str, source: str, target: str) -> Translation:
        return Translation(
            None,
            source,
            target,
            "none",
            {
                "en": "no translation is configured: set review.translate.engine to libretranslate or argos",
                "zh": "未配置翻译：请将 review.translate.engine 设为 libretranslate 或 argos",
            },
        )


def open_translator(engine: str, url: str | None, key: str | None, timeout_s: float) -> Translator:
    """The translator of an engine of :data:`ENGINES`, with a memory; nothing is asked or imported before it is used.

    ``url`` and ``key`` are LibreTranslate's; ``timeout_s`` bounds one translation wholly. :class:`UsageError` where
    the settings cannot work.
    """
    from moderation.translation.cache import Remembering

    match engine:
        case "none":
            return NoTranslator()
        case "libretranslate":
            from moderation.translation.libretranslate import LibreTranslate

            if not url:
                raise UsageError("review.translate: libretranslate needs `url:`, such as http://localhost:5000")
            return Remembering(LibreTranslate(url, key, timeout_s))
        case "argos":
            from moderation.translation.argos import Argos

            return Remembering(Argos(timeout_s))
        case _:
            raise UsageError(f"review.translate.engine: {engine!r} is none of {', '.join(ENGINES)}")
