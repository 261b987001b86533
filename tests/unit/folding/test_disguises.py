"""The hand-written tables hold together, and have the disguises that people use."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from moderation.folding.disguises import aliases, emoji, lookalikes, numerals, splits
from moderation.folding.fold import SENTINEL, fold, term_form
from moderation.folding.tables import DATA


def _all_text() -> Iterable[str]:
    for character, ways in splits().items():
        yield from (character, *ways)
    for character, others in lookalikes().items():
        yield from (character, others)
    for sign, words in emoji().items():
        yield from (sign, *words)
    for word, names in aliases().items():
        yield word
        for chain in names:
            yield from chain
    yield from numerals()


def test_everything_stands_in_its_folded_form() -> None:
    assert [text for text in _all_text() if term_form(text) != text] == []


def test_every_row_is_read_once() -> None:
    # a second row of a character, an emoji or a word would silently replace the first
    for name, table in (("splits", splits()), ("emoji", emoji()), ("aliases", aliases())):
        assert len((DATA / f"{name}.tsv").read_text("utf-8").splitlines()) == len(table)


@pytest.mark.parametrize(
    ("character", "way"),
    [
        ("好", "女子"),
        ("加", "力口"),
        ("加", "カロ"),
        ("枪", "木仓"),
        ("信", "亻言"),
        ("信", "人言"),
        ("法", "氵去"),
        ("法", "水去"),
        ("法", "⺡去"),
        ("赌", "贝者"),
        ("骗", "马扁"),
        ("群", "君羊"),
        ("钱", "钅戋"),
        ("钱", "金戋"),
        ("约", "纟勺"),
        ("淫", "氵壬"),
        ("志", "士心"),
        ("送", "关辶"),
    ],
)
def test_a_character_is_written_as_its_parts(character: str, way: str) -> None:
    assert way in splits()[character]


@pytest.mark.parametrize("character", ["一", "人", "女", "心"])
def test_a_character_without_parts_has_no_split(character: str) -> None:
    assert character not in splits()


def test_a_split_is_more_than_its_character() -> None:
    assert [
        (character, way)
        for character, ways in splits().items()
        for way in ways
        if len(way) < 2 or character in way or len(set(ways)) != len(ways)
    ] == []


@pytest.mark.parametrize(
    ("character", "other"),
    [("微", "徽"), ("微", "薇"), ("信", "伩"), ("口", "囗"), ("己", "已"), ("日", "曰"), ("未", "末"), ("土", "士"),
     ("人", "入"), ("大", "犬"), ("赌", "睹"), ("妓", "技"), ("枪", "抢"), ("力", "カ"), ("夕", "タ")],
)  # fmt: skip
def test_look_alikes_pass_for_each_other(character: str, other: str) -> None:
    assert other in lookalikes()[character]
    assert character in lookalikes()[other]


def test_no_character_looks_like_itself_or_stands_twice() -> None:
    assert [
        character
        for character, others in lookalikes().items()
        if character in others or len(set(others)) != len(others)
    ] == []


@pytest.mark.parametrize(
    ("sign", "word"),
    [("🐔", "鸡"), ("🐔", "chicken"), ("💰", "钱"), ("💰", "money"), ("🔫", "枪"), ("🐧", "qq"), ("🐧", "企鹅"),
     ("➕", "加"), ("✈️", "飞机"), ("❤️", "信"), ("👨‍🎓", "学生")],
)  # fmt: skip
def test_an_emoji_stands_for_a_word(sign: str, word: str) -> None:
    assert word in emoji()[term_form(sign)]


def test_a_letter_in_a_box_is_a_letter_already() -> None:
    assert fold("🅰🅱") == "ab"
    assert SENTINEL not in "".join(emoji())


@pytest.mark.parametrize(
    ("word", "chain"),
    [
        ("微信", ("v", "微")),
        ("微信", ("vx",)),
        ("微信", ("卫星",)),
        ("电报", ("tg", "telegram")),
        ("支付宝", ("zfb",)),
        ("加", ("➕", "+")),
        ("onlyfans", ("of",)),
        ("代开发票", ("代开fp",)),
    ],
)
def test_a_word_has_its_covert_names(word: str, chain: tuple[str, ...]) -> None:
    assert chain in aliases()[word]


def test_a_chain_never_ends_in_its_own_word() -> None:
    assert [(word, chain) for word, names in aliases().items() for chain in names if word in chain or "" in chain] == []


@pytest.mark.parametrize(
    ("text", "digits"),
    [("一二三四五六七八九零", "1234567890"), ("壹贰叁肆伍陆柒捌玖〇", "1234567890"), ("弌弍弎幺两", "12312")],
)
def test_numerals_of_all_styles_are_digits(text: str, digits: str) -> None:
    assert "".join(numerals()[character] for character in text) == digits


@pytest.mark.parametrize("place", ["十", "百", "千", "万"])
def test_places_are_no_digits(place: str) -> None:
    assert place not in numerals()
