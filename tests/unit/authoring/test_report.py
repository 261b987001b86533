"""The pages: whole, the same for the same input, and closed to what posts would do in them."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from string import Formatter

import pytest

from moderation.authoring.backtest import Backtest, observe
from moderation.authoring.costs import Cost
from moderation.authoring.diff import Diff, compare, sides
from moderation.authoring.labels import Verdict
from moderation.authoring.report.pages import Source, backtest_page, diff_page, interval, share
from moderation.authoring.report.plots import Interval, bars, heat, intervals
from moderation.authoring.report.words import WORDS
from moderation.cli.display import visible
from tests.unit.policy.building import decide, load, post_of, rule

HOSTILE = "join us <script>alert(1)</script><img src=x onerror=alert(1)> \"'&lt; \u202egnp.exe \x1b[31m </mark></bdi>"
ACTING = {"status": "canary", "canary": "100%"}
OLD = load(rule(title='{en: "<b>One</b>", zh: 一}', **ACTING))
NEW = load(rule(id="spam.two", detect="{a: {words: [please]}}", condition="a", **ACTING))
POSTS = [
    (HOSTILE, Verdict(True, frozenset({"<i>"}))),
    ("join us", Verdict(False)),
    ("please", None),
    ("加入 join us", None),
]


def _backtest(lang: str, posts: list[tuple[str, Verdict | None]] | None = None) -> str:
    counted = Backtest({each.id: each for each in OLD.rules})
    for n, (text, verdict) in enumerate(POSTS if posts is None else posts):
        post = post_of(text, id=f"n-{n}")
        line = n, json.dumps({"id": post.id, "text": text}).encode()
        counted.take(line, observe(post, [decide(OLD, post)]), verdict)
    source = Source([("rules", "rules <hr>"), ("posts", "posts.jsonl")], refused=2, repeated=1)
    return backtest_page(counted, counted.reports({"spam.one": Cost(3, 4.25)}), source, lang, visible)


def _diff(lang: str) -> str:
    counted = Diff(sides(OLD, NEW))
    for n, (text, verdict) in enumerate(POSTS):
        post = post_of(text, id=f"n-{n}")
        line = n, json.dumps({"id": post.id, "text": text}).encode()
        counted.take(line, compare(post, [decide(OLD, post), decide(NEW, post)]), verdict)
    return diff_page(counted, Source([("posts", "posts.jsonl")]), lang, visible)


PAGES = [pytest.param(make, lang, id=f"{make.__name__}-{lang}") for make in (_backtest, _diff) for lang in WORDS]


class _Elements(HTMLParser):
    """The elements of a page with their attributes, and whether every one is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.slow
@pytest.mark.parametrize(("make", "lang"), PAGES)
def test_a_page_is_whole_and_asks_for_nothing_outside(make, lang) -> None:  # type: ignore[no-untyped-def]
    page = make(lang)
    elements = _Elements(page)
    assert elements.open == []
    names = {name for name, _ in elements.found}
    assert not names & {"script", "img", "link", "iframe", "object", "form", "a", "base"}
    assert not any(name.startswith("on") for _, attributes in elements.found for name in attributes)
    assert set(re.findall(r"https?://[^\"' ]+", page)) <= {"http://www.w3.org/1999/xlink", "http://www.w3.org/2000/svg"}
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:;" in page
    assert "url(" not in re.sub(r"url\(#\w+\)", "", page)
    assert page.count("<svg") == page.count("</svg>") > 0


@pytest.mark.slow
@pytest.mark.parametrize(("make", "lang"), PAGES)
def test_the_same_input_gives_the_same_bytes(make, lang) -> None:  # type: ignore[no-untyped-def]
    assert make(lang) == make(lang)


@pytest.mark.slow
@pytest.mark.parametrize(("make", "lang"), PAGES)
def test_hostile_text_stays_text(make, lang) -> None:  # type: ignore[no-untyped-def]
    page = make(lang)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;U+202E&gt;gnp.exe" in page
    assert "&lt;U+001B&gt;[31m" in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "<i>" not in page
    assert "<mark>join us</mark>" in page


@pytest.mark.slow
def test_what_authors_and_files_are_called_is_escaped_too() -> None:
    page = _backtest("en")
    assert "&lt;b&gt;One&lt;/b&gt;" in page
    assert "rules &lt;hr&gt;" in page


@pytest.mark.slow
def test_a_backtest_without_a_hit_or_a_verdict_has_no_empty_plots() -> None:
    page = _backtest("en", [("hello", None)])
    assert "<svg" not in page
    assert "Rules without a hit" in page
    assert "false alarms" not in page


def test_both_languages_say_the_same_things() -> None:
    assert WORDS["en"].keys() == WORDS["zh"].keys()

    def places(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    for key, text in WORDS["en"].items():
        assert places(text) == places(WORDS["zh"][key]), key


@pytest.mark.slow
@pytest.mark.parametrize(
    "draw",
    [
        lambda: bars({"zh": (100, 3), "en": (0, 0)}),
        lambda: bars({"zh": (100, 3)}, apart=True),
        lambda: bars({}),
        lambda: intervals({"spam.one": Interval(0.1, 0.5, 0.9)}),
        lambda: heat(["spam.one"], ["zh", "en"], {("spam.one", "zh"): 0.00004}),
    ],
)
def test_plots_take_their_colours_from_the_page(draw) -> None:  # type: ignore[no-untyped-def]
    svg = draw()
    assert svg == draw()
    assert not re.findall(r"#[0-9a-f]{6}\b", svg)
    assert svg.startswith("<svg")
    assert "<metadata" not in svg


@pytest.mark.parametrize(
    ("part", "of", "text"),
    [(0, 0, "–"), (0, 5, "0.0%"), (1, 3, "33.3%"), (1, 200, "0.50%"), (1, 30_000, "0.003%"), (7, 7, "100.0%")],
)
def test_shares(part: int, of: int, text: str) -> None:
    assert share(part, of) == text


def test_intervals_in_words() -> None:
    assert (interval(0, 0), interval(10, 10)) == ("–", "72.2–100.0%")
