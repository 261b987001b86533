"""What the detectors say about a post, before any policy: hits, scores, similarities.

A :class:`Vocabulary` is what a rule set asks the detectors to look for; :class:`Signals` is what they found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, NamedTuple

from moderation.domain.language import Language
from moderation.domain.text import Span


class Evidence(Enum):
    """How a hit was seen, the strongest first (design page 11); a chain has the evidence of its weakest step."""

    exact = (0, 1.0)
    folded = (1, 0.95)
    squeezed = (2, 0.85)
    leet = (3, 0.75)
    numeral = (4, 0.75)
    split = (5, 0.65)
    homophone = (6, 0.6)
    lookalike = (7, 0.55)
    emoji = (8, 0.5)
    initials = (9, 0.4)

    def __init__(self, rank: int, strength: float) -> None:
        self.rank = rank
        self.strength = strength

    def at_least(self, weakest: Evidence) -> bool:
        """Whether this evidence is as strong as ``weakest`` or stronger."""
        return self.strength >= weakest.strength


class Term(NamedTuple):
    """A word or phrase as its author wrote it; ``language`` is a BCP 47 tag or ``*`` for any."""

    text: str
    language: str = "*"


class Pattern(NamedTuple):
    """A regular expression in RE2's syntax, run on the folded or on the original field."""

    regex: str
    language: str = "*"
    view: Literal["folded", "original"] = "folded"


@dataclass(frozen=True, slots=True)
class Gate:
    """What is behind a gate matters only in posts where one of these was found.

    Terms and patterns by number, contacts by kind, ``links`` of any kind. Gates of patterns name only the first two.
    """

    terms: frozenset[int]
    patterns: frozenset[int]
    contacts: frozenset[str] = frozenset()
    links: bool = False

    def __or__(self, other: Gate) -> Gate:
        return Gate(
            self.terms | other.terms,
            self.patterns | other.patterns,
            self.contacts | other.contacts,
            self.links or other.links,
        )

    def opens(self, found: Found) -> bool:
        """Whether a post with these hits opens it."""
        return (
            any(hit.number in self.terms for hit in found.terms)
            or any(hit.number in self.patterns for hit in found.patterns)
            or any(contact.kind in self.contacts for contact in found.contacts)
            or (self.links and bool(found.links))
        )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that a rule set looks for, each thing once.

    ``disguised`` are the terms that count by weaker evidence than ``squeezed``: only they are looked for in pinyin, in
    parts, as look-alikes, emoji, initials; None: all of them. ``exemplars`` maps the name of a list to its sentences.
    ``gates`` has an entry for each pattern, None where it matters in every post; without any, all patterns do. The
    patterns that a gate names have none themselves. ``exemplar_gate`` is that of all similarities together.
    ``contacts``, ``links``: whether a rule asks for them; ``windows`` are those of its conditions on near-duplicates,
    ``tallies`` those of its conditions that count posts, ``fuses`` those of its rules.
    """

    terms: tuple[Term, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    exemplars: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gates: tuple[Gate | None, ...] = ()
    exemplar_gate: Gate | None = None
    contacts: bool = False
    links: bool = False
    windows: tuple[Window, ...] = ()
    tallies: tuple[Tally, ...] = ()
    fuses: tuple[Fuse, ...] = ()
    disguised: frozenset[Term] | None = None


class Hit(NamedTuple):
    """One place where a term, a pattern, a contact or a link was found.

    ``number`` points into ``Vocabulary.terms`` or ``Vocabulary.patterns``; it is -1 for contacts and links. A pattern
    that ran on the folded view and whose slice is not the folded text itself has evidence ``folded``. ``chain`` leads
    from what is written to what is meant (加V, 加微, 加微信); empty where nothing is disguised.
    """

    number: int
    span: Span
    evidence: Evidence
    chain: tuple[str, ...] = ()


CONTACTS = ("wechat", "qq", "telegram", "whatsapp", "line", "phone", "email", "payment", "qr")
"""Kinds of contact: handles of messengers, numbers, addresses, payment handles, and talk of a QR code."""


class Contact(NamedTuple):
    """A way to reach somebody: one of :data:`CONTACTS`, or ``link``.

    ``value`` is what is reached in its plain form (``wx12345``, ``+8613800138000``, ``example.com/x``); empty where
    the post names a platform with a verb of contact, or a QR code, and no handle.
    """

    kind: str
    value: str
    hit: Hit


class Window(NamedTuple):
    """What a rule asks of near-duplicates: a stretch of time in seconds, and the least Jaccard likeness in (0, 1]."""

    within_s: float
    gte: float = 0.8


POSTS = "posts"
"""What a :class:`Tally` counts where it counts every post."""


class Tally(NamedTuple):
    """What a rule counts: an author's posts (``of`` is ``posts``), or those that a rule (its id) matched.

    They count in (t - within, t], seconds of event time; t is that of the post that is judged, itself included.
    """

    of: str
    within_s: float


class Fuse(NamedTuple):
    """When a rule is cut off: it matched ``least`` posts of a language in a window, and more than a ``share`` of them.

    ``rule`` and ``version`` name the rule as it stands: a changed rule starts anew. With ``authors`` its distinct
    authors count, among all that posted, and not their posts; who is not known does not count.
    """

    rule: str
    version: str
    share: float
    least: int
    within_s: float
    authors: bool


class Cut(NamedTuple):
    """A rule (by id and version) that is cut off in a language: ``since`` when (Unix seconds), for which hits of all.

    ``hits`` and ``total`` are posts, or authors where the fuse counts those.
    """

    rule: str
    version: str
    language: str
    since: float
    hits: int
    total: int


class Campaign(NamedTuple):
    """The near-duplicates of a post, itself included: a text that several posts share.

    ``id`` is stable while the campaign lives; ``first_seen`` is in Unix seconds of event time. ``authors_in`` counts
    the distinct authors (those known) among the posts in (t - within, t], this post's own included, of each window
    that the rules ask for.
    """

    id: str
    members: int
    authors: int
    first_seen: float
    authors_in: Mapping[Window, int]


class Found(NamedTuple):
    """The hits in one post, ordered by (field order, start, end, number)."""

    terms: Sequence[Hit] = ()
    patterns: Sequence[Hit] = ()
    contacts: Sequence[Contact] = ()
    links: Sequence[Contact] = ()


@dataclass(slots=True)
class Signals:
    """All that is known about one post when the policy looks at it.

    ``scores``: calibrated probability by category, only for categories that a classifier covers for the post's
    language. ``similarities``: largest cosine in [-1, 1] to each list of exemplars. ``unavailable`` names the parts
    that failed, as ``classifier.zh`` or ``exemplars``. ``campaign`` is None where the post is alone. ``counts`` lacks
    what is not known. ``cut`` are the ids of the rules that are cut off in the post's language. ``shed`` names the
    parts that would have looked at the post and were left out in a surge, as ``reader``.
    """

    language: Language
    found: Found = field(default_factory=Found)
    scores: Mapping[str, float] = field(default_factory=dict)
    similarities: Mapping[str, float] = field(default_factory=dict)
    unavailable: tuple[str, ...] = ()
    campaign: Campaign | None = None
    counts: Mapping[Tally, int] = field(default_factory=dict)
    cut: Collection[str] = ()
    shed: tuple[str, ...] = ()
