"""What is right, and how much of it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moderation.domain.language import UNDETERMINED, covers

# Primary subtags of the same language for whoever routes a post; libraries name them differently.
_SAME = {
    "yue": "zh", "wuu": "zh", "cmn": "zh", "nb": "no", "nn": "no", "fil": "tl", "iw": "he", "in": "id",
    "arz": "ar", "ary": "ar", "zxx": UNDETERMINED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What a candidate says of a text; ``languages`` are primary subtags, None from those that tell one language."""

    tag: str = UNDETERMINED
    probability: float = 0.0
    doubtful: bool = False
    languages: frozenset[str] | None = None


def primary(tag: str) -> str:
    """The language of a tag, spelling, script and country aside: ``zh`` for all of Chinese."""
    first = tag.partition("-")[0]
    return _SAME.get(first, first)


def primaries(tags: Iterable[str]) -> frozenset[str]:
    """The languages of tags; ``und`` is none."""
    return frozenset(map(primary, tags)) - {UNDETERMINED}


def is_language(accepted: Sequence[str], tag: str) -> bool:
    """Whether a tag is of an accepted language: the rule by which candidates are compared."""
    return primary(tag) in map(primary, accepted)


def is_tag(accepted: Sequence[str], tag: str) -> bool:
    """Whether an accepted tag covers a tag (``benchmarks/posts/README.md``): ``hi-Latn`` is no ``hi`` here."""
    return any(covers(general, tag) for general in accepted)


def percent(right: Iterable[bool]) -> float | None:
    """The share of what is true; None of nothing."""
    values = list(right)
    return 100 * sum(values) / len(values) if values else None


def percent_of_kept(right: Sequence[bool], answers: Sequence[Answer]) -> float | None:
    """The share that is right of what is not doubtful."""
    return percent(is_right for is_right, answer in zip(right, answers, strict=True) if not answer.doubtful)


def percent_of_surest(right: Sequence[bool], answers: Sequence[Answer], kept: int) -> float | None:
    """The share that is right of the ``kept`` most probable answers; of equally probable ones at the border, a part."""
    if not kept:
        return None
    border = sorted((answer.probability for answer in answers), reverse=True)[kept - 1]
    pairs = list(zip(right, answers, strict=True))
    above = [is_right for is_right, answer in pairs if answer.probability > border]
    level = [is_right for is_right, answer in pairs if answer.probability == border]
    return 100 * (sum(above) + (kept - len(above)) * sum(level) / len(level)) / kept
