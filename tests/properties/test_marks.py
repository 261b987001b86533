"""Whatever a post holds, what is shown of it can neither act on a terminal nor hide, and nothing of it is lost."""

from __future__ import annotations

import itertools
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from moderation.domain.marks import mask, segments, visible
from tests.properties.alphabets import GROUPS

UNSHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
JOINERS = {"\u200c", "\u200d"}

HOSTILE = {
    "terminals": "\x1b\x9b\x9d\x07\x90[]0;31mK\\\x08\r\n\t",
    "direction": "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "nothing to see": "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u115f\u1160\u3164\uffa0\u2800\u17b4\u180e",
    "tags and selectors": "\U000e0001\U000e0020\U000e0067\U000e007f\ufe00\ufe0e\ufe0f\U000e0100",
    "floods": "\u0300\u0301\u0334\u0489\u20dd\u20e3\u093f\u0e31",
    "halves": "\ud800\udfff\U0001f1e8\U0001f1f3🏻🏿",
    "emoji": "👨👩👧❤🏳🌈1#*☎👍☝",
    "joined letters": "میخواهمक्षകന്\u0d4dမြန်မာ",
    "lines": "\u2028\u2029\x85\x0b\x0c",
}


def hostile(max_size: int = 30) -> st.SearchStrategy[str]:
    """Text of what acts, hides, floods and joins, among letters."""
    groups = {**GROUPS, **HOSTILE}
    return st.text(
        st.one_of(*(st.sampled_from(group) for group in groups.values()), st.characters()), max_size=max_size
    )


@st.composite
def spanned(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]], set[int]]:
    text = draw(hostile())
    place = st.integers(0, len(text))
    spans = [tuple(sorted(pair)) for pair in draw(st.lists(st.tuples(place, place), max_size=4))]
    masked = draw(st.sets(st.sampled_from(range(1, len(spans) + 1)))) if spans else set()
    return text, [(start, end) for start, end in spans], masked


@given(hostile())
def test_nothing_that_is_shown_acts_or_hides(text: str) -> None:
    shown = visible(text)
    assert not [each for each in shown if unicodedata.category(each) in UNSHOWN and each not in JOINERS]
    assert not set(shown) & set("\u3164\u115f\u1160\uffa0\u2800\u034f")


@given(hostile())
def test_a_joiner_stays_only_within_a_character_or_between_letters(text: str) -> None:
    for piece in segments(text, []):
        for place, each in enumerate(piece.shown):
            assert each not in JOINERS or 0 < place < len(piece.shown)


@given(hostile())
def test_nothing_shown_carries_more_marks_than_a_script_needs(text: str) -> None:
    run = 0
    for each in visible(text):
        run = run + 1 if unicodedata.category(each) in {"Mn", "Me", "Mc"} and each not in "\ufe0e\ufe0f" else 0
        assert run <= 8


@given(spanned())
def test_the_pieces_are_the_whole_text_in_order(drawn: tuple[str, list[tuple[int, int]], set[int]]) -> None:
    text, spans, masked = drawn
    pieces = segments(text, spans, masked)
    assert "".join(text[piece.start : piece.end] for piece in pieces) == text
    assert all(one.end == other.start for one, other in itertools.pairwise(pieces))
    assert all(piece.start < piece.end for piece in pieces)
    assert all(piece.shown == text[piece.start : piece.end] for piece in pieces if not (piece.mark or piece.masked))


@given(spanned())
def test_a_piece_lies_in_a_span_that_touches_it_and_every_other_lies_in_none(
    drawn: tuple[str, list[tuple[int, int]], set[int]],
) -> None:
    text, spans, masked = drawn
    for piece in segments(text, spans, masked):
        touching = {n for n, (start, end) in enumerate(spans, 1) if max(start, piece.start) < min(end, piece.end)}
        assert (piece.span in touching) if touching else piece.span == 0


@given(spanned())
def test_spans_and_masks_never_change_the_width(drawn: tuple[str, list[tuple[int, int]], set[int]]) -> None:
    text, spans, masked = drawn
    plain = segments(text, spans)
    hidden = segments(text, spans, masked)
    assert sum(cell_len(piece.shown) for piece in hidden) == sum(cell_len(piece.shown) for piece in plain)


@given(hostile(12))
def test_a_mask_is_as_wide_as_what_it_hides(surface: str) -> None:
    assert cell_len(mask(surface)) == sum(cell_len(piece.shown) for piece in segments(surface, []))


@given(hostile())
def test_pieces_are_as_wide_together_as_apart(text: str) -> None:
    assert cell_len(visible(text)) == sum(cell_len(piece.shown) for piece in segments(text, []))


@given(hostile())
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)
