"""What the workers do when more comes in than they can judge: whose posts go first, and whose are judged in a hurry.

How many posts are pending and how long the oldest has waited drive the state: normal → busy → surge. A state is entered
at once, and left for the one below it only after the load has been under a lower mark for some time, so that it does
not flutter. In a hurry the classifiers leave out their slow tier; what was left out is recorded with the decision, and
judged in full when all is normal again (:mod:`moderation.pool.rejudging`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b
from typing import NamedTuple

from moderation.domain.pool import Load
from moderation.domain.post import Post

ESTABLISHED_DAYS = 180
NEW_DAYS = 30
SAMPLE = 20
"""Of so many posts one is never judged in a hurry, so that it can be measured what hurry loses."""

_LONGEST_WAIT_S = 60


class State(IntEnum):
    """How much more comes in than is judged; a total order."""

    normal = 0
    busy = 1
    surge = 2


class Turn(IntEnum):
    """Whose posts are judged first: everybody's while all is normal, so that no wave overtakes what came before it."""

    first = 0
    ordinary = 1
    later = 2


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which load on a state is entered, and what else the operator may set.

    ``busy_*`` and ``surge_*``: pending posts, or seconds that the oldest has waited; one of the two is enough. A state
    is left when both have been under ``leave`` times that for ``calm_s`` seconds. A post of
    ``reach_per_minute`` views a minute, or more, has a high reach.
    """

    busy_pending: int
    busy_oldest_s: float
    surge_pending: int
    surge_oldest_s: float
    leave: float
    calm_s: float
    reach_per_minute: float

    def reached(self, load: Load, scale: float = 1.0) -> State:
        """The highest state whose thresholds, times ``scale``, the load reaches."""
        if load.pending >= scale * self.surge_pending or load.oldest_s >= scale * self.surge_oldest_s:
            return State.surge
        if load.pending >= scale * self.busy_pending or load.oldest_s >= scale * self.busy_oldest_s:
            return State.busy
        return State.normal


class Standing(NamedTuple):
    """A state, since when (Unix seconds), and since when the load has been low enough to leave it, if it is."""

    state: State = State.normal
    since: float = 0.0
    calm_since: float | None = None


def next_state(standing: Standing, load: Load, thresholds: Thresholds, now: float) -> Standing:
    """The state after a look at the load: up at once, down by one step after a time of calm."""
    entered = thresholds.reached(load)
    if entered > standing.state:
        return Standing(entered, now)
    if thresholds.reached(load, thresholds.leave) >= standing.state:  # of the normal state, always
        return standing._replace(calm_since=None)
    if standing.calm_since is None or standing.calm_since > now:
        return standing._replace(calm_since=now)
    if now - standing.calm_since < thresholds.calm_s:
        return standing
    return Standing(State(standing.state - 1), now)


def retry_after_s(state: State, load: Load) -> int:
    """How long a producer should wait before it sends more: in a surge as long as the oldest post has, 1 to 60 s."""
    return round(min(max(load.oldest_s, 1), _LONGEST_WAIT_S)) if state is State.surge else 0


@dataclass(frozen=True, slots=True)
class Triage:
    """Whose posts go first and whose are hurried. ``state`` tells the state of the moment; it is asked once a call."""

    state: Callable[[], State]
    reach_per_minute: float

    def turns(self, posts: Sequence[Post]) -> list[Turn]:
        """The turn of each post."""
        state = self.state()
        return [Turn.first] * len(posts) if state is State.normal else [self.turn_of(post, state) for post in posts]

    def groups(self, posts: Sequence[Post]) -> dict[Turn, list[Post]]:
        """Posts by turn, those that go first first."""
        turns = self.turns(posts)
        return {
            turn: [post for post, its in zip(posts, turns, strict=True) if its == turn] for turn in sorted({*turns})
        }

    def hurried(self, posts: Sequence[Post]) -> list[int]:
        """The posts, by place, that are judged in a hurry."""
        state = self.state()
        return [] if state is State.normal else [n for n, post in enumerate(posts) if self.hurries(post, state)]

    def turn_of(self, post: Post, state: State) -> Turn:
        """Whether a post goes first or has to wait; what is not known of it speaks for neither."""
        if state is State.normal or self._low_risk(post):
            return Turn.first
        age, reach = post.author.age_days, post.views_per_minute
        new = age is None or age < NEW_DAYS
        wide = reach is not None and reach >= self.reach_per_minute
        return Turn.later if state is State.surge and new and wide else Turn.ordinary

    def hurries(self, post: Post, state: State) -> bool:
        """Whether a post may go without the slow tier: when busy if it goes first, in a surge unless it waits."""
        if state is State.normal or sampled(post.id):
            return False
        turn = self.turn_of(post, state)
        return turn is Turn.first or (state is State.surge and turn is not Turn.later)

    def _low_risk(self, post: Post) -> bool:
        """An established author without strikes, and few who see it: each known, not supposed."""
        age, strikes, reach = post.author.age_days, post.author.strikes, post.views_per_minute
        established = age is not None and age >= ESTABLISHED_DAYS and strikes == 0
        return established and reach is not None and reach < self.reach_per_minute


UNHURRIED = Triage(lambda: State.normal, math.inf)
"""Where there is no surge, whatever comes."""


def sampled(post_id: str) -> bool:
    """Whether a post is among those that are never hurried: always the same, one in :data:`SAMPLE`."""
    return int.from_bytes(blake2b(post_id.encode(), digest_size=8).digest()) % SAMPLE == 0
