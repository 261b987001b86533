"""Reads term lists (``lists/**.yaml``) and idioms (``culture/idioms.yaml``)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from moderation.domain.signal import Term
from moderation.policy.bounds import read_by_language
from moderation.policy.conditions import Library, read_terms
from moderation.policy.model import Idiom, TermList
from moderation.policy.reading import Value, kind_of, words_of
from moderation.policy.terms import check_term, read_tag, sounding

_NO_LISTS = Library({})


def read_list(value: Value, name: str) -> TermList:
    """Read one list; a list with problems keeps its good terms, so that references to it still resolve."""
    required = ("language", "owner", "source", "terms")
    entries = value.mapping((*required, "identity"), required)
    tag = read_tag(entries["language"]) if "language" in entries else None
    terms: dict[str, str] = {}
    for item in entries["terms"].items() if "terms" in entries else ():
        text = item.text()
        if text is None or not check_term(item, text):
            continue
        first = terms.get(sounding(text))
        if first is not None:
            same = f"`{first}`" if first != text else "an earlier one"
            item.fault("R020", f"the same term as {same}", "remove one of them", warning=True)
        terms.setdefault(sounding(text), text)
    if "terms" in entries and entries["terms"].value == []:
        entries["terms"].fault("R019", "the list is empty", "add terms, or remove the list and what refers to it")
    return TermList(
        name=name,
        language=tag or "*",
        owner=_text(entries, "owner"),
        source=_text(entries, "source"),
        terms=tuple(terms.values()),
        identity=bool(entries["identity"].flag()) if "identity" in entries else False,
    )


def read_idioms(value: Value) -> list[Idiom]:
    """Read the idioms; each that is whole."""
    idioms: dict[str, Idiom] = {}
    for item in value.items():
        idiom = _read_idiom(item)
        if idiom is None:
            continue
        if idiom.id in idioms:
            item.child("id").fault("R007", f"idiom `{idiom.id}` stands here twice", "give it another id")
            continue
        idioms[idiom.id] = idiom
    return list(idioms.values())


def read_date(value: Value) -> date | None:
    """A day as 2027-11-30; YAML leaves it a string."""
    try:
        return datetime.strptime(value.value, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except (TypeError, ValueError):
        shown = value.value if isinstance(value.value, str | int | float) else kind_of(value.value)
        value.fault("R030", f"`{shown}` is not a day", "write year-month-day, such as 2027-11-30")
        return None


def _read_idiom(value: Value) -> Idiom | None:
    entries = value.mapping(
        ("id", "forms", "communities", "owner", "review_by", "benign", "harmful"), ("id", "forms", "owner", "benign")
    )
    if not {"id", "forms", "benign"} <= entries.keys():
        return None
    cues: list[Term] = []
    harmful: dict[str, str] = {}
    if "harmful" in entries:
        inner = entries["harmful"].mapping(("en", "zh", "cues"), ("en", "zh", "cues"))
        harmful = {lang: text for lang in ("en", "zh") if lang in inner and (text := inner[lang].text())}
        cues = _terms(inner["cues"]) if "cues" in inner else []
    identifier, forms, benign = entries["id"].text(), _terms(entries["forms"]), entries["benign"].bilingual()
    if identifier is None or not forms or len(benign) < len(("en", "zh")):
        return None
    return Idiom(
        id=identifier,
        forms=tuple(dict.fromkeys(forms)),
        communities=words_of(entries, "communities"),
        owner=_text(entries, "owner"),
        review_by=read_date(entries["review_by"]) if "review_by" in entries else None,
        benign=benign,
        harmful=harmful,
        cues=tuple(dict.fromkeys(cues)),
    )


def _terms(value: Value) -> list[Term]:
    return [term for key, part in read_by_language(value) for term in read_terms(part, key, _NO_LISTS)]


def _text(entries: dict[str, Value], key: str) -> str:
    return (entries[key].text() or "") if key in entries else ""
