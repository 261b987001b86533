"""The JSON Schema of a rule file, for editors: completion and a first look. ``rules check`` knows far more."""

from __future__ import annotations

from typing import Any

from moderation.domain.decision import Action
from moderation.domain.post import KINDS
from moderation.domain.signal import CONTACTS, Evidence
from moderation.domain.taxonomy import CATEGORIES, Severity
from moderation.policy.grammar import NAME, RESERVED
from moderation.policy.languages import SCRIPTS
from moderation.policy.markets import MATRIX
from moderation.policy.model import COMPARATORS, DESKS, MIXED, NUMBERS, POINTS, STATUSES, WORDS
from moderation.policy.reach import ANY, DURATION, LEAST_AUTHORS, LEAST_LIKENESS
from moderation.policy.rules import MARKET, OPTIONAL, REQUIRED, RULE_ID, SHARE

_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"type": "array", "items": _TEXT, "minItems": 1}
_LIMIT = {"type": "number", "minimum": 0}
_PROBABILITY = {"type": "number", "minimum": 0, "maximum": 1}
_STRETCH = {"type": "string", "pattern": f"^{DURATION.pattern}$"}


def rule_schema() -> dict[str, Any]:
    """The schema of one rule file (JSON Schema, draft 2020-12)."""
    action = {"enum": list(Action.__members__)}
    properties = {
        "id": {"type": "string", "pattern": f"^{RULE_ID.pattern}$"},
        "title": _bilingual(_TEXT),
        "category": {"enum": list(CATEGORIES)},
        "status": {"enum": list(STATUSES)},
        "owner": _TEXT,
        "severity": {"enum": list(Severity.__members__)},
        "detect": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": f"^{NAME.pattern}$", "not": {"enum": sorted(RESERVED)}},
            "additionalProperties": {"oneOf": [*_conditions()]},
        },
        "condition": _TEXT,
        "action": _object({"do": action, "desk": {"enum": list(DESKS)}, "tell_author": {"type": "boolean"}}, ["do"]),
        "explain": _bilingual(_TEXT),
        "canary": {"type": "string", "pattern": f"^{SHARE.pattern}$"},
        "expires": {"type": "string", "format": "date"},
        "scope": _object(
            {
                "kinds": {"type": "array", "items": {"enum": list(KINDS)}, "minItems": 1},
                "languages": _TEXTS,
                "mixed": {"enum": list(MIXED)},
                "markets": {"type": "array", "items": {"type": "string", "pattern": f"^({MARKET.pattern})$"}},
            }
        ),
        "breaker": _object(
            {
                "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
                "min_hits": {"type": "integer", "minimum": 1},
                "window": _STRETCH,
                "distinct": {"const": "author"},
            },
            ["share", "min_hits", "window"],
        ),
        "markets": {
            "anyOf": [
                {"const": MATRIX},
                {
                    "type": "object",
                    "propertyNames": {"pattern": f"^({MARKET.pattern})$"},
                    "additionalProperties": _object({"do": action}, ["do"]),
                },
            ]
        },
        "false_positives": _object({"en": _TEXTS, "zh": _TEXTS}),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Moderation rule",
        **_object({name: properties[name] for name in (*REQUIRED, *OPTIONAL)}, list(REQUIRED)),
    }


def _conditions() -> list[dict[str, Any]]:
    terms = {"anyOf": [_TEXT, _TEXTS]}
    by_language = {"anyOf": [*terms["anyOf"], {"type": "object", "additionalProperties": terms, "minProperties": 1}]}
    patterns = {"anyOf": [_TEXT, {"type": "object", "additionalProperties": _TEXT, "minProperties": 1}]}
    examples = {"type": "string", "pattern": "^@lists/exemplars/"}
    evidence = {"enum": list(Evidence.__members__)}
    contacts = {"anyOf": [{"const": ANY}, {**_TEXTS, "items": {"enum": list(CONTACTS)}}]}
    copies = {
        "within": _STRETCH,
        "distinct_authors": {"type": "integer", "minimum": LEAST_AUTHORS},
        "gte": {"type": "number", "minimum": LEAST_LIKENESS, "maximum": 1},
    }
    return [
        _object({"words": by_language, "evidence": evidence}, ["words"]),
        _object({"regex": patterns, "view": {"enum": ["folded", "original"]}}, ["regex"]),
        _object({"contact": contacts, "evidence": evidence}, ["contact"]),
        _object({"links": {"anyOf": [{"const": ANY}, _TEXTS]}, "evidence": evidence}, ["links"]),
        _object({"near_duplicates": _object(copies, ["within", "distinct_authors"])}, ["near_duplicates"]),
        _compared({"score": {"enum": list(CATEGORIES)}}, ["score"], {"anyOf": [_PROBABILITY, {"enum": list(POINTS)}]}),
        *_placed("similar_to", {"examples": examples, "model": _TEXT}, ["examples"], _PROBABILITY),
        *_placed("count", {"of": _TEXT, "by": {"const": "author"}, "within": _STRETCH}, ["of", "within"], _LIMIT),
        _object({"language": {"oneOf": _aspects()}}, ["language"]),
        _object({"idiom": _TEXTS, "sense": {"enum": ["benign", "harmful"]}}, ["idiom"]),
        *(_object({field: _compared({}, [], _LIMIT)}, [field]) for field in NUMBERS),
        *(_object({field: _object({"in": _words(field)}, ["in"])}, [field]) for field in WORDS),
    ]


def _placed(
    kind: str, options: dict[str, Any], required: list[str], limit: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A condition whose comparison stands among its options, and the same with the comparison beside its kind."""
    inside = _object({kind: _compared(options, required, limit)}, [kind])
    return inside, _compared({kind: _object(options, required)}, [kind], limit)


def _aspects() -> list[dict[str, Any]]:
    flags = [_object({aspect: {"const": True}}, [aspect]) for aspect in ("doubtful", "mixed")]
    shares = [
        _compared({aspect: values}, [aspect], _PROBABILITY)
        for aspect, values in (("share", _TEXT), ("script", {"enum": list(SCRIPTS)}))
    ]
    return [*shares, *flags]


def _words(field: str) -> dict[str, Any]:
    return {**_TEXTS, "items": {"enum": list(KINDS)}} if field == "post.kind" else _TEXTS


def _compared(properties: dict[str, Any], required: list[str], limit: dict[str, Any]) -> dict[str, Any]:
    """An object with exactly one comparison: a number, or numbers by language."""
    limits = {"anyOf": [limit, {"type": "object", "additionalProperties": limit, "minProperties": 1}]}
    return {
        **_object({**properties, **dict.fromkeys(COMPARATORS, limits)}, required),
        "oneOf": [{"required": [comparator]} for comparator in COMPARATORS],
    }


def _bilingual(value: dict[str, Any]) -> dict[str, Any]:
    return _object({"en": value, "zh": value}, ["en", "zh"])


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": required} if required else schema
