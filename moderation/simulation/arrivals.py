"""The posts of a wave, drawn before anything is simulated: whatever is then changed meets the same posts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.simulation.scenario import HOUR_S, HOURS, Scenario

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Posts(NamedTuple):
    """Posts in the order in which they come; all arrays of one length.

    ``at``: seconds from the start. ``language`` and ``category`` point into ``languages`` and ``categories``; a
    category matters where ``flagged``. ``probability`` of the finding, ``views`` a minute. ``pace`` is how long this
    item takes a reviewer, in medians; ``chance`` in [0, 1) decides what is done by sample; ``slow``: whether the slow
    tier would read it.
    """

    languages: tuple[str, ...]
    categories: tuple[str, ...]
    at: Floats
    language: Whole
    established: Flags
    flagged: Flags
    category: Whole
    probability: Floats
    views: Floats
    pace: Floats
    chance: Floats
    slow: Flags


def draw(scenario: Scenario, seed: int) -> Posts:
    """Posts as a Poisson process whose rate changes by the hour; the same seed, the same posts."""
    when, what = np.random.default_rng(seed).spawn(2)
    tags = scenario.languages
    times, languages, established = [], [], []
    for crowd, expected in _expected(scenario):
        counts = when.poisson(expected)
        hour, tongue = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
        times.append((hour + when.random(len(hour))) * HOUR_S)
        languages.append(tongue)
        established.append(when.random(len(hour)) < scenario.crowds[crowd].established)
    at = np.concatenate(times)
    order = np.argsort(at, kind="stable")
    at, language = at[order], np.concatenate(languages)[order]
    count = len(at)
    findings = [scenario.findings_in(tag) for tag in tags]
    categories = tuple(dict.fromkeys(name for found in findings for name in found.categories))
    flagged = what.random(count) < np.array([found.flagged for found in findings])[language]
    edges = np.cumsum([_shares([found.categories.get(name, 0.0) for name in categories]) for found in findings], axis=1)
    category = (what.random(count)[:, None] >= edges[language, :-1]).sum(axis=1)
    views = scenario.views
    return Posts(
        languages=tags,
        categories=categories,
        at=at,
        language=language,
        established=np.concatenate(established)[order],
        flagged=flagged,
        category=category,
        probability=what.beta(scenario.probability.alpha, scenario.probability.beta, count),
        views=np.minimum(views.median * np.exp(views.sigma * what.standard_normal(count)), views.most),
        pace=np.exp(scenario.desks.sigma * what.standard_normal(count)),
        chance=what.random(count),
        slow=what.random(count) < scenario.workers.slow_share,
    )


def _expected(scenario: Scenario) -> list[tuple[str, Floats]]:
    """For each crowd the expected posts by hour of the simulation and language."""
    shares = _shares([crowd.share for crowd in scenario.crowds.values()])
    expected = []
    for share, (name, crowd) in zip(shares, scenario.crowds.items(), strict=True):
        hours = np.outer(_shares(crowd.days), _shares(crowd.hours)).reshape(scenario.days * HOURS)
        tongues = _shares([crowd.languages.get(tag, 0.0) for tag in scenario.languages])
        expected.append((name, scenario.posts * share * np.outer(hours, tongues)))
    return expected


def _shares(weights: list[float]) -> Floats:
    """Weights in proportion, their sum 1."""
    values = np.array(weights)
    shares: Floats = values / values.sum()
    return shares
