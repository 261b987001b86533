"""What a backtest counts, and the command as an author meets it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from moderation.authoring.backtest import Backtest, Observed, RuleReport, observe
from moderation.authoring.costs import Cost
from moderation.authoring.labels import Verdict
from moderation.authoring.samples import KEPT, Caught, Samples, Segment, excerpt
from moderation.cli.rules import command
from moderation.domain.decision import Action
from moderation.domain.errors import NotFound, UsageError
from moderation.domain.text import Span
from moderation.pool.screening import Line
from tests.unit.policy.building import decide, load, post_of, rule

BENIGN, VIOLATING = Verdict(False), Verdict(True)
RULES = load(
    rule(status="canary", canary="100%"),
    rule(id="spam.two", detect="{two: {words: [join]}}", condition="two"),
    rule(id="scam.three", category="scam", status="canary", canary="100%", detect="{c: {words: [us]}}", condition="c"),
)


def _count(seen: Iterable[tuple[str, Verdict | None]]) -> Backtest:
    """A backtest of texts with their verdicts."""
    counted = Backtest({each.id: each for each in RULES.rules})
    for n, (text, verdict) in enumerate(seen):
        post = post_of(text, id=f"n-{n}")
        counted.take(_line(post.id, text, n), observe(post, [decide(RULES, post)]), verdict)
    return counted


def _line(post_id: str, text: str, number: int) -> Line:
    return number, json.dumps({"id": post_id, "text": text}).encode()


def _reports(counted: Backtest) -> dict[str, RuleReport]:
    return {report.rule.id: report for report in counted.reports({})}


def test_hits_are_counted_by_rule_and_language_acted_or_recorded() -> None:
    reports = _reports(
        _count([("join us", None), ("join us 一起去一起玩一起吃饭", None), ("join me", None), ("hello", None)])
    )
    one, two = reports["spam.one"], reports["spam.two"]
    assert (one.total.hits, one.total.acted, one.total.recorded) == (2, 2, 0)
    assert (two.total.hits, two.total.acted, two.total.recorded) == (3, 0, 3)
    assert {name: tally.hits for name, tally in one.languages.items()} == {"en": 1, "zh": 1}


def test_sole_are_the_hits_without_which_no_rule_would_have_acted() -> None:
    reports = _reports(_count([("join us", None), ("us", None), ("join", None)]))
    assert reports["scam.three"].total.sole == 1  # us; on `join us` spam.one acts too
    assert reports["spam.one"].total.sole == 0
    assert reports["spam.two"].total.sole == 1  # join: if it acted, it alone would
    assert reports["spam.two"].shared == [("scam.three", 1), ("spam.one", 1)]


def test_precision_counts_verdicts_of_any_category_and_names_those_of_its_own() -> None:
    scam = Verdict(True, frozenset({"scam"}))
    total = _reports(_count([("us", scam), ("us", Verdict(True, frozenset({"spam"}))), ("us", BENIGN), ("us", None),
                             ("us", VIOLATING)]))["scam.three"].total  # fmt: skip
    assert (total.hits, total.right, total.wrong, total.known) == (5, 3, 1, 4)
    assert total.precision == 0.75
    assert (total.named, total.own) == (2, 1)
    low, high = total.interval
    assert 0.3 < low < 0.75 < high < 1


def test_without_verdicts_there_is_no_precision() -> None:
    total = _reports(_count([("us", None)]))["scam.three"].total
    assert (total.precision, total.interval) == (None, (0.0, 1.0))


def test_posts_are_counted_by_language_and_action_with_false_alarms() -> None:
    counted = _count([("us", BENIGN), ("hello", BENIGN), ("us", VIOLATING), ("join", VIOLATING), ("你们好", None)])
    english = counted.languages["en"]
    assert (english.count, english.touched, english.actions[Action.hold]) == (4, 2, 2)
    assert (english.benign, english.harmed, english.violating, english.reached) == (2, 1, 2, 1)
    assert (counted.total.count, counted.total.touched) == (5, 2)


def test_a_post_that_carries_a_verdict_brings_it_and_a_bad_one_is_counted() -> None:
    post = post_of("us", violating=1, labels=["scam"])
    assert observe(post, [decide(RULES, post)]).verdict == Verdict(True, frozenset({"scam"}))
    counted = Backtest({})
    bad = post_of("hello", verdict="perhaps")
    counted.take((1, b""), observe(bad, [decide(RULES, bad)]), None)
    assert counted.unread == 1


def test_rules_are_ordered_by_hits_and_only_wanted_ones_are_reported() -> None:
    counted = _count([("join", None), ("join us", None)])
    cost = {"spam.two": Cost(2, 3.5)}
    assert [report.rule.id for report in counted.reports(cost)] == ["spam.two", "scam.three", "spam.one"]
    (report,) = counted.reports(cost, ["spam.two"])
    assert report.cost == Cost(2, 3.5)


def test_samples_are_few_the_same_in_any_order_and_show_what_matched() -> None:
    texts = [(f"n-{n}", f"please join us number {n}") for n in range(40)]

    def kept(order: Iterable[int]) -> list[str]:
        counted = Backtest({each.id: each for each in RULES.rules})
        for n in order:
            post = post_of(texts[n][1], id=texts[n][0])
            counted.take(_line(*texts[n], n), observe(post, [decide(RULES, post)]), None)
        shown = _reports(counted)["spam.one"].samples["en"]
        assert shown[0].segments[:2] == (Segment("please "), Segment("join us", marked=True))
        return [sample.post_id for sample in shown]

    assert len(kept(range(40))) == KEPT
    assert kept(range(40)) == kept(reversed(range(40)))
    assert kept(range(40)) != [f"n-{n}" for n in range(KEPT)]


def test_two_revisions_of_a_post_can_both_be_kept() -> None:
    samples: Samples[str, str] = Samples()
    samples.offer("k", "n-1", (1, b"one"), "first")
    samples.offer("k", "n-1", (2, b"two"), "second")
    assert [what for _, what in samples.of("k")] == ["first", "second"]
    assert samples.lines() == [(1, b"one"), (2, b"two")]


@pytest.mark.parametrize(
    ("text", "places", "shown"),
    [
        ("call me now", [], "call me now"),
        ("call me now", [(5, 7)], "call [me] now"),
        ("call me now", [(5, 7), (0, 4)], "[call] [me] now"),
        ("call me now", [(0, 6), (5, 7)], "[call me] now"),  # overlapping
        ("x" * 300 + "me", [(300, 302)], f"…{'x' * 60}[me]"),
        ("x" * 300, [], f"{'x' * 200}…"),
        ("x" * 300, [(0, 300)], f"[{'x' * 200}]…"),  # a long match is cut too
        ("me" + "x" * 300 + "me", [(0, 2), (302, 304)], f"[me]{'x' * 198}…"),  # one that is far away is not shown
    ],
)
def test_an_excerpt_shows_what_stands_around_the_first_match(
    text: str, places: list[tuple[int, int]], shown: str
) -> None:
    spans = [Span("text", start, end, text[start:end]) for start, end in places]
    segments = excerpt(post_of(text), spans)
    assert "".join(f"[{part.text}]" if part.marked else part.text for part in segments) == shown


def test_an_excerpt_of_several_fields_shows_those_that_matched() -> None:
    post = post_of("call me", title="hello you")
    spans = [Span("title", 6, 9, "you"), Span("text", 5, 7, "me")]
    assert [part.text for part in excerpt(post, spans)] == ["hello ", "you", "\n", "call ", "me"]
    assert [part.text for part in excerpt(post, spans[1:])] == ["call ", "me"]


def test_slices_are_named_once() -> None:
    spans = (Span("text", 0, 2, "me"), Span("text", 5, 7, "me"), Span("text", 8, 9, "I"))
    assert Caught("spam.one", True, spans).slices == ("me", "I")


def test_what_is_observed_travels_between_processes() -> None:
    post = post_of("join us")
    decisions = [decide(RULES, post)]
    seen = observe(post, decisions)
    assert isinstance(seen, Observed)
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:  # as the processes of a screening do
        assert pool.submit(observe, post, decisions).result() == seen


# the command ----------------------------------------------------------------------------------------------------------


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["backtest", *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "a.yaml").write_text(rule(status="canary", canary="100%", detect="{a: {words: {en: [join us]}}}",
                                       condition="a"), "utf-8")  # fmt: skip
    (rules / "b.yaml").write_text(
        rule(id="spam.draft", status="draft", detect="{a: {words: [join]}}", condition="a"), "utf-8"
    )
    posts = [
        {"id": "p-1", "text": "Please join us for dinner at our house today", "violating": 1},
        {"id": "p-2", "text": "Please join us for lunch at our house today"},
        {"id": "p-2", "text": "Please join us for lunch at our house today"},
        {"id": "p-3", "text": "The weather is lovely in the mountains this week"},
        {"id": "bad"},
    ]
    (tmp_path / "posts.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts), "utf-8")
    (tmp_path / "labels.jsonl").write_text('{"id": "p-2", "verdict": "approve"}\n', "utf-8")
    return tmp_path


def _said(folder: Path, *more: str) -> dict[str, Any]:
    result = _run(f"{folder}/rules", f"{folder}/posts.jsonl", "--labels", f"{folder}/labels.jsonl", "--json", *more)
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    for each in said["rules"]:
        each.pop("microseconds")  # differs from run to run
    return said


@pytest.mark.slow
def test_json_says_everything_and_does_not_depend_on_the_processes(folder: Path) -> None:
    said = _said(folder, "--jobs", "1")
    assert (said["posts"], said["refused"], said["repeated"]) == (3, 1, 1)
    one, draft = said["rules"]
    assert (one["rule"], one["hits"], one["right"], one["wrong"], one["precision"]) == ("spam.draft", 2, 1, 1, 0.5)
    assert (draft["rule"], draft["acted"], draft["sole"]) == ("spam.one", 2, 2)
    sample = next(each for each in draft["languages"]["en"]["samples"] if each["post_id"] == "p-2")
    assert {"text": "join us", "marked": True} in sample["text"]
    assert sample["verdict"] == {"violating": False, "categories": []}
    assert said == _said(folder, "--jobs", "2")


@pytest.mark.slow
def test_the_tables_fit_and_what_was_left_out_stands_on_stderr(folder: Path) -> None:
    result = _run(f"{folder}/rules", f"{folder}/posts.jsonl", "--labels", f"{folder}/labels.jsonl", "--jobs", "1")
    assert result.exit_code == 0
    assert "line 5: text: is missing" in result.stderr
    assert "1 lines refused" in result.stderr
    assert "1 repeats left out" in result.stderr
    assert "spam.draft [shadow]" in result.stdout
    assert "50.0%" in result.stdout
    assert "\x1b" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


@pytest.mark.slow
def test_one_rule_shows_its_samples_in_chinese_too(folder: Path) -> None:
    result = _run(f"{folder}/rules", f"{folder}/posts.jsonl", "--rule", "spam.one", "--lang", "zh", "--jobs", "1")
    assert "Please [[join us]] for dinner" in result.stdout
    assert "按规则" in result.stdout
    assert "spam.draft [shadow]" not in result.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("posts", "reason"),
    [("", "it is empty"), ("\n\n", "it is empty"), ('{"id": 1}\nx\n', "all 2 lines were refused")],
)
def test_without_a_post_there_is_no_report(folder: Path, posts: str, reason: str) -> None:
    (folder / "posts.jsonl").write_text(posts, "utf-8")
    result = _run(f"{folder}/rules", f"{folder}/posts.jsonl", "--html", f"{folder}/r.html", "--jobs", "1")
    assert isinstance(result.exception, UsageError)
    assert reason in str(result.exception)
    assert not (folder / "r.html").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["rules", "posts.jsonl", "--rule", "spam.on"], "did you mean `spam.one`"),
        (["rules", "posts.jsonl", "--labels", "none.jsonl"], "none.jsonl: cannot be read"),
        (["rules", "posts.jsonl", "--labels", "posts.jsonl"], "posts.jsonl:2: has no verdict"),
        (["rules", "posts.jsonl", "--html", "none/r.html"], "there is no folder"),
        (["rules", "-", "--labels", "-"], "cannot both be stdin"),
    ],
)
def test_a_call_that_cannot_work_says_so_before_the_work(
    folder: Path, arguments: list[str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    result = _run(*arguments)
    assert isinstance(result.exception, NotFound | UsageError)
    assert reason in str(result.exception)


@pytest.mark.slow
def test_posts_that_cannot_be_read(folder: Path) -> None:
    result = _run(f"{folder}/rules", f"{folder}/none.jsonl", "--jobs", "1")
    assert isinstance(result.exception, UsageError)
    assert "none.jsonl: cannot be read" in str(result.exception)
