"""Tests beside rules: which fail, and what they say."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from moderation.authoring.describe import describe_rule, describe_trace
from moderation.authoring.examples import Outcome, count, run_examples
from moderation.domain.decision import Decision
from moderation.domain.post import Post
from moderation.domain.signal import POSTS
from moderation.matching.campaigns import MemoryCampaigns
from moderation.policy.compiler import wake
from moderation.policy.model import RuleSet
from moderation.pool.counting import MemoryCounters
from tests.unit.policy.building import NOW, check, codes, engine_of, load, post_of, rule, signals_of

TESTS = """
- {match: join us, lang: en}
- {match: come here, lang: en, because: it is not in the list yet}
- {ok: hello, lang: en}
- {ok: do join us, lang: en}
- {todo_match: come here, lang: en}
- {todo_match: join us, lang: en}
- {todo_ok: do join us, lang: en}
- {todo_ok: hello, lang: en}
"""


def _run(rules: RuleSet, posts: list[Post] | None = None) -> list[tuple[str, str]]:
    def judge(given: Sequence[Post]) -> list[Decision]:
        if posts is not None:
            posts.extend(given)
        return engine_of(rules)(given, [signals_of(rules, post) for post in given], NOW)

    return [(result.outcome.value, result.reason) for result in run_examples(rules.rules, judge)]


def test_each_test_has_its_outcome_and_its_reason() -> None:
    assert _run(load(rule(), rule0_test=TESTS)) == [
        ("passed", ""),
        ("failed", "not matched; read as en"),
        ("passed", ""),
        ("failed", "matched on join us; read as en"),
        ("open", "not matched; read as en"),
        ("now_true", "it holds now: drop the `todo_`"),
        ("open", "matched on join us; read as en"),
        ("now_true", "it holds now: drop the `todo_`"),
    ]


@pytest.mark.parametrize(
    ("status", "woken", "outcome"),
    [
        ("shadow", False, "passed"),
        ("draft", False, "skipped"),
        ("draft", True, "passed"),
        ("retired", True, "skipped"),
    ],
)
def test_tests_of_every_status_but_retired_run(status: str, woken: bool, outcome: str) -> None:
    rules = load(rule(status=status), rule0_test="- {match: join us, lang: en}\n")
    assert [outcome for outcome, _ in _run(wake(rules) if woken else rules)] == [outcome]


def test_a_test_is_a_post_of_a_kind_that_the_rule_looks_at_with_the_author_that_it_says() -> None:
    text = rule(scope="{kinds: [live, comment]}", detect="{invite: {author.age_days: {lt: 5}}}")
    tests = "- {match: x, lang: en, author: {age_days: 3, strikes: 1, region: US}}\n- {ok: x, lang: en}\n"
    posts: list[Post] = []
    assert [outcome for outcome, _ in _run(load(text, rule0_test=tests), posts)] == ["passed", "passed"]
    assert {post.kind for post in posts} == {"comment"}
    assert (posts[0].author.age_days, posts[0].author.region) == (3, "US")
    assert posts[1].author.age_days is None


LATER = 1.8e9  # Unix seconds
COPIES = "{near_duplicates: {within: 24h, distinct_authors: 3}}"


def test_a_text_with_copies_is_posted_by_so_many_authors_and_the_last_is_judged() -> None:
    """The same text in every test: none of them may add to the authors of another."""
    text = "同一句话由好几个账号一字不差地发了出来，大家都来看看吧"
    tests = (
        f"- {{match: {text}, lang: zh, copies: 3}}\n- {{ok: {text}, lang: zh}}\n"
        f"- {{match: {text}, lang: zh, copies: 4}}\n- {{ok: {text}, lang: zh, copies: 2}}\n"
        f"- {{ok: {text}, lang: zh, copies: 2, author: {{age_days: 3}}}}\n"
    )
    rules = load(rule(detect=f"{{invite: {COPIES}}}"), rule0_test=tests)
    posts: list[Post] = []

    def judge(given: Sequence[Post]) -> list[Decision]:
        posts.extend(given)
        campaigns = MemoryCampaigns(rules.vocabulary.windows)(given, LATER)
        signals = [signals_of(rules, post, campaign=one) for post, one in zip(given, campaigns, strict=True)]
        return engine_of(rules)(given, signals, NOW)

    results = run_examples(rules.rules, judge)
    assert [(result.outcome, result.example.copies) for result in results] == [
        (Outcome.passed, copies) for copies in (3, 1, 4, 2, 2)
    ]
    assert len({post.id for post in posts}) == len(posts) == 12
    assert {post.author.age_days for post in posts} == {None, 3}


def test_a_text_with_times_is_posted_so_often_by_one_author_and_the_last_is_judged() -> None:
    tests = (
        "- {match: join us, lang: en, times: 3}\n- {ok: join us, lang: en}\n- {ok: join us, lang: en, times: 2}\n"
        "- {ok: join us, lang: en, copies: 3}\n- {match: join us, lang: en, copies: 2, times: 3}\n"
    )
    rules = load(rule(detect="{invite: {count: {of: posts, by: author, within: 7d, gte: 3}}}"), rule0_test=tests)

    def judge(given: Sequence[Post]) -> list[Decision]:
        counts = MemoryCounters(rules.vocabulary.tallies)(given, [(POSTS,)] * len(given), LATER)
        signals = [signals_of(rules, post, counts=one) for post, one in zip(given, counts, strict=True)]
        return engine_of(rules)(given, signals, NOW)

    assert {result.outcome for result in run_examples(rules.rules, judge)} == {Outcome.passed}


@pytest.mark.parametrize(
    ("number", "expected"),
    [("1", []), ("100", []), ("0", ["R015"]), ("101", ["R015"]), ("2.5", ["R015"]), ("many", ["R002"])],
)
def test_how_many_posts_a_test_may_have(number: str, expected: list[str]) -> None:
    for key in ("copies", "times"):
        assert codes(check(a=rule(), a_test=f"- {{ok: x, lang: en, {key}: {number}}}\n")) == expected


def test_outcomes_are_counted() -> None:
    results = run_examples(load(rule(status="draft"), rule0_test=TESTS).rules, lambda _posts: [])
    assert count(results) == {outcome.value: 8 if outcome is Outcome.skipped else 0 for outcome in Outcome}


EVERY_KIND = rule(
    status="canary",
    canary="2.5%",
    scope="{languages: [zh, en], mixed: whole}",
    detect=(
        "{w: {words: {zh: [加V], en: [a, b, c, d, e, f, g]}, evidence: folded}, r: {regex: 'x+'},"
        " s: {score: spam, gte: {zh: 0.7, '*': 0.9}}, n: {author.age_days: {lt: 30}}, k: {post.kind: {in: [note]}},"
        " m: {similar_to: {examples: '@lists/exemplars/e', gte: 0.8}}, filter_i: {idiom: [cat_tax]}}"
    ),
    condition="w and (r or s or n or k or m) and not filter_i",
    markets="{DE: {do: limit}}",
    false_positives="{en: [a shop], zh: [店]}",
)
FILES = {
    "lists__exemplars__e": "language: '*'\nowner: o\nsource: s\nterms: [One sentence.]\n",
    "culture__idioms": "- {id: cat_tax, forms: {zh: [交猫税]}, owner: o, benign: {en: A custom., zh: 习惯。}}\n",
}


def test_a_rule_is_told_in_words() -> None:
    lines = dict(describe_rule(load(EVERY_KIND, **FILES).rules[0], "en"))
    assert lines["Status"] == "canary 2.5%"
    assert lines["Looks at"] == "note, comment, video, live, profile, listing; zh, en (whole); *"
    assert lines["  w"] == "8 terms (zh 1, en 7): 加V, a, b, c, d, e …; evidence folded or stronger"
    assert lines["  r"] == "pattern (*) x+"
    assert lines["  s"] == "probability of spam ≥ 0.7 (zh), 0.9"
    assert lines["  n"] == "author.age_days < 30"
    assert lines["  k"] == "post.kind is one of note"
    assert lines["  m"] == "likeness to exemplars/e ≥ 0.8"
    assert lines["  filter_i"] == "idiom cat_tax, meant well"
    assert lines["By market"] == "DE: limit"
    assert lines["Known to be innocent"] == "a shop"


def test_both_languages_tell_the_same_lines() -> None:
    only = load(EVERY_KIND, **FILES).rules[0]
    english, chinese = describe_rule(only, "en"), describe_rule(only, "zh")
    assert len(english) == len(chinese)
    assert dict(chinese)["  s"] == "spam 的概率 ≥ 0.7 (zh)、0.9"


@pytest.mark.parametrize(
    ("text", "verdict", "says"),
    [
        ("加V a xx", "MATCHES", ["w: true", "加V (text 0–2, exact)", "← alone decides", "r: true", "s: unknown"]),
        ("加V", "nearly matches", ["w: true", "r: false", "← alone decides"]),
        ("hmm", "does not match", ["w: false"]),
        ("交猫税加V xx", "MATCHES", ["filter_i: true", "交猫税"]),
    ],
)
def test_a_trace_says_why_and_why_not(text: str, verdict: str, says: list[str]) -> None:
    rules = load(EVERY_KIND.replace("k: {post.kind: {in: [note]}}", "k: {post.kind: {in: [live]}}"), **FILES)
    post = post_of(text)
    trace = engine_of(rules).trace(post, signals_of(rules, post))[0]
    told = "\n".join(describe_trace(trace, "en"))
    assert f"spam.one [canary]: {verdict}" in told
    for part in says:
        assert part in told


def test_a_trace_says_which_part_of_the_scope_leaves_a_post_out() -> None:
    rules = load(rule(scope="{kinds: [live], languages: [zh], markets: [DE]}"))
    for fields, outside in (({}, "kinds"), ({"kind": "live"}, "languages")):
        post = post_of("join us", **fields)
        trace = engine_of(rules).trace(post, signals_of(rules, post))[0]
        assert (trace.outside, trace.matched, trace.near) == (outside, False, True)


def test_a_trace_marks_what_a_filter_took() -> None:
    rules = load(
        rule(detect="{invite: {words: [bad]}, filter_f: {words: [not bad]}}", condition="invite and not filter_f")
    )
    post = post_of("not bad")
    told = "\n".join(describe_trace(engine_of(rules).trace(post, signals_of(rules, post))[0], "en"))
    assert "invite: false  bad (text 4–7, exact, taken away by a filter) ← alone decides" in told
    assert "filter_f: true  not bad (text 0–7, exact)" in told


def test_a_trace_shows_words_that_do_not_count_for_their_language() -> None:
    rules = load(rule(detect="{invite: {words: {fr: [join us]}}}"))
    post = post_of("join us")
    told = "\n".join(describe_trace(engine_of(rules).trace(post, signals_of(rules, post))[0], "en"))
    assert "invite: unknown  join us (text 0–7, exact, not counted: a word of fr)" in told
