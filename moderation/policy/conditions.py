"""Reads one condition of ``detect``: ``{KIND: …, options}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from moderation.domain.language import covers
from moderation.domain.post import KINDS
from moderation.domain.signal import Pattern, Tally, Term
from moderation.domain.taxonomy import CATEGORIES
from moderation.policy.bounds import read_bound, read_by_language
from moderation.policy.languages import SCRIPTS
from moderation.policy.model import (
    COMPARATORS,
    NUMBERS,
    WORDS,
    Among,
    Bound,
    Condition,
    Count,
    Idioms,
    Market,
    Number,
    Regex,
    Score,
    Similar,
    Speech,
    TermList,
    Words,
)
from moderation.policy.reach import (
    read_contact,
    read_evidence,
    read_links,
    read_near_duplicates,
    read_stretch,
)
from moderation.policy.reading import Value, suggestion
from moderation.policy.terms import check_term, read_pattern, read_tag

LISTS = "@lists/"
EXEMPLARS = "exemplars/"
ASPECTS = ("share", "script", "doubtful", "mixed")
"""What a condition may ask of a post's language."""


@dataclass(frozen=True, slots=True)
class Library:
    """What a rule may refer to: the lists by name, the ids of the idioms, the market matrix."""

    lists: Mapping[str, TermList]
    idioms: tuple[str, ...] = ()
    markets: tuple[Market, ...] = ()

    def find(self, value: Value, reference: str) -> TermList | None:
        """The list that ``@lists/…`` means; reports where there is none."""
        name = reference.removeprefix(LISTS)
        if name in self.lists:
            return self.lists[name]
        near = get_close_matches(name, self.lists, n=1)
        hint = f"did you mean `{LISTS}{near[0]}`?" if near else f"make the file lists/{name}.yaml"
        value.fault("R018", f"no list `{reference}`", hint)
        return None


def read_condition(value: Value, library: Library) -> Condition | None:
    """Read one condition; None where it has problems, which are reported."""
    if not isinstance(value.value, dict):
        value.fault("R002", "a condition must be a mapping, such as `{words: […]}`")
        return None
    kinds = [key for key in value.value if key in READERS]
    if len(kinds) == 1:
        return READERS[kinds[0]](value, kinds[0], library)
    if kinds:
        value.fault(
            "R013", f"two kinds in one condition: {', '.join(kinds)}", "give each a name, and join them in `condition`"
        )
        return None
    first = next(iter(value.value), None)
    if first is None:
        value.fault("R013", "a condition needs a kind", suggestion("", READERS))
    else:
        value.child(first).fault_at_key("R013", f"unknown kind of condition `{first}`", suggestion(first, READERS))
    return None


def read_terms(value: Value, key: str, library: Library) -> list[Term]:
    """Terms of one language: a term, ``@lists/…``, or a list of these."""
    if isinstance(value.value, str):
        return _terms_of(value, key, library)
    if value.value == []:
        value.fault("R019", "no terms", "remove it, or add terms")
    return [term for item in value.items() for term in _terms_of(item, key, library)]


def _terms_of(value: Value, key: str, library: Library) -> list[Term]:
    text = value.text()
    if text is None:
        return []
    if not text.startswith(LISTS):
        return [Term(text, key)] if check_term(value, text) else []
    found = library.find(value, text)
    if found is None:
        return []
    if found.language != "*" and not covers(key, found.language):
        value.fault(
            "R031", f"{text} is a list of `{found.language}`, not of `{key}`", f"put it under `{found.language}`"
        )
    return list(found.of(key))


def _words(value: Value, kind: str, library: Library) -> Words | None:
    entries = value.mapping((kind, "evidence"))
    terms = [term for key, part in read_by_language(entries[kind]) for term in read_terms(part, key, library)]
    weakest = read_evidence(entries)
    return Words(tuple(dict.fromkeys(terms)), weakest) if terms and weakest else None


def _regex(value: Value, kind: str, _library: Library) -> Regex | None:
    entries = value.mapping((kind, "view"))
    view = entries["view"].choice(("folded", "original"), what="view") if "view" in entries else "folded"
    patterns: list[Pattern | None] = [
        read_pattern(part, key, view or "folded") for key, part in read_by_language(entries[kind])
    ]
    good = tuple(pattern for pattern in patterns if pattern is not None)
    return Regex(good) if good and len(good) == len(patterns) and view else None


def _score(value: Value, kind: str, _library: Library) -> Score | None:
    entries = value.mapping((kind, *COMPARATORS))
    category = entries[kind].choice(CATEGORIES, "R005", "category")
    bound = read_bound(value, entries, highest=1.0, points=True)
    return Score(category, bound) if category and bound else None


def _similar(value: Value, kind: str, library: Library) -> Similar | None:
    entries, bound = _compared(value, kind, ("examples", "model"), ("examples",), highest=1.0)
    name = entries["examples"].text() if "examples" in entries else None
    model = entries["model"].text() if "model" in entries else None
    if name is None:
        return None
    if not name.startswith(LISTS + EXEMPLARS):
        entries["examples"].fault("R018", f"`{name}` is no list of exemplars", f"write `{LISTS}{EXEMPLARS}NAME`")
        return None
    found = library.find(entries["examples"], name)
    return Similar(found.name, bound, model) if found and bound else None


def _count(value: Value, kind: str, _library: Library) -> Count | None:
    entries, bound = _compared(value, kind, ("of", "by", "within"), ("of", "within"), highest=None)
    of = entries["of"].text() if "of" in entries else None
    if "by" in entries:
        entries["by"].choice(("author",), what="thing to count by")
    within_s = read_stretch(entries["within"]) if "within" in entries else None
    return Count(Tally(of, within_s), bound) if of and within_s and bound else None


def _speech(value: Value, kind: str, _library: Library) -> Speech | None:
    value.mapping((kind,))
    inner = value.child(kind)
    entries = inner.mapping((*ASPECTS, *COMPARATORS))
    said = [aspect for aspect in ASPECTS if aspect in entries]
    if len(said) != 1:
        given = f"{' and '.join(said)} in one condition" if said else "nothing is asked of the language"
        inner.fault("R003", given, f"give exactly one of {', '.join(ASPECTS)}")
        return None
    aspect = said[0]
    if aspect in {"doubtful", "mixed"}:
        wanted = entries[aspect].flag()
        inner.mapping((aspect,))
        if wanted is False:
            entries[aspect].fault(
                "R004", f"`{aspect}: false` says nothing", f"write `{aspect}: true` and put `not` before its name"
            )
        return Speech(aspect) if wanted else None
    bound = read_bound(inner, entries, highest=1.0)
    name = read_tag(entries[aspect]) if aspect == "share" else entries[aspect].choice(SCRIPTS, "R040", "script")
    return Speech(aspect, name, bound) if name and bound else None


def _compared(
    value: Value, kind: str, options: tuple[str, ...], required: tuple[str, ...], *, highest: float | None
) -> tuple[dict[str, Value], Bound | None]:
    """The options of a kind and its comparison, which stands among them, or beside the kind as in ``score``."""
    beside = value.mapping((kind, *COMPARATORS))
    inner = value.child(kind)
    entries = inner.mapping((*options, *COMPARATORS), required)
    both = {key: part for key, part in (*beside.items(), *entries.items()) if key in COMPARATORS}
    doubled = [key for key in COMPARATORS if key in beside and key in entries]
    for key in doubled:
        beside[key].fault_at_key("R014", f"`{key}` stands twice", "give it once")
    return entries, read_bound(inner, both, highest=highest)


def _number(value: Value, kind: str, _library: Library) -> Number | None:
    value.mapping((kind,))
    inner = value.child(kind)
    bound = read_bound(inner, inner.mapping(COMPARATORS), highest=None)
    return Number(kind, bound) if bound else None


def _among(value: Value, kind: str, _library: Library) -> Among | None:
    value.mapping((kind,))
    entries = value.child(kind).mapping(("in",), required=("in",))
    if "in" not in entries:
        return None
    words = entries["in"].choices(KINDS, what="kind of post") if kind == "post.kind" else entries["in"].texts()
    if entries["in"].value == [] and kind != "post.kind":
        entries["in"].fault("R002", "must not be empty")
    return Among(kind, frozenset(words)) if words else None


def _idioms(value: Value, kind: str, library: Library) -> Idioms | None:
    entries = value.mapping((kind, "sense"))
    ids = entries[kind].choices(library.idioms, "R022", "idiom")
    sense = entries["sense"].choice(("benign", "harmful"), what="sense") if "sense" in entries else "benign"
    if not ids or sense is None:
        return None
    chosen: Literal["benign", "harmful"] = "harmful" if sense == "harmful" else "benign"
    return Idioms(ids, chosen)


Reader = Callable[[Value, str, Library], Condition | None]
READERS: Mapping[str, Reader] = {
    "words": _words,
    "regex": _regex,
    "contact": read_contact,
    "links": read_links,
    "near_duplicates": read_near_duplicates,
    "score": _score,
    "similar_to": _similar,
    "count": _count,
    "language": _speech,
    "idiom": _idioms,
    **dict.fromkeys(NUMBERS, _number),
    **dict.fromkeys(WORDS, _among),
}
"""Kind of condition → what reads it."""
