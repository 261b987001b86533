"""Reads conditions on how a post reaches out and spreads: ``contact``, ``links``, ``near_duplicates``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from moderation.domain.signal import CONTACTS, Evidence, Window
from moderation.policy.model import Contacts, Links, NearDuplicates
from moderation.policy.reading import Value, kind_of

ANY = "any"
LEAST_AUTHORS = 2
LEAST_LIKENESS = 0.6
"""Below it two texts of one habit (a greeting, a recipe) are no longer told from copies."""
_USUAL_LIKENESS = Window(0).gte

_UNITS_S = {"m": 60, "h": 3600, "d": 86400}
LONGEST_S = 7 * _UNITS_S["d"]
DURATION = re.compile(r"([1-9][0-9]{0,4})([mhd])", re.ASCII)

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
HOST = re.compile(rf"\*(?:\.{_LABEL})+|{_LABEL}(?:\.{_LABEL})+")
_PARTS = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/?#]*@)?(?:www\.)?([^/?#:]*)", re.ASCII)


def host_of(link: str) -> str:
    """The host of a link in lower case, without ``www.``, port and path; what is no link gives what stands there.

    >>> host_of("https://WWW.Example.com:8080/x"), host_of("t.me/someone")
    ('example.com', 't.me')
    """
    found = _PARTS.match(link.lower())
    return found[1].rstrip(".") if found else ""


def read_evidence(entries: Mapping[str, Value]) -> Evidence | None:
    """The weakest evidence that a condition accepts, ``squeezed`` where it does not say; None where it is unknown."""
    if "evidence" not in entries:
        return Evidence.squeezed
    chosen = entries["evidence"].choice(Evidence.__members__, what="evidence")
    return Evidence[chosen] if chosen else None


def read_contact(value: Value, kind: str, _library: object) -> Contacts | None:
    """``{contact: [wechat, phone], evidence: homophone}``; ``any`` is every kind."""
    entries = value.mapping((kind, "evidence"))
    everything = entries[kind].value == ANY
    kinds = CONTACTS if everything else entries[kind].choices(CONTACTS, "R034", "kind of contact")
    weakest = read_evidence(entries)
    return Contacts(frozenset(kinds), weakest) if kinds and weakest else None


def read_links(value: Value, kind: str, _library: object) -> Links | None:
    """``{links: [bit.ly, "*.top"]}``; ``any`` is every link."""
    entries = value.mapping((kind, "evidence"))
    weakest = read_evidence(entries)
    if entries[kind].value == ANY:
        return Links((), weakest) if weakest else None
    if entries[kind].value == []:
        entries[kind].fault("R002", "must not be empty", f"write `{ANY}` for every link")
    hosts = [_host(item) for item in entries[kind].items()]
    good = tuple(dict.fromkeys(host for host in hosts if host is not None))
    return Links(good, weakest) if good and weakest else None


def read_near_duplicates(value: Value, kind: str, _library: object) -> NearDuplicates | None:
    """``{near_duplicates: {within: 24h, distinct_authors: 3, gte: 0.8}}``."""
    value.mapping((kind,))
    required = ("within", "distinct_authors")
    entries = value.child(kind).mapping((*required, "gte"), required)
    within_s = read_stretch(entries["within"]) if "within" in entries else None
    authors = _authors(entries["distinct_authors"]) if "distinct_authors" in entries else None
    likeness = _likeness(entries["gte"]) if "gte" in entries else _USUAL_LIKENESS
    if within_s is None or authors is None or likeness is None:
        return None
    return NearDuplicates(Window(within_s, likeness), authors)


def _host(value: Value) -> str | None:
    text = value.text()
    if text is None:
        return None
    host = text.lower().removeprefix("www.")
    if HOST.fullmatch(host):
        return host
    alone = host_of(text)
    hint = (
        f"write `{alone}`"
        if HOST.fullmatch(alone)
        else "write the host alone, such as bit.ly, or `*.top` with all below"
    )
    value.fault("R035", f"`{text}` is no host", hint)
    return None


def read_stretch(value: Value) -> float | None:
    """A stretch of time in seconds: ``10m``, ``24h``, ``7d``."""
    found = DURATION.fullmatch(value.value) if isinstance(value.value, str) else None
    if found is None:
        shown = value.value if isinstance(value.value, str | int | float) else kind_of(value.value)
        value.fault("R036", f"`{shown}` is no stretch of time", "minutes, hours or days, such as 10m, 24h, 7d")
        return None
    seconds = int(found[1]) * _UNITS_S[found[2]]
    if seconds > LONGEST_S:
        value.fault("R036", f"`{value.value}` is longer than posts are remembered", "7d at most")
        return None
    return float(seconds)


def _authors(value: Value) -> int | None:
    authors = value.number()
    if authors is None:
        return None
    if authors < LEAST_AUTHORS or not float(authors).is_integer():
        value.fault("R037", f"{authors:g} authors are no campaign", f"a whole number, {LEAST_AUTHORS} or more")
        return None
    return int(authors)


def _likeness(value: Value) -> float | None:
    likeness = value.number()
    if likeness is not None and not LEAST_LIKENESS <= likeness <= 1:
        value.fault("R015", f"{likeness:g} is out of range", f"a likeness must be from {LEAST_LIKENESS:g} to 1")
        return None
    return None if likeness is None else float(likeness)
