"""Posts that were judged without all parts in a surge are judged again, in full, when it is over.

A group at a time, so that fresh posts and a new surge find the process free soon. What differs from the first judgement
stands from then on (:meth:`moderation.domain.ports.Store.revise`).
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from moderation.domain.decision import Decision
from moderation.domain.errors import ServiceUnavailable
from moderation.domain.ports import Store
from moderation.domain.post import Post
from moderation.pool.flow import LAST_TRY, explain

log = logging.getLogger(__name__)

GROUP = 256
"""Posts that are judged again at a time."""

LEASE_S = 300.0
"""After so many seconds a group whose process was lost is taken up again."""

_GROUPS_A_SECOND = 4


@dataclass(frozen=True, slots=True)
class Rejudging:
    """Judges posts in full that were shed; ``judge`` is the whole flow, languages and all."""

    store: Store
    judge: Callable[[Sequence[Post]], list[Decision]]
    clock: Callable[[], float] = time.time

    def __call__(self) -> int:
        """Judge the next group; returns how many posts are judged otherwise than before, and so to be published."""
        now = self.clock()
        taken = self.store.take_shed(now - LEASE_S, GROUP, now)
        if taken is None:
            return 0
        posts = [Post.parse(post) for post in taken.posts]
        if taken.tries <= LAST_TRY:
            return self._revise(posts)
        for post in posts:
            self._spare(post, f"could not be judged in full {LAST_TRY} times: its worker was lost, or a part was away")
        return 0

    def _revise(self, posts: Sequence[Post]) -> int:
        """Judge posts, those that make it fail by themselves.

        A judgement for which a part failed is no fuller than the first: its post is left for another time.
        """
        try:
            decisions = self.judge(posts)
        except ServiceUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a post brings about, the others go on
            if len(posts) == 1:
                self._spare(posts[0], explain(error, posts[0].to_json()))
                return 0
            middle = len(posts) // 2
            return self._revise(posts[:middle]) + self._revise(posts[middle:])
        return self.store.revise([decision for decision in decisions if not decision.unavailable], self.clock())

    def _spare(self, post: Post, reason: str) -> None:
        log.warning("a post that was judged in a surge keeps its decision reason=%s", reason)
        self.store.spare(post.key, reason, self.clock())


def groups_of(shed: int, seconds: float, processes: int) -> int:
    """How many groups to call for of so many posts, so that the processes have enough to do for so many seconds."""
    return min(math.ceil(shed / GROUP), max(1, round(_GROUPS_A_SECOND * seconds * processes)))
