"""The folded view: what reads alike folds alike, and nothing else does."""

from __future__ import annotations

import pytest

from moderation.folding import SENTINEL, fold
from moderation.folding.fold import term_form

ALIKE = [
    ("ＷｅＣｈａｔ", "wechat"),  # full width
    ("𝓦𝓮𝓬𝓱𝓪𝓽 𝐰𝐞𝐜𝐡𝐚𝐭 ⓦⓔⓒⓗⓐⓣ 🅆🄴🄲🄷🄰🅃", "wechat wechat wechat wechat"),  # styled
    ("ᴡᴇᴄʜᴀᴛ", "wechat"),  # small capitals
    ("wеchаt", "wechat"),  # Cyrillic е and а in a Latin word
    ("ωechατ", "wechat"),  # Greek
    ("Crème brûlée, Łódź, øl", "creme brulee, lodz, ol"),  # diacritics and strokes
    ("Ё ё Ά", "е е α"),  # diacritics of Cyrillic and Greek
    ("繁體中文 說話", "繁体中文 说话"),  # traditional
    ("①②③ ٤٥٦ ７８９ ⓿", "123 456 789 0"),  # digits of all styles
    ("İstanbul", "istanbul"),  # its lower case is two characters
    ("ＡＢＣ　ｄ", "abc d"),  # the ideographic space
    ("ﾊﾝｶｸ", "ハンカク"),  # half-width kana
]

APART = [
    "мой сосед",  # a wholly Cyrillic word stays Cyrillic though с, о, е look Latin
    "и й ї і",  # й and ї are letters of their own
    "กำลัง น้ำ",  # marks of Thai make other syllables
    "किताब",  # marks of Devanagari
    "كِتَاب",  # marks of Arabic
    "ß ŉ ﬁ",  # one character that stands for two has no place to unfold to
    "が か",  # voiced kana
]


@pytest.mark.parametrize(("written", "folded"), ALIKE)
def test_what_reads_alike_folds_alike(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("text", APART)
def test_what_reads_otherwise_stays_itself(text: str) -> None:
    assert fold(text) == text


def test_what_cannot_be_seen_keeps_its_place() -> None:
    assert fold("we\u200bch\u00adat") == f"we{SENTINEL}ch{SENTINEL}at"
    assert fold("cafe\u0301") == f"cafe{SENTINEL}"
    assert fold("❤\ufe0f") == f"❤{SENTINEL}"


def test_look_alikes_fold_only_in_words_that_have_latin_letters() -> None:
    assert fold("сосед wесhat привет") == "сосед wechat привет"
    assert fold("w\u200bеchat") == f"w{SENTINEL}echat"
    assert fold("пидоp") == "пидop"  # those that stand together with Latin ones


def test_what_a_text_folds_to_does_not_depend_on_the_others_of_its_batch() -> None:
    for text in ("привет가V", "ажv", "ажv еx"):
        alone, beside = fold(text), fold(f"{text}\nеx")
        assert beside.split("\n")[0] == alone


def test_a_term_folds_without_sentinels_and_edges() -> None:
    assert term_form(" 加❤\ufe0f微 ") == "加❤微"
    assert term_form("\u200b\ufeff") == ""
