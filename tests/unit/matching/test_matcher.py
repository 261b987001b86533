"""What the matcher finds, how it was seen, and what it must not find."""

from __future__ import annotations

import time

import pytest

from moderation.domain.errors import UsageError
from moderation.domain.language import Language, LanguageSpan
from moderation.domain.post import Media, Post
from moderation.domain.signal import Evidence, Gate, Pattern, Term, Vocabulary
from moderation.matching.matcher import Matcher

ENGLISH = Language("en")


def _terms(*texts: str) -> Matcher:
    return Matcher(Vocabulary(terms=tuple(map(Term, texts))))


def _found(term: str, text: str) -> list[tuple[str, int, str]]:
    hits = _terms(term)([Post("p", text)], [ENGLISH])[0].terms
    for hit in hits:
        assert hit.span.slice == text[hit.span.start : hit.span.end]
    return [(hit.span.slice, hit.span.start, hit.evidence.name) for hit in hits]


DISGUISED = [
    # term, text, slice, start, evidence
    ("加V", "姐妹们加V看主页", "加V", 3, "exact"),
    ("加v", "姐妹们加V看主页", "加V", 3, "folded"),
    ("加v", "姐妹们加 V看主页", "加 V", 3, "squeezed"),
    ("加微信", "快加微信吧", "加微信", 1, "exact"),
    ("加微信", "快加.微.信吧", "加.微.信", 1, "squeezed"),
    ("加微信", "快加❤️微❤️信吧", "加❤️微❤️信", 1, "squeezed"),
    ("加微信", "快加加加微信吧", "加微信", 3, "exact"),  # once, and in its plainest form
    ("加微信", "快加加加 微信吧", "加加加 微信", 1, "squeezed"),
    ("說話", "他们说话", "说话", 2, "folded"),
    ("说话", "他們說話", "說話", 2, "folded"),
    ("wechat", "my ＷｅＣｈａｔ id", "ＷｅＣｈａｔ", 3, "folded"),
    ("wechat", "my wесhаt id", "wесhаt", 3, "folded"),  # Cyrillic е, с, а
    ("wechat", "my 𝔀𝓮𝓬𝓱𝓪𝓽", "𝔀𝓮𝓬𝓱𝓪𝓽", 3, "folded"),
    ("wechat", "my w\u200be\u200bchat", "w\u200be\u200bchat", 3, "squeezed"),
    ("wechat", "my w-e-c-h-a-t", "w-e-c-h-a-t", 3, "squeezed"),
    ("wechat", "my we.chat", "we.chat", 3, "squeezed"),
    ("wechat", "my weeeechat", "weeeechat", 3, "squeezed"),
    ("whatsapp", "w h a t s a p p me", "w h a t s a p p", 0, "squeezed"),
    ("cool", "so cooool", "cooool", 3, "squeezed"),  # two letters of the term, four of the text
    ("café", "un cafe\u0301 noir", "cafe\u0301", 3, "folded"),  # the mark belongs to the letter
    ("cafe\u0301", "un cafe\u0301 noir", "cafe\u0301", 3, "exact"),
    ("加❤️微", "快加❤️微", "加❤️微", 1, "exact"),
    ("dm me", "just DM  me", "DM  me", 5, "squeezed"),
    ("카톡", "내 카톡으로 와", "카톡", 2, "exact"),  # a particle follows
    ("สลอต", "เล่นสลอตวันนี้", "สลอต", 4, "exact"),  # no spaces in Thai
    ("قناة", "اشترك في قناة جديدة", "قناة", 9, "exact"),
    ("vx", "加vx我", "vx", 1, "exact"),  # Latin beside Han
    ("vx", "日结200vx123", "vx", 5, "exact"),  # numbers beside a word
    ("t.me/x", "see t.me/x now", "t.me/x", 4, "exact"),
    ("c++", "learn C++ now", "C++", 6, "folded"),
]


@pytest.mark.parametrize(("term", "text", "written", "start", "evidence"), DISGUISED)
def test_a_term_is_found_in_its_disguise(term: str, text: str, written: str, start: int, evidence: str) -> None:
    assert _found(term, text) == [(written, start, evidence)]


INNOCENT = [
    ("ass", "a class of cocktails"),
    ("sex", "in Essex and Middlesex"),
    ("sex", "is ex-wife"),
    ("therapist", "the rapist"),
    ("hell", "he'll come"),
    ("v", "very nice"),
    ("v", "the v8 engine"),  # one letter is not a word beside a number
    ("18", "180, a18, 1.8"),
    ("455", "24550"),
    ("tme", "t me"),
    ("t.me", "tme"),  # the term without its point is another word
    ("刷单", "印刷 单位"),
    ("刷单", "印刷😂单位"),
    ("刷单", "印刷。单位"),
    ("加微", "来加，微笑"),
    ("加微", "来加\n微笑"),
    ("cool", "a col"),
    ("xxx", "xxxx"),
    ("xxx", "x"),
    ("톡", "카톡"),  # inside a Korean word
    ("cafe", "cafe\u0301s"),
    ("กา", "กาี"),  # never between a letter and its mark
    ("सर", "सरकार"),
    ("мир", "мирный"),
]


@pytest.mark.parametrize(("term", "text"), INNOCENT)
def test_a_term_is_not_found_where_it_is_not_meant(term: str, text: str) -> None:
    assert _found(term, text) == []


def test_two_ideographs_apart_are_found_where_nothing_else_is_near() -> None:
    assert _found("刷单", "刷 单") == [("刷 单", 0, "squeezed")]
    assert _found("刷单", "来刷*单吗") == [("刷*单", 1, "squeezed")]


def test_terms_that_fold_alike_are_each_found_with_their_own_evidence() -> None:
    hits = _terms("WeChat", "wechat", "ＷＥＣＨＡＴ")([Post("p", "wechat")], [ENGLISH])[0].terms
    assert [(hit.index, hit.evidence) for hit in hits] == [
        (0, Evidence.folded),
        (1, Evidence.exact),
        (2, Evidence.folded),
    ]


def test_overlapping_terms_are_all_found_in_order() -> None:
    hits = _terms("微信", "加微信", "加微")([Post("p", "加微信")], [ENGLISH])[0].terms
    assert [(hit.index, hit.span.start, hit.span.end) for hit in hits] == [(2, 0, 2), (1, 0, 3), (0, 1, 3)]


def test_terms_that_fold_to_nothing_are_never_found() -> None:
    assert _terms("", "  ", "\u200b\ufe0f")([Post("p", "a \u200b\ufe0f b")], [ENGLISH])[0].terms == []


def test_every_field_is_searched_and_none_runs_into_the_next() -> None:
    post = Post("p", "信", title="加微", media=(Media("image", ocr_text="vx", transcript="v\nx"),))
    hits = _terms("加微信", "vx", "微\n信", "加微", "信")([post], [ENGLISH])[0].terms
    assert [(hit.span.field, hit.span.slice) for hit in hits] == [
        ("title", "加微"),
        ("text", "信"),
        ("media.0.ocr_text", "vx"),
    ]


def test_a_batch_finds_what_its_posts_give_singly() -> None:
    texts = [text for _, text, *_ in DISGUISED] + [text for _, text in INNOCENT] + [""]
    matcher = Matcher(
        Vocabulary(
            terms=tuple(Term(term) for term, *_ in (*DISGUISED, *INNOCENT)),
            patterns=(Pattern(r"\d+"), Pattern("[A-Z]+", view="original")),
        )
    )
    posts = [Post(f"p{number}", text, title=text[::-1]) for number, text in enumerate(texts)]
    assert matcher(posts, [ENGLISH] * len(posts)) == [matcher([post], [ENGLISH])[0] for post in posts]


def test_nothing_to_look_for_finds_nothing() -> None:
    assert Matcher(Vocabulary())([Post("p", "text")], [ENGLISH])[0].terms == []
    assert Matcher(Vocabulary())([], []) == []
    assert Matcher(Vocabulary())([Post("p", "")], [ENGLISH])[0].patterns == []


def _patterns(pattern: Pattern, text: str) -> list[tuple[str, int, str]]:
    hits = Matcher(Vocabulary(patterns=(pattern,)))([Post("p", text)], [ENGLISH])[0].patterns
    return [(hit.span.slice, hit.span.start, hit.evidence.name) for hit in hits]


PATTERNS = [
    (Pattern(r"(?:日结|返利)\s*\d+"), "今天日结 200，返利50", [("日结 200", 2, "exact"), ("返利50", 9, "exact")]),
    (Pattern(r"返利\d+"), "😀返利５０", [("返利５０", 1, "folded")]),  # code points, not bytes
    (Pattern(r"繁体"), "繁體", [("繁體", 0, "folded")]),
    (Pattern(r"VX\d+"), "vx12", [("vx12", 0, "exact")]),  # the folded view has no capitals
    (Pattern(r"[A-Z]{3,}", view="original"), "buy NOW", [("NOW", 4, "exact")]),
    (Pattern(r"[A-Z]{3,}", view="original"), "buy now", []),
    (Pattern(r"\bvx\b"), "加vx我", [("vx", 1, "exact")]),  # ASCII words
    (Pattern(r"\d"), "٣", [("٣", 0, "folded")]),  # digits fold
    (Pattern(r"^加$"), "加", [("加", 0, "exact")]),  # a field's own edges
    (Pattern(r"x*"), "abc", []),  # an empty match is none
    (Pattern(r"x*"), "axxb", [("xx", 1, "exact")]),
]


@pytest.mark.parametrize(("pattern", "text", "hits"), PATTERNS)
def test_a_pattern_is_found_on_its_view(pattern: Pattern, text: str, hits: list[tuple[str, int, str]]) -> None:
    assert _patterns(pattern, text) == hits


def test_each_hit_names_its_pattern_whatever_its_view() -> None:
    vocabulary = Vocabulary(patterns=(Pattern("[A-Z]", view="original"), Pattern("b"), Pattern("A", view="original")))
    hits = Matcher(vocabulary)([Post("p", "AB")], [ENGLISH])[0].patterns
    assert [(hit.index, hit.span.slice) for hit in hits] == [(0, "A"), (2, "A"), (0, "B"), (1, "B")]


def test_a_pattern_that_makes_others_backtrack_takes_no_time() -> None:
    started = time.perf_counter()
    assert _patterns(Pattern(r"(a+)+$"), "a" * 5000 + "b") == []
    assert time.perf_counter() - started < 1


def test_a_pattern_that_re2_refuses_is_named() -> None:
    with pytest.raises(UsageError, match=r"RE2 refuses the pattern '\(a\)\\\\1'"):
        Matcher(Vocabulary(patterns=(Pattern(r"(a)\1"),)))


@pytest.mark.parametrize(
    "flood", ["\u0301", "\u200b", "加", "a ", "a-", "ก่", " ", "加 微", "加微", "abc.", "ab\u200bc "]
)
def test_a_flood_of_one_character_is_survived(flood: str) -> None:
    text = (flood * 20_000)[:20_000]
    started = time.perf_counter()
    _terms("加微", "abc", "กก")([Post("p", text)], [ENGLISH])
    assert time.perf_counter() - started < 5


def test_a_pattern_of_another_language_is_not_looked_for() -> None:
    matcher = Matcher(Vocabulary(patterns=(Pattern("a+", language="zh"), Pattern("b+", language="en"), Pattern("c+"))))

    def found(language: Language) -> list[int]:
        return [hit.index for hit in matcher([Post("p", "abc")], [language])[0].patterns]

    assert found(Language("en")) == [1, 2]
    assert found(Language("zh-Hant")) == [0, 2]
    assert found(Language("yue")) == [0, 2]
    assert found(Language("fr")) == [2]
    assert found(Language("fr", doubtful=True, candidates=("fr", "en"))) == [1, 2]
    assert found(Language("fr", spans=(LanguageSpan("text", 0, 1, "zh-Hans"),))) == [0, 2]


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
        return [(hit.index, hit.span.slice) for hit in hits]

    assert found("12 go!") == []
    assert found("open 12 go!") == [(0, "12")]
    assert found("12 go!", title="open") == [(0, "12")]
    assert found("key 12 go!") == [(1, "key"), (2, "go!")]


def test_the_apostrophe_of_a_telephone_is_an_apostrophe() -> None:
    (hit,) = _terms("don't")([Post("p", "I don’t know")], [ENGLISH])[0].terms
    assert (hit.span.slice, hit.evidence) == ("don’t", Evidence.folded)
