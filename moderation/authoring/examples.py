"""Runs the tests that stand beside rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from moderation.domain.decision import Decision
from moderation.domain.post import KINDS, Post
from moderation.policy.model import RUNNING, Example, Rule

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


def run_examples(rules: Iterable[Rule], judge: Judge) -> list[Result]:
    """Run the tests of rules through a pipeline whose state is empty, as one batch.

    The text of a test with ``copies`` is posted by so many authors, and the last post counts. These authors are the
    same in every test, and tests with more copies come later: so no test adds to the authors of another.

    A test holds when the rule is in the decision's matches, or is not, whatever the rule's status; so tests of shadow
    rules run. A rule that the pipeline does not run (retired; a draft, unless it was woken) is skipped.
    """
    tests = [(rule, example) for rule in rules for example in rule.examples]
    run = [(rule, example) for rule, example in tests if rule.status in RUNNING]
    batch = [(n, copy) for n, (_, example) in enumerate(run) for copy in range(1, example.copies + 1)]
    batch.sort(key=lambda place: (run[place[0]][1].copies, place))
    decisions = judge([_post(n, copy, *run[n]) for n, copy in batch])
    judged = {n: decision for (n, _), decision in zip(batch, decisions, strict=True)}  # the last of its copies
    results = [_result(rule, example, judged[n]) for n, (rule, example) in enumerate(run)]
    return results + [
        Result(rule.id, example, Outcome.skipped, f"the rule's status is {rule.status}")
        for rule, example in tests
        if rule.status not in RUNNING
    ]


def count(results: Iterable[Result]) -> dict[str, int]:
    """How many tests came to each outcome."""
    counts = dict.fromkeys((outcome.value for outcome in Outcome), 0)
    for result in results:
        counts[result.outcome.value] += 1
    return counts


def _post(number: int, copy: int, rule: Rule, example: Example) -> Post:
    kind = next(kind for kind in KINDS if kind in rule.scope.kinds)
    author = {**example.author, "id": f"copier-{copy}"} if example.copies > 1 else dict(example.author)
    return Post.parse({"id": f"test-{number}-{copy}", "text": example.text, "kind": kind, "author": author})


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
