"""What the screen says: both catalogues are complete, hold nothing else, and fit any terminal."""

from __future__ import annotations

import ast
import string
import unicodedata
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from moderation.console import words as module
from moderation.console.words import LANGUAGES, bilingual, catalogue, words
from moderation.domain.review import BASES, KINDS, LANES, REASONS, VERDICTS

PACKAGE = Path(module.__file__).parent
KEYWORDS = {"_": None, "say": None, "here": None, "there": None, "tell": None}


def extracted() -> set[str]:
    found = extract_from_dir(PACKAGE, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if isinstance(message, str) and message}


def messages(lang: str) -> dict[str, str]:
    from babel.messages.pofile import read_po

    with catalogue(lang).open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_catalogue_has_every_message_of_the_source_and_no_other(lang: str) -> None:
    assert set(messages(lang)) == extracted()
    assert [message for message, text in messages(lang).items() if not text] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_message_has_the_same_blanks_in_every_language(lang: str) -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert [m for m, text in messages(lang).items() if blanks(m) != blanks(text)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_character_of_ours_is_of_ambiguous_width_or_acts(lang: str) -> None:
    ours = {character for text in messages(lang).values() for character in text}
    assert [c for c in ours if unicodedata.east_asian_width(c) == "A" or not c.isprintable()] == []


def test_no_string_of_the_source_is_of_ambiguous_width() -> None:
    """Those that are not messages: marks, separators, names of keys. Docstrings are not drawn."""
    wide = [
        (file.name, node.lineno)
        for file in PACKAGE.rglob("*.py")
        for tree in [ast.parse(file.read_text(encoding="utf-8"))]
        for said in [{id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}]
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
        if any(unicodedata.east_asian_width(character) == "A" for character in node.value)
    ]
    assert wide == []


def test_no_message_hides_in_an_f_string_where_the_extraction_does_not_look() -> None:
    hidden = [
        (file.name, call.args[0].value)
        for file in PACKAGE.rglob("*.py")
        for text in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)
        if getattr(call.func, "id", getattr(call.func, "attr", "")) in KEYWORDS
    ]
    assert hidden == []


@pytest.mark.parametrize("code", [*VERDICTS, *BASES, *REASONS, *LANES, *KINDS])
def test_every_code_of_the_contracts_has_a_name_in_both_languages(code: str) -> None:
    assert {lang: code in messages(lang) for lang in LANGUAGES} == {"en": True, "zh": True}


def test_chinese_names_are_chinese() -> None:
    say = words("zh")
    assert [code for code in (*VERDICTS, *BASES, *REASONS, *LANES) if say(code).isascii()] == []


def test_a_text_in_two_languages_gives_the_other_where_one_is_missing() -> None:
    assert bilingual({"en": "a", "zh": "甲"}, "zh") == "甲"
    assert bilingual({"en": "a"}, "zh") == "a"
    assert bilingual({}, "zh") == ""
