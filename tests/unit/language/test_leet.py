"""Disguised spelling: undone where it is one, left alone where digits are digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.language.leet import plain

DISGUISED = [
    ("h3ll0 w0rld", "hello world"),
    ("H3LL0 W0RLD", "hello world"),
    ("fr33 m0n3y cl1ck h3r3", "free money click here"),
    ("1s th1s r34l", "is this real"),
    ("y0u", "you"),
    ("he11o", "hello"),
    ("s3nd m3 nud3s", "send me nudes"),
    ("k1ll y0urs3lf", "kill yourself"),
    ("$3xy g1rlz", "sexy girlz"),
    ("sh!t", "shit"),
    ("h0l4 4m1g0", "hola amigo"),
    ("gr8 m8", "great mate"),
    ("b4 2day", "before today"),
    ("f r e e  m o n e y", "free money"),
    ("t h i s  i s  f r e e", "this is free"),
    ("now f r e e m o n e y", "now freemoney"),
    ("f.r.e.e", "free"),
    ("F-R-E-E m_o_n_e_y", "free money"),
    ("f*r*e*e stuff", "free stuff"),
]


@pytest.mark.parametrize(("text", "undone"), DISGUISED)
def test_a_disguise_is_undone(text: str, undone: str) -> None:
    assert plain(text) == undone


AS_IT_IS = [
    "",
    "hello world",
    "my iPhone15 Pro costs $999",
    "mp3 mp4 covid19 b2b 4k",
    "h1n1 w3c m4a i18n k8s h264",
    "ps5 xbox360 r2d2 c3po",
    "25kg 10k 5g 3d 10am 5pm 1st 2nd 3rd",
    "12/05/2023 v1.2.3",
    "ya 7abibi",
    "ma3rafsh 3ayez",
    "wa7ed mn el sa7ab",
    "wo3 xiang3 qu4",
    "ni3hao3",
    "u1s1",
    "@user123 #b2b user1234",
    "$aapl $tsla",
    "U.S.A.",
    "e.g. i.e.",
    "a b c d e",
    "x y z",
    "wow!cool",
    "great match!!!see you",
    "你 好 吗 呀",
]


@pytest.mark.parametrize("text", AS_IT_IS)
def test_numbers_models_prices_and_digits_of_other_spellings_stay(text: str) -> None:
    assert plain(text) is None


@given(st.text("helo w013457@$! .-", max_size=50))
def test_what_is_undone_holds_no_capitals_and_is_never_the_same_text(text: str) -> None:
    undone = plain(text)
    assert undone is None or (undone == undone.lower() and undone != text.lower())


@given(st.text("abcdefg hijklmnop", max_size=60))
def test_words_of_letters_alone_are_left(text: str) -> None:
    if not any(len(word) == 1 for word in text.split()):
        assert plain(text) is None
