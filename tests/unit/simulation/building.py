"""Small scenarios: a day of some thousand posts."""

from pathlib import Path
from typing import Any

import numpy as np

from moderation.pool.surge import Thresholds
from moderation.settings import load_taxonomy
from moderation.simulation.arrivals import Posts
from moderation.simulation.desks import Items
from moderation.simulation.replay import Ground
from moderation.simulation.scenario import Scenario, load_scenario
from moderation.simulation.workers import Limits

ROOT = Path(__file__).parent.parent.parent.parent
WAVE = ROOT / "configs" / "wave.yaml"
DAY_S = 86_400.0
CALM = Thresholds(
    busy_pending=10**9,
    busy_oldest_s=1e9,
    surge_pending=10**9,
    surge_oldest_s=1e9,
    leave=0.5,
    calm_s=10,
    reach_per_minute=10,
)
LIMITS = Limits(batch=256, high_water=10**9, surge=CALM)


def scenario(posts: int = 8_000, flagged: float = 0.1, **workers: Any) -> Scenario:
    """One day of zh and en posts; ``workers`` are changes of its plant."""
    wave = load_scenario(WAVE)
    crowds = {
        name: crowd.model_copy(update={"days": [1.0], "languages": {tongue: 1.0}})
        for (name, crowd), tongue in zip(wave.crowds.items(), ("en", "zh"), strict=True)
    }
    findings = {tag: found.model_copy(update={"flagged": flagged}) for tag, found in wave.findings.items()}
    plant = wave.workers.model_copy(update=workers)
    changes = {"days": 1, "posts": posts, "crowds": crowds, "findings": findings, "workers": plant}
    return wave.model_copy(update=changes)


def ground(limits: Limits = LIMITS) -> Ground:
    """Each language with its own route and desk."""
    tongues = {"zh": "zh", "en": "en"}
    return Ground(load_taxonomy(ROOT / "configs"), limits, tongues, tongues)


def waiting_at_once(posts: Posts) -> Posts:
    """The same posts, all at the start."""
    return posts._replace(at=np.zeros(len(posts.at)))


def items(count: int, **columns: Any) -> Items:
    """So many alike items of the zh desk, one a minute, a minute's work each, but for ``columns``."""
    alike = {
        "at": np.arange(count) * 60.0,
        "desk": np.zeros(count, dtype=int),
        "life": np.zeros(count, dtype=bool),
        "severity": np.full(count, 2),
        "priority": np.ones(count),
        "weight": np.ones(count),
        "harm": np.ones(count),
        "due_in_s": np.full(count, 3600.0),
        "handling_s": np.full(count, 60.0),
        "lent": np.ones(count, dtype=bool),
        "final": np.ones(count, dtype=bool),
    }
    return Items(**alike | {name: np.array(column) for name, column in columns.items()})


def seats(zh: int, en: int, hours: int = 24) -> dict[str, list[int]]:
    """The same seats in each hour."""
    return {"zh": [zh] * hours, "en": [en] * hours}
