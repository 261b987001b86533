"""Pinyin: told in every way of typing it, and not where other languages have the same syllables."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.language.pinyin import is_pinyin

PINYIN = [
    "wo men yi qi qu chi fan",
    "Wo men yi qi qu chi fan ba!",
    "nihao wo shi zhongguo ren",
    "wǒ xiǎng qù běi jīng",
    "Wǒmen xiànzài qù nǎr?",
    "wo3 xiang3 qu4",
    "wo3 ai4 ni3",
    "bei3jing1 hen3 da4",
    "jia1 wo3 wei1 xin4",
    "xianzai women qu chifan",
    "zhe jia dian zhen de hao chi",
    "lü se de che",
    "lv se de che",
    "qu Xi'an chi fan",
    "women zai Ping'an lu deng ni",
    "yyds zhen de hao chi",
    "jintian de party hen haowan",
    "mingtian xiawu qu kan dianying ma",
    "ta bu zhi dao wo shi shui",
    "ni hao",
    "Ni hao!",
    "nihao",
    "xie xie",
    "xiexie ni",
    "zai jian",
    "ni hao ma",
    "dui bu qi",
    "gong xi fa cai",
    "weishenme",
    "jia weixin",
    "xianzai qu",
    "ni3 hao3",
    "nǐ hǎo",
]


@pytest.mark.parametrize("text", PINYIN)
def test_pinyin_is_known_with_tones_or_without_and_however_it_is_joined(text: str) -> None:
    assert is_pinyin(text)


OTHERS = [
    "",
    "123 456 789",
    "he she me",
    "he can run",
    "a man ran",
    "de la ma",
    "wo men",
    "ni hao friend",
    "women are here",
    "you're a man",
    "Xi Jinping",
    "Hong Kong",
    "sekarang kamu suka",
    "Dia sedang makan siang",
    "Kamu suka selai kacang",
    "saya mau makan nasi di rumah",
    "ang ganda naman",
    "mama na baba wa nyumbani",
    "ina kwana lafiya lau",
    "khong biet lam gi bay gio",
    "ne yapıyorsun",
    "ya hai kya tu ja raha",
    "meu pai e minha mae",
    "que se a la casa",
    "na mě mama",
    "7abibi enta fen",
    "she ran to Shanghai",
    "la la la",
    "ha ha ha ha",
]


@pytest.mark.parametrize("text", OTHERS)
def test_words_of_other_languages_are_not_pinyin_though_they_are_syllables(text: str) -> None:
    assert not is_pinyin(text)


def test_one_word_in_four_may_be_of_another_language_and_no_more() -> None:
    assert is_pinyin("zhe ge bug wo xiu hao le sorry")
    assert not is_pinyin("sorry about the bug zhe ge")


@given(st.text("nihaozx' 13üǎ", max_size=60))
def test_no_text_raises_and_capitals_change_nothing(text: str) -> None:
    assert is_pinyin(text) == is_pinyin(text.upper().lower())


@pytest.mark.parametrize("text", ["xian " * 3_990 + "zzz", "a" * 20_000, "zhuang" * 3_300, ("x" * 64 + " ") * 300])
def test_texts_made_to_backtrack_take_no_time(text: str) -> None:
    started = time.perf_counter()
    is_pinyin(text)
    assert time.perf_counter() - started < 0.5


@pytest.mark.data
@pytest.mark.slow
def test_at_most_one_latin_text_in_five_thousand_is_pinyin_by_mistake(data_dir: object) -> None:
    texts = latin_texts(data_dir)
    hits = sum(is_pinyin(text) for text in texts)
    assert hits * 5_000 <= len(texts)


def latin_texts(data_dir: object) -> list[str]:
    """Posts and sentences in languages of Latin letters, whole and their first three words."""
    import gzip
    from pathlib import Path

    texts: list[str] = []
    for name in ("benign_common_voice", "afrisenti_social", "nusax_social", "toldbr_pt", "paradetox_en"):
        with gzip.open(Path(str(data_dir)) / "train" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for number, line in enumerate(lines) if number % 4 == 0]
        latin = (row["text"] for row in rows if all(c < "\u0250" or c >= "\u1e00" for c in row["text"] if c.isalpha()))
        texts += (part for text in latin for part in (text, " ".join(text.split()[:3])))
    return texts
