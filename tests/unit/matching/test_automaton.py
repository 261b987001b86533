"""One automaton over the letters of a batch, and the letters of lines."""

from __future__ import annotations

import pytest

from moderation.folding.fold import codes, fold
from moderation.folding.skeleton import plain
from moderation.matching.automaton import Automaton
from moderation.matching.lines import as_lines, edges_of, lines_of, plain_letters


def _find(forms: list[str], text: str) -> list[tuple[str, str, int]]:
    lines = as_lines([fold(text)])
    rows = Automaton(plain_letters(forms)).find(plain(codes(lines)).skeleton)
    return [
        (forms[form], lines[start:end], letters)
        for form, start, end, letters in zip(
            rows.forms.tolist(), rows.starts.tolist(), rows.ends.tolist(), rows.letters.tolist(), strict=True
        )
    ]


def test_all_forms_are_found_where_they_stand_by_their_ends() -> None:
    assert _find(["加微", "微信", "加微信", "信"], "快加微信") == [
        ("加微", "加微", 2),
        ("加微信", "加微信", 3),
        ("微信", "微信", 2),
        ("信", "信", 1),
    ]


def test_a_form_of_words_is_found_as_whole_words() -> None:
    assert _find(["vx", "x"], "vx vxx x加vx") == [("vx", "vx", 2), ("x", "x", 1), ("vx", "vx", 2)]


def test_what_leaves_no_letter_stands_inside_a_find_and_not_beside_it() -> None:
    assert _find(["dm me"], "(dm \u200b-me).") == [("dm me", "dm \0-me", 4)]


def test_a_form_without_letters_is_never_found() -> None:
    automaton = Automaton([b"", *plain_letters(["...", "a"])])
    assert len(automaton) == 1
    assert automaton.find(plain(codes("\na\n")).skeleton).forms.tolist() == [0]
    assert Automaton([]).find(plain(codes("\na\n")).skeleton).forms.tolist() == []


def test_the_letters_of_lines_are_those_of_each_without_breaks_at_its_ends() -> None:
    one, other, breaks, inside = plain_letters(["ab", "加", "?!", "a, b"])
    assert (len(one), len(other), len(breaks), len(inside)) == (4, 2, 0, 6)
    lines = as_lines(["ab", "加", "?!", "a, b"])
    assert lines_of(plain(codes(lines)).skeleton, lines) == [one, other, breaks, inside]


@pytest.mark.parametrize(("literal", "ways"), [("ab", 4), ("加", 1), ("加v", 2), (" ab", 2), ("a1", 4), ("-ab-", 1)])
def test_a_literal_is_found_at_the_edges_of_words_and_inside_them(literal: str, ways: int) -> None:
    (letters,) = plain_letters([literal])
    forms = list(edges_of(literal, letters))
    assert len(set(forms)) == ways
    assert letters in forms
    text = as_lines([f"x{literal}x {literal} {literal}x x{literal}"])
    skeleton = plain(codes(text)).skeleton
    found = Automaton(forms).find(skeleton)
    assert len(found.forms) == text.count(literal) if ways > 2 else len(found.forms) >= 1
