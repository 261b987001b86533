"""Patterns are read from YAML; what cannot be filled or framed is refused and named."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderation.domain.errors import UsageError
from moderation.training.teaching.patterns import Pattern, read_patterns

GOOD = """\
language: en
slots:
  G: {women: [women, girls], men: [men]}
  app: [WhatsApp, 42]
violating:
  hate:
    - [eat_bread, "{G} eat our bread", [mice]]
  scam:
    - [pay_first, "pay first, then {app} me"]
benign:
  hate:
    - [bake_bread, "{G} bake our bread"]
frames:
  turns: ['who writes "{S}"?']
  keeps: ["so it is: {S}"]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "en_some.yaml").write_text(text, "utf-8")
    return folder


def test_a_file_is_read_with_its_slots_sides_and_frames(tmp_path: Path) -> None:
    (file,) = read_patterns(write(tmp_path, GOOD))
    assert (file.name, file.lang) == ("en_some", "en")
    assert file.slots["G"] == {"women": ("women", "girls"), "men": ("men",)}
    assert file.slots["app"] == {"WhatsApp": ("WhatsApp",), "42": ("42",)}, "each filler of a list is its own identity"
    assert file.patterns == (
        Pattern("eat_bread", "hate", "{G} eat our bread", True, ("mice",)),
        Pattern("pay_first", "scam", "pay first, then {app} me", True, ()),
        Pattern("bake_bread", "hate", "{G} bake our bread", False, ()),
    )
    assert (file.turns, file.keeps) == (('who writes "{S}"?',), ("so it is: {S}",))


def test_a_file_without_frames_is_read(tmp_path: Path) -> None:
    (file,) = read_patterns(write(tmp_path, GOOD.partition("frames:")[0]))
    assert file.turns == file.keeps == ()


@pytest.mark.parametrize(
    ("there", "instead", "message"),
    [
        ("language: en", "language: [en", r"en_some\.yaml:\d+:\d+: not YAML"),
        ("  scam:", "  fraud:", "no category `fraud`; there are hate"),
        ("{app} me", "{phone} me", r"pay_first has a slot \{phone\} without fillers; name it under `slots`"),
        ("so it is: {S}", "so it is", r"frame 'so it is' has no \{S\}"),
        ("{women: [women, girls], men: [men]}", "7", "not a file of patterns"),
    ],
)
def test_what_cannot_be_used_is_refused_and_named(tmp_path: Path, there: str, instead: str, message: str) -> None:
    assert there in GOOD
    with pytest.raises(UsageError, match=message):
        read_patterns(write(tmp_path, GOOD.replace(there, instead)))


def test_every_pattern_of_the_corpus_is_read() -> None:
    files = read_patterns()
    assert len({file.lang for file in files}) >= 18
    assert sum(len(file.patterns) for file in files) > 5_000
    # Direct speech stands as it is; it brings its own denials and quotations, and the other files frame its language.
    framed = [file for file in files if not file.name.endswith("_direct")]
    assert all(file.turns and file.keeps for file in framed)
    assert {file.lang for file in framed} == {file.lang for file in files}
