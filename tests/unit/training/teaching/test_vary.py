"""Other spellings of a sentence stay legible: letters stay, and each way is as people of the language type."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from moderation.folding.fold import fold
from moderation.folding.han import readings
from moderation.training.teaching.vary import vary
from tests.properties.alphabets import hard_text

LANGUAGES = ("en", "zh", "ja", "th", "ko", "hi", "ar", "ru", "tr", "de")
SEEDS = st.integers(0, 1_000)
SHORT = st.text("aest io!🔥.1。", min_size=1, max_size=6)  # what leet and marks eat


def variations(text: str, lang: str, draws: int = 400) -> set[str]:
    return {vary(text, lang, Random(draw)) for draw in range(draws)}


@given(st.one_of(hard_text(), SHORT), st.sampled_from(LANGUAGES))
def test_a_text_with_letters_keeps_one(text: str, lang: str) -> None:
    assume(any(character.isalpha() for character in text))
    for varied in variations(text, lang, 50):
        assert any(character.isalpha() for character in varied), varied


@given(st.one_of(hard_text(), SHORT), st.sampled_from(LANGUAGES))
def test_no_text_becomes_empty(text: str, lang: str) -> None:
    assume(text.strip())
    assert all(varied.strip() for varied in variations(text, lang, 50))


@given(hard_text(), st.sampled_from(LANGUAGES), SEEDS)
def test_the_same_draw_is_the_same_variation(text: str, lang: str, draw: int) -> None:
    assert vary(text, lang, Random(draw)) == vary(text, lang, Random(draw))


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "They never learn.", "they never learn."),  # in lower case
        ("en", "They never learn.", "THEY NEVER LEARN."),  # shouted
        ("en", "They never learn.", "They never learn"),  # bare
        ("en", "They never learn.", "They never learn 😂"),  # another ending
        ("en", "They never learn.", "They n.e.v.e.r learn."),  # spelled out
        ("tr", "Ilık iç.", "ILIK İÇ."),  # i and ı are two letters, in both cases
        ("tr", "Ilık İç.", "ılık iç."),
        ("th", "อย่ามา!", "อย่ามา"),
    ],
)
def test_a_way_of_writing_is_among_the_variations(lang: str, text: str, expected: str) -> None:
    assert expected in variations(text, lang)


@pytest.mark.parametrize("lang", ["zh", "ja", "th"])
def test_words_are_not_spelled_out_where_none_are_spaced(lang: str) -> None:
    assert not any("n.e.v.e.r" in text for text in variations("never", lang))


def test_a_homophone_is_read_alike_and_is_a_character_that_people_type() -> None:
    text = "滚回你的老家去吧我们这里不欢迎你"
    pairs = {
        (was, now)
        for varied in variations(text, "zh")
        if len(varied) == len(text)
        for was, now in zip(text, varied, strict=True)
        if was != now
    }
    assert len(pairs) > 20
    for was, now in pairs:
        assert readings(fold(now).strip("\0"))[0] == readings(was)[0]
        now.encode("gb2312")  # raises for a rare one


def test_a_homophone_may_be_pinyin() -> None:
    assert any("gun" in text for text in variations("滚回你的老家去吧", "zh"))
