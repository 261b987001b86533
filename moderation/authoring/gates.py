"""What a rule must pass before it does more: its files, its tests, its pairs, its precision, its fairness.

Each gate says whether it is passed and with what numbers; how that is said is the command's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from moderation.authoring.examples import Outcome, Result
from moderation.authoring.parity import Pair
from moderation.domain.errors import Problem
from moderation.domain.intervals import wilson
from moderation.domain.language import covers, primary
from moderation.policy.filters import is_filter
from moderation.policy.laws.base import DESK_LANGUAGES, languages_of
from moderation.policy.model import Idiom, Rule

LEAST_BENIGN = 200
"""So many benign verdicts in a language make its rate worth comparing."""
MOST_UNEVEN = 2.0
"""The worst language's rate of false positives, at least, by that of all."""
MOST_FALSE = 0.01
"""The rate of false positives of an enforced rule, at most."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate. ``why`` names what decided it, ``numbers`` are what it is said with."""

    name: str
    passed: bool
    why: str
    numbers: Mapping[str, object] = field(default_factory=dict)


class Demand(NamedTuple):
    """What precision a status asks for: the lower bound, on so many verdicts; whether fairness must be known."""

    precision: float
    verdicts: int
    fairness: bool


DEMANDS: Mapping[str, Demand] = {"canary": Demand(0.60, 20, False), "enforce": Demand(0.80, 50, True)}


class Seen(NamedTuple):
    """One post: its language, whether the rule matched it, and the verdict, None where there is none."""

    language: str
    matched: bool
    violating: bool | None


@dataclass(frozen=True, slots=True)
class Record:
    """What a rule did on posts: how many it matched, how many of these have a verdict, how many of those violate.

    ``benign`` maps a language to the number of benign verdicts, and of those posts among them that the rule matched.
    """

    posts: int
    matched: int
    judged: int
    right: int
    benign: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, posts: Iterable[Seen], reaches: Callable[[str], bool]) -> Record:
        """Count posts; those in a language that the rule does not reach say nothing of how even it is."""
        total = matched = judged = right = 0
        benign: dict[str, tuple[int, int]] = {}
        for post in posts:
            total += 1
            matched += post.matched
            judged += post.matched and post.violating is not None
            right += post.matched and post.violating is True
            language = primary(post.language)
            if post.violating is False and (post.matched or reaches(language)):
                known, false = benign.get(language, (0, 0))
                benign[language] = known + 1, false + post.matched
        return cls(total, matched, judged, right, dict(sorted(benign.items())))


def check_gate(problems: Sequence[Problem]) -> Gate:
    """Nothing is wrong that was not wrong before; ``problems`` are what the new status would bring."""
    shown = [str(problem) for problem in problems]
    return Gate("check", not shown, "problems" if shown else "clean", {"n": len(shown), "problems": shown})


def examples_gate(results: Sequence[Result], languages: Sequence[str]) -> Gate:
    """No test fails, and there is a match and an ok in each of the languages that the rule claims."""
    failed = [f"{one.example.file}:{one.example.line}" for one in results if one.outcome is Outcome.failed]
    if failed:
        return Gate("tests", False, "failed", {"failed": len(failed), "n": len(results), "places": failed})
    sure = [one.example for one in results if not one.example.todo]
    missing = [
        f"{kind} {language}"
        for language in languages
        for kind, expected in (("match", True), ("ok", False))
        if not any(example.expected is expected and covers(language, example.lang) for example in sure)
    ]
    numbers = {"n": len(sure), "languages": list(languages), "missing": missing}
    return Gate("tests", not missing, "missing" if missing else "passed", numbers)


def claimed(rule: Rule, idioms: Mapping[str, Idiom]) -> list[str]:
    """The languages in which a rule must show what it does: those of its scope, or for ``*`` those that it names."""
    if "*" not in rule.scope.languages:
        return list(rule.scope.languages)
    parts = (part for name, part in rule.detect.items() if not is_filter(name))
    named = {tag for part in parts for tag in languages_of(part, idioms)}
    return sorted({*named, *DESK_LANGUAGES} - {"*"}, key=lambda tag: (tag not in DESK_LANGUAGES, tag))


def parity_gate(pairs: Sequence[Pair]) -> Gate:
    """All translations of a text are treated as their tests say."""
    broken = [pair.name for pair in pairs if pair.broken]
    why = "broken" if broken else "agree" if pairs else "none"
    return Gate("parity", not broken, why, {"n": len(pairs), "broken": len(broken), "pairs": broken})


def precision_gate(record: Record, demand: Demand) -> Gate:
    """Of the matched posts with a verdict enough are violating, by the lower bound of Wilson's interval."""
    low, high = wilson(record.right, record.judged)
    numbers = {
        "right": record.right, "n": record.judged, "share": _share(record.right, record.judged),
        "low": low, "high": high, "needs": demand.precision, "least": demand.verdicts, "matched": record.matched,
        "posts": record.posts,
    }  # fmt: skip
    if record.judged < demand.verdicts:
        return Gate("precision", False, "few", numbers)
    passed = low >= demand.precision
    return Gate("precision", passed, "enough" if passed else "low", numbers)


def disparity_gate(record: Record, demand: Demand) -> Gate:
    """No language bears much more than its part of the false positives; for ``enforce`` they are also few.

    A language is judged that has enough benign verdicts; its rate is taken by the lower bound, that of all as it is.
    """
    benign, false = (sum(counts) for counts in zip(*record.benign.values(), strict=True)) if record.benign else (0, 0)
    judged = {tag: counts for tag, counts in record.benign.items() if counts[0] >= LEAST_BENIGN}
    rates = {tag: wilson(wrong, n)[0] for tag, (n, wrong) in judged.items()}
    worst = max(rates, key=lambda tag: (rates[tag], tag), default=None)
    ratio = rates[worst] * benign / false if worst and false else 0.0
    high = wilson(false, benign)[1]
    numbers = {
        "worst": worst, "ratio": ratio, "most": MOST_UNEVEN, "false": false, "n": benign,
        "share": _share(false, benign), "high": high, "most_false": MOST_FALSE,
        "judged": {tag: list(counts) for tag, counts in judged.items()},
        "not_judged": {tag: list(counts) for tag, counts in record.benign.items() if tag not in judged},
        "least": LEAST_BENIGN,
    }  # fmt: skip
    if worst is None:
        return Gate("disparity", not demand.fairness, "unjudged", numbers)
    if ratio > MOST_UNEVEN:
        return Gate("disparity", False, "uneven", numbers)
    if demand.fairness and high > MOST_FALSE:
        return Gate("disparity", False, "many", numbers)
    return Gate("disparity", True, "even", numbers)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
