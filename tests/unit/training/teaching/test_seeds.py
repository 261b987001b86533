"""The seeds of the teaching corpus are read, refused with file and line, and held together by what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moderation.domain.errors import UsageError
from moderation.training.teaching.seeds import Seed, families, read_seeds

ROW = {
    "text": "they eat our bread",
    "lang": "en",
    "labels": ["hate"],
    "about": "hate",
    "form": "statement",
    "predicate": "eat_bread",
    "group": "bakers",
    "set": "en-hate-1",
}


def seed(name: str, predicate: str, lang: str = "en") -> Seed:
    return Seed("…", lang, frozenset(), "hate", "news", predicate, "bakers", name)


def write(folder: Path, *lines: str) -> Path:
    (folder / "en.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def test_a_seed_that_is_benign_violates_nothing(tmp_path: Path) -> None:
    violating, benign = read_seeds(write(tmp_path, json.dumps(ROW), json.dumps({**ROW, "labels": ["benign"]})))
    assert violating.labels == {"hate"}
    assert benign.labels == frozenset()
    assert benign.about == "hate"


@pytest.mark.parametrize(
    ("line", "because"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        (json.dumps({**ROW, "labels": None}), "labels are a list"),
        (json.dumps({name: value for name, value in ROW.items() if name != "set"}), "a field is missing"),
    ],
)
def test_what_is_no_seed_is_refused_with_its_line(tmp_path: Path, line: str, because: str) -> None:
    with pytest.raises(UsageError, match=r"en\.jsonl:2: not a seed .* each line has text, lang"):
        read_seeds(write(tmp_path, json.dumps(ROW), line))


def test_the_mark_of_a_benign_twin_is_no_part_of_what_is_said() -> None:
    assert seed("a", "eat_bread_talk").said == seed("a", "eat_bread_other").said == "eat_bread"
    assert seed("a", "talk_down").said == "talk_down", "only at the end"


def test_sets_that_say_the_same_are_one_family_in_every_language() -> None:
    found = families(
        [
            seed("en-1", "eat_bread"),
            seed("de-1", "eat_bread_talk", "de"),  # says the same
            seed("de-1", "drink_milk", "de"),  # ties its set to the next
            seed("fr-1", "drink_milk", "fr"),
            seed("fr-2", "bake_cake", "fr"),  # says something else
        ]
    )
    assert found["en-1"] == found["de-1"] == found["fr-1"] != found["fr-2"]


def test_every_seed_of_the_corpus_is_read() -> None:
    seeds = read_seeds()
    assert len(seeds) > 5_000
    assert families(seeds).keys() == {seed.set for seed in seeds}
