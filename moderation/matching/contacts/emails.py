"""E-mail addresses, plain (``jane@example.com``) and spelled (``jane (at) example (dot) com``, ``123艾特qq点com``)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from moderation.domain.signal import Evidence
from moderation.matching.contacts.found import Found, weakest
from moderation.matching.contacts.numbers import View
from moderation.matching.contacts.tables import any_of, compiled, words
from moderation.matching.contacts.tlds import DOT, SPOKEN_DOT, domains

_MOST = 200
_PROVIDERS = (
    "gmail", "qq", "163", "126", "outlook", "hotmail", "yahoo", "icloud", "foxmail", "sina", "protonmail", "proton",
    "mail", "gmx", "yandex", "naver", "live", "aol", "msn", "web", "uol", "139", "189", "aliyun", "tutanota",
    "googlemail",
)  # fmt: skip
"""Hosts whose addresses are read where only ``#``, ``@`` or *at* stands before them."""


class Emails:
    """Finds e-mail addresses."""

    def __init__(self) -> None:
        local, host = r"[a-z0-9][a-z0-9._%+\-]*", r"[a-z0-9][a-z0-9\-]*"
        bracketed = r"[\[({<【（]\s{0,2}(?:at|@|a)\s{0,2}[\])}>】）]"
        at = rf"(?:\s{{0,2}}(?:{bracketed}|艾特|圈a|小老鼠)\s{{0,2}}|\s?@\s)"
        spelled_at = r"(?:at|arroba|chez)"
        provider = any_of(_PROVIDERS)
        self.gate = (
            rf"[a-z0-9]@\s?[a-z0-9]|[a-z0-9]\s@\s|\s@[a-z0-9\-]+\.|艾特|圈a|小老鼠|{bracketed}"
            rf"|\s(?:{spelled_at}|a)\s[a-z0-9\-]+(?:\.|{SPOKEN_DOT})|#\s?{provider}"
        )
        self._plain = compiled(rf"({local})@({host}(?:\.{host})+)")
        spoken = rf"(?:{local}\sdot\s)?{local}"
        self._spelled = compiled(
            rf"({local}){at}({host}(?:(?:\.|{DOT}){host}){{1,4}})"
            rf"|({spoken})(?:\s{spelled_at}\s|@)({host}(?:{SPOKEN_DOT}{host}){{1,3}})"
            rf"|({spoken})(?:\s?[#@]\s?|\s(?:{spelled_at}|a)\s)({provider}(?:\.|{SPOKEN_DOT})[a-z]{{2,3}})"
        )
        self._dots = compiled(DOT)

    def __call__(self, view: View) -> Iterator[Found]:
        """The addresses in one field, the plain ones first; a spelled one may stand over a plain one."""
        for pattern, evidence in ((self._plain, Evidence.exact), (self._spelled, Evidence.split)):
            for match in islice(pattern.finditer(view.text), _MOST):
                local, host = (group for group in match.groups() if group is not None)
                value = self._value(local, host)
                start, end = match.start(), match.start() + len(match.group().rstrip(".- "))
                if value and not (start and view.text[start - 1] == "/"):
                    yield view.found("email", value, start, end, weakest(evidence, view.evidence(start, end)))

    def _value(self, local: str, host: str) -> str | None:
        """The plain address; None where its host is under no top-level domain."""
        name = self._dots.sub(".", host).strip(".- ")
        _, dot, suffix = name.rpartition(".")
        known = dot and suffix in domains() and local not in words("no local part")
        return f"{local.replace(' dot ', '.').strip('.')}@{name}" if known else None
