"""Laws on the tests beside a rule: enough of them, in its languages, of one mind."""

from __future__ import annotations

from collections.abc import Mapping

from moderation.domain.language import covers, fallbacks
from moderation.policy.examples import tests_of
from moderation.policy.laws.base import DESK_LANGUAGES, Surroundings, claimed, languages_of, scope_has
from moderation.policy.model import Example
from moderation.policy.reading import Value
from moderation.policy.rules import RuleFile


def enforced_rules_are_tested(file: RuleFile, around: Surroundings) -> None:
    """R025: an enforced rule has a match and an ok in each language that it claims."""
    if file.rule is None or file.status != "enforce":
        return
    found: dict[str, set[str]] = {}
    for test in around.examples:
        if not test.todo:
            for tag in fallbacks(test.lang):
                found.setdefault(tag, set()).add("match" if test.expected else "ok")
    for language in claimed(file, around.idioms):
        missing = [kind for kind in ("match", "ok") if kind not in found.get(language, ())]
        if missing:
            file.value.child("status").fault(
                "R025",
                f"no {' and no '.join(missing)} test in `{language}`",
                f"add it to {tests_of(file.value.file)}, or set `status: shadow`",
            )


def tests_speak_the_scope(file: RuleFile, around: Surroundings) -> None:
    """R057: where the rule does not look, a `match` cannot hold; an `ok` may stand there to show just that."""
    if file.rule is None or "*" in file.rule.scope.languages:
        return
    for test in around.examples:
        if test.expected and not scope_has(file.rule.scope.languages, test.lang):
            _at(around.tests, test).fault(
                "R057",
                f"a match in `{test.lang}`, and the scope is {', '.join(file.rule.scope.languages)}",
                f"add `{test.lang}` to `scope.languages`, or say the language of the post",
                warning=True,
            )


def pairs_are_translations(_: RuleFile, around: Surroundings) -> None:
    """R059: the tests of a pair say one thing in several languages."""
    pairs: dict[str, list[Example]] = {}
    for test in around.examples:
        if test.pair is not None:
            pairs.setdefault(test.pair, []).append(test)
    for name, tests in pairs.items():
        if len({test.lang for test in tests}) == 1:
            _at(around.tests, tests[0]).fault(
                "R059",
                f"the pair `{name}` is in `{tests[0].lang}` alone",
                "add its translation, or leave `pair` out",
                warning=True,
            )


def desks_are_compared(file: RuleFile, around: Surroundings) -> None:
    """R060: parity of the desks is measured on pairs, so a rule that says something for each of them has one.

    What is looked for in any language (emoji, pinyin, English words in Chinese posts) has no translation.
    """
    if file.rule is None or file.status != "enforce" or not set(DESK_LANGUAGES) <= set(claimed(file, around.idioms)):
        return
    named = {tag for part in file.detect.values() for tag in languages_of(part, around.idioms)} - {"*"}
    both = {desk for desk in DESK_LANGUAGES if any(covers(desk, tag) for tag in named)}
    pairs: dict[str, set[str]] = {}
    for test in around.examples:
        if test.pair is not None:
            pairs.setdefault(test.pair, set()).update(desk for desk in both if covers(desk, test.lang))
    if len(both) == len(DESK_LANGUAGES) and both not in pairs.values():
        file.value.child("status").fault(
            "R060",
            "no test in zh is the translation of one in en",
            f"give both the same `pair` in {tests_of(file.value.file)}",
            warning=True,
        )


def tests_agree(_: RuleFile, around: Surroundings) -> None:
    """R061, R062: one post is expected to match or not to match, and once is enough."""
    first: dict[object, Example] = {}
    for test in around.examples:
        post = (test.text, test.lang, tuple(sorted(_said(test.author).items())), test.copies, test.times)
        other = first.setdefault(post, test)
        if other is test:
            continue
        if other.expected is not test.expected:
            message = f"line {other.line} expects the opposite of the same post"
            _at(around.tests, test).fault("R061", message, "remove the one that is wrong")
        else:
            _at(around.tests, test).fault("R062", f"the same test as in line {other.line}", "remove it", warning=True)


def _said(author: Mapping[str, float | str]) -> dict[str, str]:
    return {key: str(value) for key, value in author.items()}


def _at(tests: Value | None, test: Example) -> Value:
    """The cursor on a test of a file; a file in which an example was read is there."""
    assert tests is not None  # noqa: S101 - tells mypy
    lines = (n for n in range(len(tests.value)) if tests.document.mark((n,))[0] == test.line)
    return tests.child(next(lines))
