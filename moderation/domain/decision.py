"""What was decided about a post, and why (design page 2, Decision)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, NamedTuple

from moderation.domain.language import Language
from moderation.domain.signal import Campaign, Evidence
from moderation.domain.taxonomy import Severity
from moderation.domain.text import Span

_EARLIEST = datetime.min.replace(tzinfo=UTC).timestamp()


ACTING = ("enforce", "canary")
"""The status of matches that act and count in the pool's figures; the others are only recorded."""


class Action(IntEnum):
    """What happens to a post; a total order."""

    approve = 0
    limit = 1
    hold = 2
    remove = 3


class Seen(NamedTuple):
    """How the words at one span were seen; ``chain`` leads from what is written to what is meant, or is empty."""

    evidence: Evidence
    chain: tuple[str, ...] = ()


def unmasked(written: str, chain: Sequence[str]) -> str:
    """What is written, and where it is disguised each step to what it means.

    >>> unmasked("加V", ["加V", "加微", "加微信"]), unmasked("加微信", [])
    ('加V → 加微 → 加微信', '加微信')
    """
    return " → ".join(chain if chain and chain[0] == written else (written, *chain))


@dataclass(frozen=True, slots=True)
class Match:
    """One rule that holds for a post. Only ``enforce`` (and a post's ``canary``) acts; the rest are recorded.

    ``seen`` has an entry for each span, in their order; ``evidence`` is the strongest of them.
    """

    rule: str
    version: str
    status: str
    category: str
    severity: Severity
    spans: tuple[Span, ...]
    evidence: Evidence
    explain: Mapping[str, str]
    seen: tuple[Seen, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The form of the decision contract."""
        return {
            "rule": self.rule,
            "version": self.version,
            "status": self.status,
            "category": self.category,
            "severity": self.severity.name,
            "spans": [list(span) for span in self.spans],
            "seen": [[seen.evidence.name, list(seen.chain)] for seen in self.seen],
            "evidence": self.evidence.name,
            "explain": dict(self.explain),
        }


@dataclass(frozen=True, slots=True)
class Note:
    """A custom of a community that the post speaks of, explained for a reviewer who does not know it."""

    idiom: str
    en: str
    zh: str

    def to_json(self) -> dict[str, str]:
        """The form of the decision contract."""
        return {"idiom": self.idiom, "en": self.en, "zh": self.zh}


@dataclass(frozen=True, slots=True)
class ReviewNeed:
    """Who should look: ``desk`` zh, en or both; ``priority`` p·S·V/h; ``read`` maps actions to read levels."""

    desk: str
    priority: float
    lane: str
    due_in_s: int
    read: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The form of the decision contract."""
        return {
            "desk": self.desk,
            "priority": self.priority,
            "lane": self.lane,
            "due_in_s": self.due_in_s,
            "read": dict(self.read),
        }


def acting(decision: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The matches of a decision (its JSON) that act, the most severe first."""
    found = [match for match in decision["matches"] if match["status"] in ACTING]
    return sorted(found, key=lambda match: -Severity[match["severity"]])


def chief(decision: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The match that says what a post is about, as :meth:`moderation.policy.decide.Decider.review` chooses it."""
    return next(iter(acting(decision)), None)


def campaign_json(campaign: Campaign) -> dict[str, Any]:
    """The near-duplicates of a post in the form of the decision contract; the years begin with 1."""
    first = datetime.fromtimestamp(max(campaign.first_seen, _EARLIEST), UTC).isoformat(timespec="milliseconds")
    return {
        "id": campaign.id,
        "members": campaign.members,
        "authors": campaign.authors,
        "first_seen": first.replace("+00:00", "Z"),
    }


@dataclass(frozen=True, slots=True)
class Versions:
    """Which code, rules and models decided."""

    moderation: str
    rules: str
    models: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The form of the decision contract."""
        return {"moderation": self.moderation, "rules": self.rules, "models": dict(self.models)}


class Decision(NamedTuple):
    """One decision about one revision of one post (a tuple, as :class:`~moderation.domain.language.Language` is)."""

    post_id: str
    revision: int
    action: Action
    review: ReviewNeed | None
    outcomes: Mapping[str, Action]
    language: Language
    scores: Mapping[str, float]
    matches: tuple[Match, ...]
    notes: tuple[Note, ...]
    unavailable: tuple[str, ...]
    decided_at: str
    versions: Versions
    campaign: Campaign | None = None
    shed: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The decision contract, keys in its order; ``campaign`` and ``shed`` only where there is something to say."""
        return {
            "post_id": self.post_id,
            "revision": self.revision,
            "action": self.action.name,
            "review": self.review.to_json() if self.review else None,
            "outcomes": {market: action.name for market, action in self.outcomes.items()},
            "language": self.language.to_json(),
            "scores": dict(self.scores),
            "matches": [match.to_json() for match in self.matches],
            "notes": [note.to_json() for note in self.notes],
            **({"campaign": campaign_json(self.campaign)} if self.campaign else {}),
            "unavailable": list(self.unavailable),
            **({"shed": list(self.shed)} if self.shed else {}),
            "decided_at": self.decided_at,
            "versions": self.versions.to_json(),
        }
