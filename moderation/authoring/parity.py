"""Whether a rule treats the translations of one text alike: the tests that a ``pair`` links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from moderation.authoring.examples import Judge, judge_examples
from moderation.policy.model import RUNNING, Example, Rule

ACTING = frozenset({"canary", "enforce"})


@dataclass(frozen=True, slots=True)
class Member:
    """One text of a pair: whether the rule treats it as the test says, and which rules matched it."""

    example: Example
    holds: bool
    matched: tuple[str, ...]

    @property
    def language(self) -> str:
        """The language without script and region."""
        return base(self.example.lang)


@dataclass(frozen=True, slots=True)
class Pair:
    """The texts that a rule's tests link by one name; the name is the rule's own."""

    rule: str
    status: str
    name: str
    members: tuple[Member, ...]

    @property
    def languages(self) -> frozenset[str]:
        """The languages of its texts."""
        return frozenset(member.language for member in self.members)

    @property
    def broken(self) -> tuple[Member, ...]:
        """The texts that are not treated as their tests say; a ``todo_`` is none."""
        return tuple(member for member in self.members if not member.holds and not member.example.todo)

    @property
    def open(self) -> tuple[Member, ...]:
        """The ``todo_`` texts that are not treated so yet."""
        return tuple(member for member in self.members if not member.holds and member.example.todo)

    @property
    def alone(self) -> bool:
        """Whether its texts are in one language only, so that it compares nothing."""
        return len(self.languages) == 1

    @property
    def uneven(self) -> bool:
        """Whether its tests expect a match of one text and none of another: no translations of each other, then."""
        return len({member.example.expected for member in self.members}) > 1


@dataclass(frozen=True, slots=True)
class Tally:
    """How many pairs have texts in two languages; in how many of them a text in one of the two is broken or open."""

    pairs: int
    broken: int
    open: int

    @property
    def agree(self) -> int:
        """In how many all texts in both languages are treated as they should be."""
        return self.pairs - self.broken - self.open


@dataclass(frozen=True, slots=True)
class Parity:
    """All pairs, and the rules for several languages that have none."""

    pairs: tuple[Pair, ...]
    unpaired: tuple[str, ...]

    @property
    def failures(self) -> list[Pair]:
        """The broken pairs of rules that act."""
        return [pair for pair in self.pairs if pair.broken and pair.status in ACTING]

    def tallies(self) -> Mapping[tuple[str, str], Tally]:
        """By two languages, in the order of :meth:`languages`; only where a pair has texts in both."""
        counts: dict[tuple[str, str], Tally] = {}
        for languages in combinations(self.languages(), 2):
            both = [pair for pair in self.pairs if pair.languages.issuperset(languages)]
            broken = [any(member.language in languages for member in pair.broken) for pair in both]
            still = [any(member.language in languages for member in pair.open) for pair in both]
            if both:
                only_open = sum(o and not b for o, b in zip(still, broken, strict=True))
                counts[languages] = Tally(len(both), sum(broken), only_open)
        return counts

    def languages(self) -> list[str]:
        """The languages of the pairs: zh and en, then those of most pairs."""
        number: dict[str, int] = {}
        for pair in self.pairs:
            for language in pair.languages:
                number[language] = number.get(language, 0) + 1
        return sorted(number, key=lambda tag: (tag != "zh", tag != "en", -number[tag], tag))


def compare(rules: Sequence[Rule], judge: Judge) -> Parity:
    """Run the paired tests of the rules that run; ``judge`` starts with an empty state."""
    running = [rule for rule in rules if rule.status in RUNNING]
    tests = [(rule, example) for rule in running for example in rule.examples if example.pair is not None]
    pairs: dict[tuple[str, str], list[Member]] = {}
    for (rule, example), decision in zip(tests, judge_examples(tests, judge), strict=True):
        matched = tuple(match.rule for match in decision.matches)
        member = Member(example, (rule.id in matched) is example.expected, matched)
        pairs.setdefault((rule.id, example.pair or ""), []).append(member)
    status = {rule.id: rule.status for rule in running}
    return Parity(
        pairs=tuple(Pair(rule, status[rule], name, tuple(members)) for (rule, name), members in pairs.items()),
        unpaired=tuple(rule.id for rule in running if _speaks_several(rule) and not _has_pair(rule.examples)),
    )


def base(tag: str) -> str:
    """The language of a tag without script and region.

    >>> base("zh-Hant")
    'zh'
    """
    return tag.partition("-")[0]


def _speaks_several(rule: Rule) -> bool:
    """Whether a rule is for several languages: by its scope, or where that is any, by its tests."""
    scope = rule.scope.languages
    named = (example.lang for example in rule.examples) if "*" in scope else scope
    return len({base(tag) for tag in named}) > 1


def _has_pair(examples: Iterable[Example]) -> bool:
    return any(example.pair is not None for example in examples)
