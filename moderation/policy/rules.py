"""Reads one rule file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from moderation.domain.decision import Action
from moderation.domain.post import KINDS
from moderation.domain.taxonomy import CATEGORIES, Severity
from moderation.policy import grammar
from moderation.policy.conditions import Library, read_condition
from moderation.policy.expressions import Node
from moderation.policy.lists import read_date
from moderation.policy.markets import MATRIX, outcomes_of
from moderation.policy.model import DESKS, MIXED, STATUSES, Breaker, Condition, Rule, Scope
from moderation.policy.reach import read_stretch
from moderation.policy.reading import Value, suggestion
from moderation.policy.terms import read_tag

REQUIRED = (
    "id", "title", "category", "status", "owner", "severity", "detect", "condition", "action", "explain",
)  # fmt: skip
OPTIONAL = ("canary", "breaker", "expires", "scope", "markets", "false_positives")

RULE_ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+", re.ASCII)
SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)%", re.ASCII)
MARKET = re.compile(r"\*|[A-Z]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file as it was read, for the laws: the cursor on it, and what could be made of it.

    ``rule`` is None where something is missing; ``names`` are those that stand in ``detect``, readable or not.
    """

    value: Value
    id: str | None
    rule: Rule | None
    status: str | None = None
    node: Node | None = None
    names: tuple[str, ...] = ()
    detect: Mapping[str, Condition] = field(default_factory=dict)


def read_rule(value: Value, library: Library) -> RuleFile:
    """Read one rule; every problem of the file is reported in this one pass."""
    entries = value.mapping((*REQUIRED, *OPTIONAL), REQUIRED)
    get = entries.get
    category = entries["category"].choice(CATEGORIES, "R005", "category") if "category" in entries else None
    identifier = _identifier(entries["id"], category) if "id" in entries else None
    status = entries["status"].choice(STATUSES, what="status") if "status" in entries else None
    severity = entries["severity"].choice(Severity.__members__, what="severity") if "severity" in entries else None
    names, detect = _detect(entries["detect"], library) if "detect" in entries else ((), {})
    text, node = _condition(entries["condition"], names) if "condition" in entries else (None, None)
    scope = _scope(get("scope"))
    action = _action(entries["action"]) if "action" in entries else None
    title = entries["title"].bilingual() if "title" in entries else {}
    owner = entries["owner"].text() if "owner" in entries else None
    explain = entries["explain"].bilingual() if "explain" in entries else {}
    canary = _share(entries["canary"]) if "canary" in entries else 0.0
    breaker = _breaker(entries["breaker"]) if "breaker" in entries else None
    expires = read_date(entries["expires"]) if "expires" in entries else None
    grounds: Mapping[str, Mapping[str, str]] = {}
    if (said := get("markets")) is not None and said.value == MATRIX:
        outcomes = outcomes_of(said, category, library.markets)
        markets = {market: outcome.action for market, outcome in outcomes.items()}
        grounds = {market: outcome.ground for market, outcome in outcomes.items()}
    else:
        markets = _markets(said)
    false_positives = _false_positives(get("false_positives"))
    rule = None
    if identifier and category and status and severity and owner and text and node and action and canary is not None:
        rule = Rule(
            id=identifier,
            title=title,
            category=category,
            status=status,
            owner=owner,
            severity=Severity[severity],
            scope=scope,
            detect=detect,
            text=text,
            condition=node,
            action=action[0],
            desk=action[1],
            tell_author=action[2],
            markets=markets,
            grounds=grounds,
            explain=explain,
            file=value.file,
            canary=canary,
            breaker=breaker,
            expires=expires,
            false_positives=false_positives,
        )
    return RuleFile(value, identifier, rule, status, node, names, detect)


def _identifier(value: Value, category: str | None) -> str | None:
    text = value.text()
    if text is None:
        return None
    if not RULE_ID.fullmatch(text):
        value.fault("R006", f"`{text}` is no id", "a category, a dot and a name of a-z, 0-9, _: spam.follow_train")
        return None
    if category and text.split(".")[0] != category:
        value.fault("R006", f"`{text}` does not start with its category", f"write `{category}.{text.split('.', 1)[1]}`")
    return text


def _detect(value: Value, library: Library) -> tuple[tuple[str, ...], dict[str, Condition]]:
    names: list[str] = []
    detect: dict[str, Condition] = {}
    if value.value == {}:
        value.fault("R002", "must not be empty", "name at least one condition")
    for name, entry in value.mapping().items():
        names.append(name)
        if not grammar.NAME.fullmatch(name) or name in grammar.RESERVED:
            why = "is a word of the condition language" if name in grammar.RESERVED else "is no name"
            entry.fault_at_key("R009", f"`{name}` {why}", "a name is a-z, then a-z, 0-9, _")
        condition = read_condition(entry, library)
        if condition is not None:
            detect[name] = condition
    return tuple(names), detect


def _condition(value: Value, names: tuple[str, ...]) -> tuple[str | None, Node | None]:
    text = value.text()
    if text is None:
        return None, None
    node, faults = grammar.read(text, names)
    for fault in faults:
        value.fault_inside(fault.at, fault.code, fault.message, fault.hint)
    return text, node


def _scope(value: Value | None) -> Scope:
    kinds = frozenset(KINDS)
    if value is None:
        return Scope(kinds)
    entries = value.mapping(("kinds", "languages", "mixed", "markets"))
    if "kinds" in entries:
        kinds = frozenset(entries["kinds"].choices(KINDS, what="kind of post"))
    languages: tuple[str, ...] = ("*",)
    if "languages" in entries:
        languages = tuple(tag for item in entries["languages"].items() if (tag := read_tag(item)) is not None)
        if entries["languages"].value == []:
            entries["languages"].fault("R002", "must not be empty", 'write ["*"] for any language')
    mixed: Literal["per_span", "whole"] = "per_span"
    if "mixed" in entries and entries["mixed"].choice(MIXED) == "whole":
        mixed = "whole"
    markets = frozenset({"*"})
    if "markets" in entries:
        markets = frozenset(market for item in entries["markets"].items() if (market := _market(item, item.value)))
        if entries["markets"].value == []:
            entries["markets"].fault("R002", "must not be empty", 'write ["*"] for every market')
    return Scope(kinds, languages, mixed, markets)


def _market(value: Value, market: object) -> str | None:
    if isinstance(market, str) and MARKET.fullmatch(market):
        return market
    value.fault("R004", f"`{market}` is no market", "two capital letters of ISO 3166, such as DE; `*` for every other")
    return None


def _action(value: Value) -> tuple[Action, str, bool] | None:
    entries = value.mapping(("do", "desk", "tell_author"), ("do",))
    do = entries["do"].choice(Action.__members__, what="action") if "do" in entries else None
    desk = entries["desk"].choice(DESKS, what="desk") if "desk" in entries else "auto"
    tell = entries["tell_author"].flag() if "tell_author" in entries else False
    return (Action[do], desk, bool(tell)) if do and desk else None


def _markets(value: Value | None) -> dict[str, Action]:
    if value is None:
        return {}
    markets: dict[str, Action] = {}
    for name, entry in value.mapping().items():
        market = _market(entry, name)
        do = entry.mapping(("do",), ("do",)).get("do")
        action = do.choice(Action.__members__, what="action") if do else None
        if market and action:
            markets[market] = Action[action]
    return markets


def _share(value: Value) -> float | None:
    found = SHARE.fullmatch(value.value) if isinstance(value.value, str) else None
    if found is None or not 0 < float(found[1]) <= 100:  # noqa: PLR2004 - per cent
        shown = value.value if isinstance(value.value, str | int | float) else "this"
        value.fault("R030", f"`{shown}` is no share", suggestion("", ("10%", "2.5%")).replace("one of", "such as"))
        return None
    return float(found[1]) / 100


def _breaker(value: Value) -> Breaker | None:
    """``{share: 0.02, min_hits: 50, window: 10m, distinct: author}``."""
    needed = ("share", "min_hits", "window")
    entries = value.mapping((*needed, "distinct"), needed)
    if not set(needed) <= entries.keys():
        return None
    share, least = entries["share"].number(), entries["min_hits"].number()
    window_s = read_stretch(entries["window"])
    if share is not None and not 0 < share < 1:
        entries["share"].fault("R042", f"{share:g} is no share of posts", "between 0 and 1, such as 0.02")
    if least is not None and (least < 1 or least != int(least)):
        entries["min_hits"].fault("R042", f"{least:g} hits", "a whole number, 1 or more")
    authors = "distinct" in entries and entries["distinct"].choice(("author",), what="thing to count") == "author"
    if share is None or least is None or window_s is None:
        return None
    return Breaker(float(share), int(least), window_s, authors)


def _false_positives(value: Value | None) -> Mapping[str, tuple[str, ...]]:
    if value is None:
        return {}
    return {lang: entry.texts() for lang, entry in value.mapping(("en", "zh")).items()}
