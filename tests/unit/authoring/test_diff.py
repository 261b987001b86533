"""What a comparison of two rule sets counts, and the command as an author meets it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from moderation.authoring.diff import Change, Diff, compare, sides
from moderation.authoring.labels import Verdict
from moderation.cli.rules import command
from moderation.domain.decision import Action
from moderation.domain.errors import RulesRefused, UsageError
from moderation.policy.model import RuleSet
from tests.unit.policy.building import decide, load, post_of, rule

BENIGN, VIOLATING = Verdict(False), Verdict(True)
ACTING = {"status": "canary", "canary": "100%"}


def _words(*words: str) -> dict[str, str]:
    return {"detect": f"{{a: {{words: [{', '.join(words)}]}}}}", "condition": "a"}


def _diff(old: RuleSet, new: RuleSet, texts: Iterable[tuple[str, Verdict | None]]) -> Diff:
    counted = Diff(sides(old, new))
    for n, (text, verdict) in enumerate(texts):
        post = post_of(text, id=f"n-{n}")
        seen = compare(post, [decide(old, post), decide(new, post)])
        counted.take((n, json.dumps({"id": post.id, "text": text}).encode()), seen, verdict)
    return counted


OLD = load(rule(**ACTING, **_words("join us")), rule(id="spam.two", **_words("hello")))
NEW = load(rule(**ACTING, **_words("dm me")), rule(id="spam.new", **_words("hello")))


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("approve", "hold", Change.caught),
        ("approve", "limit", Change.caught),
        ("limit", "hold", Change.stricter),
        ("hold", "remove", Change.stricter),
        ("hold", "limit", Change.laxer),
        ("hold", "approve", Change.released),
        ("hold", "hold", None),
    ],
)
def test_how_an_action_changes(before: str, after: str, change: Change | None) -> None:
    old, new = (load(rule(**ACTING, action=f"{{do: {do}}}")) for do in (before, after))
    post = post_of("join us")
    seen = compare(post, [decide(old, post), decide(new, post)])
    assert seen.change is change
    assert seen.actions == (Action[before], Action[after])


def test_an_outcome_that_changes_in_one_market_alone_is_told_apart() -> None:
    old, new = load(rule(**ACTING)), load(rule(**ACTING, markets="{DE: {do: limit}}"))
    post = post_of("join us")
    assert compare(post, [decide(old, post), decide(new, post)]).change is Change.elsewhere
    post = post_of("hello")
    assert compare(post, [decide(old, post), decide(new, post)]).change is None


def test_posts_newly_caught_and_released_by_language_with_verdicts() -> None:
    counted = _diff(
        OLD, NEW, [("dm me", VIOLATING), ("dm me", BENIGN), ("dm me", None), ("join us", BENIGN), ("你们好", None)]
    )
    caught, released = counted.count(Change.caught), counted.count(Change.released)
    assert (caught.posts, caught.violating, caught.benign, caught.unknown) == (3, 1, 1, 1)
    assert (released.posts, released.benign) == (1, 1)
    assert counted.languages["en", Change.caught] == caught
    assert (counted.posts, counted.seen) == (5, {"en": 4, "zh": 1})


def test_changes_are_told_by_the_rules_that_brought_them() -> None:
    counted = _diff(OLD, NEW, [("dm me", None), ("join us", None), ("hello", None)])
    assert counted.rules["spam.one", Change.caught].posts == 1
    assert counted.rules["spam.one", Change.released].posts == 1
    assert (counted.gained["spam.new"].posts, counted.lost["spam.two"].posts) == (1, 1)  # recorded, no action changes
    assert [side.id for side in counted.touched()] == ["spam.one", "spam.new", "spam.two"]


def test_a_rule_that_matches_as_before_and_does_something_else_has_brought_the_change() -> None:
    old = load(rule(**ACTING), rule(id="spam.other", **ACTING, **_words("join us"), action="{do: limit}"))
    new = load(
        rule(**ACTING, action="{do: remove}"),
        rule(id="spam.other", **ACTING, **_words("join us"), action="{do: limit}"),
    )
    counted = _diff(old, new, [("join us", None)])
    assert {name: count.posts for (name, _), count in counted.rules.items()} == {"spam.one": 1}


def test_rules_are_added_removed_and_changed_by_what_they_say() -> None:
    kinds = {name: side.kind for name, side in sides(OLD, NEW).items()}
    assert kinds == {"spam.one": "changed", "spam.two": "removed", "spam.new": "added"}
    assert {side.kind for side in sides(OLD, OLD).values()} == {"same"}


def test_a_list_that_says_more_changes_the_rules_that_use_it() -> None:
    def with_list(*terms: str) -> RuleSet:
        said = f"language: en\nowner: o\nsource: s\nterms: [{', '.join(terms)}]\n"
        return load(rule(detect='{a: {words: "@lists/en/x"}}', condition="a"), lists__en__x=said)

    assert sides(with_list("join us"), with_list("join us", "dm me"))["spam.one"].kind == "changed"


def test_the_same_rules_change_nothing() -> None:
    counted = _diff(OLD, OLD, [("join us", None), ("hello", None)])
    assert counted.touched() == []
    assert counted.samples() == {}


def test_samples_show_what_matched_before_and_after() -> None:
    samples = _diff(OLD, NEW, [("so join us and dm me", None), ("please dm me", VIOLATING)]).samples()
    ((change, language), (moved,)) = next(iter(samples.items()))
    assert (change, language, moved.verdict) == (Change.caught, "en", VIOLATING)
    assert [(part.text, part.marked) for part in moved.segments] == [("please ", False), ("dm me", True)]
    assert (moved.old, [one.rule for one in moved.new]) == ((), ["spam.one"])


# the command ----------------------------------------------------------------------------------------------------------


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["diff", *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, words in (("old", ["join us"]), ("new", ["our house"])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.yaml").write_text(rule(**ACTING, **_words(*words)), "utf-8")
    posts = [
        {"id": "p-1", "text": "Please join us for dinner in the garden today", "violating": 0},
        {"id": "p-2", "text": "There is a big tree behind our house in the garden", "violating": 1},
        {"id": "p-3", "text": "The weather is lovely in the mountains this week"},
    ]
    (tmp_path / "posts.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts), "utf-8")
    return tmp_path


def _said(folder: Path, *more: str) -> dict[str, Any]:
    result = _run(f"{folder}/old", f"{folder}/new", f"{folder}/posts.jsonl", "--json", *more)
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    return said


@pytest.mark.slow
def test_json_says_everything_and_does_not_depend_on_the_processes(folder: Path) -> None:
    said = _said(folder, "--jobs", "1")
    assert said["changes"]["caught"] == {"posts": 1, "violating": 1, "benign": 0}
    assert said["changes"]["released"] == {"posts": 1, "violating": 0, "benign": 1}
    assert said["languages"]["en"]["posts"] == 3
    (changed,) = said["rules"]
    assert (changed["rule"], changed["kind"], changed["gained"]["posts"]) == ("spam.one", "changed", 1)
    caught = said["samples"][0]
    assert (caught["post_id"], caught["actions"]) == ("p-2", ["approve", "hold"])
    assert caught["new"] == [{"rule": "spam.one", "acts": True, "slices": ["our house"]}]
    assert said == _said(folder, "--jobs", "2")


@pytest.mark.slow
def test_the_tables_fit_in_both_languages(folder: Path) -> None:
    arguments = [f"{folder}/old", f"{folder}/new", f"{folder}/posts.jsonl", "--jobs", "1"]
    english, chinese = _run(*arguments), _run(*arguments, "--lang", "zh")
    assert "p-2 approve → hold (violating): There is a big tree behind [[our house]]" in english.stdout
    assert "before: nothing\n    after: spam.one (our house)" in english.stdout
    assert "新命中" in chinese.stdout
    assert max(map(len, english.stdout.splitlines())) <= 100


@pytest.mark.slow
def test_nothing_differs(folder: Path) -> None:
    result = _run(f"{folder}/old", f"{folder}/old", f"{folder}/posts.jsonl", "--jobs", "1")
    assert result.stdout == "3 posts\nNo post and no rule differs.\n"


def test_rules_that_do_not_load_and_reports_that_cannot_be_written(folder: Path) -> None:
    (folder / "new" / "a.yaml").write_text("id: [", "utf-8")
    posts = f"{folder}/posts.jsonl"
    assert isinstance(_run(f"{folder}/old", f"{folder}/new", posts).exception, RulesRefused)
    result = _run(f"{folder}/old", f"{folder}/old", posts, "--html", f"{folder}/none/r.html")
    assert isinstance(result.exception, UsageError)
