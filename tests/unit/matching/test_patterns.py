"""Patterns: on which view they run, what they wait for, and that waiting loses nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest

from moderation.bootstrap import build_rules
from moderation.domain.errors import UsageError
from moderation.domain.language import Language, covers
from moderation.domain.post import Media, Post
from moderation.domain.signal import Evidence, Found, Gate, Hit, Pattern, Term, Vocabulary
from moderation.domain.text import Span
from moderation.folding.fold import SENTINEL, codes, fold
from moderation.matching.index import Woken
from moderation.matching.lines import Lines
from moderation.matching.matcher import Matcher
from moderation.matching.patterns import PatternFinder
from moderation.settings import Settings

ENGLISH = Language("en")


def _found(pattern: Pattern, text: str) -> list[tuple[str, int, str]]:
    hits = Matcher(Vocabulary(patterns=(pattern,)))([Post("p", text)], [ENGLISH])[0].patterns
    return [(hit.span.slice, hit.span.start, hit.evidence.name) for hit in hits]


VIEWS = [
    (Pattern(r"(?:日结|返利)\s*\d+"), "今天日结 200，返利50", [("日结 200", 2, "exact"), ("返利50", 9, "exact")]),
    (Pattern(r"返利\d+"), "😀返利５０", [("返利５０", 1, "folded")]),  # code points, not bytes
    (Pattern(r"繁体"), "繁體", [("繁體", 0, "folded")]),
    (Pattern(r"VX\d+"), "vx12", [("vx12", 0, "exact")]),  # the folded view has no capitals
    (Pattern(r"[A-Z]{3,}", view="original"), "buy NOW", [("NOW", 4, "exact")]),
    (Pattern(r"[A-Z]{3,}", view="original"), "buy now", []),
    (Pattern(r"繁體", view="original"), "繁体", []),
    (Pattern("[Ａ-Ｚ]{2}", view="original"), "ＯＫ ok", [("ＯＫ", 0, "exact")]),  # woken by the folded literal
    (Pattern(r"\bvx\b"), "加vx我", [("vx", 1, "exact")]),  # ASCII words
    (Pattern(r"\d"), "٣", [("٣", 0, "folded")]),  # digits fold
    (Pattern(r"^加$"), "加", [("加", 0, "exact")]),  # a field's own edges
    (Pattern(r"^加$"), "加\n加", []),  # not those of its lines
    (Pattern(r"x*"), "abc", []),  # an empty match is none
    (Pattern(r"x*"), "axxb", [("xx", 1, "exact")]),
    (Pattern(r"asin"), "casino", [("asin", 1, "exact")]),  # inside a word
    (Pattern("जुड़"), "जुड़ें", [("जुड़", 0, "exact")]),  # though a mark ends it there and not here
    (Pattern("كِتَابَ"), "كِتَابَهُ", [("كِتَابَ", 0, "exact")]),
    (Pattern(r"ne\W+two"), "one - two", [("ne - two", 1, "exact")]),
    (Pattern(r"加.{0,2}微"), "快加 个微", [("加 个微", 1, "exact")]),
    (Pattern(r"\$\d+"), "for $20", [("$20", 4, "exact")]),  # a sign to wait for
    (Pattern(r"🔥🔥"), "go 🔥🔥🔥", [("🔥🔥", 3, "exact")]),
    (Pattern(r"a\s+b"), "a\n\nb", [("a\n\nb", 0, "exact")]),  # over lines
    (Pattern(r"[^\n]"), "加", [("加", 0, "exact")]),
]


HIDDEN = [
    (r"\bwechat\b", "my w\u200bechat!", [("w\u200bechat", 3, "squeezed")]),
    (r"wechat", "\u200bwechat\u2060 me", [("wechat", 1, "exact")]),  # nothing hidden at the borders
    (r"加微信", "加\u00ad微\u202e信", [("加\u00ad微\u202e信", 0, "squeezed")]),
    (r"^vx\d{3}$", "\ufeffvx1\u200d2\u200c3", [("vx1\u200d2\u200c3", 1, "squeezed")]),
    (r"cafes? noir", "cafe\u0301s noir", [("cafe\u0301s noir", 0, "folded")]),  # a mark is no disguise
    (r"kill", "k" + "\u0335" * 50 + "ill", [("k" + "\u0335" * 50 + "ill", 0, "folded")]),
    (r"1234", "1\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34", [("1\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34", 0, "folded")]),
    (r"薇❤信", "薇❤\ufe0f信", [("薇❤\ufe0f信", 0, "folded")]),
    (r"我.{0,2}你", "我\u200b\u200b\u200b\u200b爱你", [("我\u200b\u200b\u200b\u200b爱你", 0, "squeezed")]),  # no room
    (r"می(?:خواهم|روم)", "می\u200cخواهم", [("می\u200cخواهم", 0, "squeezed")]),
    (r"می(?:خواهم|روم)", "میخواهم", [("میخواهم", 0, "exact")]),
    (r"क्षमा", "क्\u200dषमा", [("क्\u200dषमा", 0, "squeezed")]),
    (r"سلام", "سـلام", [("سـلام", 0, "squeezed")]),  # a letter drawn out
    (r"賭.", "赌\u200b博", []),  # what the folded view has not is still not there
    (r"a b", "a\u200bb", []),  # and none stands for a blank
]


@pytest.mark.parametrize(("regex", "text", "hits"), HIDDEN)
def test_a_pattern_reads_past_what_leaves_nothing(regex: str, text: str, hits: list[tuple[str, int, str]]) -> None:
    assert _found(Pattern(regex), text) == hits


@pytest.mark.parametrize(
    ("regex", "text", "hits"),
    [
        (r"wechat", "w\u200bechat", []),
        (r"\x{200b}{2,}", "a\u200b\u200bb", [("\u200b\u200b", 1, "exact")]),  # this is how to look for them
        (r"e.a", "e\u0301a", [("e\u0301a", 0, "exact")]),
    ],
)
def test_on_the_original_nothing_is_left_out(regex: str, text: str, hits: list[tuple[str, int, str]]) -> None:
    assert _found(Pattern(regex, view="original"), text) == hits


FAMILY, HEART_ON_FIRE, RAINBOW = "👨‍👩‍👧", "❤️‍🔥", "🏳️‍🌈"


@pytest.mark.parametrize(
    ("regex", "text", "hits"),
    [
        (r"[👨👩👧]{2}", FAMILY, []),  # joined, they are one picture
        (r"[👨👩👧]{2}", "👨👩👧", ["👨👩"]),
        (r"[👨👩👧]{2}", "👨\u200b👩", ["👨\u200b👩"]),  # this does not join them
        (r"❤🔥", HEART_ON_FIRE, []),
        (r"❤🔥", "❤️🔥", ["❤️🔥"]),
        (r"🔥", HEART_ON_FIRE, ["🔥"]),
        (r"🏳.{0,2}🌈", RAINBOW, [RAINBOW]),
        (r"🇨🇳", "🇨🇳", ["🇨🇳"]),
        (r"加🔥", "加\u200d🔥", ["加\u200d🔥"]),  # nor does it join a letter to anything
        (r"🔥加", "🔥\u200d加", ["🔥\u200d加"]),
        (r"\d🔥", "①\u200d🔥", ["①\u200d🔥"]),
        (r"🔥", "\u200d🔥\u200d", ["🔥"]),
    ],
)
def test_emoji_that_are_joined_are_one(regex: str, text: str, hits: list[str]) -> None:
    assert [found for found, *_ in _found(Pattern(regex), text)] == hits


@pytest.mark.parametrize(("pattern", "text", "hits"), VIEWS)
def test_a_pattern_is_found_on_its_view(pattern: Pattern, text: str, hits: list[tuple[str, int, str]]) -> None:
    assert _found(pattern, text) == hits


def test_each_hit_names_its_pattern_whatever_its_view() -> None:
    vocabulary = Vocabulary(patterns=(Pattern("[A-Z]", view="original"), Pattern("b"), Pattern("A", view="original")))
    hits = Matcher(vocabulary)([Post("p", "AB")], [ENGLISH])[0].patterns
    assert [(hit.number, hit.span.slice) for hit in hits] == [(0, "A"), (2, "A"), (0, "B"), (1, "B")]


def test_hits_are_ordered_by_field_and_place() -> None:
    post = Post("p", "b a", title="a b", media=(Media("image", ocr_text="ab"),))
    hits = Matcher(Vocabulary(patterns=(Pattern("b"), Pattern("a"))))([post], [ENGLISH])[0].patterns
    assert [(hit.span.field, hit.span.start, hit.number) for hit in hits] == [
        ("title", 0, 1),
        ("title", 2, 0),
        ("text", 0, 0),
        ("text", 2, 1),
        ("media.0.ocr_text", 0, 1),
        ("media.0.ocr_text", 1, 0),
    ]


def test_a_pattern_that_makes_others_backtrack_takes_no_time() -> None:
    started = time.perf_counter()
    assert _found(Pattern(r"(a+)+$"), "a" * 5000 + "b") == []
    assert time.perf_counter() - started < 1


def test_a_pattern_that_re2_refuses_is_named() -> None:
    with pytest.raises(UsageError, match=r"RE2 refuses the pattern '\(a\)\\\\1'"):
        Matcher(Vocabulary(patterns=(Pattern(r"(a)\1"),)))


def test_a_pattern_waits_for_a_literal_or_for_a_sign_or_for_nothing() -> None:
    finder = PatternFinder((Pattern(r"buy (?:gun|drug)s?"), Pattern(r"[$€]\s?\d"), Pattern(r"\w+!?"), Pattern("gun")))
    assert finder.waits == {"buy gun": [0], "buy drug": [0], "gun": [3]}
    assert finder.always == {2}
    text = "\na€$\nb\n"
    lines = Lines(text, text, codes(text), np.array([1, 5, 7]))
    assert finder.awake(lines, Woken(np.array([0, 3]), np.array([1, 1]))) == {0: {1}, 1: {0, 3}}


def test_what_stands_behind_a_gate_waits_for_nothing_else() -> None:
    finder = PatternFinder((Pattern("gun"), Pattern(r"\d+")), (None, Gate(frozenset(), frozenset({0}))))
    assert finder.waits == {"gun": [0]}
    assert finder.always == set()


def test_a_pattern_of_another_language_is_not_looked_for() -> None:
    matcher = Matcher(Vocabulary(patterns=(Pattern("a+", language="zh"), Pattern("b+", language="en"), Pattern("c+"))))

    def found(language: Language) -> list[int]:
        return [hit.number for hit in matcher([Post("p", "abc")], [language])[0].patterns]

    assert found(Language("en")) == [1, 2]
    assert found(Language("zh-Hant")) == [0, 2]
    assert found(Language("yue")) == [0, 2]
    assert found(Language("fr")) == [2]
    assert found(Language("fr", doubtful=True, candidates=("fr", "en"))) == [1, 2]
    assert found(Language("fr", shares={"fr": 0.8, "zh-Hans": 0.2})) == [0, 2]


def test_a_pattern_behind_a_gate_is_looked_for_only_where_the_gate_stands_open() -> None:
    matcher = Matcher(
        Vocabulary(
            terms=(Term("open"),),
            patterns=(Pattern("[0-9]+"), Pattern("key"), Pattern("[a-z]+!")),
            gates=(Gate(frozenset({0}), frozenset()), None, Gate(frozenset(), frozenset({1}))),
        )
    )

    def found(text: str, title: str = "") -> list[tuple[int, str]]:
        hits = matcher([Post("p", text, title=title)], [ENGLISH])[0].patterns
        return [(hit.number, hit.span.slice) for hit in hits]

    assert found("12 go!") == []
    assert found("open 12 go!") == [(0, "12")]
    assert found("o.p.e.n 12") == [(0, "12")]  # however it is written
    assert found("12 go!", title="open") == [(0, "12")]
    assert found("key 12 go!") == [(1, "key"), (2, "go!")]


def test_a_gate_of_another_post_stays_shut() -> None:
    vocabulary = Vocabulary((Term("open"),), (Pattern("[0-9]+"),), gates=(Gate(frozenset({0}), frozenset()),))
    found = Matcher(vocabulary)([Post("a", "open 1"), Post("b", "2"), Post("c", "3 open")], [ENGLISH] * 3)
    assert [[hit.span.slice for hit in each.patterns] for each in found] == [["1"], [], ["3"]]


def _by_hand(finder: PatternFinder, vocabulary: Vocabulary, post: Post, language: Language, found: Found) -> list[Hit]:
    """What RE2 finds when it is asked for every pattern in every field, gates aside until they are known to open."""
    gates = vocabulary.gates or (None,) * len(vocabulary.patterns)

    def hits(numbers: Sequence[int]) -> list[tuple[int, int, int, Hit]]:
        rows = []
        for n, (field, text) in enumerate(post.fields()):
            for number in numbers:
                pattern = vocabulary.patterns[number]
                if not any(covers(pattern.language, tag) for tag in language.tags()):
                    continue
                view = text if pattern.view == "original" else fold(text)
                kept = [at for at, character in enumerate(view) if character != SENTINEL]  # examples join no emoji
                read = "".join(view[at] for at in kept)
                for match in finder._compiled[number].finditer(read):  # the pattern, as it was compiled
                    if match.start() < match.end():
                        start, end = kept[match.start()], kept[match.end() - 1] + 1
                        evidence = Evidence.exact if view[start:end] == text[start:end] else Evidence.folded
                        hit = Hit(number, Span(field, start, end, text[start:end]), evidence)
                        rows.append((n, start, end, hit))
        return rows

    rows = hits([number for number, gate in enumerate(gates) if gate is None])
    seen = found._replace(patterns=[hit for *_, hit in rows], contacts=(), links=())
    rows += hits([number for number, gate in enumerate(gates) if gate is not None and gate.opens(seen)])
    return [hit for *_, hit in sorted(rows, key=lambda row: (*row[:3], row[3].number))]


@pytest.mark.slow
@pytest.mark.parametrize("gated", [False, True], ids=["no gates", "gates"])
def test_the_shipped_patterns_are_found_as_re2_alone_finds_them(gated: bool) -> None:
    rule_set = build_rules(Settings())
    shipped = rule_set.vocabulary
    examples = {example.text: example.lang for rule in rule_set.rules for example in rule.examples}
    texts = [(text, Language(lang)) for text, lang in examples.items()][:: 3 if gated else 4]
    vocabulary = Vocabulary(
        terms=shipped.terms if gated else (), patterns=shipped.patterns, gates=shipped.gates if gated else ()
    )
    finder = PatternFinder(vocabulary.patterns)
    posts = [Post(f"p{n}", text, title=texts[n - 1][0][:40]) for n, (text, _) in enumerate(texts)]
    languages = [language for _, language in texts]
    some = 0
    for post, language, found in zip(posts, languages, Matcher(vocabulary)(posts, languages), strict=True):
        assert [*found.patterns] == _by_hand(finder, vocabulary, post, language, found)
        some += bool(found.patterns)
    assert some > len(posts) / 10
