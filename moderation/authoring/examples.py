"""Runs the tests that stand beside rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import chain, islice

from moderation.domain.decision import Decision
from moderation.domain.post import KINDS, Post
from moderation.policy.model import RUNNING, Example, Rule
from moderation.policy.reach import LONGEST_S

_FIRST = datetime(1971, 1, 1, tzinfo=UTC)
_APART = timedelta(seconds=LONGEST_S + 86_400)

Judge = Callable[[Sequence[Post]], Sequence[Decision]]


class Outcome(Enum):
    """What became of a test. Only ``failed`` is a failure."""

    passed = "passed"
    failed = "failed"
    open = "open"
    """a ``todo_…`` that is not true yet"""
    now_true = "now_true"
    """a ``todo_…`` that has become true: drop the ``todo_``"""
    skipped = "skipped"
    """the rule is retired"""


@dataclass(frozen=True, slots=True)
class Result:
    """One test and what became of it; ``reason`` says why where that is not as hoped."""

    rule: str
    example: Example
    outcome: Outcome
    reason: str = ""


def run_examples(rules: Sequence[Rule], judge: Judge) -> list[Result]:
    """Run the tests of rules through a pipeline whose state is empty, as one batch.

    A test holds when the rule is in the decision's matches, or is not, whatever the rule's status; so tests of shadow
    rules run. A rule that the pipeline does not run (retired; a draft, unless it was woken) is skipped.
    """
    run = _running(rules)
    judged = zip(run, judge_examples(run, judge), strict=True)
    results = [_result(rule, example, decision) for (rule, example), decision in judged]
    return results + [
        Result(rule.id, example, Outcome.skipped, f"the rule's status is {rule.status}")
        for rule in rules
        if rule.status not in RUNNING
        for example in rule.examples
    ]


def judge_examples(tests: Sequence[tuple[Rule, Example]], judge: Judge) -> list[Decision]:
    """The decision on the post of each test, as one batch; ``judge`` starts with an empty state.

    The text of a test with ``copies`` is posted by so many authors, with ``times`` by each so often, and the last post
    counts. Such tests lie further apart than any rule remembers, so that none adds to another.
    """
    posts = list(_posts(tests))
    decisions = iter(judge(list(chain.from_iterable(posts))))
    return [list(islice(decisions, len(of_one)))[-1] for of_one in posts]


def posts_of(rules: Iterable[Rule]) -> list[Post]:
    """The posts of the tests of rules, as :func:`run_examples` has them judged."""
    return list(chain.from_iterable(_posts(_running(rules))))


def count(results: Iterable[Result]) -> dict[str, int]:
    """How many tests came to each outcome."""
    counts = dict.fromkeys((outcome.value for outcome in Outcome), 0)
    for result in results:
        counts[result.outcome.value] += 1
    return counts


def _running(rules: Iterable[Rule]) -> list[tuple[Rule, Example]]:
    return [(rule, example) for rule in rules if rule.status in RUNNING for example in rule.examples]


def _posts(tests: Iterable[tuple[Rule, Example]]) -> Iterator[list[Post]]:
    """The posts of each test, the last of which is judged."""
    at = _FIRST
    for n, (rule, example) in enumerate(tests):
        kind = next(kind for kind in KINDS if kind in rule.scope.kinds)
        post = {"id": f"test-{n}", "text": example.text, "kind": kind, "author": dict(example.author)}
        if example.copies == example.times == 1:
            yield [Post.parse(post)]
            continue
        yield [
            Post.parse(
                {
                    **post,
                    "id": f"test-{n}-{copy}-{time}",
                    "author": {**example.author, "id": f"author-{copy}"},
                    "created_at": at.isoformat(),
                }
            )
            for copy in range(example.copies)
            for time in range(example.times)
        ]
        at += _APART


def _result(rule: Rule, example: Example, decision: Decision) -> Result:
    found = next((match for match in decision.matches if match.rule == rule.id), None)
    holds = (found is not None) is example.expected
    if holds:
        outcome = Outcome.now_true if example.todo else Outcome.passed
        reason = "it holds now: drop the `todo_`" if example.todo else ""
        return Result(rule.id, example, outcome, reason)
    if found is not None:
        where = ", ".join(dict.fromkeys(span.slice for span in found.spans))
        reason = f"matched on {where}" if where else "matched"
    else:
        others = ", ".join(match.rule for match in decision.matches)
        reason = f"not matched{f'; matched by {others}' if others else ''}"
    language = decision.language
    seen = f"read as {language.tag}{' (doubtful)' if language.doubtful else ''}"
    return Result(rule.id, example, Outcome.open if example.todo else Outcome.failed, f"{reason}; {seen}")
