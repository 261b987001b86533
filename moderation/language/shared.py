"""Scripts that several languages share: the best profile, how sure that is, and where a second language sets in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.domain.language import UNDETERMINED
from moderation.folding.tables import Codes
from moderation.language.calibration import SURE, confidences
from moderation.language.ngrams import Indices
from moderation.language.profiles import STEP, Profiles, Scores, Weights, WordScores
from moderation.language.runs import changes
from moderation.language.scripts import PRIORS, RARE, SHARED
from moderation.language.second import RARE_RELATIVES, RELATIVES
from moderation.language.verdict import Verdict

LETTERS = 64
"""Of a text that are weighed: more tell no more."""

# A language this far behind the best is not worth naming.
PLAUSIBLE_NATS = 25.0
RANKED = 4

# Nats a letter below which a text is hardly in the language that it is likest to (one in fifty is), from so many on.
_STRANGE_NATS = 12.5
_STRANGE_LETTERS = 15

# Below it letters were set apart, to be read one by one.
_LETTERS_A_WORD = 1.6

# A second language needs a text of so many words, some that are this much likelier in it, and so much together.
_MIXED_WORDS = 4
_OTHER_WORDS = 2
_WORD_NATS = 10.0
_MIXED_NATS = 30.0
_SWITCH_NATS = 15.0


class Stretch(NamedTuple):
    """Words of one language in a text of two: from the first letter to past the last one."""

    start: int
    end: int
    tag: str


class Words(NamedTuple):
    """The words of a batch: ``scores`` (words, languages), whose unit, and where in the text each begins and ends."""

    scores: Weights
    starts: Indices
    ends: Indices
    units: Indices


class Ranking(NamedTuple):
    """What the profiles say of the units of a batch.

    ``tags`` best first (``und`` alone where no letter is of an alphabet), ``scores`` theirs in nats; ``plausible``: how
    many of the tags are not far behind the best; ``letters``: how many were weighed. ``second``: unit → the language
    that it has words of beside the best. ``settled``: whether a unit needs no second look: the profiles are sure, it is
    in one language that is not romanised, not spelt letter by letter, and has no word that the lexicon knows.
    ``strange``: whether it is unlike the language that it is likest to. ``words``: the scores of each word;
    ``languages`` names their columns.
    """

    tags: list[tuple[str, ...]]
    scores: NDArray[np.float64]
    letters: Indices
    confidence: list[float]
    plausible: list[int]
    second: Mapping[int, str]
    settled: list[bool]
    strange: list[bool]
    words: Words
    languages: tuple[str, ...]

    def verdict(self, unit: int) -> Verdict:
        """The best of a unit, by itself."""
        tags = self.tags[unit]
        return Verdict(tags[0], self.confidence[unit], tags[1 : self.plausible[unit]], "profiles")

    def reconsider(self, unit: int, nats: Sequence[float]) -> Verdict:
        """The best of a unit when the scores of its tags change by so many nats."""
        changed = sorted(zip((self.scores[unit] + nats).tolist(), self.tags[unit], strict=True), key=lambda of: -of[0])
        best = changed[0][0]
        sure = confidences(np.array([best - changed[1][0]]), self.letters[unit : unit + 1], looked_twice=True)
        others = tuple(tag for score, tag in changed[1:] if best - score <= PLAUSIBLE_NATS)
        return Verdict(changed[0][1], round(float(sure[0]), 4), others, "lingua")

    def ranked(self, unit: int) -> list[tuple[str, float]]:
        """The first tags of a unit and their scores."""
        return list(zip(self.tags[unit], self.scores[unit].tolist(), strict=False))

    def cut(self, unit: int, tags: tuple[str, str]) -> list[Stretch]:
        """The likeliest way to cut the words of a unit in two languages."""
        inside = slice(*np.searchsorted(self.words.units, (unit, unit + 1)).tolist())
        scores = self.words.scores[inside]
        first, second = (self.languages.index(tag) for tag in tags)
        starts, ends = self.words.starts[inside].tolist(), self.words.ends[inside].tolist()
        return [
            Stretch(starts[a], ends[b - 1], tag)
            for a, b, tag in _stretches(((scores[:, second] - scores[:, first]) / STEP).tolist(), tags)
        ]


class SharedScript:
    """Tells the languages of one script of :data:`~moderation.language.scripts.SHARED`."""

    def __init__(self, script: str, telling: Sequence[str] = ()) -> None:
        priors = {tag: PRIORS.get(tag, RARE) for tag in SHARED[script]}
        self._profiles = Profiles(script, SHARED[script], priors, telling)
        self._unlikely = 2 * (self._profiles.priors.max() - self._profiles.priors)
        self._relatives = np.array([tag in RELATIVES for tag in SHARED[script]])
        self._rare = np.array(["-" in tag or tag in RARE_RELATIVES for tag in SHARED[script]])

    def rank(self, letters: Codes, places: Indices, order: Indices, units: Indices) -> Ranking:
        """Rank the languages for each unit, numbered from 0; a unit's letters stand together.

        ``letters``: those of this script in a text, and apostrophes in its words; ``places``: where they stand in it;
        ``order``: the same, but for what cannot be seen, which parts no letters; ``units``: whose each is.
        """
        sizes = np.bincount(units)
        if sizes.max() > LETTERS:
            few = np.arange(len(units)) - (sizes.cumsum() - sizes).repeat(sizes) < LETTERS
            letters, places, order, units = letters[few], places[few], order[few], units[few]
            sizes = np.minimum(sizes, LETTERS)
        # neighbours in different units are kept apart by a gap
        words = self._profiles.words(letters, order + units)
        unit_of_word = units[words.firsts]
        scores = self._profiles.priors[None].repeat(len(sizes), axis=0)
        first = changes(unit_of_word).nonzero()[0]
        if len(first):
            scores[unit_of_word[first]] += np.add.reduceat(words.scores, first, dtype=np.int32)
        order, best = _best(scores)
        sure = confidences(best[:, 0] - best[:, 1], sizes).round(4)
        names = self._profiles.languages
        second = _second(words, unit_of_word, order[:, 0], self._unlikely)
        word_counts = np.bincount(unit_of_word, minlength=len(sizes))
        wordless = (word_counts == 0).nonzero()[0]
        strange = (best[:, 0] < _STRANGE_NATS * sizes) & (sizes >= _STRANGE_LETTERS)
        doubted = (self._relatives[order[:, 0]] & strange) | self._rare[order[:, 0]]
        settled = (sure >= SURE) & ~doubted & (sizes >= _LETTERS_A_WORD * word_counts)
        settled[unit_of_word[words.told]] = False
        if second:
            settled[list(second)] = False
        tags = [tuple(names[column] for column in row) for row in order.tolist()]
        for unit in wordless.tolist():
            tags[unit], sure[unit] = (UNDETERMINED,), 1.0
        return Ranking(
            tags=tags,
            scores=best,
            letters=sizes,
            confidence=sure.tolist(),
            plausible=(best[:, :1] - best <= PLAUSIBLE_NATS).sum(axis=1).tolist(),
            second={unit: names[column] for unit, column in second.items()},
            settled=settled.tolist(),
            strange=strange.tolist(),
            words=Words(words.scores, places[words.firsts], places[words.lasts] + 1, unit_of_word),
            languages=names,
        )


def _second(words: WordScores, unit_of_word: Indices, best: Indices, unlikely: Scores) -> dict[int, int]:
    """Unit → the column in which enough of its words are much likelier than in its best one.

    ``unlikely`` (languages,): how much more than English each needs.
    """
    of_best = words.scores[np.arange(len(unit_of_word)), best[unit_of_word]]
    other = words.best > of_best + np.int16(_WORD_NATS * STEP)
    sizes = np.bincount(unit_of_word, minlength=len(best))
    long = (sizes >= _MIXED_WORDS) & (np.bincount(unit_of_word[other], minlength=len(best)) >= _OTHER_WORDS)
    if not long.any():
        return {}
    chosen = long[unit_of_word]
    units, scores = unit_of_word[chosen], words.scores[chosen]
    gains = scores - (of_best[chosen, None] + np.int16(_WORD_NATS * STEP))
    np.maximum(gains, 0, out=gains)
    starts = sizes[long].cumsum() - sizes[long]
    sums = np.add.reduceat(gains, starts, dtype=np.int32) - unlikely
    most = sums.argmax(axis=1)
    mixed = sums[np.arange(len(most)), most] >= _MIXED_NATS * STEP
    return dict(zip(units[starts[mixed]].tolist(), most[mixed].tolist(), strict=True))


def _best(scores: Scores) -> tuple[Indices, NDArray[np.float64]]:
    """The columns of the largest scores of each row, best first (of equals the earlier), and the scores in nats."""
    width = scores.shape[1]
    # one sort of numbers: the score above, the column (the earlier the larger) below
    ranked = scores * width + np.arange(width - 1, -1, -1, dtype=np.int32)
    if width > RANKED:
        ranked.partition(width - RANKED, axis=1)
        ranked = ranked[:, -RANKED:]
    ranked.sort(axis=1)
    nats, column = np.divmod(ranked[:, ::-1], width)
    return width - 1 - column, nats / STEP


def _stretches(ahead: list[float], tags: tuple[str, str]) -> list[tuple[int, int, str]]:
    """The likeliest way to cut words in two languages: ``(first word, one past the last, tag)``.

    ``ahead``: how much likelier each word is in the second. Viterbi's algorithm with two states.
    """
    first, second = 0.0, -_SWITCH_NATS
    came: list[tuple[bool, bool]] = []
    for nats in ahead:
        from_second, from_first = second - _SWITCH_NATS > first, first - _SWITCH_NATS > second
        first, second = (
            (second - _SWITCH_NATS if from_second else first),
            (first - _SWITCH_NATS if from_first else second) + nats,
        )
        came.append((from_second, from_first))
    state = second > first
    states = []
    for from_second, from_first in reversed(came):
        states.append(state)
        state = state != (from_first if state else from_second)
    states.reverse()
    cuts = [0, *(at for at in range(1, len(states)) if states[at] != states[at - 1]), len(states)]
    return [(a, b, tags[states[a]]) for a, b in pairwise(cuts)]
