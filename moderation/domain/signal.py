"""What the detectors say about a post, before any policy: hits, scores, similarities.

A :class:`Vocabulary` is what a rule set asks the detectors to look for; :class:`Signals` is what they found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from moderation.domain.language import Language
from moderation.domain.text import Span


class Evidence(Enum):
    """How a hit was seen; the value is its strength (design page 11), a chain has that of its weakest."""

    exact = 1.0
    folded = 0.95
    squeezed = 0.85

    @property
    def strength(self) -> float:
        """In (0, 1]; higher is stronger."""
        return self.value

    def at_least(self, weakest: Evidence) -> bool:
        """Whether this evidence is as strong as ``weakest`` or stronger."""
        return self.value >= weakest.value


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase as its author wrote it; ``language`` is a BCP 47 tag or ``*`` for any."""

    text: str
    language: str = "*"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression in RE2's syntax, run on the folded or on the original field."""

    regex: str
    language: str = "*"
    view: Literal["folded", "original"] = "folded"


@dataclass(frozen=True, slots=True)
class Gate:
    """What is behind a gate matters only in posts where one of these terms or patterns was found, by number."""

    terms: frozenset[int]
    patterns: frozenset[int]

    def __or__(self, other: Gate) -> Gate:
        return Gate(self.terms | other.terms, self.patterns | other.patterns)

    def opens(self, found: Found) -> bool:
        """Whether a post with these hits opens it."""
        return any(hit.index in self.terms for hit in found.terms) or any(
            hit.index in self.patterns for hit in found.patterns
        )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that a rule set looks for, each thing once.

    ``exemplars`` maps the name of a list to its sentences. ``gates`` has an entry for each pattern, None where it
    matters in every post; without any, all patterns do. The patterns that a gate names have none themselves.
    ``exemplar_gate`` is that of all similarities together.
    """

    terms: tuple[Term, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    exemplars: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gates: tuple[Gate | None, ...] = ()
    exemplar_gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a term or a pattern was found.

    ``index`` points into ``Vocabulary.terms`` or ``Vocabulary.patterns``. A pattern that ran on the folded view and
    whose slice is not the folded text itself has evidence ``folded``.
    """

    index: int
    span: Span
    evidence: Evidence


@dataclass(slots=True)
class Found:
    """The hits in one post, ordered by (field order, start, end, index)."""

    terms: list[Hit] = field(default_factory=list)
    patterns: list[Hit] = field(default_factory=list)


@dataclass(slots=True)
class Signals:
    """All that is known about one post when the policy looks at it.

    ``scores``: calibrated probability by category, only for categories that a classifier covers for the post's
    language. ``similarities``: largest cosine in [-1, 1] to each list of exemplars. ``unavailable`` names the parts
    that failed, as ``classifier.zh`` or ``exemplars``.
    """

    language: Language
    found: Found = field(default_factory=Found)
    scores: Mapping[str, float] = field(default_factory=dict)
    similarities: Mapping[str, float] = field(default_factory=dict)
    unavailable: tuple[str, ...] = ()
