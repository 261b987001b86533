"""The seeds of the teaching corpus: their form, and that no side of a contrast is missing."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from moderation.domain.taxonomy import CATEGORIES

FILES = sorted((Path(__file__).parents[3] / "moderation" / "training" / "seeds").glob("*.jsonl"))
KEYS = {"text", "lang", "labels", "about", "form", "predicate", "group", "set"}
MOST_OF_A_PREDICATE = 5
WRITTEN = set(CATEGORIES) - {"sexual_minors"}  # of that category nothing is ever written


def test_there_are_a_thousand_in_the_languages_of_the_desks() -> None:
    count = {file.stem: len(file.read_text("utf-8").splitlines()) for file in FILES}
    assert min(count["zh"], count["en"]) >= 1_000
    assert {tag for tag, seeds in count.items() if seeds < 150} == {"th"}, "Thai is not finished"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_seed_says_what_it_violates_and_stands_in_a_contrast(file: Path) -> None:
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    sides = defaultdict(set)
    for row in rows:
        assert set(row) == KEYS, row["set"]
        assert row["lang"] == file.stem
        assert row["about"] in WRITTEN
        assert row["labels"] == ["benign"] or set(row["labels"]) <= WRITTEN
        assert row["labels"]
        assert row["text"] == row["text"].strip()
        sides[row["set"]].add(row["labels"] == ["benign"])
    assert all(both == {True, False} for both in sides.values())
    assert len({row["text"] for row in rows}) == len(rows)
    assert max(Counter(row["predicate"] for row in rows).values()) <= MOST_OF_A_PREDICATE
    benign = sum(row["labels"] == ["benign"] for row in rows)
    assert 0.45 <= benign / len(rows) <= 0.55
