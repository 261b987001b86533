"""How a stretch of text stands for a term: read letter by letter, by the strongest evidence that there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from moderation.domain.signal import Evidence
from moderation.folding.disguises import aliases, emoji, kin, lookalikes, numerals, splits
from moderation.folding.han import readings
from moderation.folding.leet import passes_for
from moderation.folding.letters import is_gap, leaves_nothing
from moderation.folding.numbers import COUNTED, value_of
from moderation.folding.sounds import alike

_LONGEST = 200


class Step(NamedTuple):
    """``seen[at:end]`` stands for ``meant``; ``via`` are the names between them."""

    at: int
    end: int
    meant: str
    evidence: Evidence
    via: tuple[str, ...] = ()


class Reading(NamedTuple):
    """The weakest evidence of a reading, and its steps in order; letters that are themselves are no steps."""

    evidence: Evidence
    steps: tuple[Step, ...]


_WHOLE = Reading(Evidence.exact, ())


def read(seen: str, term: str) -> Reading | None:
    """The best reading of a folded stretch of text as a folded term; None where it is not that term."""
    if len(seen) > _LONGEST:
        return None
    known: dict[tuple[int, int], Reading | None] = {(len(seen), len(term)): _WHOLE}

    def best(at: int, to: int) -> Reading | None:
        place = (at, to)
        if place in known:
            return known[place]
        known[place] = None  # a way that leads back here leads nowhere
        found: Reading | None = None
        for step, taken in _steps(seen, term, at, to):
            rest = best(step.end, to + taken)
            if rest is None:
                continue
            if step.evidence is Evidence.exact:
                candidate = rest
            else:
                weakest = max(step.evidence, rest.evidence, key=lambda evidence: evidence.rank)
                candidate = Reading(weakest, (step, *rest.steps))
            if found is None or _better(candidate, found):
                found = candidate
        known[place] = found
        return found

    return best(0, 0)


def _better(one: Reading, other: Reading) -> bool:
    return (one.evidence.rank, len(one.steps)) < (other.evidence.rank, len(other.steps))


def chain(original: str, seen: str, term: str, reading: Reading) -> tuple[str, ...]:
    """The way from what is written to what is meant: 加V, 加微, 加微信. ``seen`` is ``original`` folded."""
    joined = "".join(
        original[n]
        for n, character in enumerate(seen)
        if not any(s.at <= n < s.end and not s.meant for s in reading.steps)
    )
    stages = [original, joined]
    longest = max((len(step.via) for step in reading.steps), default=0)
    for n in range(longest):
        text, at = "", 0
        for step in reading.steps:
            said = step.via[min(n, len(step.via) - 1)] if step.via else seen[step.at : step.end] if step.meant else ""
            text += seen[at : step.at] + said
            at = step.end
        stages.append(text + seen[at:])
    stages.append(term)
    return tuple(stage for stage, before in zip(stages, [None, *stages], strict=False) if stage != before)


def _steps(seen: str, term: str, at: int, to: int) -> Iterator[tuple[Step, int]]:
    """What may be read at a place: a step, and how many characters of the term it takes."""
    left = term[to:]
    if at < len(seen):
        character = seen[at]
        if left and character == left[0]:
            yield Step(at, at + 1, character, Evidence.exact), 1
        if leaves_nothing(character):
            yield Step(at, at + 1, "", Evidence.folded), 0
        elif is_gap(character) or (at > 0 and character == seen[at - 1]):
            yield Step(at, at + 1, "", Evidence.squeezed), 0
        if left:
            yield from _letters(seen, at, left)
    if left[:1] in {" ", "-"}:
        yield Step(at, at, "", Evidence.squeezed), 1


def _letters(seen: str, at: int, left: str) -> Iterator[tuple[Step, int]]:
    character, meant = seen[at], left[0]
    passes = passes_for(character, meant)
    if passes:
        yield Step(at, at + 1, meant, Evidence[passes]), 1
    if numerals().get(character, character) == numerals().get(meant, meant) and character != meant:
        yield Step(at, at + 1, meant, Evidence.numeral), 1
    if character.isdigit() and (number := COUNTED.match(left)):
        digits = str(value_of(number[0]))
        if seen.startswith(digits, at):
            yield Step(at, at + len(digits), number[0], Evidence.numeral), len(number[0])
    sounds = readings(meant)
    if sounds:
        yield from _sounds(seen, at, meant, sounds)
        yield from _shapes(seen, at, meant)
    yield from _words(seen, at, left)


def _shapes(seen: str, at: int, meant: str) -> Iterator[tuple[Step, int]]:
    if seen[at] in lookalikes().get(meant, "") or seen[at] in kin().get(meant, ""):
        yield Step(at, at + 1, meant, Evidence.lookalike), 1
    for parts in splits().get(meant, ()):
        if seen.startswith(parts, at):
            yield Step(at, at + len(parts), meant, Evidence.split), 1


def _words(seen: str, at: int, left: str) -> Iterator[tuple[Step, int]]:
    character, meant = seen[at], left[0]
    for word in emoji().get(character, ()):
        if left.startswith(word):
            yield Step(at, at + 1, word, Evidence.emoji), len(word)
        elif len(word) == 1 and alike(word, meant):
            yield Step(at, at + 1, meant, Evidence.emoji, (word,)), 1
    for word, chains in _covert().get(meant, ()):
        if left.startswith(word):
            for alias, *via in chains:
                if seen.startswith(alias, at):
                    yield Step(at, at + len(alias), word, _covert_evidence(alias), tuple(via)), len(word)


def _sounds(seen: str, at: int, meant: str, sounds: tuple[str, ...]) -> Iterator[tuple[Step, int]]:
    if seen[at] != meant and alike(seen[at], meant):
        yield Step(at, at + 1, meant, Evidence.homophone), 1
    for sound in dict.fromkeys((*sounds, *(sound.replace("v", "u") for sound in sounds))):
        if seen.startswith(sound, at):
            end = at + len(sound)
            yield Step(at, end, meant, Evidence.homophone), 1
            if seen[end : end + 1] in TONES and seen[end : end + 1]:
                yield Step(at, end + 1, meant, Evidence.homophone), 1
        if seen[at] == sound[0]:
            yield Step(at, at + 1, meant, Evidence.initials), 1


TONES = frozenset("12345")


@cache
def _covert() -> Mapping[str, list[tuple[str, tuple[tuple[str, ...], ...]]]]:
    """Aliases by the first character of what they stand for."""
    table = defaultdict(list)
    for word, chains in aliases().items():
        table[word[0]].append((word, chains))
    return dict(table)


def _covert_evidence(alias: str) -> Evidence:
    if alias.isascii():
        return Evidence.initials if alias.isalnum() else Evidence.lookalike
    return Evidence.emoji if is_gap(alias[0]) else Evidence.homophone
