"""Hostile text: what is shown of it, and where each piece of it stands."""

import pytest
from rich.cells import cell_len

from moderation.domain.marks import Segment, mask, segments, visible

SHOWN = [
    ("a\x1b[31mb", "a<U+001B>[31mb", "colours"),
    ("a\x1b]52;c;aGk=\x07b", "a<U+001B>]52;c;aGk=<U+0007>b", "OSC 52 writes the clipboard"),
    ("a\x9b2Jb", "a<U+009B>2Jb", "CSI as one C1 character clears the screen"),
    ("a\rb", "a / b", "a carriage return overwrites the line"),
    ("a\r\nb\nc", "a / b / c", "a line break is one, however it is written"),
    ("a\u2028b\u0085c", "a<U+2028>b<U+0085>c", "line separators that editors break at"),
    ("\u202etxt.exe", "<U+202E>txt.exe", "an override turns the rest round"),
    ("\u2066a\u2069", "<U+2066>a<U+2069>", "isolates, too"),
    ("加\u200b微", "加<U+200B>微", "a zero-width space between two halves of a word"),
    ("a" + "\u200b" * 40 + "b", "a<U+200B x40>b", "forty of them, in one mark"),
    ("vi\u00adagra", "vi<U+00AD>agra", "a soft hyphen"),
    ("a\u3164b\uffa0c\u2800d", "a<U+3164>b<U+FFA0>c<U+2800>d", "letters and a sign that look like blanks"),
    ("🏴\U000e0067\U000e0062\U000e007f", "🏴<tags gb>", "what the tags block hides can be read"),
    ("a\ufe0fb\U000e0100c", "a<U+FE0F>b<U+E0100>c", "selectors that select nothing carry data"),
    ("Z" + "\u0301" * 20 + "!", "Z\u0301\u0301\u0301<+17 marks>!", "a flood of accents"),
    ("\u0301a", "<U+0301>a", "an accent with nothing to stand on would stand on the frame"),
    ("a\n\u0301", "a / <U+0301>", "nor does it stand on a mark"),
    ("\ud800\ue000\U0010ffff", "<U+D800><U+E000><U+10FFFF>", "no characters at all"),
    ("\u1161\u11a8", "<U+1161><U+11A8>", "a Korean vowel and final with no letter before them"),
    ("🇨🇳🇨", "🇨🇳<U+1F1E8>", "half a flag"),
    ("🏽 👍🏽", "<U+1F3FD> 👍🏽", "a skin tone with and without skin"),
    ("a\u200db", "a<U+200D>b", "a joiner that joins nothing"),
]
KEPT = [
    ("plain, with 'quotes' and ~", "what everybody types"),
    ("你好，世界。한국어 ภาษาไทย", "other scripts"),
    ("é e\u0301 Việt", "accents, composed or not"),
    ("\u1112\u1161\u11ab", "Korean in its parts"),
    ("سلام שלום", "letters from right to left, in their order"),
    ("می\u200cخواهم", "Persian spells with a non-joiner"),
    ("क्\u200cष", "so does an explicit virama"),
    ("👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈", "emoji sequences"),
    ("❤\ufe0f ☎\ufe0e 1\ufe0f\u20e3 🇨🇳", "styles, keycaps, flags"),
    ("ကြွှော့်", "Burmese stacks more marks than three"),
]


@pytest.mark.parametrize(("text", "shown", "_why"), SHOWN)
def test_what_acts_or_hides_becomes_a_mark(text: str, shown: str, _why: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(("text", "_why"), KEPT)
def test_what_people_write_stays_as_it_is(text: str, _why: str) -> None:
    assert visible(text) == text


def test_a_joiner_of_indic_scripts_is_shown_because_padding_would_go_wrong() -> None:
    assert cell_len("क्\u200dष") < cell_len("क्") + cell_len("ष")
    assert visible("क्\u200dष") == "क्<U+200D>ष"


def test_a_span_keeps_its_words_although_marks_lengthen_the_text() -> None:
    assert segments("hi 加\u200bV ok", [(3, 6)]) == [
        Segment(0, 3, "hi "),
        Segment(3, 4, "加", span=1),
        Segment(4, 5, "<U+200B>", mark=True, span=1),
        Segment(5, 6, "V", span=1),
        Segment(6, 9, " ok"),
    ]


def test_of_two_spans_the_shorter_shows() -> None:
    assert [(piece.shown, piece.span) for piece in segments("DM me on te1egram @jo", [(0, 21), (9, 17)])] == [
        ("DM me on ", 1),
        ("te1egram", 2),
        (" @jo", 1),
    ]


def test_what_is_one_character_to_a_reader_lies_in_the_span_that_touches_it() -> None:
    text = "a👨\u200d👩\u200d👧b"
    assert [(piece.shown, piece.span) for piece in segments(text, [(0, 2)])] == [(text[:-1], 1), ("b", 0)]


def test_a_flood_that_crosses_a_span_is_counted_on_both_sides() -> None:
    shown = [(piece.shown, piece.span) for piece in segments("Z" + "\u0301" * 20, [(0, 10)])]
    assert shown == [("Z\u0301\u0301\u0301", 1), ("<+6 marks>", 1), ("<+11 marks>", 0)]


@pytest.mark.parametrize(
    ("surface", "masked"),
    [
        ("kill", "k***"),
        ("kill them all", "k*** **** ***"),
        ("杀人", "杀**"),
        ("杀", "**"),
        ("弄 死", "弄 **"),
        ("e\u0301te", "e\u0301**"),
        ("👍🏽🇨🇳x", "👍🏽***"),
        ("\u1112\u1161\u11ab\u1112", "\u1112\u1161\u11ab**"),
        ("䷀䷁", "䷀**"),
        ("k\u200bill", "k<U+200B>***"),
        ("", ""),
    ],
)
def test_a_mask_keeps_the_first_character_the_blanks_and_the_width(surface: str, masked: str) -> None:
    assert mask(surface) == masked


def test_only_the_spans_that_are_named_are_masked_and_a_mask_wins() -> None:
    pieces = segments("you will die now", [(0, 12), (9, 12)], masked={1})
    assert "".join(piece.shown for piece in pieces) == "y** **** *** now"
    assert [(piece.shown, piece.span) for piece in pieces if piece.masked] == [("**", 1), ("****", 1), ("***", 2)]
    assert "".join(piece.shown for piece in segments("you will die now", [(9, 12)], masked={1})) == "you will d** now"


def test_spans_beyond_the_text_do_no_harm() -> None:
    assert segments("ab", [(-3, 1), (1, 99)]) == [Segment(0, 1, "a", span=1), Segment(1, 2, "b", span=2)]
    assert segments("", [(0, 4)]) == []
