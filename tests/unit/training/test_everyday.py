"""Everyday words: counted over sources alike, written as the folded view has them, without what is international."""

from __future__ import annotations

import re
from collections import Counter

from moderation.policy.ordinary import FOLDER, LANGUAGES, everyday_in, plain
from moderation.training.everyday import LEAST_SOURCES, LEAST_TEXTS, MOST_LANGUAGES, everyday, shares


def test_a_source_counts_once_however_large_it_is() -> None:
    sizes = {"small": LEAST_TEXTS, "large": 5 * LEAST_TEXTS, "third": LEAST_TEXTS}
    texts = [(source, "en", f"Hello {source} {n}") for source, size in sizes.items() for n in range(size)]
    texts += [("tiny", "en", "hello tiny")]
    found = shares(texts, {"en": re.compile("[a-z]+").findall})
    assert len(sizes) == LEAST_SOURCES
    assert set(found["en"]) == {"hello"}  # the name of each source stands in that one alone
    assert found["en"]["hello"] == len(sizes)


def test_the_same_text_counts_once() -> None:
    texts = [(source, "en", "hello") for source in "abc" for _ in range(LEAST_TEXTS)]
    assert shares(texts, {"en": str.split}) == {}


def test_an_international_word_stays_with_english() -> None:
    languages = LANGUAGES[: MOST_LANGUAGES + 2]
    found = {language: Counter({"video": 1.0, f"of{language}": 0.5}) for language in languages}
    words = everyday(found)
    assert words["en"] == ["video", "ofen"]
    assert words["zh"] == ["ofzh"]


def test_the_shipped_lists_are_words_of_every_served_language() -> None:
    for language in LANGUAGES:
        words = (FOLDER / f"{language}.txt").read_text("utf-8").splitlines()
        assert 800 <= len(words) <= 2_500
        assert len(set(words)) == len(words)
        assert [word for word in words if plain(word) != word] == []


def test_a_term_is_found_as_its_author_may_write_it() -> None:
    assert everyday_in("Die") == everyday_in("ｄｉｅ") == ("en", "de", "nl")
    assert "pt" in everyday_in("não")
    assert everyday_in("朋友") == ("zh",)
    assert everyday_in("die now") == everyday_in("加微信") == ()
