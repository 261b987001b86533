"""Top-level domains, and the ways to write the dot before them."""

from __future__ import annotations

from enum import Enum
from functools import cache

from moderation.folding.fold import fold
from moderation.matching.contacts.tables import rows

DOT_WORD = r"(?:dot|punto|ponto|point|punkt|точка|ドット|닷|दॉट|จุด)"
"""The word for it; these patterns are for RE2 on the folded text."""

_BRACKETED = rf"\s{{0,2}}[\[({{<【（「]\s{{0,2}}(?:\.|点|。|{DOT_WORD})\s{{0,2}}[\])}}>】）」]\s{{0,2}}"

SPOKEN_DOT = rf"(?:\s{DOT_WORD}\s|{_BRACKETED}|[点。·])"
"""A dot in words, in brackets, or another sign that can be no comma."""

DOT = (
    rf"(?:\s{DOT_WORD}\s|{_BRACKETED}|\s{{0,2}}点\s{{0,2}}|\s{{0,2}}[。·•∙・]\s{{0,2}}|ドット"
    r"|\s{1,2}\.\s{0,2}|\.\s{1,2}|[\-_*](?:dot|点)[\-_*]|,)"
)
"""Any disguised dot."""


class Domain(Enum):
    """What a name under a top-level domain needs to be read as an address."""

    sure = "sure"
    """nothing: ``example.com``"""
    word = "word"
    """that no sentence goes on after it, for it is a word as well: ``example.top``, not ``on.top of``"""
    rare = "rare"
    """a scheme, ``www.``, a path, or a word such as *website* before it: ``t.me/x``, not ``call.me``"""


@cache
def domains() -> dict[str, Domain]:
    """The top-level domains known, folded, without their dot."""
    return {fold(name): Domain(need) for need, names in rows("tlds") for name in names.split()}
