"""Laws on countries: a market or a region that does not exist is never met."""

from __future__ import annotations

from collections.abc import Iterator

from moderation.domain.market import markets_of
from moderation.policy.laws.base import Pack, Surroundings
from moderation.policy.markets import MARKETS
from moderation.policy.model import Among
from moderation.policy.reading import Value
from moderation.policy.rules import MARKET, RuleFile

_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_CODES.split())
"""ISO 3166-1 alpha-2, November 2026."""
UNION = "EU"

# What people write for the code that they mean.
_MEANT = {"UK": "GB", "EN": "GB", "JA": "JP", "KO": "KR", "ZH": "CN", "USA": "US"}


def markets_exist(file: RuleFile, _: Surroundings) -> None:
    """R076: markets and regions are countries of ISO 3166-1; a market may be the EU."""
    for market, value, is_key in _markets(file):
        if MARKET.fullmatch(market) and not _is_known(market):
            report = value.fault_at_key if is_key else value.fault
            report("R076", f"`{market}` is no country of ISO 3166-1", _hint(market))
    for name, part in file.detect.items():
        if not isinstance(part, Among) or part.field == "post.kind":
            continue
        for value in file.value.child("detect").child(name).child(part.field).child("in").items():
            if value.value in part.values and value.value not in COUNTRIES:
                value.fault("R076", f"`{value.value}` is no country of ISO 3166-1", _hint(value.value))


def matrix_names_countries(pack: Pack) -> None:
    """R076: so are the markets of the matrix."""
    if MARKETS not in pack.values or not isinstance(pack.values[MARKETS].value, list):
        return
    for item in pack.values[MARKETS].items():
        market = item.value.get("market") if isinstance(item.value, dict) else None
        if isinstance(market, str) and not _is_known(market):
            item.child("market").fault("R076", f"`{market}` is no country of ISO 3166-1", _hint(market))


def _is_known(market: str) -> bool:
    return market in COUNTRIES or market in {"*", UNION}


def outcomes_are_in_the_scope(file: RuleFile, _: Surroundings) -> None:
    """R077: an action for a market in which the rule does not apply is never taken."""
    if file.rule is None or "*" in file.rule.scope.markets or not isinstance(file.value.value.get("markets"), dict):
        return
    scope = file.rule.scope
    for market in file.rule.markets:
        inside = any(market in markets_of(each) for each in scope.markets)
        if market != "*" and not scope.takes_market(market) and not inside:
            file.value.child("markets").child(market).fault_at_key(
                "R077",
                f"the rule does not apply in {market}: its scope is {', '.join(sorted(scope.markets))}",
                f"add {market} to `scope.markets`, or remove it here",
                warning=True,
            )


def _markets(file: RuleFile) -> Iterator[tuple[str, Value, bool]]:
    """Every market that a file names, with its place, and whether it is a key there."""
    content = file.value.value
    if not isinstance(content, dict):
        return
    if isinstance(content.get("markets"), dict):
        said = file.value.child("markets")
        yield from ((market, said.child(market), True) for market in said.value)
    scope = content.get("scope")
    if isinstance(scope, dict) and isinstance(scope.get("markets"), list):
        listed = file.value.child("scope").child("markets")
        for n, market in enumerate(listed.value):
            if isinstance(market, str):
                yield market, listed.child(n), False


def _hint(market: str) -> str:
    code = market.upper()
    meant = _MEANT.get(code, code if code in COUNTRIES else None)
    return f"did you mean `{meant}`?" if meant else "two capital letters, such as DE, US, JP; a market may be EU"
