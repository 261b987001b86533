"""What language a post is in: a main tag, the set with shares, the spans, and how sure we are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

UNDETERMINED = "und"

# Tags that a prefix alone does not join: Cantonese is written and read as Chinese, Nynorsk as Norwegian; Hindi and Urdu
# in Latin letters are one language to those who type it, told apart by a few words.
ALSO_UNDER = {"yue": ("zh",), "nn": ("no",), "ur-Latn": ("hi-Latn", "hi"), "hi-Latn": ("ur-Latn",)}


class LanguageSpan(NamedTuple):
    """``[field, start, end, tag]``: a run of one language, in code points of the original field."""

    field: str
    start: int
    end: int
    tag: str


@lru_cache(maxsize=4096)
def fallbacks(tag: str) -> tuple[str, ...]:
    """The chain in which a tag is looked up, most special first.

    >>> fallbacks("zh-Hant")
    ('zh-Hant', 'zh')
    >>> fallbacks("yue")
    ('yue', 'zh')
    """
    parts = tag.split("-")
    chain = ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]
    under = next((ALSO_UNDER[each] for each in chain if each in ALSO_UNDER), ())
    return (*chain, *under)


def primary(tag: str) -> str:
    """The language of a tag without script, region and kind: what a rule's breaker counts by.

    >>> primary("zh-Hant"), primary("yue"), primary("hi-Latn")
    ('zh', 'zh', 'hi')
    """
    return next(each for each in reversed(fallbacks(tag)) if "-" not in each)


def covers(general: str, tag: str) -> bool:
    """Whether ``general`` (``zh``, ``*``) covers ``tag`` (``zh-Hant``, ``yue``)."""
    return general == "*" or general in fallbacks(tag)


_NO_SHARES: Mapping[str, float] = {}  # no MappingProxyType: a language travels between processes


class Language(NamedTuple):
    """The languages of a post (a tuple, because one is made for every post, and frozen dataclasses are slow to make).

    ``confidence`` is the calibrated probability in [0, 1] that ``tag`` is right; ``doubtful`` marks what should not
    be relied on, and ``candidates`` then names the tags that it may be. ``shares`` weigh ideographs against words and
    add up to 1 (empty for ``und``). ``spans`` cover every letter of every field.
    """

    tag: str = UNDETERMINED
    confidence: float = 1.0
    doubtful: bool = False
    shares: Mapping[str, float] = _NO_SHARES
    spans: tuple[LanguageSpan, ...] = ()
    candidates: tuple[str, ...] = ()

    @property
    def mixed(self) -> bool:
        """Whether more than one language has a share."""
        return len(self.shares) > 1

    def tags(self) -> frozenset[str]:
        """Every tag that the post may be in: the main one, those that have a share, the candidates."""
        return frozenset((self.tag, *self.candidates, *self.shares))

    def to_json(self) -> dict[str, Any]:
        """The form of the decision contract."""
        return {
            "tag": self.tag,
            "confidence": self.confidence,
            "doubtful": self.doubtful,
            "mixed": self.mixed,
            "shares": dict(self.shares),
            "spans": [list(span) for span in self.spans],
        }

    def to_message(self) -> dict[str, Any]:
        """The form that travels between workers: the contract's, and the candidates."""
        return {**self.to_json(), "candidates": list(self.candidates)}

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Language:
        """Read what :meth:`to_message` wrote."""
        return cls(
            tag=message["tag"],
            confidence=message["confidence"],
            doubtful=message["doubtful"],
            shares=dict(message["shares"]),
            spans=tuple(LanguageSpan(*span) for span in message["spans"]),
            candidates=tuple(message["candidates"]),
        )
