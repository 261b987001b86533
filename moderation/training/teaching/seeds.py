"""Hand-written seeds: short posts in contrast sets, one topic judged both ways (``seeds/LANG.jsonl``)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from moderation.domain.errors import UsageError

SEEDS = Path(__file__).parent / "seeds"
BENIGN = "benign"


class Seed(NamedTuple):
    """One post. ``labels``: the categories that it violates, empty when benign. ``set``: the contrast it belongs to.

    ``about``: the category of the contrast; ``form``: how it is meant (statement, joke, news …); ``predicate``: what is
    said; ``group``: of whom.
    """

    text: str
    lang: str
    labels: frozenset[str]
    about: str
    form: str
    predicate: str
    group: str
    set: str

    @property
    def said(self) -> str:
        """The predicate without the suffix that marks its benign twin."""
        return self.predicate.removesuffix("_talk").removesuffix("_other")


def read_seeds(folder: Path = SEEDS) -> list[Seed]:
    """All seeds; :class:`UsageError` names the file and line of one that is not of this form."""
    return [seed for path in sorted(folder.glob("*.jsonl")) for seed in _read(path)]


def _read(path: Path) -> Iterator[Seed]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            labels = frozenset(row["labels"]) - {BENIGN}
            words = {name: str(row[name]) for name in Seed._fields if name != "labels"}
            yield Seed(labels=labels, **words)
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{path}:{number}: not a seed ({error}); each line has {', '.join(Seed._fields)} (see README.md beside)"
            ) from None


def families(seeds: Iterable[Seed]) -> Mapping[str, str]:
    """Set → a name for all sets that share a predicate, in whatever language: what must be held out together."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while parents.setdefault(name, name) != name:
            parents[name] = name = parents[parents[name]]
        return name

    sets: Sequence[tuple[str, str]] = [(f"set {seed.set}", f"says {seed.said}") for seed in seeds]
    for one, other in sets:
        first, second = sorted((root(one), root(other)))
        parents[second] = first
    return {one.removeprefix("set "): root(one) for one, _ in sets}
