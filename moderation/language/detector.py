"""The detector: a batch of posts in, their languages out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.folding.fold import join
from moderation.folding.tables import Codes
from moderation.language import han
from moderation.language.aside import set_aside
from moderation.language.compose import compose, invisible
from moderation.language.judge import PostRun, language_of
from moderation.language.runs import HAN, families_of, family_names, find_runs
from moderation.language.scripts import SHARED
from moderation.language.shared import SharedScript
from moderation.language.verdict import Verdict


class Detector:
    """Tells the languages of posts (implements :class:`~moderation.domain.ports.Detector`).

    Total and deterministic: no post raises, and a post's language does not depend on the batch it comes in.
    Construction reads langdetect's profiles, under a second.
    """

    def __init__(self) -> None:
        self._shared = {script: SharedScript(script) for script in SHARED}
        # Tables are read when they are first needed: now, so that the processes forked from this one share them.
        self([Post("warm-up", "words and 文字")])

    def __call__(self, posts: Sequence[Post]) -> list[Language]:
        """The language of each post, all its fields together; ``und`` where it has no letters."""
        languages = [Language() for _ in posts]
        fields = [(number, *field) for number, post in enumerate(posts) for field in post.fields()]
        if not fields:
            return languages
        text, starts = join([field for _, _, field in fields])
        offsets = starts.tolist()
        field_of = np.repeat(np.arange(len(fields)), np.diff(starts))
        post_of = np.array([number for number, _, _ in fields])[field_of]
        aside = [
            (offset + start, offset + end)
            for (number, name, field), offset in zip(fields, offsets, strict=False)
            for start, end in set_aside(name, field, posts[number].mentions)
        ]
        families = families_of(text, aside)
        profiles = self._profiles(text, families, post_of, len(posts))
        han_counts = _han_counts(text, families, post_of)
        names = family_names()
        runs = (
            PostRun(
                post=fields[field][0],
                field=fields[field][1],
                text=fields[field][2],
                family=names[family],
                start=start - offsets[field],
                end=end - offsets[field],
                weight=weight,
            )
            for field, family, start, end, weight in zip(
                *(column.tolist() for column in find_runs(text, families, field_of)), strict=True
            )
        )
        for number, of_post in groupby(runs, key=lambda run: run.post):
            languages[number] = language_of(list(of_post), profiles[number], han_counts.get(number, ()))
        return languages

    def _profiles(
        self, text: Codes, families: NDArray[np.uint8], post_of: NDArray[np.int64], count: int
    ) -> list[dict[str, Verdict]]:
        """What the letters of each shared script of each post are, by themselves."""
        verdicts: list[dict[str, Verdict]] = [{} for _ in range(count)]
        present = np.bincount(families, minlength=len(family_names())).tolist()
        seen = ~invisible(text)
        letters = compose(text)[seen]
        for script, shared in self._shared.items():
            number = family_names().index(script)
            if not present[number]:
                continue
            inside = families == number
            posts, units = np.unique(post_of[inside], return_inverse=True)
            places = np.full(len(text), -1)
            places[inside] = units
            for post, verdict in zip(posts.tolist(), shared.judge(letters, places[seen], len(posts)), strict=True):
                verdicts[post][script] = verdict
        return verdicts


def _han_counts(text: Codes, families: NDArray[np.uint8], post_of: NDArray[np.int64]) -> dict[int, list[int]]:
    """The row of :func:`han.count` of each post that has Han or Kana."""
    at = np.flatnonzero(families == family_names().index(HAN))
    if not len(at):
        return {}
    posts, units = np.unique(post_of[at], return_inverse=True)
    return dict(zip(posts.tolist(), han.count(text[at], units, len(posts)).tolist(), strict=True))
