"""What reviewers note often: a few letters become a sentence in the languages of both desks."""

from __future__ import annotations

import re
from collections.abc import Mapping

Macros = Mapping[str, Mapping[str, str]]
"""Letters → language → sentence. Read by :func:`moderation.settings.load_macros`."""

_MACRO = re.compile("[;；]([a-z]+)(?![a-z])")


def expand(note: str, macros: Macros) -> str:
    """A note with the sentences that its macros (``;fj``) stand for; what is none stays as it is."""

    def both(found: re.Match[str]) -> str:
        said = macros.get(found[1])
        return f"{said['en']} / {said['zh']}" if said else found[0]

    return _MACRO.sub(both, note)
