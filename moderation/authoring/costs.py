"""What each rule costs: the time to see whether it holds, once everything has been found in a post.

Finding (languages, words, patterns, scores) is shared by all rules and is no part of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple

from moderation.domain.post import Post
from moderation.domain.signal import Signals
from moderation.pipeline import Pipeline
from moderation.policy.checks import Compiler, Measured
from moderation.policy.evaluate import Judgement, Ready
from moderation.policy.index import Index
from moderation.policy.model import RUNNING, RuleSet
from moderation.policy.trace import outside
from moderation.policy.view import View

_ROUNDS = 5


class Cost(NamedTuple):
    """How many of the posts a rule was evaluated on, and the microseconds that one evaluation takes on average."""

    looks: int
    microseconds: float


def measure(rule_set: RuleSet, pipeline: Pipeline, posts: Sequence[Post]) -> dict[str, Cost]:
    """Time every rule on those of the posts that it looks at, by id; a rule that looks at none is absent.

    The rounds differ by what else the machine does, so the fastest of five counts. What the pipeline remembers of
    earlier posts is changed.
    """
    signals = pipeline.signals(posts, pipeline.detect(posts))
    measured = Measured(pipeline.classifier.points, pipeline.exemplars.versions.get("embedding", ""))
    compiler = Compiler(rule_set.vocabulary, rule_set.idioms, measured)
    ready = [Ready.of(rule, compiler) for rule in rule_set.rules if rule.status in RUNNING]
    index = Index(ready)
    work = [(post, signal, index.candidates(signal)) for post, signal in zip(posts, signals, strict=True)]
    rounds = [_round(ready, work) for _ in range(_ROUNDS)]
    looks: defaultdict[int, int] = defaultdict(int)
    for _, _, candidates in work:
        for number in candidates:
            looks[number] += 1
    return {
        ready[number].rule.id: Cost(count, min(spent[number] for spent in rounds) / count * 1e6)
        for number, count in sorted(looks.items())
    }


def _round(ready: Sequence[Ready], work: Sequence[tuple[Post, Signals, list[int]]]) -> dict[int, float]:
    spent: defaultdict[int, float] = defaultdict(float)
    for post, signals, candidates in work:
        view = View(post, signals)
        for number in candidates:
            started = perf_counter()
            if not outside(ready[number].rule, view):
                Judgement(ready[number], view)
            spent[number] += perf_counter() - started
    return spent
