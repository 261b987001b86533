"""One post as conditions see it: what was found in it, and which of it counts for a language."""

from __future__ import annotations

from functools import lru_cache

from moderation.domain.language import covers
from moderation.domain.post import Post
from moderation.domain.signal import Hit, Signals
from moderation.domain.text import Span

SMALLEST_SHARE = 0.1

# Tags and keys are few; taking a tag apart for every hit is not.
_covers = lru_cache(maxsize=4096)(covers)


class View:
    """A post with its signals.

    ``tags`` are the languages that the whole post may be in: its main one, and all candidates where that is doubtful.
    """

    __slots__ = ("_known", "_scopes", "_speaks", "post", "signals", "tags")

    def __init__(self, post: Post, signals: Signals) -> None:
        language = signals.language
        self.post = post
        self.signals = signals
        self.tags: tuple[str, ...] = (language.tag,)
        if language.doubtful:
            self.tags = tuple(dict.fromkeys((language.tag, *language.candidates)))
        self._speaks: dict[str, bool] = {}
        self._known: dict[frozenset[str], bool] = {}
        self._scopes: dict[tuple[str, ...], bool] = {}

    def counts(self, hit: Hit, language: str) -> bool:
        """Whether a hit of a term of ``language`` counts.

        It does where that is the post's main language, or where a character of the hit lies in a span of it.
        """
        if language == "*" or self._is_main(language):
            return True
        field, start, end, _ = hit.span
        return any(
            span.start < end and start < span.end and span.field == field and _covers(language, span.tag)
            for span in self.signals.language.spans
        )

    def knows(self, language: str) -> bool:
        """Whether the post may speak a language at all; where it does not, a condition of that language is unknown."""
        return (
            language == "*"
            or self._is_main(language)
            or any(_covers(language, t) for t in self.signals.language.shares)
        )

    def knows_any(self, languages: frozenset[str]) -> bool:
        """Whether the post may speak one of some languages."""
        known = self._known.get(languages)
        if known is None:
            known = self._known[languages] = any(map(self.knows, languages))
        return known

    def share(self, language: str) -> float:
        """The share of a language and all below it, from 0 to 1, four digits."""
        return round(sum(share for tag, share in self.signals.language.shares.items() if _covers(language, tag)), 4)

    def share_of_script(self, script: str) -> float:
        """The share of the post's letters that are of a script (ISO 15924), from 0 to 1, four digits."""
        import numpy as np

        from moderation.folding.tables import script_names, script_table

        text = "".join(text for _, text in self.post.fields())
        numbers = script_table()[np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)]
        count: dict[str, int] = dict(
            zip(script_names(), np.bincount(numbers, minlength=len(script_names())).tolist(), strict=True)
        )
        letters = sum(n for name, n in count.items() if name not in {"", "Zinh", "Zyyy"})
        return round(count[script] / max(1, letters), 4)

    def in_scope(self, languages: tuple[str, ...]) -> bool:
        """Whether a rule for these languages looks at the post: a share of a tenth is enough."""
        known = self._scopes.get(languages)
        if known is None:
            shares = self.signals.language.shares
            present = {*self.tags, *(tag for tag, share in shares.items() if share >= SMALLEST_SHARE)}
            known = self._scopes[languages] = any(_covers(wanted, tag) for wanted in languages for tag in present)
        return known

    def _is_main(self, language: str) -> bool:
        known = self._speaks.get(language)
        if known is None:
            known = self._speaks[language] = any(_covers(language, tag) for tag in self.tags)
        return known

    def place(self, span: Span) -> tuple[int, int, int]:
        """What to sort spans by: the order of the post's fields, then start and end."""
        names = [name for name, _ in self.post.fields()]
        return names.index(span.field) if span.field in names else len(names), span.start, span.end
