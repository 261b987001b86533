"""A share with how sure it is, as every figure of the desks is given."""

from __future__ import annotations

from typing import Any, NamedTuple

from moderation.domain.intervals import wilson


class Share(NamedTuple):
    """``part`` of ``n``."""

    part: int
    n: int

    @property
    def rate(self) -> float | None:
        """The share itself; None where nothing was counted."""
        return self.part / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95% interval; (0, 1) where nothing was counted."""
        return wilson(self.part, self.n)

    def plus(self, is_part: bool) -> Share:
        """With one more looked at."""
        return Share(self.part + is_part, self.n + 1)

    def to_json(self) -> dict[str, Any]:
        """``rate`` (null where nothing was counted), ``n``, ``low``, ``high``, four digits."""
        low, high = self.interval
        rate = self.rate
        return {
            "rate": None if rate is None else round(rate, 4),
            "n": self.n,
            "low": round(low, 4),
            "high": round(high, 4),
        }


NONE = Share(0, 0)
