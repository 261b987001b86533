"""Marks belong to their letter; what else cannot be seen hides something."""

from __future__ import annotations

import pytest

from moderation.folding.fold import fold
from moderation.matching.marks import end_with_marks, hides, keeps_marks


@pytest.mark.parametrize(
    ("text", "end", "whole"),
    [
        ("cafe\u0301 noir", 4, 5),
        ("cafe\u0301\u0302", 4, 6),
        ("❤\ufe0f!", 1, 2),
        ("كلبَ ", 3, 4),  # a vowel sign
        ("ab\u200bc", 2, 2),  # invisible, and no mark
        ("abc", 2, 2),
    ],
)
def test_a_hit_ends_after_the_marks_of_its_last_letter(text: str, end: int, whole: int) -> None:
    assert end_with_marks(text + "\n", fold(text + "\n"), end) == whole


@pytest.mark.parametrize("text", ["w\u200be", "we\u00ad", "w\u2060e\u0301"])
def test_what_is_not_seen_and_is_no_mark_hides_something(text: str) -> None:
    assert hides(text, fold(text))


@pytest.mark.parametrize("text", ["we", "e\u0301", "❤\ufe0f", "w-e"])
def test_marks_hide_nothing(text: str) -> None:
    assert not hides(text, fold(text))


KEPT = [
    # written, term, without tones, with tones
    ("schön", "schön", True, True),
    ("SCHÖN", "schön", True, True),
    ("scho\u0308n", "schön", True, True),  # composed or not
    ("schon", "schön", True, True),  # all left out
    ("wéchat", "wechat", True, False),  # more
    ("éte", "été", True, False),  # some left out
    ("aňo", "año", False, False),  # another
    ("lớn", "lồn", False, False),
    ("du", "đụ", True, True),
    ("đu", "đụ", True, False),  # a bar is one too
    ("ab", "abc", True, True),  # of other lengths: read in another way
]


@pytest.mark.parametrize(("written", "term", "plain", "tonal"), KEPT)
def test_a_word_keeps_its_diacritics(written: str, term: str, plain: bool, tonal: bool) -> None:
    assert keeps_marks(written, term, tonal=False) is plain
    assert keeps_marks(written, term, tonal=True) is tonal
