"""What the sweeper does about a surge: look at the load, and tell everybody the state."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from moderation.domain.pool import Load
from moderation.domain.ports import Store
from moderation.pool.surge import State, Thresholds, next_state
from moderation.storage.surge import RedisSurge

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Watch:
    """Watches the load of a store and keeps the state that all workers share.

    Several may do so at once: they look at the same load, and who writes last has seen it last.
    """

    store: Store
    surge: RedisSurge
    thresholds: Thresholds

    def look(self, now: float) -> tuple[State, Load]:
        """Look once; errors as those of the store and of Redis."""
        load, before = self.store.load(now), self.surge.standing()
        after = next_state(before, load, self.thresholds, now)
        self.surge.write(after, load, now)
        if after.state is not before.state:
            log.info(
                "surge state=%s before=%s pending=%d oldest_s=%.1f shed=%d",
                *(after.state.name, before.state.name, load.pending, load.oldest_s, load.shed),
            )
        return after.state, load
