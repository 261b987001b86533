"""Laws on regular expressions: what RE2 takes and what the author meant may differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from moderation.policy.laws.base import Surroundings, by_language
from moderation.policy.reading import Value
from moderation.policy.rules import RuleFile
from moderation.policy.terms import compile_pattern

LONGEST = 8_000
"""Characters."""
LARGEST = 200_000
"""Steps of the compiled program, of 16 bytes each."""

# Languages whose letters are none of a-z, for all that is written in their own script.
_OTHER_LETTERS = frozenset(
    {"zh", "ja", "ko", "ru", "uk", "bg", "sr", "el", "ar", "fa", "ur", "he", "hi", "bn", "ta", "th"}
)

# One step of a pattern: what is escaped, a class, a bracket, a quantifier, any other character.
_STEP = re.compile(
    r"\\[pPx]\{[^}]*\}|\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\(\?P?<[^>]*>|\(\?[a-zA-Z-]*[:)]|[*+?]\??"
    r"|\{[0-9,]+\}\??|.",
    re.DOTALL,
)
_QUANTIFIER = re.compile(r"[*+?]\??|\{[0-9,]+\}\??")


def patterns_are_of_a_size(file: RuleFile, _: Surroundings) -> None:
    """R073: a pattern that nobody can read, or that takes RE2 megabytes."""
    for value in _patterns(file):
        size = compile_pattern(value.value).steps
        if len(value.value) > LONGEST:
            value.fault("R073", f"a pattern of {len(value.value):,} characters", f"{LONGEST:,} at most: split it")
        elif size > LARGEST:
            message = f"RE2 makes {size:,} steps of the pattern"
            value.fault(
                "R073", message, f"{LARGEST:,} at most: smaller counts in {{ }}, or a class of fewer characters"
            )


def borders_stand_beside_ascii(file: RuleFile, _: Surroundings) -> None:
    """R070: ``\\b`` is a border of ASCII words: beside another letter it never holds where it is wanted."""
    for value in _patterns(file):
        found = _unmeant_border(value.value)
        if found is not None:
            at, letter = found
            value.fault_inside(
                at,
                "R070",
                f"`\\b` beside `{letter}` is no border of a word: it knows ASCII letters only",
                r"leave it out, or write `(?:^|[^\p{L}])` and `(?:[^\p{L}]|$)`",
                warning=True,
            )


def patterns_begin_and_end_somewhere(file: RuleFile, _: Surroundings) -> None:
    """R071: ``.*`` at an end finds nothing more and makes the find as long as its line."""
    for value in _patterns(file):
        if ".*" not in value.value:
            continue
        steps = "".join(step for step in _steps(value.value) if step not in {"^", "$"} and not _is_flag(step))
        begins, ends = steps.startswith(".*"), re.search(r"(?<!\\)\.\*\??$", steps) is not None
        if begins or ends:
            where = "begins and ends" if begins and ends else "begins" if begins else "ends"
            message = f"the pattern {where} with `.*`"
            value.fault("R071", message, "leave it out: a find may stand anywhere in the text", warning=True)


def classes_know_the_letters(file: RuleFile, _: Surroundings) -> None:
    r"""R072: ``\w`` is ASCII, so in a pattern of another script it leaves out the letters that it is meant for."""
    for name, tag, value in by_language(file, "regex"):
        if name not in file.detect or not isinstance(value.value, str) or tag.partition("-")[0] not in _OTHER_LETTERS:
            continue
        at = 0
        for step in _steps(value.value):
            if step in {r"\w", r"\W"}:
                message = f"`{step}` is ASCII: no letter of `{tag}` is one of its word characters"
                hint = r"write `\p{L}` for letters, or `[a-z0-9_]` where ASCII is meant"
                value.fault_inside(at, "R072", message, hint, warning=True)
                break
            at += len(step)


def _patterns(file: RuleFile) -> Iterator[Value]:
    for name, _, value in by_language(file, "regex"):
        if name in file.detect and isinstance(value.value, str):
            yield value


@lru_cache(maxsize=4096)
def _steps(pattern: str) -> tuple[str, ...]:
    return tuple(_STEP.findall(pattern))


def _is_flag(step: str) -> bool:
    return step.startswith("(?") and step.endswith(")")


def _unmeant_border(pattern: str) -> tuple[int, str] | None:
    """The first ``\\b`` that touches a letter that is not ASCII: its place, and the letter."""
    if r"\b" not in pattern or pattern.isascii():
        return None
    steps = _steps(pattern)
    at = 0
    for n, step in enumerate(steps):
        if step == r"\b":
            touched = (*_edges(steps, n + 1, 1), *_edges(steps, n - 1, -1))
            letter = next((each for each in touched if each.isalpha() and not each.isascii()), None)
            if letter is not None:
                return at, letter
        at += len(step)
    return None


def _edges(steps: tuple[str, ...], n: int, way: int) -> Iterator[str]:
    """The steps that may stand next from ``n`` on, to the right (1) or the left (-1): one for each alternative."""
    if way < 0:
        while n >= 0 and _QUANTIFIER.fullmatch(steps[n]):
            n -= 1
    if not 0 <= n < len(steps):
        return
    enters = _is_open(steps[n]) if way > 0 else steps[n] == ")"
    if not enters:
        if steps[n] not in {"(", ")", "|"}:
            yield steps[n]
        return
    yield from _edges(steps, n + way, way)
    depth = 0
    while 0 <= (n := n + way) < len(steps) and depth >= 0:
        opens, closes = _is_open(steps[n]), steps[n] == ")"
        depth += way * (opens - closes)
        if depth == 0 and steps[n] == "|":
            yield from _edges(steps, n + way, way)


def _is_open(step: str) -> bool:
    return step.startswith("(") and not _is_flag(step)
