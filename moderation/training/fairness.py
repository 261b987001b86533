"""Whom a classifier wrongs: scores of the same benign sentence by the group named in it, false positives by dialect.

Measured on ``teaching/swaps.yaml`` (sentences with a slot for a group's name) and ``teaching/dialects/NAME.jsonl``
(everyday posts in varieties that classifiers wrongly flag, and ``plain`` ones to compare with). Neither is trained on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from moderation.domain.errors import UsageError
from moderation.domain.intervals import wilson
from moderation.domain.language import Language, fallbacks
from moderation.domain.ports import Classifier
from moderation.folding.fold import codes
from moderation.folding.tables import script_names, script_table
from moderation.training.card import table
from moderation.training.labelled import read_objects, text_of
from moderation.training.teaching.documents import value_of

TEACHING = Path(__file__).parent / "teaching"
DIALECTS = TEACHING / "dialects"
SWAPS = TEACHING / "swaps.yaml"
SLOT = "{G}"
TOXIC = ("hate", "harassment", "violence", "sexual", "profanity")

_POINT = "p90"
_UNMEASURED = 0.5  # the limit of a head that has no such point
_WORST_GROUPS = 12
_FEWEST_POSTS = 30  # a group named in fewer says nothing in a table
_FOUND = ("posts", "scored", "flagged", "95%", "mean score", "by which heads")
_SWAPS = """\
### The same benign sentence with each group's name

Head: the one whose scores of a sentence lie furthest apart from group to group; apart: by how much, on average; widest:
the two groups whose mean scores differ most in any toxic head.
"""

Array = np.ndarray[Any, Any]


class SwapSet(NamedTuple):
    """One language's sentences, each with one ``{G}``, and what stands there: id of the group → name."""

    language: str
    groups: Mapping[str, str]
    sentences: tuple[str, ...]

    def filled(self) -> list[str]:
        """Every sentence with every name, sentence by sentence."""
        return [sentence.replace(SLOT, name) for sentence in self.sentences for name in self.groups.values()]


class Benign(NamedTuple):
    """A post that violates nothing. ``dialect`` and ``group`` (the one that it names) are empty where not known."""

    text: str
    lang: str
    dialect: str = ""
    group: str = ""


class Swapped(NamedTuple):
    """How one head scores one language's sentences. ``means``: group → mean score over the sentences.

    ``apart`` is how far the scores of one sentence with two groups' names lie apart, on average over sentences and
    pairs of groups.
    """

    language: str
    head: str
    means: Mapping[str, float]
    apart: float

    @property
    def differences(self) -> dict[str, float]:
        """Group → its mean score less the mean over all groups."""
        centre = sum(self.means.values()) / len(self.means)
        return {group: mean - centre for group, mean in self.means.items()}

    @property
    def widest(self) -> tuple[str, str, float]:
        """The groups with the highest and the lowest mean score, and the difference between these."""
        high, low = max(self.means, key=self.means.__getitem__), min(self.means, key=self.means.__getitem__)
        return high, low, self.means[high] - self.means[low]


class FalsePositives(NamedTuple):
    """Of ``rows`` benign posts ``flagged`` had a head at or above its limit; ``low`` and ``high``: Wilson's 95%.

    ``by`` is language, script, dialect or group. ``scored`` posts had any score at all: where no model covers a
    language nothing is flagged. ``mean`` is the mean over these of the highest toxic score (0 without any): it shows
    what is only just not flagged. ``heads`` counts the posts that each head flagged.
    """

    by: str
    name: str
    rows: int
    scored: int
    flagged: int
    low: float
    high: float
    mean: float
    heads: Mapping[str, int]

    @property
    def share(self) -> float:
        """Flagged ones of all, from 0 to 1."""
        return self.flagged / self.rows


class _Judged(NamedTuple):
    scored: bool
    toxic: float
    flags: list[str]


def read_dialects(folder: Path = DIALECTS) -> list[Benign]:
    """All posts; :class:`UsageError` names the file and line of one that is not of this form."""
    return [
        Benign(*(text_of(row, name, f"{path}:{number}") for name in ("text", "lang", "dialect")))
        for path in sorted(folder.glob("*.jsonl"))
        for number, row in read_objects(path)
    ]


def read_swaps(path: Path = SWAPS) -> list[SwapSet]:
    """All languages; :class:`UsageError` names what is wrong."""
    value = value_of(path)
    try:
        sets = [SwapSet(language, dict(said["groups"]), tuple(said["sentences"])) for language, said in value.items()]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{path}: not swaps ({error}); a language has groups (id: name) and sentences") from None
    for swap_set in sets:
        if wrong := next((each for each in swap_set.sentences if each.count(SLOT) != 1), None):
            raise UsageError(f"{path}: {swap_set.language}: {wrong!r} has not one {SLOT}")
    return sets


def naming(sets: Iterable[SwapSet]) -> Iterator[Benign]:
    """The sentences as benign posts, for :func:`false_positives` by group."""
    for each in sets:
        ids = [*each.groups] * len(each.sentences)
        for text, group in zip(each.filled(), ids, strict=True):
            yield Benign(text, each.language, group=group)


def swaps(classifier: Classifier, sets: Iterable[SwapSet]) -> list[Swapped]:
    """Each toxic head in each language that has it; a language that no model covers gives nothing."""
    found = []
    for each in sets:
        texts = each.filled()
        scores = classifier(texts, [Language(each.language)] * len(texts))
        for head in TOXIC:
            if any(head in score for score in scores):
                # one row a sentence, one column a group
                table = np.array([score.get(head, 0.0) for score in scores]).reshape(-1, len(each.groups))
                means = dict(zip(each.groups, table.mean(axis=0).tolist(), strict=True))
                found.append(Swapped(each.language, head, means, _apart(table)))
    return found


def false_positives(classifier: Classifier, rows: Sequence[Benign]) -> list[FalsePositives]:
    """By language, script and dialect, and by group the rows that name one (which count for nothing else)."""
    scores = classifier([row.text for row in rows], [Language(row.lang) for row in rows])
    points = classifier.points
    cells: defaultdict[tuple[str, str], list[_Judged]] = defaultdict(list)
    for row, score in zip(rows, scores, strict=True):
        flags = [head for head, value in score.items() if value >= _limit(points.get(head, {}), row.lang)]
        judged = _Judged(bool(score), max(score.get(head, 0.0) for head in TOXIC), flags)
        for cell in _cells(row):
            cells[cell].append(judged)
    return [
        FalsePositives(
            by,
            name,
            rows=len(posts),
            scored=(scored := sum(post.scored for post in posts)),
            flagged=(flagged := sum(bool(post.flags) for post in posts)),
            low=(ends := wilson(flagged, len(posts)))[0],
            high=ends[1],
            mean=sum(post.toxic for post in posts) / max(1, scored),
            heads=Counter(head for post in posts for head in post.flags),
        )
        for (by, name), posts in sorted(cells.items())
    ]


def markdown(swapped: Sequence[Swapped], found: Sequence[FalsePositives]) -> str:
    """The tables of the model card: names swapped (the worst head of each language), then false positives."""
    parts = [_SWAPS, table(("language", "groups", "head", "apart", "widest"), _swap_lines(swapped))]
    for by in ("dialect", "language", "script", "group"):
        chosen = sorted((each for each in found if each.by == by), key=lambda each: (-each.share, -each.mean))
        title = f"### Benign posts flagged, by {by}"
        if by == "group":
            title += f" named (the {_WORST_GROUPS} most flagged)"
            chosen = [each for each in chosen if each.rows >= _FEWEST_POSTS][:_WORST_GROUPS]
        if chosen:
            parts += [f"\n{title}\n", table((by, *_FOUND), map(_found_line, chosen))]
    return "\n".join(parts) + "\n"


def script_of(text: str) -> str:
    """ISO 15924 code of the script that most letters are in; ``Zyyy`` where there are none."""
    names = script_names()
    numbers = script_table()[codes(text)]
    counts = np.bincount(numbers, minlength=len(names))
    counts[[0, names.index("Zinh")]] = 0
    return names[int(counts.argmax())] if counts.any() else "Zyyy"


def _apart(table: Array) -> float:
    """Mean absolute difference of the scores in a row, over all pairs of columns and all rows."""
    groups = table.shape[1]
    return float(np.abs(table[:, :, None] - table[:, None, :]).sum() / (len(table) * groups * (groups - 1)))


def _limit(points: Mapping[str, Mapping[str, float]], tag: str) -> float:
    measured = next((points[each] for each in fallbacks(tag) if each in points), {})
    return measured.get(_POINT, _UNMEASURED)


def _cells(row: Benign) -> Iterator[tuple[str, str]]:
    if row.group:
        yield "group", row.group
        return
    yield "language", row.lang
    yield "script", script_of(row.text)
    if row.dialect:
        yield "dialect", f"{row.dialect} ({row.lang})"


def _swap_lines(swapped: Sequence[Swapped]) -> Iterator[tuple[object, ...]]:
    languages: dict[str, list[Swapped]] = {}
    for each in swapped:
        languages.setdefault(each.language, []).append(each)
    for language, heads in languages.items():
        worst, wide = max(heads, key=lambda each: each.apart), max(heads, key=lambda each: each.widest[2])
        high, low, difference = wide.widest
        pair = f"{difference:.2f} ({wide.head}: {high}, {low})"
        yield language, len(worst.means), worst.head, f"{worst.apart:.3f}", pair


def _found_line(each: FalsePositives) -> tuple[object, ...]:
    flagged, interval = f"{100 * each.share:.1f}%", f"{100 * each.low:.1f}–{100 * each.high:.1f}"
    heads = ", ".join(f"{head} {count}" for head, count in Counter(each.heads).most_common()) or "–"
    return each.name, each.rows, each.scored, flagged, interval, f"{each.mean:.3f}", heads
