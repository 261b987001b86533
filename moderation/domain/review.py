"""The review side of the pool: items, leases, verdicts.

Times are Unix seconds. An item is one look that somebody must take at one revision of a post; its ``kind`` says why:

========  ==========================================================================================================
review    the pipeline asked for it
appeal    the author asked for another look; somebody else takes it
random    drawn blindly from the pool, so that prevalence and recall are known without bias; its verdict acts
blind     somebody of the other desk reads what was decided without knowing how; the verdict is compared, and acts not
golden    the answer is known; the verdict is compared, and acts not
========  ==========================================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from moderation.domain.reviewer import Reviewer

DESKS = ("zh", "en")
KINDS = ("review", "appeal", "random", "blind", "golden")
COMPARED = ("blind", "golden")
"""Those whose verdicts are compared, and act not."""

OF_OTHERS = ("appeal", *COMPARED)
"""The kinds that nobody works on who decided the same post."""

LANES = ("life", "harm", "appeal", "random", "blind", "golden", "lead")
"""The queues of a desk. ``lead``: escalated, for a lead; offered only to who asks for that lane."""

VERDICTS = ("allow", "limit", "remove", "ban")
"""What a reviewer may make of a post, mildest first; ``ban`` removes it and proposes a ban of its author."""

BASES = ("read", "gloss", "translation", "pattern")
"""How the reviewer read the post, best first."""

REASONS = ("language", "wellbeing", "conflict", "unsure", "busy")
"""Why somebody skips or gives back an item; only ``busy`` may be offered to them again."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to decide one item until ``expires_at``.

    Each claim of an item raises its ``fence``; a decision must carry the fence that it was claimed with.
    """

    id: str
    reviewer: str
    fence: int
    expires_at: float


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One post that waits for a person.

    ``state`` is open, decided or superseded (a newer revision came). ``post`` and ``decision`` are the JSON of the
    contracts. ``views`` a minute are those that ``priority`` counts with. ``needs`` is the level (0 to 3) that it takes
    to limit the post, the mildest step against it. ``sealed`` is the opinion of whoever asked for a second one
    (:meth:`Verdict.to_json` and ``reviewer``), or the known answer of a golden item: nobody who reviews it sees it.
    ``text`` is what an appeal says. ``lent``: the other desk has limited it, and it is back at its own.
    """

    id: int
    post_id: str
    revision: int
    desk: str
    lane: str
    priority: float
    due_at: float
    created_at: float
    state: str
    lease: Lease | None
    post: Mapping[str, Any]
    decision: Mapping[str, Any]
    kind: str = "review"
    category: str | None = None
    language: str = "und"
    needs: int = 0
    views: float = 1.0
    claimed_at: float = 0.0
    sealed: Mapping[str, Any] | None = None
    text: str = ""
    lent: bool = False
    campaign: str | None = None

    @property
    def key(self) -> tuple[str, int]:
        """The revision of the post that it is about."""
        return self.post_id, self.revision

    @property
    def blind(self) -> bool:
        """Whether scores, precedents, campaign and earlier opinions stay hidden."""
        return self.kind in COMPARED or self.sealed is not None


class Waiting(NamedTuple):
    """An open item as it stands in line, without its post; ``held``: somebody has it on lease."""

    id: int
    desk: str
    priority: float
    created_at: float
    needs: int
    blind: bool
    lent: bool
    held: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer decided.

    ``action`` is one of :data:`VERDICTS`; ``basis``, one of :data:`BASES`, says how they read the post.
    ``policy_version`` and ``policy_lang`` say which text of the category's policy they were shown.
    """

    action: str
    category: str | None
    basis: str
    note: str = ""
    policy_version: str | None = None
    policy_lang: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "action": self.action,
            "category": self.category,
            "basis": self.basis,
            "note": self.note,
            "policy_version": self.policy_version,
            "policy_lang": self.policy_lang,
        }


@dataclass(frozen=True, slots=True)
class Recorded:
    """A verdict, an undoing or a reversal as the store keeps it.

    ``action`` is one of :data:`VERDICTS`, or ``undo`` and ``reverse`` (of the verdict ``of``). ``state``:

    ======== ==================================================================================
    held     may be undone until ``effective_at``; nothing has happened to the post yet
    standing took effect
    undone   taken back before its effect
    reversed taken back afterwards, or replaced by another verdict of the same post
    silent   of a blind or golden item: compared, without effect
    ======== ==================================================================================

    ``load`` is what it weighed on its reviewer (:mod:`moderation.pool.review.load`).
    """

    id: int
    item: int
    kind: str
    post_id: str
    revision: int
    action: str
    category: str | None
    basis: str
    note: str
    reviewer: str
    desk: str
    language: str
    at: float
    claimed_at: float
    effective_at: float
    state: str
    load: float
    policy_version: str | None = None
    policy_lang: str | None = None
    campaign: str | None = None
    of: int | None = None
    fresh: bool = True
    """False where the same idempotency key had decided it before."""

    @property
    def key(self) -> tuple[str, int]:
        """The revision of the post that it is about."""
        return self.post_id, self.revision


class Look(NamedTuple):
    """What a verdict tells of how long somebody looked; ``of``: it only takes that one back."""

    id: int
    reviewer: str
    claimed_at: float
    at: float
    category: str | None
    of: int | None


class Seal(NamedTuple):
    """The link of the audit chain that covers a record: its number, the hash of the one before, its own (SHA-256)."""

    seq: int
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A claim: who asks, for which desk's items, of which lanes in this order.

    A lane here is one of :data:`LANES`, ``due`` (items of ``harm`` in the last fifth of their time, and appeals), or
    ``loan`` (items of the other desk that its rule lends, the highest priority first: those whose ``priority`` is over
    ``loan_over``; None lends nothing). ``cost`` is ``harm`` and ``loan`` together by priority, a loan's divided by
    ``loan_slower``. ``categories``: only these (empty: any). ``most``: only items that need at most this level.
    ``ttl_s`` gives the seconds of a lease by category, ``*`` for the others.
    """

    reviewer: Reviewer
    desk: str
    lanes: tuple[str, ...] = ("life", "due", "harm")
    ttl_s: Mapping[str, float] = field(default_factory=lambda: {"*": 300.0})
    categories: tuple[str, ...] = ()
    most: int = 3
    loan_over: float | None = None
    loan_slower: float = 1.0


@dataclass(frozen=True, slots=True)
class Member:
    """One post of a campaign or an author: ``item`` is that of kind ``review``, None where nobody was asked to look.

    ``state`` is the post's; in a campaign the item's, where there is one, or ``apart`` where that is with the leads or
    out for a second opinion. ``held_by`` has the item on lease, or had it
    last until a lease that ran out: the item itself tells which.
    """

    post_id: str
    revision: int
    item: int | None
    state: str
    held_by: str | None
    post: Mapping[str, Any]
    decision: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, int]:
        """The revision of the post that it is about."""
        return self.post_id, self.revision


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for in the pool; None is anything. Times of decision: ``since`` ≤ t < ``until``."""

    language: str | None = None
    category: str | None = None
    rule: str | None = None
    state: str | None = None
    author: str | None = None
    campaign: str | None = None
    since: float | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """What a shift leaves to the next one of its desk: ``shift`` such as ``S3@2026-11-20``.

    ``body`` is the digest (JSON) with both languages and the reviewers' notes; ``published_at`` and ``acked_at`` are 0
    until then.
    """

    shift: str
    desk: str
    body: Mapping[str, Any]
    published_at: float = 0.0
    acked_at: float = 0.0
    acked_by: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """A gloss that a reviewer found wrong: ``surface`` in a text of ``language`` means ``expected``."""

    post_id: str
    language: str
    surface: str
    shown: str
    expected: str
    reviewer: str
    at: float = 0.0
    id: int | None = None
