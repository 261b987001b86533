"""Fills ``explain``: ``{match.NAME}`` becomes the words of the post that condition NAME found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from moderation.domain.text import Span

PLACEHOLDER = re.compile(r"\{match\.([a-z][a-z0-9_]*)\}")
ANY_BRACE = re.compile(r"\{[^{}]*\}?|\}")
MOST_SLICES = 3
_COMMA = {"en": ", ", "zh": "、"}


@dataclass(frozen=True, slots=True)
class Template:
    """One language of an explanation, split once at load: literal, name, literal, name, …, literal."""

    parts: tuple[str, ...]
    comma: str

    def fill(self, spans_of: Callable[[str], Iterable[Span]]) -> str:
        """The explanation of one match: distinct slices, at most three, in the order of the post."""
        if len(self.parts) == 1:
            return self.parts[0]
        filled = list(self.parts)
        for n in range(1, len(filled), 2):
            slices = dict.fromkeys(span.slice for span in spans_of(filled[n]))
            filled[n] = self.comma.join(list(slices)[:MOST_SLICES])
        return "".join(filled)


def templates(explain: Mapping[str, str]) -> dict[str, Template]:
    """The explanations of a rule by language."""
    return {lang: Template(tuple(PLACEHOLDER.split(text)), _COMMA.get(lang, ", ")) for lang, text in explain.items()}
