"""Who works in the pool: reviewers, leads, auditors, and what each may do and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from moderation.domain.language import fallbacks

ROLES = ("reader", "reviewer", "lead", "auditor", "admin")
LEVELS = ("R0", "R1", "R2", "R3")
"""How much somebody must understand of a post: nothing, a pattern, a gloss, the language as a native does."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person with a role.

    ``reads`` maps a language tag, or ``*`` for all others, to a level of :data:`LEVELS`; absent is R0. ``no`` are the
    categories that they have asked not to see: nobody else is shown them.
    """

    name: str
    role: str = "reviewer"
    desks: tuple[str, ...] = ("zh", "en")
    reads: Mapping[str, str] = field(default_factory=lambda: {"*": "R3"})
    no: tuple[str, ...] = ()

    def level(self, tag: str) -> int:
        """The level, 0 to 3, at which they read a language: of the tag, its nearest fallback, or ``*``."""
        found = next((self.reads[key] for key in (*fallbacks(tag), "*") if key in self.reads), LEVELS[0])
        return LEVELS.index(found)
