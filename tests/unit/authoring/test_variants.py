"""Each way to write a text anew: what it makes, and what it leaves alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from moderation.authoring.variants import VARIANTS, traditional_table
from moderation.folding.fold import fold

ROOT = Path(__file__).parents[3]
MAKE = {variant.name: variant.make for variant in VARIANTS}


@pytest.mark.parametrize(
    ("name", "language", "text", "made"),
    [
        ("full_width", "en", "DM me: 20", "ＤＭ　ｍｅ：　２０"),
        ("upper_case", "ru", "пиши мне", "ПИШИ МНЕ"),
        ("upper_case", "en", "go to t.me/some1 now", "GO TO t.me/some1 NOW"),  # another link would be another post
        ("traditional", "zh", "发财后联系头发", "發財后聯系頭發"),  # one form each; 后 is a character of its own
        ("simplified", "zh-Hant", "聯繫我們 ABC", "联系我们 ABC"),
        ("no_diacritics", "vi", "Địa điểm ở đâu", "Dia diem o dau"),
        ("no_diacritics", "pl", "Łatwe pieniądze", "Latwe pieniadze"),
        ("emoji_end", "en", "hello", "hello🌸🌸✨"),
        ("no_punctuation", "zh", "姐妹们，加V！wx_12、bit.ly/x。", "姐妹们 加V wx_12 bit.ly/x"),
        ("no_punctuation", "en", "Well, it's $2.50 (now)!", "Well it's $2.50 now"),
        ("line_breaks", "en", "Hi, you: pay 2.50 now.", "Hi,\nyou:\npay 2.50 now."),
        ("line_breaks", "zh", "你好，加我。谢谢", "你好，\n加我。\n谢谢"),
        ("zero_width", "en", "add me", "a\u200bd\u200bd m\u200be"),
        ("spaced", "en", "add me", "a d d  m e"),
        ("spaced", "zh", "加微信abc1", "加 微 信abc1"),
        ("spaced", "hi", "मर जाओ", "म र  जा ओ"),  # a vowel sign stays with its letter
        ("repeated", "en", "please add me", "plllease add me"),
        ("repeated", "ru", "пиши", "пиииши"),
        ("emoji_between", "en", "add me", "add 🌸 me"),
        ("emoji_between", "zh", "你好，加我", "你好， 🌸 加我"),
        ("leet", "en", "please write to a1 @me", "pl3453 wr1t3 t0 a1 @me"),
        ("circled_digits", "en", "call 138", "call ①③⑧"),
        ("formal_digits", "zh", "日结200", "日结贰零零"),
        ("han_digits", "ja", "日給200", "日給二〇〇"),
        ("pinyin", "zh", "加我 wx", "jia wo wx"),
    ],
)
def test_what_a_variant_makes(name: str, language: str, text: str, made: str) -> None:
    assert MAKE[name](text, language) == made


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("traditional", "ja", "会社"),  # not Chinese
        ("simplified", "ja", "會社"),
        ("pinyin", "ja", "会社"),
        ("simplified", "zh", "联系我们"),
        ("formal_digits", "en", "call 138"),
        ("han_digits", "en", "call 138"),
        ("circled_digits", "en", "call me"),
        ("upper_case", "zh", "你好"),
        ("no_diacritics", "ru", "ещё йод"),  # ё and й are letters of their own
        ("no_diacritics", "en", "cafe"),
        ("repeated", "ja", "こんにちは"),
        ("leet", "ru", "привет"),
        ("no_punctuation", "en", "it's t.me/some1"),
        ("line_breaks", "en", "no clause here."),
        ("emoji_between", "zh", "你好"),
        ("spaced", "en", "t.me/some1"),
    ],
)
def test_what_a_variant_leaves_alone(name: str, language: str, text: str) -> None:
    assert MAKE[name](text, language) == text


@pytest.mark.parametrize("name", ["mixed_before", "mixed_after"])
def test_a_clause_of_another_language_stands_beside_the_whole_text(name: str) -> None:
    chinese, english = MAKE[name]("加我微信", "zh-Hant"), MAKE[name]("add me", "en")
    assert re.fullmatch(r"(?:[a-z ]+, )?加我微信(?: [a-z ]+)?", chinese)
    assert re.fullmatch(r"(?:[\u4e00-\u9fff]+, )?add me(?: [\u4e00-\u9fff]+)?", english)
    assert len({MAKE[name](f"add me {n}", "en").replace(f"add me {n}", "") for n in range(40)}) == 6


@given(st.text(st.sampled_from("ab éßłАй 加微后發1２.,!?。，@_/क्षाขวัญ한\u200b🌸\n"), max_size=40))
def test_variants_are_deterministic_and_total(text: str) -> None:
    for variant in VARIANTS:
        for language in ("zh", "en", "hi"):
            assert variant.make(text, language) == variant.make(text, language)


@given(st.text(st.sampled_from("abcéłАб 加微发1,。"), max_size=30))
def test_what_needs_folding_only_folds_to_the_same(text: str) -> None:
    for name in ("full_width", "upper_case", "traditional"):
        assert fold(MAKE[name](text, "zh")) == fold(text)


def test_traditional_characters_are_those_of_opencc() -> None:
    """But for those that need a phrase to be told (里 or 裡), in the Chinese of the tests that ship."""
    texts = [
        found[1]
        for file in sorted((ROOT / "rules").rglob("*.test.yaml"))
        for found in re.finditer(r'(?:match|ok): "([^"\n]*)"', file.read_text("utf-8"))
    ]
    convert = OpenCC("s2t").convert
    pairs = [
        (one, other)
        for text in texts
        for one, other in zip(MAKE["traditional"](text, "zh"), convert(text), strict=True)
        if "\u4e00" <= one <= "\u9fff"
    ]
    assert len(pairs) > 3000
    assert sum(one == other for one, other in pairs) / len(pairs) > 0.95


def test_the_reverse_of_the_fold_folds_back() -> None:
    assert len(traditional_table()) > 1500
    assert all(fold(traditional) == chr(code) for code, traditional in traditional_table().items())
