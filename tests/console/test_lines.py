"""Lines of cells: nothing is ever wider than it may be, and nothing acts on a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from moderation.console.lines import border, boxed, fit, flowing, hanging, shortened, wrapped
from moderation.domain.marks import visible
from tests.properties.alphabets import hard_text

shown = hard_text(60).map(visible)
widths = st.integers(2, 40)


@given(shown, widths)
def test_a_fitted_line_has_exactly_its_width(text: str, width: int) -> None:
    assert cell_len(fit(text, width).plain) == width


@given(shown, widths)
def test_a_shortened_line_is_no_wider(text: str, width: int) -> None:
    assert cell_len(shortened(text, width).plain) <= width


@given(shown, widths)
def test_wrapping_keeps_every_character_but_blanks_and_no_line_is_wider(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(cell_len(line.plain) <= width for line in lines)
    assert "".join("".join(line.plain for line in lines).split()) == "".join(text.split())


@given(shown, widths)
def test_an_indented_paragraph_keeps_within_its_width(text: str, width: int) -> None:
    assert all(cell_len(line.plain) <= width + 12 for line in hanging("  ", text, width + 12))


@given(st.lists(shown, max_size=6), st.integers(70, 90))
def test_a_box_is_as_wide_as_its_columns(texts: list[str], width: int) -> None:
    columns = [(text, width // max(len(texts), 1)) for text in texts]
    assert cell_len(boxed(columns).plain) == 1 + sum(each + 1 for _, each in columns)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("short", 8, "short   "),
        ("日结300", 5, "日结3"),
        ("日结300", 4, "日结"),
        ("日结300", 3, "日 "),  # half a character is none
        ("a\x1b[31mb", 8, "a?[31mb "),  # the last door: panes show marks before it comes to this
        ("\u202eabc", 4, "?abc"),
    ],
)
def test_a_line_is_cut_between_characters(text: str, width: int, expected: str) -> None:
    assert fit(text, width).plain == expected


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("pay a deposit first", 10, ["pay a", "deposit", "first"]),
        ("招聘兼职不用押金", 6, ["招聘兼", "职不用", "押金"]),
        ("a" * 12, 5, ["aaaaa", "aaaaa", "aa"]),
        ("one\n\ntwo", 9, ["one", "", "two"]),
        ("", 9, [""]),
    ],
)
def test_paragraphs_break_at_blanks_or_between_characters(text: str, width: int, expected: list[str]) -> None:
    assert [line.plain for line in wrapped(text, width)] == expected


def test_styles_stay_on_their_characters_when_a_line_is_wrapped() -> None:
    lines = wrapped(Text.assemble("one two ", ("three", "bold")), 8)
    assert [line.plain for line in lines] == ["one two", "three"]
    assert [span.style for span in lines[1].spans] == ["bold"]


def test_a_border_has_a_title_over_each_column_and_a_note_at_its_end() -> None:
    assert border([12, 9], ["POST", "WHY"], ["1-3/9", ""]).plain == "+- ..  1-3/9 -+- WHY ---+"
    assert border([20], ["POST"], ["1-3/9"]).plain == "+- POST ----- 1-3/9 -+"
    assert border([6], [""]).plain == "+------+"


def test_parts_flow_on_as_many_lines_as_they_need() -> None:
    assert [line.plain for line in flowing(["aaa", "bbb", "ccc"], 9, "  ")] == ["aaa  bbb", "ccc"]
