"""How the models read posts: what is left of a text, and where it stood."""

import pytest

from moderation.classifiers.folded import read

READ = [
    # text, as it is read, and why
    ("abc", "abc"),
    ("ＡＢＣ", "abc"),  # full width and capital
    ("Café", "cafe"),  # diacritics
    ("Cafe\u0301", "cafe"),  # the same, in two characters
    ("說謊", "说谎"),  # traditional
    ("wеchаt", "wechat"),  # Cyrillic look-alikes between Latin letters
    ("f\u200bo\u2060o", "foo"),  # invisible characters
    ("soooooo", "soo"),  # a run of one character says no more than two
    ("哈哈哈哈", "哈哈"),
    ("!!!!", "!!"),
    ("book", "book"),  # two are two
    ("l33t", "l33t"),  # digits stay: 33 is a number as well
    ("o\u200bo\u200bo\u200bo", "oo"),  # what cannot be seen does not break a run
    ("", ""),
    ("\u200b", ""),
]


@pytest.mark.parametrize(("text", "seen"), READ)
def test_a_text_stands_between_a_space_and_a_newline_folded_and_without_runs(text: str, seen: str) -> None:
    assert read([text]).text(0) == f" {seen}\n"


def test_every_character_knows_where_it_stood() -> None:
    text = "a\u200bＢ  cccc说"
    folded = read([text])
    assert folded.text(0) == " ab  cc说\n"
    assert folded.at.tolist() == [-1, 0, 2, 3, 4, 5, 6, 9, 10]
    assert [text[place] for place in folded.at.tolist()[1:-1]] == ["a", "Ｂ", " ", " ", "c", "c", "说"]


def test_each_text_has_its_codes_and_its_own_places() -> None:
    folded = read(["ab", "", "aab"])
    assert [folded.text(row) for row in range(3)] == [" ab\n", " \n", " aab\n"]
    assert folded.starts.tolist() == [0, 4, 6, 11]
    assert folded.rows.tolist() == [0] * 4 + [1] * 2 + [2] * 5
    assert folded.at.tolist() == [-1, 0, 1, 2, -1, 0, -1, 0, 1, 2, 3]


def test_no_texts_are_nothing() -> None:
    folded = read([])
    assert len(folded.codes) == 0
    assert folded.starts.tolist() == [0]
