"""The categories of harm, their severity and what a reviewer must be able to read to judge them.

The names are a contract (design page 2); what an operator may edit stands in ``configs/taxonomy.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

CATEGORIES = (
    "hate",
    "harassment",
    "profanity",
    "sexual",
    "sexual_minors",
    "violence",
    "self_harm",
    "spam",
    "scam",
    "ad_diversion",
    "illegal_goods",
    "privacy",
    "impersonation",
    "misinformation",
)

LIFE = frozenset({"sexual_minors", "violence", "self_harm"})
"""Where a life may be at stake: the categories of lane ``life``, for which no part of the flow is ever left out."""


class Severity(IntEnum):
    """How bad a violation is; apart from how sure we are of it."""

    informational = 0
    low = 1
    medium = 2
    high = 3
    critical = 4


@dataclass(frozen=True, slots=True)
class Category:
    """One category of harm.

    ``read`` maps an action to the read level (R0 to R3, design page 9) that a reviewer needs for it;
    ``dsa`` is the category of the EU transparency database.
    """

    name: str
    title: Mapping[str, str]
    severity: Severity
    lane: str
    read: Mapping[str, str]
    dsa: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All categories, and how long a finding of each severity may wait (seconds)."""

    categories: Mapping[str, Category]
    due_in_s: Mapping[Severity, int]
    handling_s: float

    def __getitem__(self, name: str) -> Category:
        return self.categories[name]
