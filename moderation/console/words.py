"""What the screen says, in the reviewer's language.

The catalogues are gettext's, read from their ``.po`` files at start. A message's id is its English text; a test
extracts every ``_("…")`` and ``say("…")`` of this package and holds both catalogues complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")
_CATALOGUES = {"en": "en", "zh": "zh_CN"}
FOLDER = Path(__file__).parent / "locale"

Words = Callable[[str], str]
"""Gives a message of the catalogue by its English text."""


def _(message: str) -> str:
    """Marks a message for the catalogues, where it is written; it is translated where it is shown."""
    return message


def catalogue(lang: str) -> Path:
    """Where the messages of a language stand."""
    return FOLDER / _CATALOGUES[lang] / "LC_MESSAGES" / "messages.po"


@cache
def words(lang: str) -> Words:
    """The messages of a language; one that is missing is itself."""
    messages = _read(catalogue(lang))

    def say(message: str) -> str:
        return messages.get(message, message)

    return say


def bilingual(text: Mapping[str, str], lang: str) -> str:
    """One side of a text in two languages; the other where this one is missing."""
    return text.get(lang) or next(iter(text.values()), "")


def _read(path: Path) -> Mapping[str, str]:
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        messages = read_po(file)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}
