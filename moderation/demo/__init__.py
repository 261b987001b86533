"""The bundled posts: the first week of a wave of newcomers, written for this project, each with its label.

A line of ``posts.jsonl`` is a post of the contract with four keys more: ``lang`` (BCP 47), ``label`` (``benign`` or a
category), ``disguise`` (how a violation hides, or empty) and, where it is not plain, ``note``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import islice
from typing import Any

import orjson

from moderation.domain.post import Post

BENIGN = "benign"


def bundled() -> list[Post]:
    """Every bundled post, in its order."""
    lines = files(__package__).joinpath("posts.jsonl").read_bytes().splitlines()
    return [Post.parse(orjson.loads(line)) for line in lines]


def repeated(posts: Sequence[Post], count: int) -> list[Post]:
    """``count`` posts: the first ones, or all of them again and again under fresh ids."""
    rounds = range(-(-count // len(posts)))
    return list(islice((post._replace(id=f"{post.id}.{n}") if n else post for n in rounds for post in posts), count))


@dataclass(slots=True)
class Score:
    """How decisions compare with the labels."""

    benign: int = 0
    benign_left_alone: int = 0
    violating: int = 0
    caught: int = 0
    named: int = 0
    disguised: int = 0
    disguised_caught: int = 0
    main_language_right: int = 0
    by_category: Counter[str] = field(default_factory=Counter)
    caught_by_category: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[Post, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def posts(self) -> int:
        return self.benign + self.violating

    @property
    def right(self) -> int:
        return self.benign_left_alone + self.caught


def compare(posts: Iterable[Post], decisions: Mapping[str, Mapping[str, Any]]) -> Score:
    """Count what was right.

    A benign post is right when it is approved. A violating post is *caught* when anything but approval was decided,
    and *named* when an acting rule of its own category matched.
    """
    score = Score()
    for post in posts:
        decision = decisions[post.id]
        label = post.extra["label"]
        flagged = decision["action"] != "approve"
        score.main_language_right += decision["language"]["tag"] == post.extra["lang"]
        if flagged == (label == BENIGN):
            score.wrong.append((post, decision))
        if label == BENIGN:
            score.benign += 1
            score.benign_left_alone += not flagged
            continue
        acting = {match["category"] for match in decision["matches"] if match["status"] in {"enforce", "canary"}}
        score.violating += 1
        score.caught += flagged
        score.named += flagged and label in acting
        score.by_category[label] += 1
        score.caught_by_category[label] += flagged
        if post.extra.get("disguise"):
            score.disguised += 1
            score.disguised_caught += flagged
    return score
