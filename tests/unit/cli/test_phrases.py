"""Every signal of the classifiers has a name for people, in both languages, and no two the same."""

from __future__ import annotations

import pytest

from moderation.classifiers.signals import NAMES
from moderation.cli.phrases import phrase


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_signal_is_told_in_words_of_its_own(lang: str) -> None:
    said = [phrase(name, lang) for name in NAMES]
    assert len(set(said)) == len(NAMES)
    assert [words for words in said if words.isascii() != (lang == "en")] == []
    assert [words for words in said if "_" in words or "{" in words or "&" in words] == []


@pytest.mark.parametrize(
    ("name", "en", "zh"),
    [
        # a cue by itself, close together, in one sentence
        ("contact", "a way to get in touch", "联系方式"),
        ("quoted", "words in quotation marks", "引号内的话"),
        ("group by threaten", "a group, with a threat close by", "提到群体，紧邻处有威胁"),
        ("you with praise", "the person addressed, with praise in the same sentence", "提到对方，同句中有称赞"),
        # an action that is aimed at somebody, and one that is only spoken of beside
        ("group threaten negate", "a threat to a group, denied", "对群体的威胁，但被否定"),
        ("slur exclude condemn", "a call to exclude those a slur names, condemned", "对蔑称所指的人的排斥，并加以谴责"),
        ("self self_harm self", "words of self-harm in talk of the author, said of oneself",
         "谈及作者本人时提到自伤自杀的话，说的是自己"),
        ("contact & money", "a way to get in touch together with money", "同时有联系方式和钱财"),
    ],
)  # fmt: skip
def test_a_phrase_says_who_what_and_how_it_is_meant(name: str, en: str, zh: str) -> None:
    assert (phrase(name, "en"), phrase(name, "zh")) == (en, zh)


def test_what_is_no_signal_has_no_phrase() -> None:
    with pytest.raises(KeyError):
        phrase("group by weather", "en")
