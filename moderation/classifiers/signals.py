"""Compositional signals: who is spoken of, what is said of them, and how it is meant, as features of the heads.

A light parser over a lexicon's hits. In each sentence every target (a group, a slur, you, a person, an object, oneself)
is paired with the actions around it (dehumanising, threatening, praising, an act, a lewd word …), near or far; the pair
is marked by what stands around it: denied, asked, reported, supposed, condemned, said of oneself, in quotation marks.
Signals have no language, so that what one language teaches holds in another.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.classifiers.folded import Folded, Integers
from moderation.classifiers.lexicon import CUES, Hits
from moderation.folding.tables import SIZE, Kind, kind_table

TARGETS = ("group", "slur", "you", "person", "object", "self")
ACTIONS = (
    *("dehumanise", "exclude", "threaten", "demean", "praise", "profanity", "sexual", "self_harm", "help", "weapon"),
    *("goods", "contact", "money", "private", "play"),
)
STANCES = ("negate", "ask", "quote", "suppose", "self", "condemn", "quoted")
TOPICS = CUES[CUES.index("profanity") :]

NEAR = 20
"""Characters between two terms that still belong together: four or five words, or a Chinese clause."""
AROUND = 12
"""Hits after one with which it may be a pair; a flood of cues costs no more than its length."""

NAMES: tuple[str, ...] = (
    *CUES,
    "quoted",
    *(f"{target} {distance} {action}" for target in TARGETS for action in ACTIONS for distance in ("by", "with")),
    *(f"{target} {action} {stance}" for target in TARGETS for action in ACTIONS for stance in STANCES),
    *(f"{one} & {other}" for one, other in combinations(TOPICS, 2)),
)
"""Every signal. ``group by threaten``: close together; ``with``: in one sentence; ``group threaten negate``: denied."""

Flags = NDArray[np.bool_]

_INDEX = {name: n for n, name in enumerate(NAMES)}
_CUE = {cue: n for n, cue in enumerate(CUES)}
_QUOTED = re.compile(r"[\"“”„«「『‹][^\"“”„«»「」『』\n]{2,200}[\"“”»」』›]")
_NEVER = np.iinfo(np.int64).max


def _table(shape: tuple[int, ...], entries: dict[tuple[int, ...], int]) -> Integers:
    table = np.full(shape, -1, dtype=np.int64)
    for place, number in entries.items():
        table[place] = number
    return table


_PAIR = _table(
    (2, len(CUES), len(CUES)),
    {
        (far, _CUE[target], _CUE[action]): _INDEX[f"{target} {distance} {action}"]
        for target in TARGETS
        for action in ACTIONS
        for far, distance in enumerate(("by", "with"))
    },
)
_STANCE = _table(
    (len(STANCES), len(CUES), len(CUES)),
    {
        (n, _CUE[target], _CUE[action]): _INDEX[f"{target} {action} {stance}"]
        for target in TARGETS
        for action in ACTIONS
        for n, stance in enumerate(STANCES)
    },
)
_TOPIC_ONE, _TOPIC_OTHER = np.array([(_CUE[one], _CUE[other]) for one, other in combinations(TOPICS, 2)]).T
_FIRST_TOPICS = _INDEX[f"{TOPICS[0]} & {TOPICS[1]}"]


def _characters(marks: str) -> Flags:
    table = np.zeros(SIZE, dtype=np.bool_)
    table[[ord(mark) for mark in marks]] = True
    return table


_ENDS = _characters(".!?。！？;；\n")
_QUOTES = _characters('"“”„«»「」『』‹›')
_APART = np.isin(kind_table(), (Kind.blank, Kind.unspaced, Kind.ornament)) | _characters("\n")


class Signals(NamedTuple):
    """The signals of a batch, each once a text, in the order of texts and of :data:`NAMES`.

    ``rows`` and ``numbers`` (signals,): the text and the number in :data:`NAMES`; ``whom`` and ``what`` (signals,): the
    hits that make it, by their place in the batch's hits, −1 for none.
    """

    rows: Integers
    numbers: Integers
    whom: Integers
    what: Integers

    def of(self, row: int) -> Signals:
        """Those of one text."""
        first, last = np.searchsorted(self.rows, (row, row + 1))
        return Signals(*(column[first:last] for column in self))


def signals(folded: Folded, hits: Hits) -> Signals:
    """The signals of some texts by their hits; a text's do not depend on the other texts."""
    texts = len(folded.starts) - 1
    quoted = _quoted(folded)
    found = _Found()
    found.add(hits.rows, hits.cues, np.arange(len(hits.rows)))
    found.add(np.unique(folded.rows[quoted]), np.array(_INDEX["quoted"]))
    first = np.full((texts, len(CUES)), -1)
    first[hits.rows[::-1], hits.cues[::-1]] = np.arange(len(hits.rows))[::-1]
    rows, topics = ((first[:, _TOPIC_ONE] >= 0) & (first[:, _TOPIC_OTHER] >= 0)).nonzero()
    found.add(rows, _FIRST_TOPICS + topics, first[rows, _TOPIC_ONE[topics]], first[rows, _TOPIC_OTHER[topics]])
    sentences = _sentences(folded, hits)
    whom, what = _pairs(hits, sentences)
    if len(whom):
        pair_rows, target, action = hits.rows[whom], hits.cues[whom], hits.cues[what]
        gap = np.maximum(hits.starts[whom] - hits.ends[what], hits.starts[what] - hits.ends[whom])
        found.add(pair_rows, _PAIR[(gap > NEAR).astype(np.int64), target, action], whom, what)
        meant = _meant(hits, sentences, quoted, first[:, _CUE["condemn"]] >= 0)
        stances, so = meant[:, what].nonzero()
        found.add(pair_rows[so], _STANCE[stances, target[so], action[so]], whom[so], what[so])
    return found.once()


class _Found:
    """Signals as they are found, with repetitions."""

    def __init__(self) -> None:
        self._parts: list[tuple[Integers, ...]] = []

    def add(self, rows: Integers, numbers: Integers, whom: Any = -1, what: Any = -1) -> None:
        whole = [np.broadcast_to(column, rows.shape) for column in (numbers, whom, what)]
        self._parts.append((rows, *whole))

    def once(self) -> Signals:
        rows, numbers, whom, what = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        _, first = np.unique(rows * len(NAMES) + numbers, return_index=True)
        return Signals(rows[first], numbers[first], whom[first], what[first])


def _sentences(folded: Folded, hits: Hits) -> Integers:
    """A number for the sentence of each hit. A mark ends one before a blank or a Chinese character, not in 3.5."""
    ends = np.zeros(len(folded.codes), dtype=np.int64)
    ends[1:] = _ENDS[folded.codes[:-1]] & _APART[folded.codes[1:]]
    sentences: Integers = np.cumsum(ends)[hits.starts]
    return sentences


def _quoted(folded: Folded) -> Flags:
    """Which code points stand in quotation marks."""
    inside = np.zeros(len(folded.codes), dtype=np.bool_)
    for row in np.unique(folded.rows[_QUOTES[folded.codes]]).tolist():
        begin = int(folded.starts[row])
        for match in _QUOTED.finditer(folded.text(row)):
            inside[begin + match.start() : begin + match.end()] = True
    return inside


def _pairs(hits: Hits, sentences: Integers) -> tuple[Integers, Integers]:
    """Every target with every action of its sentence that is not too many hits away; the nearest first."""
    pairs = []
    for distance in range(1, min(AROUND, len(sentences) - 1) + 1):
        one = (sentences[:-distance] == sentences[distance:]).nonzero()[0]
        if not len(one):
            break
        pairs += [(one, one + distance), (one + distance, one)]
    if not pairs:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    whom, what = (np.concatenate(column) for column in zip(*pairs, strict=True))
    good = _PAIR[0, hits.cues[whom], hits.cues[what]] >= 0
    return whom[good], what[good]


def _meant(hits: Hits, sentences: Integers, quoted: Flags, condemned: Flags) -> Flags:
    """For each hit (stances × hits), how it is meant if it is an action, in the order of :data:`STANCES`."""
    begins = np.flatnonzero(np.diff(sentences, prepend=-1))
    sizes = np.diff(begins, append=len(sentences))

    def earliest(cue: str) -> Integers:
        starts: Integers = np.minimum.reduceat(np.where(hits.cues == _CUE[cue], hits.starts, _NEVER), begins)
        return np.repeat(starts, sizes)

    # A denial may follow closely (ist kein …); a question or oneself counts wherever it stands in the sentence.
    return np.stack(
        [
            earliest("negate") < hits.ends + NEAR,
            earliest("ask") < _NEVER,
            earliest("quote") < hits.ends + NEAR,
            earliest("suppose") < hits.ends + NEAR,
            earliest("self") < _NEVER,
            condemned[hits.rows],
            quoted[hits.starts],
        ]
    )
