"""Chat shorthand: greetings, thanks and laughs of one to three words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.language import wordlists
from moderation.language.shorthand import CHINESE, shorthand

SURE = [
    ("thanks", "en"), ("good morning", "en"), ("thank you so much", "en"), ("lmaooo", "en"), ("ngl", "en"),
    ("fr fr", "en"), ("tfw", "en"), ("slay", "en"), ("yasss", "en"), ("so cute", "en"), ("happy birthday", "en"),
    ("hola", "es"), ("jajaja", "es"), ("jajajajaj", "es"), ("muchas gracias", "es"), ("qué tal", "es"),
    ("ok gracias", "es"), ("holaaa", "es"),
    ("obrigada", "pt"), ("bom dia", "pt"), ("rsrsrs", "pt"), ("tudo bem", "pt"),
    ("bonjour", "fr"), ("mdr", "fr"), ("ptdrrr", "fr"), ("ça va", "fr"), ("merci beaucoup", "fr"),
    ("danke", "de"), ("guten morgen", "de"), ("ich liebe dich", "de"),
    ("buongiorno", "it"), ("grazie mille", "it"), ("ti amo", "it"),
    ("dankjewel", "nl"), ("teşekkürler", "tr"), ("günaydın", "tr"), ("dziękuję", "pl"), ("dzień dobry", "pl"),
    ("makasih", "id"), ("wkwkwk", "id"), ("awokawok", "id"), ("cảm ơn", "vi"), ("đẹp quá", "vi"), ("cam on", "vi"),
    ("salamat po", "tl"), ("tack så mycket", "sv"), ("kiitos", "fi"), ("köszönöm", "hu"), ("asante sana", "sw"),
    ("yyds", "zh-Latn-pinyin"), ("yyyyds", "zh-Latn-pinyin"), ("666yyds", "zh-Latn-pinyin"), ("u1s1", "zh-Latn-pinyin"),
    ("awsl", "zh-Latn-pinyin"), ("nsdd", "zh-Latn-pinyin"), ("ni hao", "zh-Latn-pinyin"),
    ("arigatou gozaimasu", "ja-Latn"), ("saranghae", "ko-Latn"), ("sawasdee krub", "th-Latn"),
    ("privet", "ru-Latn"), ("spasibo", "ru-Latn"), ("7abibi", "ar-Latn"), ("kalimera", "el-Latn"),
    ("dhanyavaad", "hi-Latn"),
    ("спасибо", "ru"), ("дякую", "uk"), ("благодаря", "bg"), ("شكرا", "ar"), ("مرسی", "fa"), ("شکریہ", "ur"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tag"), SURE)
def test_words_of_one_language_leave_no_doubt(text: str, tag: str) -> None:
    assert shorthand(text.split()) == (tag, True, ())


DOUBTFUL = [
    ("ok", "en", ()),
    ("haha", "en", ()),
    ("hahahahaha", "en", ()),
    ("xD", "en", ()),
    ("gg", "en", ()),
    ("W", "en", ()),
    ("lol!!", "en", ()),
    ("loooool", "en", ()),
    ("kkkk", "pt", ("ko-Latn",)),
    ("wwww", "ja", ()),
    ("xaxaxa", "ru-Latn", ("el-Latn",)),
    ("selamat pagi", "id", ("ms",)),
    ("ciao", "it", ()),
    ("por favor", "pt", ("es",)),
    ("de nada", "es", ("pt",)),
    ("shukriya", "ur-Latn", ("hi-Latn",)),
    ("salam", "ar-Latn", ()),
    ("hej", "sv", ("da", "pl")),
]


@pytest.mark.parametrize(("text", "tag", "others"), DOUBTFUL)
def test_words_of_several_languages_are_doubtful_and_name_the_others(
    text: str, tag: str, others: tuple[str, ...]
) -> None:
    known = shorthand(text.lower().split())
    assert known is not None
    assert not known.sure
    assert {known.tag, *known.others} >= {tag, *others}


UNKNOWN = ["", "12345", "5555", "666", "xyzzy", "hello gracias", "hello xyzzy", "the-table", "kwrtl", "bonjour danke"]


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_unknown_word_numbers_alone_or_two_languages_tell_nothing(text: str) -> None:
    assert shorthand(text.split()) is None


def test_a_language_that_has_all_the_words_is_told_though_each_is_of_several() -> None:
    known = shorthand(["selamat", "pagi"])
    assert known is not None
    assert (known.tag, known.sure) == ("id", False)


def test_letters_drawn_out_are_no_matter_where_one_of_two_is_right() -> None:
    for word, tag in (("sooo", "en"), ("gooood", "en"), ("hellooo", "en"), ("helllooo", "en"), ("graciaaas", "es")):
        known = shorthand([word])
        assert known is not None, word
        assert known.tag == tag


@given(st.lists(st.text("hajkwxyzdslo!1'", max_size=60), max_size=4))
def test_no_words_raise_and_the_tag_is_never_among_the_others(words: list[str]) -> None:
    known = shorthand(words)
    if known:
        assert known.tag not in known.others
        assert not (known.sure and known.others)


def test_every_list_reads_and_no_language_has_a_word_twice() -> None:
    entries = wordlists.read("shorthand")
    assert len({tag for tags in entries.values() for tag in tags}) > 35
    assert all(word == word.lower().strip() for word in entries)
    assert CHINESE.isdisjoint(word for word, tags in entries.items() if "_any" in tags)
