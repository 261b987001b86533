"""The two readings of a text: what joins, what breaks, and where each letter stands."""

from __future__ import annotations

import numpy as np
import pytest

from moderation.folding.fold import codes, fold
from moderation.folding.letters import BREAK, FINAL, FIRST_UNSPACED, INITIAL, is_gap, leaves_nothing
from moderation.folding.skeleton import (
    Skeleton,
    letters_together,
    merged,
    plain,
    stand_together,
)

_BREAK = int.from_bytes(BREAK, "little")


def _lines(text: str) -> str:
    return "\n" + fold(text) + "\n"


def _shown(skeleton: Skeleton, text: str) -> str:
    """The letters of a skeleton, words between bars, breaks as slashes: ``|vx|123|/``."""
    shown = ""
    for letter, at in zip(skeleton.letters.tolist()[1:-1], skeleton.at.tolist()[1:-1], strict=True):
        if letter == _BREAK:
            shown += "/"
        elif letter & 0xFF >= FIRST_UNSPACED:
            shown += text[at]
        else:
            shown += "|" * bool(letter & INITIAL) + text[at] + "|" * bool(letter & FINAL)
    return shown.replace("||", "|")


def _plain(text: str) -> str:
    lines = _lines(text)
    return _shown(plain(codes(lines)).skeleton, lines)


def _merged(text: str, **options: bool) -> str:
    lines = _lines(text)
    return _shown(merged(codes(lines), **options), lines)


PLAIN = [
    ("a class", "|a|class|"),
    ("we-chat", "|we|chat|"),  # two words
    ("加V看", "加|v|看"),
    ("vx123", "|vx|123|"),  # a number may follow a word
    ("123vx", "|123|vx|"),  # and go before it
    ("he'll", "|he|ll|"),
    ("dm, me", "|dm|/|me|"),  # a clause ends
    ("印刷。单位", "印刷/单位"),
    ("w\u200be\u00adb", "|web|"),  # what is not seen is not there
    ("cafe\u0301", "|cafe|"),
    ("كَلْب", "|كلب|"),  # nor are vowel signs of Arabic
    ("привет мир", "|привет|мир|"),
    ("내 카톡으로", "|내|카톡으로"),  # a word of Hangul may have a particle
    ("किताब", "|किताब|"),  # marks belong to their word
    ("เล่นสลอต", "เล่นสลอต"),
    ("😀 ok", "|ok|"),
    ("one\ntwo", "|one|/|two|"),
]


@pytest.mark.parametrize(("text", "shown"), PLAIN)
def test_the_plain_reading_is_what_is_written(text: str, shown: str) -> None:
    assert _plain(text) == shown


MERGED = [
    ("we-chat", "|wechat|"),
    ("w e c h a t", "|wechat|"),
    ("we chat", "|we|chat|"),  # a blank joins only single letters
    ("a b and", "|a|b|and|"),  # three or more of them
    ("a b c", "|abc|"),
    ("w.e.c.h.a.t", "|wechat|"),
    ("vx123", "|vx123|"),  # digits may be letters
    ("we🔥chat", "|wechat|"),
    ("he'll", "|hell|"),  # only looked at where something else hints at it
    ("dm, me", "|dm|/|me|"),
    ("印刷。单位", "印刷/单位"),
    ("打、飞、机", "打飞机"),  # a list of single characters
    ("打、飞机", "打/飞机"),
    ("a$$", "|a$$|"),
    ("great!", "|great|/"),
    ("(see", "|see|"),
    ("sh!t", "|sh!t|"),
    ("cooool", "|cooool|"),
    ("a  -  b", "|a|b|"),
]


@pytest.mark.parametrize(("text", "shown"), MERGED)
def test_the_merged_reading_joins_what_may_be_a_hidden_word(text: str, shown: str) -> None:
    assert _merged(text) == shown


OPTIONS = [
    ("free$money", {"symbols": False}, "|freemoney|"),  # symbols between letters join them
    ("cash$", {"symbols": False}, "|cash|"),
    ("wei1xin4", {"tones": False}, "|weixin|"),
    ("wei12", {"tones": False}, "|wei12|"),  # a number is no tone
    ("weeechat", {"repeats": False}, "|wechat|"),
    ("coooll", {"repeats": False}, "|col|"),
    ("加加微微信", {"repeats": False}, "加微信"),
    ("so oh", {"repeats": False}, "|so|oh|"),  # of one word
]


@pytest.mark.parametrize(("text", "options", "shown"), OPTIONS)
def test_a_merged_reading_may_leave_out_more(text: str, options: dict[str, bool], shown: str) -> None:
    assert _merged(text, **options) == shown


ALIKE = [
    ("te1egram", "telegram"),
    ("@ss", "ass"),
    ("wесhаt", "wechat"),
    ("0r0spu", "orospu"),
    ("薇芯", "微信"),  # as they are heard
    ("声", "森"),  # by some
    ("ڪلب", "كلب"),
    ("и", "й"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_letters_that_pass_for_one_another_are_one_when_merged(one: str, other: str) -> None:
    first, second = (merged(codes(_lines(text))).letters.tolist() for text in (one, other))
    assert first == second


@pytest.mark.parametrize(("one", "other"), [("te2egram", "telegram"), ("微信", "微博"), ("л", "й"), ("n", "m")])
def test_other_letters_stay_apart(one: str, other: str) -> None:
    first, second = (merged(codes(_lines(text))).letters.tolist() for text in (one, other))
    assert first != second


HINTS = ["joints", "symbols", "pictures", "tones", "repeats"]

HINTED = [
    ("we-chat", {"joints"}),
    ("w e c", {"joints"}),
    ("te1egram", {"joints", "tones"}),
    ("wесhаt", set()),  # folded already
    ("ты мyдaк", {"joints"}),  # a word of two scripts
    ("a$$", {"symbols"}),
    ("sh!t", {"joints", "symbols"}),
    ("great!", set()),  # the end of a sentence is no hint
    ("(see", set()),
    ("see)", set()),
    ("🐔女", {"pictures"}),
    ("weeechat", {"repeats"}),
    ("cool", set()),
    ("加加微微", {"joints", "repeats"}),
    ("打、飞、机", {"joints"}),
    ("hello world, the 18th of May 2024: fine. Привет 加微信", {"joints"}),
    ("wei1 xin4", {"joints", "tones"}),
    ("hello world, fine. Привет мир 加微信 하나", set()),
    ("it's fine", set()),
]


@pytest.mark.parametrize(("text", "hints"), HINTED)
def test_a_line_is_looked_into_where_something_hints_at_a_hidden_word(text: str, hints: set[str]) -> None:
    reading = plain(codes(_lines(text)))
    seen = {hint for hint in HINTS if len(getattr(reading, hint))}
    assert hints <= seen
    assert bool(hints) == bool(seen)


def test_each_letter_leads_back_to_the_text() -> None:
    text = _lines("x 加 微\ufe0f..信信信信 w-\u200be, 1)")
    for skeleton in (plain(codes(text)).skeleton, merged(codes(text)), merged(codes(text), repeats=False)):
        assert (np.diff(skeleton.at) > 0).all()
        assert len(skeleton.letters) == len(skeleton.at)
        assert not [text[at] for at in skeleton.at.tolist() if leaves_nothing(text[at])]
    assert "".join(text[at] for at in plain(codes(text)).skeleton.at.tolist()) == "\nx加微信信信信we,1\n"


def test_no_letter_of_any_character_begins_inside_another() -> None:
    characters = [chr(code) for code in range(0x1, 0x3000)] + [*"加微信一龠가힣๛😀🐔ｱ+!"]
    text = "\n" + fold("\n".join(character * 2 for character in characters)) + "\n"
    for skeleton in (plain(codes(text)).skeleton, merged(codes(text)), merged(codes(text), symbols=False)):
        octets = skeleton.letters.view(np.uint8)
        assert (octets[0::2] >= 128).all()
        assert (octets[1::2] < 128).all()


def test_a_plus_is_a_letter_before_a_chinese_word_and_no_break() -> None:
    assert _merged("姐+微信") == "姐+微信"
    assert _merged("姐+v", symbols=False) == "姐+v|"


@pytest.mark.parametrize("character", [*" .-_*|/😀🐔$+!,。'"])
def test_what_stands_between_words_is_a_gap(character: str) -> None:
    assert is_gap(character)


@pytest.mark.parametrize("character", [*"aяα1加가กقאक"])
def test_a_letter_is_no_gap(character: str) -> None:
    assert not is_gap(character)
    assert not leaves_nothing(character)


def test_a_set_of_pairs_knows_the_pairs_of_its_lines() -> None:
    table = letters_together(codes("\n🐔女\n卖🔫\n"))

    def together(pair: str) -> bool:
        return bool(stand_together(table, codes(pair[0]), codes(pair[1]))[0])

    assert together("🐔女")
    assert together("卖🔫")
    assert together("麦🔫")  # sounds alike
    assert not together("🐔男")
    assert not together("女🐔")
