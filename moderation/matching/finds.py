"""Terms as they were found, each said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from moderation.domain.signal import Evidence


class Find(NamedTuple):
    """A term at ``[start, end)`` of the text, in one of its lines."""

    line: int
    start: int
    end: int
    term: int
    evidence: Evidence
    chain: tuple[str, ...] = ()


def without_echoes(found: Iterable[Find]) -> list[Find]:
    """Leave out what says again what a stronger find of the same term says: 加加加微信 has 加微信 once."""
    by_term: dict[tuple[int, int], list[Find]] = {}
    for find in found:
        by_term.setdefault((find.line, find.term), []).append(find)
    left: list[Find] = []
    for finds in by_term.values():
        for together in _overlapping(finds) if len(finds) > 1 else (finds,):
            together.sort(key=_telling)
            kept: list[Find] = []
            for find in together:
                if not any(
                    find.start < other.end and other.start < find.end and _echoes(find, other) for other in kept
                ):
                    kept.append(find)
            left.extend(kept)
    return left


def _overlapping(finds: list[Find]) -> Iterator[list[Find]]:
    """Finds in groups that do not touch one another: comparing each with each takes seconds where they fill a post."""
    finds.sort(key=lambda find: find.start)
    group, reached = finds[:1], finds[0].end
    for find in finds[1:]:
        if find.start >= reached:
            yield group
            group = []
        group.append(find)
        reached = max(reached, find.end)
    yield group


def _telling(find: Find) -> tuple[int, int, int]:
    """The strongest first; of those that other letters stand for the longest (加薇芯, not 加薇), else the shortest."""
    length = find.end - find.start
    return find.evidence.rank, length if find.evidence.rank <= Evidence.squeezed.rank else -length, find.start


def _echoes(find: Find, other: Find) -> bool:
    return find.evidence.rank >= Evidence.squeezed.rank or find.evidence.rank > other.evidence.rank
