"""From tagged runs to a post's language: shares, the main tag, spans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from moderation.domain.language import UNDETERMINED, LanguageSpan


class TaggedRun(NamedTuple):
    """A run of a field with its language; ``tag`` is empty where a run takes that of its neighbours."""

    field: str
    start: int
    end: int
    weight: int
    tag: str


def shares_of(runs: Sequence[TaggedRun]) -> dict[str, float]:
    """Share of each language, largest first; they add up to 1.

    Where two are equal English comes last, because it is what people borrow from, and the earlier comes first.
    """
    weights: dict[str, int] = {}
    for _, _, _, weight, tag in runs:
        if weight:
            weights[tag] = weights.get(tag, 0) + weight
    if len(weights) < 2:  # noqa: PLR2004 - one language has it all
        return dict.fromkeys(weights, 1.0)
    total = sum(weights.values())
    ordered = sorted(weights, key=lambda tag: (-weights[tag], tag == "en"))
    shares = {tag: round(weights[tag] / total, 4) for tag in ordered}
    shares[ordered[0]] = round(1 - sum(shares[tag] for tag in ordered[1:]), 4)
    return shares


def spans_of(runs: Sequence[TaggedRun]) -> tuple[LanguageSpan, ...]:
    """The runs as spans, neighbours of one language in one; every letter is in one of them."""
    spans: list[LanguageSpan] = []
    field, start, end, tag = "", 0, 0, ""
    for run, run_tag in zip(runs, _complete(runs), strict=True):
        if run.field == field and run_tag == tag:
            end = run.end
            continue
        if field:
            spans.append(LanguageSpan(field, start, end, tag))
        field, start, end, _, _ = run
        tag = run_tag
    if field:
        spans.append(LanguageSpan(field, start, end, tag))
    return tuple(spans)


def _complete(runs: Sequence[TaggedRun]) -> list[str]:
    """The tags; a run without one takes that before it in its field, else that after it."""
    tags = [run.tag for run in runs]
    if all(tags):
        return tags
    for number in range(1, len(runs)):
        if not tags[number] and runs[number].field == runs[number - 1].field:
            tags[number] = tags[number - 1]
    for number in range(len(runs) - 2, -1, -1):
        if not tags[number] and runs[number].field == runs[number + 1].field:
            tags[number] = tags[number + 1]
    return [tag or UNDETERMINED for tag in tags]
