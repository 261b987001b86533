"""What the matcher hands on: hits by post and field, in order, whatever else is in the batch."""

from __future__ import annotations

import time

import pytest

from moderation.domain.language import Language
from moderation.domain.post import Media, Post
from moderation.domain.signal import Evidence, Found, Pattern, Term, Vocabulary
from moderation.matching.matcher import Matcher

ENGLISH = Language("en")


def _terms(*texts: str) -> Matcher:
    return Matcher(Vocabulary(terms=tuple(map(Term, texts))))


def test_terms_that_fold_alike_are_each_found_with_their_own_evidence() -> None:
    hits = _terms("WeChat", "wechat", "ＷＥＣＨＡＴ")([Post("p", "wechat")], [ENGLISH])[0].terms
    assert [(hit.number, hit.evidence) for hit in hits] == [
        (0, Evidence.folded),
        (1, Evidence.exact),
        (2, Evidence.folded),
    ]


def test_overlapping_terms_are_all_found_in_order() -> None:
    hits = _terms("微信", "加微信", "加微")([Post("p", "加微信")], [ENGLISH])[0].terms
    assert [(hit.number, hit.span.start, hit.span.end) for hit in hits if hit.evidence is Evidence.exact] == [
        (2, 0, 2), (1, 0, 3), (0, 1, 3),
    ]  # fmt: skip


def test_a_term_that_is_listed_twice_is_found_twice() -> None:
    hits = _terms("casino", "casino")([Post("p", "a c4sino")], [ENGLISH])[0].terms
    assert [(hit.number, hit.span.slice) for hit in hits] == [(0, "c4sino"), (1, "c4sino")]


def test_each_place_has_its_own_hit() -> None:
    hits = _terms("casino")([Post("p", "casino c4sino c.a.s.i.n.o")], [ENGLISH])[0].terms
    assert [hit.evidence.name for hit in hits] == ["exact", "leet", "squeezed"]


def test_terms_that_fold_to_nothing_are_never_found() -> None:
    assert _terms("", "  ", "\u200b\ufe0f")([Post("p", "a \u200b\ufe0f b")], [ENGLISH]) == [Found()]


def test_every_field_is_searched_and_none_runs_into_the_next() -> None:
    post = Post(
        "p", "信加", title="加微", media=(Media("image", ocr_text="v", transcript="vx"), Media("image", ocr_text="x"))
    )
    hits = _terms("加微信", "vx", "加v")([post], [ENGLISH])[0].terms
    seen = [(hit.span.field, hit.span.slice, hit.evidence.name) for hit in hits]
    assert seen == [("title", "加微", "homophone"), ("media.0.transcript", "vx", "exact")]


def test_a_post_does_not_run_into_the_next() -> None:
    matcher = _terms("加微信", "dm me", "微信")
    posts = [
        Post("a", "快加微"),
        Post("b", "信吧"),
        Post("c", "dm"),
        Post("d", "me"),
        Post("e", "wechat"),
        Post("f", "微"),
    ]
    # wechat is a name of 微信 only where Chinese is near, and the next post is not near
    assert [[hit.span.slice for hit in found.terms] for found in matcher(posts, [ENGLISH] * 6)] == [
        ["加微"],
        [],
        [],
        [],
        [],
        [],
    ]


def test_a_batch_finds_what_its_posts_give_singly() -> None:
    texts = [
        "加V看主页",
        "w-e.c h a t",
        "wесhаt",
        "",
        "sh1t $20",
        "印刷单位",
        "🐔女 ok",
        "加加加微信",
        "cooool",
        "jia1wei1xin4",
        "a\nb",
    ]
    matcher = Matcher(
        Vocabulary(
            terms=tuple(map(Term, ("加微信", "wechat", "shit", "刷单", "妓女", "cool", "a b"))),
            patterns=(Pattern(r"\d+"), Pattern("[A-Z]+", view="original"), Pattern(r"\$\d")),
            contacts=True,
            links=True,
        )
    )
    posts = [Post(f"p{number}", text, title=text[::-1]) for number, text in enumerate(texts)]
    together = matcher(posts, [ENGLISH] * len(posts))
    assert together == [matcher([post], [ENGLISH])[0] for post in posts]
    assert sum(bool(found.terms) for found in together) >= 6


def test_nothing_to_look_for_finds_nothing() -> None:
    assert Matcher(Vocabulary())([Post("p", "text")], [ENGLISH]) == [Found()]
    assert Matcher(Vocabulary())([], []) == []
    assert Matcher(Vocabulary())([Post("p", "")], [ENGLISH]) == [Found()]
    assert _terms("a")([Post("p", ""), Post("q", "a")], [ENGLISH] * 2)[0] == Found()


FLOODS = [
    "\u0301", "\u200b", "加", "a ", "a-", "ก่", " ", "加 微", "加微", "abc.", "ab\u200bc ", "\n", "!", "$", "+", "1",
    "a1", "😀", "🐔", "ㅋ", "ـ", "َ", "、", "加、", "wei", "wei1", "力口", "a\u0301", "(", "\ufe0f❤", "ß", "क्", "...",
    "'", "а", "aа",
]  # fmt: skip


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_of_one_character_is_survived(flood: str) -> None:
    text = (flood * 20_000)[:20_000]
    matcher = _terms("加微信", "加微", "abc", "กก", "法轮", "aab", "1", "ㅋㅋㅋ", "a b", "c++")
    started = time.process_time()
    matcher([Post("p", text)], [ENGLISH])
    assert time.process_time() - started < 5
