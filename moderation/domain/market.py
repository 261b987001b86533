"""Markets: countries by ISO 3166-1 alpha-2, and the one union of them that rules name."""

from __future__ import annotations

_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"  # November 2026
EU = frozenset(_MEMBERS.split())


def markets_of(market: str) -> tuple[str, ...]:
    """The names by which a market is looked up, the most special first.

    >>> markets_of("DE"), markets_of("JP")
    (('DE', 'EU'), ('JP',))
    """
    return (market, "EU") if market in EU else (market,)
