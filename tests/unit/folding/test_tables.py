"""The committed tables are the builder's, closed under folding, and quick to load."""

from __future__ import annotations

import sys
import unicodedata

import numpy as np
import pytest

from moderation.folding import build
from moderation.folding.tables import DATA, Kind, confusable_table, fold_table, kind_table, script_names, script_table


@pytest.mark.slow
@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="the tables were built with Unicode 14")
def test_the_committed_tables_are_what_the_builder_writes() -> None:
    for name, content in build.tables().items():
        assert (DATA / name).read_text("ascii") == content


def test_folding_a_folded_character_changes_nothing() -> None:
    table = fold_table()
    assert np.array_equal(table[table], table)


def test_no_character_is_made_a_lone_surrogate_or_a_newline() -> None:
    table = fold_table()
    changed = table[table != np.arange(sys.maxunicode + 1)]
    assert not np.isin(changed, [*range(0xD800, 0xE000), ord("\n")]).any()


def test_look_alikes_become_plain_small_latin_letters() -> None:
    table = confusable_table()
    assert {chr(code) for code in table[table != 0]} <= set("abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize(
    ("character", "script", "kind"),
    [
        ("a", "Latn", Kind.letter),
        ("я", "Cyrl", Kind.letter),
        ("한", "Hang", Kind.letter),
        ("微", "Hani", Kind.unspaced),
        ("々", "Hani", Kind.unspaced),
        ("ー", "Kana", Kind.unspaced),
        ("ก", "Thai", Kind.unspaced),
        ("ั", "Thai", Kind.unspaced_mark),
        ("ि", "Deva", Kind.mark),
        ("5", "", Kind.digit),
        (".", "", Kind.separator),
        (" ", "", Kind.blank),
        ("❤", "", Kind.ornament),
        ("。", "", Kind.other),
        ("'", "", Kind.other),
        ("\n", "", Kind.other),
        ("\0", "", Kind.nothing),
    ],
)
def test_characters_are_what_they_are_to_the_views(character: str, script: str, kind: Kind) -> None:
    assert script_names()[script_table()[ord(character)]] == script
    assert kind_table()[ord(character)] == kind
