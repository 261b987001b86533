"""Notices a worker that has stopped taking messages although some wait for it."""

from __future__ import annotations

from dataclasses import dataclass


class Stalled(ConnectionResetError):
    """What the worker is told then: it answers as if the broker had dropped the connection, and opens a new one."""


@dataclass(slots=True)
class Watchdog:
    """Compares what waits with what is done. Times are monotonic seconds."""

    patience_s: float
    _taken: int = -1
    _since: float = 0.0

    def look(self, ready: int, taken: int, *, busy: bool, now: float) -> None:
        """``ready`` messages wait, and ``taken`` were taken since the start; ``busy``: one is being worked on.

        Raises :class:`Stalled` once messages have waited for so long that nobody can still be about to take them.
        """
        if not ready or busy or taken != self._taken:
            self._taken, self._since = taken, now
        elif now - self._since >= self.patience_s:
            waited, self._since = now - self._since, now
            raise Stalled(f"no message was taken for {waited:.0f} s although {ready} wait")
