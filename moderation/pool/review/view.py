"""All that a reviewer is shown of one item, gathered once and drawn by whoever shows it.

Texts in two languages are mappings of ``en`` and ``zh``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moderation.domain.review import Member, Recorded, ReviewItem

Bilingual = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Factors:
    """``score`` = ``probability`` · ``weight`` · ``views_per_minute`` / (``handling_s`` / 60).

    ``weight`` is 2 to the power of the severity (0 to 4). ``measured`` is the number of verdicts behind ``handling_s``,
    0 where it is the taxonomy's.
    """

    score: float
    probability: float
    severity: int
    weight: int
    views_per_minute: float
    handling_s: float
    measured: int


@dataclass(frozen=True, slots=True)
class OverflowSum:
    """Both sides of lending an item to the other desk.

    Waiting costs ``wait_cost`` = probability · weight · views a minute · ``wait_s`` / 60 weighted views; reading with a
    gloss costs ``price`` = ``error_delta`` · cost of an error. ``wait_s`` is ``opens_in_s`` until the native desk opens
    (0: it is open) and the time of what stands before the item there. ``samples`` are the doubly reviewed items behind
    ``error_delta``; 0: it is assumed. ``final``: a gloss is enough to remove; else it may only be limited.
    """

    native: str
    opens_in_s: float
    wait_s: float
    wait_cost: float
    price: float
    error_delta: float
    samples: int
    final: bool

    @property
    def lends(self) -> bool:
        """Whether the other desk should review it now."""
        return self.wait_cost > self.price


@dataclass(frozen=True, slots=True)
class Gloss:
    """What is written at ``start:end`` of a field (code points of the original) means.

    ``reading`` is how it sounds (pinyin with tone digits) or empty; ``chain`` leads from what is written to what is
    meant, empty where nothing is disguised; ``sense`` says it in both languages; ``source`` is the list, idiom,
    glossary entry or rule that says so. ``severe``: the words are masked until revealed.
    """

    field: str
    start: int
    end: int
    surface: str
    reading: str
    chain: tuple[str, ...]
    sense: Bilingual
    source: str
    severe: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item is here: ``kind`` is rule, model, campaign, part or report; ``spans`` number glosses from 1."""

    kind: str
    id: str
    category: str | None = None
    severity: str | None = None
    evidence: str | None = None
    score: float | None = None
    spans: tuple[int, ...] = ()
    text: Bilingual = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Precedent:
    """What was made of posts like this: ``count`` of them in one group, of which ``upheld`` still stand.

    ``similarity`` is the nearest one's, in [0, 1]; ``by`` counts them by desk and basis (``zh``, ``en-gloss``).
    ``counter``: the nearest that was decided otherwise than the nearest of all.
    """

    similarity: float
    post_id: str
    language: str
    action: str
    category: str | None
    count: int
    upheld: int
    by: Mapping[str, int]
    counter: bool = False


@dataclass(frozen=True, slots=True)
class AuthorCard:
    """An author under a pseudonym, and what of theirs was flagged; ``verdicts`` counts by action.

    ``recent`` are earlier posts, the newest first: post id, state, category, when flagged (Unix seconds), text.
    """

    pseudonym: str
    age_days: int | None
    strikes: int | None
    followers: int | None
    region: str | None
    flagged: int
    verdicts: Mapping[str, int]
    recent: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class CampaignView:
    """The near-duplicates of an item's post that are not decided yet, the item's own included.

    ``differing`` are those that match other rules or read otherwise than the item's: to be opened before one decision
    can be theirs, too; ``alike`` are the others.
    """

    id: str
    members: int
    authors: int
    languages: Mapping[str, int]
    alike: tuple[Member, ...]
    differing: tuple[Member, ...]
    decided: int


@dataclass(frozen=True, slots=True)
class Translation:
    """A machine's translation, or why there is none (``text`` is None, ``failure`` says it in both languages)."""

    text: str | None
    source: str
    target: str
    engine: str
    failure: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What a category forbids, as the reviewer cites it: ``version`` is the day of the text."""

    category: str
    version: str
    title: Bilingual
    text: Bilingual


@dataclass(frozen=True, slots=True)
class Reading:
    """``needs``: the level that each action needs; ``mine``: the reviewer's for the language; ``basis``: their best."""

    needs: Mapping[str, str]
    mine: str
    basis: str


@dataclass(frozen=True, slots=True)
class View:
    """One item as its reviewer sees it; of a blind item what would give an opinion away is None or empty."""

    item: ReviewItem
    reading: Reading
    policies: tuple[Policy, ...]
    gloss: tuple[Gloss, ...]
    notes: tuple[Mapping[str, str], ...]
    reasons: tuple[Reason, ...] = ()
    factors: Factors | None = None
    overflow: OverflowSum | None = None
    precedents: tuple[Precedent, ...] = ()
    author: AuthorCard | None = None
    campaign: CampaignView | None = None
    history: tuple[Recorded, ...] = ()
    passed: tuple[Mapping[str, Any], ...] = ()
    thread: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """The head of the screen: what waits, the reviewer's load, the clock.

    ``due_1h`` are open items that are due within an hour; times in seconds, None where there is none: ``oldest_s``,
    ``break_in_s`` (0: now), ``closes_in_s`` (of the desk's shift). ``last`` may be undone for ``undo_s`` more.
    """

    desk: str
    reviewer: str
    shift: str
    shift_hours: Bilingual
    open: int
    due_1h: int
    oldest_s: float | None
    decided: int
    skipped: int
    load: float
    load_limit: float
    break_in_s: float | None
    closes_in_s: float | None
    other_open: bool
    other_opens_in_s: float | None
    last: Recorded | None
    undo_s: float
    kept: int
