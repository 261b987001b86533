"""Readings: what each character is mostly and sometimes read as."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from moderation.folding import build_han, han
from moderation.folding.fold import codes, fold
from moderation.folding.tables import DATA, fold_table


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("pypinyin") is None, reason="the builder reads pypinyin's dictionary")
def test_the_committed_table_is_what_the_builder_writes() -> None:
    assert (DATA / "pinyin.tsv").read_text("utf-8") == build_han.table()


def test_every_character_stands_in_its_folded_form() -> None:
    known = han.syllable_table().nonzero()[0]
    assert np.array_equal(fold_table()[known], known)


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("微信", "wei xin"),
        ("薇芯", "wei xin"),
        ("女律师", "nv lv shi"),
        # the usual reading, not the first of a dictionary
        ("行单大都会", "xing dan da dou hui"),
        ("的了着得", "de le zhe de"),
        # traditional characters are read after folding
        (fold("電報羣組"), "dian bao qun zu"),
    ],
)
def test_the_primary_reading_is_the_usual_one(text: str, syllables: str) -> None:
    assert " ".join(han.syllables()[number] for number in han.syllable_table()[codes(text)]) == syllables


@pytest.mark.parametrize("character", ["v", "5", "カ", "한", "❤", "。", "\0", "々"])
def test_what_is_not_han_has_no_syllable(character: str) -> None:
    assert han.syllable_table()[ord(character)] == 0
    assert han.readings(character) == ()


@pytest.mark.parametrize(
    ("character", "readings"),
    [
        ("行", ("xing", "hang")),
        ("重", ("zhong", "chong")),
        ("长", ("chang", "zhang")),
        ("乐", ("le", "yue")),
        ("还", ("hai", "huan")),
        ("血", ("xue", "xie")),
        ("校", ("xiao", "jiao")),
        ("微", ("wei",)),
    ],
)
def test_a_heteronym_has_its_other_readings(character: str, readings: tuple[str, ...]) -> None:
    first, *others = han.readings(character)
    assert (first, sorted(others)) == (readings[0], sorted(readings[1:]))


def test_no_heteronym_is_listed_twice() -> None:
    listed = [entry[0] for entry in build_han.HETERONYMS.split()]
    assert len(listed) == len(set(listed))


def test_the_first_syllable_is_none() -> None:
    assert han.syllables()[0] == ""
    assert len(han.syllables()) == len(set(han.syllables()))
    assert han.syllable_table().max() < len(han.syllables())


def test_every_character_of_the_simplified_standard_has_a_reading() -> None:
    standard = [
        bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
    ]
    assert [character for character in standard if character and not han.readings(fold(character))] == []
