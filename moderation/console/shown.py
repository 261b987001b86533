"""All that is drawn: one immutable value, from which the frame follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.text import Text

from moderation.console.state import Choices, Draft
from moderation.console.words import Words, words
from moderation.domain.review import Lease
from moderation.domain.reviewer import LEVELS
from moderation.pool.review.view import Policy, Standing, Translation, View

PANES = ("decide", "post", "why", "tabs")
TABS = ("precedents", "author", "thread", "campaign", "history")
WIDE = 96
"""Cells from which the post and why it is here stand side by side; in narrower screens ``why`` is the first tab."""


@dataclass(frozen=True, slots=True)
class Held:
    """An item on lease, and what was composed for it.

    ``key`` makes its decision idempotent. ``found`` are policies that the reviewer looked up; ``opened`` the posts of
    its campaign that they have read. ``translating``: asked for, not there yet.
    """

    view: View
    lease: Lease
    key: str
    draft: Draft = field(default_factory=Draft)
    found: tuple[Policy, ...] = ()
    opened: frozenset[str] = frozenset()
    translation: Translation | None = None
    translating: bool = False

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies to choose from, those looked up first."""
        looked_up = {policy.category for policy in self.found}
        return (*self.found, *(policy for policy in self.view.policies if policy.category not in looked_up))

    @property
    def choices(self) -> Choices:
        """What may be chosen."""
        reading, campaign = self.view.reading, self.view.campaign
        unopened = [m for m in campaign.differing if m.post_id not in self.opened] if campaign else []
        return Choices(
            policies=tuple(policy.category for policy in self.policies),
            versions={policy.category: policy.version for policy in self.policies},
            basis="translation" if self.translation and self.translation.text else reading.basis,
            mine=LEVELS.index(reading.mine),
            needs={action: LEVELS.index(needed) for action, needed in reading.needs.items()},
            campaign=campaign is not None and campaign.members > 1,
            unopened=len(unopened),
        )


@dataclass(frozen=True, slots=True)
class Last:
    """What was done last, for the foot: ``verdict`` may be taken back freely until ``undo_until``.

    ``records``: how many posts it decided. ``held``: it differs from a first opinion, and the leads have it.
    """

    post_id: str
    act: str
    category: str | None = None
    verdict: int | None = None
    undo_until: float = 0.0
    records: int = 1
    held: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Something long in place of the item: help, handover, what a search found."""

    name: str
    title: str
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the screen shows now.

    ``phase`` is loading, item, empty, lost, away (the store), load, closed or paused. ``folded`` holds what is folded
    of the post: gloss, translation. ``scroll`` is by pane (and ``page``). ``cursor`` is a member of the campaign.
    ``asking`` waits for Enter on what is asked once more; ``prompt`` is the question of the text field that is open.
    """

    lang: str
    now: float
    phase: str = "loading"
    standing: Standing | None = None
    held: Held | None = None
    focus: str = "decide"
    tab: str = "precedents"
    folded: frozenset[str] = frozenset({"translation"})
    revealed: bool = False
    category_only: bool = False
    scroll: Mapping[str, int] = field(default_factory=dict)
    cursor: int = 0
    asking: bool = False
    message: str = ""
    prompt: str = ""
    last: Last | None = None
    page: Page | None = None
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def say(self) -> Words:
        """The messages of its language."""
        return words(self.lang)

    @property
    def hides(self) -> bool:
        """Whether the post must not be seen."""
        return self.category_only or self.phase == "paused"

    def tabs(self, wide: bool) -> tuple[str, ...]:
        """The tabs of this width."""
        return TABS if wide else ("why", *TABS)
