"""The other ways to write a term."""

from __future__ import annotations

import pytest

from moderation.matching.forms import drawn, forms

WRITTEN = [
    # term, its forms
    ("加微信", ["jiaweixin", "jia wei xin", "加weixin", "jia微信", "加wei信", "jwx", "加wx"]),
    ("加微信", ["加v", "加薇", "加卫星", "加绿泡泡", "+微信", "➕微信", "+v", "加vx"]),
    ("女律师", ["nvlvshi", "nulushi"]),
    ("银行卡", ["yinxingka", "yinhangka"]),  # a character of two readings
    ("妓女", ["🐔女"]),
    ("卖枪", ["卖🔫"]),
    ("一夜情", ["1夜情"]),
    ("返利50", ["返利五零"]),
    ("加qq群", ["加扣扣群", "加q群", "加🐧群", "加qq裙"]),
    ("微信", ["vx", "wx", "v信"]),
    ("send money", ["send 💰"]),
]


@pytest.mark.parametrize(("term", "written"), WRITTEN)
def test_a_term_has_these_forms(term: str, written: list[str]) -> None:
    assert set(written) - set(forms(term)) == set()


UNWRITTEN = [
    ("微信", ["v", "微", "卫星"]),  # one letter, or a word, says nothing alone
    ("刷单", ["sd"]),  # nor do two initials
    ("枪", ["qiang"]),  # nor one syllable
    ("whatsapp", ["wa"]),
    ("send", ["sen d", "💰"]),
    ("moneybag", ["💰bag"]),  # only whole words
]


@pytest.mark.parametrize(("term", "written"), UNWRITTEN)
def test_a_term_has_none_of_these(term: str, written: list[str]) -> None:
    assert set(written) & {form for form in forms(term) if form != term} == set()


@pytest.mark.parametrize(
    ("term", "written"),
    [
        ("赌博", ["贝者博", "睹博"]),
        ("微信", ["徽信", "微亻言", "微人言"]),
        ("法轮", ["氵去轮", "水去轮"]),
        ("加微信", ["力口微信", "カロ微信", "力口微亻言"]),
    ],
)
def test_a_term_is_drawn_in_parts_and_look_alikes(term: str, written: list[str]) -> None:
    assert set(written) - set(drawn(term)) == set()


def test_one_character_is_not_drawn() -> None:
    assert list(drawn("好")) == []


def test_the_forms_of_a_long_term_are_few() -> None:
    long = "加微信进群领取红包返利刷单兼职日结"
    assert len(set(forms(long))) < 2000
    assert len(set(drawn(long))) < 500
