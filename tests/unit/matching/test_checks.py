"""Whether what was found is meant."""

from __future__ import annotations

import pytest

from moderation.matching.checks import is_meant
from moderation.matching.junctions import ends_sentence, is_junction
from moderation.matching.reading import read


def _meant(text: str, seen: str, form: str) -> bool:
    """Whether the folded ``seen`` in a folded text says the term."""
    lines = f"\n{text}\n"
    start = lines.index(seen)
    return is_meant(lines, start, start + len(seen), form, None if seen == form else read(seen, form))


MEANT = [
    ("我操你妈", "操", "操"),
    ("操", "操", "操"),
    ("在家刷单赚钱", "刷单", "刷单"),
    ("加微信群", "微信", "微信"),  # a longer word of it is about it
    ("这是w-e-c", "w-e-c", "wec"),
    ("薇信", "薇信", "微信"),
    ("加 微", "加 微", "加微"),
    ("jiaweixin ok", "jiaweixin", "加微信"),  # so many letters are no accident
    ("快jwx", "jwx", "加微信"),  # Chinese is near
    ("vx123", "vx", "vx"),
    ("c4sh 4 you", "c4sh", "cash"),
    ("4 5 5", "4 5 5", "455"),
    ("कमीना", "कमीना", "कमीना"),
]

NOT_MEANT = [
    ("印刷单位", "刷单", "刷单"),
    ("印刷 单位", "刷 单", "刷单"),
    ("“加”微", "加”微", "加微"),  # a quotation ends
    ("操作", "操", "操"),
    ("名叫曹操的人", "操", "操"),
    ("加老师", "加", "加"),
    ("黄片村", "黄片", "黄片"),  # a place
    ("威信", "威信", "微信"),
    ("jwx file", "jwx", "加微信"),
    ("weix\nin", "wei", "微"),
    ("455", "455", "ass"),  # a number
    ("v8", "v", "v"),
    ("8v", "v", "v"),
    ("no dm. me too", "dm. me", "dm me"),
    ("กาี", "กา", "กา"),
    ("हरामी", "हराम", "हराम"),
]


@pytest.mark.parametrize(("text", "seen", "form"), MEANT)
def test_a_term_that_stands_for_itself_is_meant(text: str, seen: str, form: str) -> None:
    assert _meant(text, seen, form)


@pytest.mark.parametrize(("text", "seen", "form"), NOT_MEANT)
def test_what_came_about_by_chance_is_not(text: str, seen: str, form: str) -> None:
    assert not _meant(text, seen, form)


def test_what_stands_in_another_line_is_not_near() -> None:
    lines = "\n微信\nwx\n微信\n"  # lines may be those of other posts
    assert not is_meant(lines, 4, 6, "微信", read("wx", "微信"))
    assert is_meant(lines.replace("wx\n", "wx"), 4, 6, "微信", read("wx", "微信"))


@pytest.mark.parametrize("gap", ["”", "）", "《", "..", "\0」", "···"])
def test_a_lone_quote_or_a_row_of_dots_is_a_junction(gap: str) -> None:
    folded = f"加{gap}微"
    assert is_junction(folded, 0, len(folded))


@pytest.mark.parametrize("gap", ["", ".", "*", " ", "”“", "*.", "😀"])
def test_other_gaps_are_none(gap: str) -> None:
    folded = f"加{gap}微"
    assert not is_junction(folded, 0, len(folded))


@pytest.mark.parametrize("seen", ["dm. me", "to buy. now", "a. buy. now"])
def test_a_point_after_a_word_ends_a_sentence(seen: str) -> None:
    assert ends_sentence(seen)


@pytest.mark.parametrize("seen", ["w. e. c", "we.chat", "dm  me", "d.m. me", ". me"])
def test_a_point_after_a_letter_or_before_one_does_not(seen: str) -> None:
    assert not ends_sentence(seen)
