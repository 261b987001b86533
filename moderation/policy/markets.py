"""Reads the market matrix (``markets.yaml``): what is done with a finding of a category in each market, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from moderation.domain.decision import Action
from moderation.domain.taxonomy import CATEGORIES
from moderation.policy.model import Market, Outcome
from moderation.policy.reading import Value, suggestion

MARKETS = "markets.yaml"
MATRIX = "@markets"
"""What a rule says that takes its outcomes from the matrix."""


def read_markets(value: Value) -> tuple[Market, ...]:
    """Read the matrix; each market that is whole."""
    markets: dict[str, Market] = {}
    required = ("market", "title", "outcomes")
    for item in value.items():
        entries = item.mapping(required, required)
        if not set(required) <= entries.keys():
            continue
        name = entries["market"].text()
        title = entries["title"].bilingual()
        outcomes = {
            category: outcome
            for category, entry in entries["outcomes"].mapping(CATEGORIES).items()
            if (outcome := _read_outcome(entry)) is not None
        }
        if name in markets:
            entries["market"].fault("R007", f"market `{name}` stands here twice", "put its outcomes together")
        elif name is not None:
            markets[name] = Market(name, title, outcomes)
    return tuple(markets.values())


def outcomes_of(value: Value, category: str | None, matrix: Collection[Market]) -> Mapping[str, Outcome]:
    """What the matrix says of a category, by market; reports where it says nothing."""
    if category is None:
        return {}
    found = {market.id: market.outcomes[category] for market in matrix if category in market.outcomes}
    if not found:
        known = sorted({name for market in matrix for name in market.outcomes})
        hint = suggestion(category, known) if known else "make the file markets.yaml"
        value.fault("R043", f"the matrix says nothing of `{category}`", hint)
    return found


def _read_outcome(value: Value) -> Outcome | None:
    entries = value.mapping(("do", "ground"), ("do", "ground"))
    if not {"do", "ground"} <= entries.keys():
        return None
    action = entries["do"].choice(Action.__members__, what="action")
    ground = entries["ground"].bilingual()
    return Outcome(Action[action], ground) if action else None
