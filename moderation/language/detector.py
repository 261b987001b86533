"""The detector: a batch of posts in, their languages out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.domain.language import UNDETERMINED, Language, LanguageSpan
from moderation.domain.post import Post
from moderation.folding.fold import join
from moderation.folding.tables import Codes
from moderation.language import han
from moderation.language.aside import may_hold_any, set_aside
from moderation.language.compose import compose
from moderation.language.judge import LATIN, ORNAMENT, SETTLED_VERDICTS, Evidence, Help, PostRun, judge, whole
from moderation.language.latin import telling_words
from moderation.language.runs import Runs, Traits, apostrophes, families_of, find_runs, group
from moderation.language.scripts import SHARED
from moderation.language.second import SecondOpinion
from moderation.language.shared import Ranking, SharedScript
from moderation.language.shorthand import LONGEST
from moderation.language.traits import ASIDE, HAN, UNSEEN, family_names, trait_table
from moderation.language.verdict import Verdict

Indices = NDArray[np.int64]

_NONE = Language()
_NUMBERS = {name: number for number, name in enumerate(family_names())}
_ASIDE = _NUMBERS[ASIDE]
_SEVERAL = 0  # a family without a name


class Detector:
    """Tells the languages of posts (implements :class:`~moderation.domain.ports.Detector`).

    Total and deterministic: no post raises, and a post's language does not depend on the batch it comes in.
    ``ask``: the second opinion on short Latin texts; without it the detector is light. Construction reads the
    profiles, under two seconds.
    """

    def __init__(self, ask: SecondOpinion | None = None) -> None:
        self._help = Help(self._reread, ask)
        self._shared = {script: SharedScript(script, telling_words() if script == LATIN else ()) for script in SHARED}
        # Tables are read when they are first needed: now, so that the processes forked from this one share them.
        self([Post("warm-up", "words and 文字")])

    def __call__(self, posts: Sequence[Post]) -> list[Language]:
        """The language of each post, all its fields together; ``und`` where it has no letters."""
        languages = [_NONE] * len(posts)
        found = self._find(posts)
        for post, first, last, family, words in found.posts():
            languages[post] = (family and found.simple(post, first, last, family, words)) or judge(
                found.runs(first, last), found.evidence(post), self._help
            ).language
        return languages

    def explain(self, post: Post) -> Explanation:
        """What was found of one post, and who decided."""
        found = self._find([post])
        for number, first, last, _, _ in found.posts():
            evidence = found.evidence(number)
            judgement = judge(found.runs(first, last), evidence, self._help)
            ranked = {script: ranking.ranked(unit) for script, (ranking, unit) in evidence.units.items()}
            return Explanation(judgement.language, judgement.verdicts, ranked)
        return Explanation(_NONE, {}, {})

    def _reread(self, text: str) -> Verdict:
        """What the profiles say of another spelling of the Latin letters of a post."""
        rankings = self._find([Post("reread", text)]).rankings
        return rankings[LATIN][0].verdict(0) if LATIN in rankings else Verdict(UNDETERMINED, 1.0)

    def _find(self, posts: Sequence[Post]) -> _Found:
        """Cut the posts into runs, and ask each script's profiles about its letters."""
        fields = [(number, name, text) for number, post in enumerate(posts) for name, text in post.fields()]
        text, starts = join([text for _, _, text in fields])
        sizes = starts[1:] - starts[:-1]
        post_of_field = np.array([number for number, _, _ in fields], dtype=np.int64)
        field_of = np.arange(len(fields)).repeat(sizes)
        post_of = post_of_field.repeat(sizes)
        offsets = starts.tolist()
        aside = [
            (offset + start, offset + end)
            for (number, name, field), offset in zip(fields, offsets, strict=False)
            if may_hold_any(field) or posts[number].mentions
            for start, end in set_aside(name, field, posts[number].mentions)
        ]
        traits = trait_table()[text]
        families = families_of(traits, aside)
        runs = find_runs(traits, families, field_of)
        names = family_names()
        present = {names[number] for number in set(runs.families.tolist())}
        letters, order = text, None
        unseen = traits & UNSEEN
        if unseen.any():
            letters, order = compose(text), (unseen == 0).cumsum()
        rankings = {
            script: _rank(shared, families == _NUMBERS[script], letters, order, traits, post_of)
            for script, shared in self._shared.items()
            if script in present
        }
        han_rows = _han_counts(text, families, post_of) if HAN in present else {}
        return _Found(fields, offsets, runs, post_of_field[runs.fields], rankings, han_rows)


class Explanation(NamedTuple):
    """The language of a post, the verdict on each script in it, and how the profiles rank what a script may be.

    ``ranked``: script → (tag, score in nats), best first.
    """

    language: Language
    verdicts: Mapping[str, Verdict]
    ranked: Mapping[str, Sequence[tuple[str, float]]]


class _Found:
    """What a batch consists of: its fields (post, name, text), its runs, and what each script says."""

    def __init__(
        self,
        fields: Sequence[tuple[int, str, str]],
        offsets: Sequence[int],
        runs: Runs,
        post_of_run: Indices,
        rankings: Mapping[str, tuple[Ranking, Mapping[int, int]]],
        han_rows: Mapping[int, Sequence[int]],
    ) -> None:
        self._fields = fields
        self._offsets = offsets
        self._posts = post_of_run.tolist()
        self._columns = [column.tolist() for column in runs]
        self.rankings = rankings
        self._han = han_rows

    def posts(self) -> Iterator[tuple[int, int, int, str, int]]:
        """Of each post that has runs: its number, its first run, one past its last, its script and its words.

        The script is empty where there are several, or none but what is set aside.
        """
        _, of_family, _, _, weights = self._columns
        names = family_names()
        runs = iter(zip(self._posts, of_family, weights, strict=True))
        post, family, words = next(runs, (-1, 0, 0))
        first = 0
        for number, (following, of_run, weight) in enumerate(runs, start=1):
            if following != post:
                yield post, first, number, names[family], words
                post, family, words, first = following, of_run, weight, number
                continue
            words += weight
            if of_run not in (family, _ASIDE):
                family = of_run if family == _ASIDE else _SEVERAL
        if post >= 0:
            yield post, first, len(self._posts), names[family], words

    def runs(self, first: int, last: int) -> list[PostRun]:
        """Some of the runs."""
        names = family_names()
        of_field, of_family, starts, ends, weights = self._columns
        runs = []
        for number in range(first, last):
            field = of_field[number]
            offset = self._offsets[field]
            _, name, text = self._fields[field]
            family = names[of_family[number]]
            start, end = starts[number] - offset, ends[number] - offset
            runs.append(PostRun(name, text, offset, family, start, end, weights[number]))
        return runs

    def evidence(self, post: int) -> Evidence:
        """What each script says of a post."""
        units = {script: (ranking, of[post]) for script, (ranking, of) in self.rankings.items() if post in of}
        return Evidence(units, self._han.get(post, ()))

    def simple(self, post: int, first: int, last: int, family: str, words: int) -> Language | None:
        """The language of a post of one script that nothing else need look at; None where more is to be weighed."""
        of_field, _, starts, ends, _ = self._columns
        if family not in (HAN, LATIN) and ends[last - 1] - starts[first] <= ORNAMENT:
            return None
        if family in self.rankings:
            ranking, units = self.rankings[family]
            unit = units[post]
            if (family == LATIN and (words <= LONGEST or not ranking.settled[unit])) or unit in ranking.second:
                return None
            verdict = ranking.verdict(unit)
        elif family == HAN:
            row = self._han[post]
            if han.is_mixed(row):
                return None
            verdict = han.judge(row)
        elif family in SETTLED_VERDICTS:
            verdict = SETTLED_VERDICTS[family]
        else:
            return None
        if last - first > 1:
            return whole(verdict, self._spans(first, last, verdict.tag))
        field = of_field[first]
        offset = self._offsets[field]
        span = LanguageSpan(self._fields[field][1], starts[first] - offset, ends[first] - offset, verdict.tag)
        return whole(verdict, (span,))

    def _spans(self, first: int, last: int, tag: str) -> tuple[LanguageSpan, ...]:
        """A span of one tag for each field of some runs."""
        of_field, _, starts, ends, _ = self._columns
        spans = []
        while first < last:
            field = of_field[first]
            following = first + 1
            while following < last and of_field[following] == field:
                following += 1
            offset = self._offsets[field]
            spans.append(
                LanguageSpan(self._fields[field][1], starts[first] - offset, ends[following - 1] - offset, tag)
            )
            first = following
        return tuple(spans)


def _rank(
    shared: SharedScript,
    inside: NDArray[np.bool_],
    letters: Codes,
    order: Indices | None,
    traits: Traits,
    post_of: Indices,
) -> tuple[Ranking, dict[int, int]]:
    """What the letters of a script (``inside``) are by themselves, and the unit of each post that has any.

    ``order``: how many characters are seen up to each, where some are not.
    """
    inside[apostrophes(traits, inside)] = True
    places = inside.nonzero()[0]
    posts = post_of[places]
    first, units = group(posts)
    ranking = shared.rank(letters[places], places, places if order is None else order[places], units)
    return ranking, {post: unit for unit, post in enumerate(posts[first].tolist())}


def _han_counts(text: Codes, families: NDArray[np.uint8], post_of: Indices) -> dict[int, list[int]]:
    """The row of :func:`han.count` of each post that has Han or Kana."""
    at = (families == _NUMBERS[HAN]).nonzero()[0]
    posts = post_of[at]
    first, units = group(posts)
    counts = han.count(text[at], units, len(first), at)
    return dict(zip(posts[first].tolist(), counts.tolist(), strict=True))
