"""The squeezed views: what hides a word goes, what parts two words stays."""

from __future__ import annotations

import pytest

from moderation.folding.fold import fold_codes, join
from moderation.folding.squeeze import squeeze, squeeze_term

SQUEEZED = [
    ("we\u200bchat", "wechat"),
    ("w h a t s a p p", "whatsapp"),
    ("w-e-c-h-a-t", "wechat"),
    ("w_e.c*h|a/t", "wechat"),
    ("we.chat", "wechat"),
    ("加 V", "加v"),
    ("加.微.信", "加微信"),
    ("加❤\ufe0f微", "加微"),
    ("加 * 微", "加微"),
    ("카 톡", "카톡"),
    ("weeechat", "wechat"),
    ("加加加微信", "加微信"),
    ("dm   me", "dm me"),
]

UNCHANGED = [
    "the rapist",  # two words
    "he'll",  # an apostrophe is part of the word
    "3.14159",  # a point between digits
    "1000 6666",  # repeated digits are numbers
    "cool",  # two letters are spelling
    "印刷。单位",  # the end of a sentence
    "加，微",  # a comma
    "一 . - * 二",  # more than a word would be hidden with
]


def _views(text: str) -> list[str]:
    return [view.text.rstrip("\n") for view in squeeze(fold_codes(join([text])[0]))]


@pytest.mark.parametrize(("written", "squeezed"), SQUEEZED)
def test_what_was_put_between_letters_is_left_out(written: str, squeezed: str) -> None:
    assert _views(written)[0] == squeezed


@pytest.mark.parametrize("text", UNCHANGED)
def test_what_parts_words_stays(text: str) -> None:
    assert _views(text) == []


def test_repeats_are_written_once_in_one_view_and_twice_in_the_other() -> None:
    assert _views("coooool weeechat") == ["col wechat", "cool weechat"]


def test_every_character_of_a_view_knows_where_it_stands() -> None:
    text = "x 加 微\ufe0f..信信信信 w-e"
    for view in squeeze(fold_codes(join([text])[0])):
        for character, start, end in zip(view.text, view.starts, view.ends, strict=True):
            assert set((text + "\n")[start:end]) == {character}


def test_only_lines_that_change_are_in_a_view() -> None:
    folded = fold_codes(join(["plain", "加 v", "plain too", "looong"])[0])
    assert [view.text for view in squeeze(folded)] == ["加v\nlong\n", "loong\n"]


def test_a_term_keeps_its_own_repeats() -> None:
    assert squeeze_term("xxx") == "xxx"
    assert squeeze_term("加 v") == "加v"
