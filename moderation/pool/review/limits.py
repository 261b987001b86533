"""The rules of a desk that an operator sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The rules of a desk, in seconds and in load (:class:`moderation.settings.ReviewSettings`).

    ``lease_s`` None: by handling time. ``errors`` are the assumed shares of wrong verdicts by basis; ``error_cost`` is
    what one costs, in weighted views.
    """

    lease_s: float | None
    undo_s: float
    load_limit: float
    break_after_s: float
    errors: Mapping[str, float]
    error_cost: float
