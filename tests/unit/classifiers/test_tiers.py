"""The classifier: who is covered, when the second reader is asked, and which line counts."""

import json
from collections.abc import Mapping, Sequence
from math import log
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from moderation.classifiers import reader
from moderation.classifiers.artifact import METADATA, read_artifact, write_artifact
from moderation.classifiers.calibration import KIND, probability
from moderation.classifiers.recalibration import Correction, apply, write_recalibration
from moderation.classifiers.tiers import PARTS, TieredClassifier, load_classifier, load_tiers
from moderation.domain.errors import UsageError
from moderation.domain.language import Language
from moderation.domain.taxonomy import LIFE
from moderation.settings import load_taxonomy
from tests.support.tiers import ALWAYS, NEVER, write_tiers

SILENT, ASKED = 0.2, 0.9526
"""What ``FLAT`` makes of a post that the fast tier alone reads, and of the reader's 3.0 for "vermin"."""


def constant(probability_: float) -> dict[str, Any]:
    """The fast tier gives every post one probability; the reader's raw score is what counts where it is asked."""
    return {"fast": [0.0, log(probability_ / (1 - probability_))], "both": [0.0, 1.0, 0.0], "p90": 0.9}


FLAT = {"hate": {"en": constant(SILENT)}}


def tiers(folder: Path, lines: Mapping[str, Any], *, cued: float = NEVER, plain: float = NEVER) -> TieredClassifier:
    """Small models with lines and a gate of one's own; unless it is told, the gate never opens."""
    described = {"kind": KIND, "gate": {"cued": cued, "plain": plain}, "lines": lines}
    write_artifact(write_tiers(folder) / "calibration", described, {}, "# calibration\n")
    return load_tiers(folder)


def spoken(tag: str, **shares: float) -> Language:
    return Language(tag, shares=shares or {tag: 1.0})


def asked(classifier: TieredClassifier, texts: Sequence[str]) -> list[str]:
    return [texts[row] for row in classifier.judge(list(texts), ["en"] * len(texts)).asked]


# The gate


@pytest.mark.parametrize(
    ("suspicion", "read"),
    [
        (0.05, []),  # too little even for a post with a cue
        (0.1, ["they are vermin"]),  # as much as a cue asks for
        (0.2, ["they are vermin"]),
        (0.49, ["they are vermin"]),
        (0.5, ["they are vermin", "they are here"]),  # as much as any post needs
        (0.9, ["they are vermin", "they are here"]),
    ],
)
def test_a_cue_lowers_what_the_gate_asks_for(tmp_path: Path, suspicion: float, read: list[str]) -> None:
    classifier = tiers(tmp_path, {"hate": {"en": constant(suspicion)}}, cued=0.1, plain=0.5)
    assert asked(classifier, ["they are vermin", "they are here"]) == read


CUES = [
    ("they are vermin", True),  # what dehumanises
    ("my neighbours are here", True),  # a group
    ("i am not here", False),  # a denial alone is nothing to judge
    ("blimey", False),  # an oath is told by the fast tier
    ("lovely", False),
    ("verminous", False),
]


@pytest.mark.parametrize(("text", "counts"), CUES)
def test_only_words_that_the_second_reader_judges_better_are_cues(tmp_path: Path, text: str, counts: bool) -> None:
    assert bool(asked(tiers(tmp_path, FLAT, cued=0.1), [text])) is counts


def test_the_largest_probability_of_a_covered_category_opens_the_gate(tmp_path: Path) -> None:
    low, high = {"en": constant(0.01)}, {"en": constant(0.9)}
    assert asked(tiers(tmp_path / "one", {"hate": low, "profanity": high}, cued=0.5, plain=0.5), ["here"])
    assert not asked(tiers(tmp_path / "two", {"hate": low, "profanity": low}, cued=0.5, plain=0.5), ["here"])
    # A category that the language has no line for says nothing, however high its raw score.
    assert not asked(tiers(tmp_path / "three", {"hate": low}, cued=0.5, plain=0.5), ["blimey"])


def test_the_line_of_both_tiers_counts_only_where_the_reader_was_asked(tmp_path: Path) -> None:
    classifier = tiers(tmp_path, FLAT, cued=0.1)
    scores = classifier(["here", "vermin", "lovely", "not vermin", ""], [spoken("en")] * 5)
    assert scores == [{"hate": SILENT}, {"hate": ASKED}, {"hate": SILENT}, {"hate": probability(1.5)}, {}]


# Who is covered

LINES = {
    "hate": {"en": constant(0.1), "de": constant(0.3), "zh": constant(0.6)},
    "profanity": {"en": constant(0.7), "ko": constant(0.4)},
}


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> TieredClassifier:
    return tiers(tmp_path_factory.mktemp("models"), LINES)


COVERED: list[tuple[Language, dict[str, float]]] = [
    # a post's language, its scores, and why
    (spoken("en"), {"hate": 0.1, "profanity": 0.7}),
    (spoken("en-GB"), {"hate": 0.1, "profanity": 0.7}),
    (spoken("de-AT"), {"hate": 0.3}),  # profanity is not covered in German: absent, not 0
    (spoken("ko"), {"profanity": 0.4}),
    (spoken("zh-Hans"), {"hate": 0.6}),
    (spoken("yue"), {"hate": 0.6}),
    (spoken("zh-Latn-pinyin"), {"hate": 0.6}),
    (spoken("ja"), {}),
    (spoken("und"), {}),
    # several languages: the larger score counts, and every category that one of them covers
    (spoken("en", en=0.7, de=0.3), {"hate": 0.3, "profanity": 0.7}),
    (spoken("de", de=0.6, en=0.4), {"hate": 0.3, "profanity": 0.7}),
    (spoken("en", en=0.75, de=0.25), {"hate": 0.3, "profanity": 0.7}),  # from a quarter of the post on
    (spoken("en", en=0.76, de=0.24), {"hate": 0.1, "profanity": 0.7}),
    (spoken("nl", nl=0.6, de=0.4), {"hate": 0.3}),  # the larger language is not covered, the other is
    (spoken("nl", nl=0.8, de=0.2), {}),
    (spoken("zh-Hans", **{"zh-Hans": 0.5, "zh-Hant": 0.5}), {"hate": 0.6}),
    # doubtful: the other candidates count as well
    (Language("nl", doubtful=True, candidates=("nl", "de")), {"hate": 0.3}),
    (Language("nl", candidates=("nl", "de")), {}),
    (Language("en", doubtful=True, candidates=("en", "zh-Latn-pinyin")), {"hate": 0.6, "profanity": 0.7}),
]


@pytest.mark.parametrize(("language", "scores"), COVERED)
def test_a_post_is_scored_in_every_language_that_it_may_be_in(
    classifier: TieredClassifier, language: Language, scores: dict[str, float]
) -> None:
    assert classifier(["some text"], [language]) == [scores]


def test_a_language_is_read_once(classifier: TieredClassifier) -> None:
    assert classifier.tags(spoken("zh-Hans", **{"zh-Hans": 0.5, "yue": 0.3})) == ["zh"]
    assert classifier.tags(Language("de", shares={"de": 0.6, "en": 0.4}, doubtful=True, candidates=("de", "en"))) == [
        "de",
        "en",
    ]


def test_blank_texts_and_no_texts_have_no_scores(classifier: TieredClassifier) -> None:
    assert classifier(["", " \n\u3000"], [spoken("en"), spoken("zh")]) == [{}, {}]
    assert classifier([], []) == []


def test_as_many_languages_as_texts(classifier: TieredClassifier) -> None:
    with pytest.raises(ValueError, match="zip"):
        classifier(["one", "two"], [spoken("en")])


# Real weights: what the fast tier reads


def test_harm_is_told_from_none_before_and_after_the_gate(tmp_path: Path) -> None:
    for folder, gate in ((tmp_path / "both", ALWAYS), (tmp_path / "alone", NEVER)):
        harmful, harmless, denied = load_classifier(write_tiers(folder, gate=gate))(
            ["My neighbours are VERMIN", "my neighbours are lovely", "my neighbours are not vermin"],
            [spoken("en")] * 3,
        )
        assert harmful["hate"] > max(harmless["hate"], denied["hate"])


# In haste

LIFE_AND_HATE = ("hate", "violence")
"""Heads of small models in which "blimey" is the word of violence."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> TieredClassifier:
    return load_tiers(write_tiers(tmp_path_factory.mktemp("models"), gate=0.08, heads=LIFE_AND_HATE))


def test_the_heads_that_are_never_shed_are_those_of_the_lane_life() -> None:
    categories = load_taxonomy().categories.values()
    assert {category.name for category in categories if category.lane == "life"} == LIFE


HURRIED = [
    # text, whether the second reader reads it at leisure, in haste, and why
    ("they are vermin", True, False),  # hate alone
    ("blimey", True, True),  # a life may be at stake
    ("vermin blimey", True, True),  # both
    ("my lovely", False, False),  # the gate is closed anyway
    ("", False, False),
]


@pytest.mark.parametrize(("text", "read", "read_in_haste"), HURRIED)
def test_in_haste_only_what_life_safety_asks_about_is_read(
    tmp_path: Path, lived: TieredClassifier, text: str, read: bool, read_in_haste: bool
) -> None:
    alone = load_tiers(write_tiers(tmp_path, gate=NEVER, heads=LIFE_AND_HATE))
    (scores,), shed = lived.hurried([text], [spoken("en")], [0])
    (at_leisure,) = lived([text], [spoken("en")])
    (unread,) = alone([text], [spoken("en")])
    assert (at_leisure != unread) is read
    assert scores == (at_leisure if read_in_haste else unread)
    assert shed == ({0} if read and not read_in_haste else set())


def test_only_the_posts_in_haste_are_shed(lived: TieredClassifier) -> None:
    texts, languages = ["vermin", "my lovely", "vermin", "blimey"], [spoken("en")] * 4
    scores, shed = lived.hurried(texts, languages, {1, 2, 3})
    assert shed == {2}
    at_leisure = lived(texts, languages)
    assert scores[0] == at_leisure[0] != scores[2]
    assert [scores[1], scores[3]] == [at_leisure[1], at_leisure[3]]
    assert lived.hurried(texts, languages, ()) == (at_leisure, set())
    assert lived.hurried([], [], ()) == ([], set())


def test_a_post_of_two_languages_is_read_in_both_where_life_asks_in_one(tmp_path: Path) -> None:
    write_tiers(tmp_path, heads=LIFE_AND_HATE)
    hate = {"de": constant(0.6), "en": constant(0.6)}
    gate = {"cued": 0.5, "plain": 0.5}
    described = {"kind": KIND, "gate": gate, "lines": {"hate": hate, "violence": {"en": constant(0.7)}}}
    write_artifact(tmp_path / "calibration", described, {}, "# calibration\n")
    classifier = load_tiers(tmp_path)
    german, both = spoken("de"), spoken("de", de=0.6, en=0.4)
    texts, languages = ["vermin", "vermin"], [german, both]
    scores, shed = classifier.hurried(texts, languages, range(2))
    assert shed == {0}  # German has no head of life safety here
    assert scores == [{"hate": 0.6}, classifier(texts, languages)[1]]


# Reviewers' verdicts


def test_verdicts_move_scores_and_operating_points_alike(tmp_path: Path) -> None:
    plain = tiers(tmp_path, {"hate": {"en": constant(0.9), "de": constant(0.9)}, "profanity": {"en": constant(0.9)}})
    lines = {"hate": {"en": Correction(0.5, -1.0)}}
    write_recalibration(tmp_path, lines)
    moved = load_tiers(tmp_path)
    assert plain(["x"], [spoken("en")]) == [{"hate": 0.9, "profanity": 0.9}]
    expected = apply(lines, {"hate": 0.9}, "en")["hate"]
    assert expected < 0.6
    assert moved(["x", "x"], [spoken("en"), spoken("de")]) == [{"hate": expected, "profanity": 0.9}, {"hate": 0.9}]
    assert plain.points["hate"] == {"en": {"p90": 0.9}, "de": {"p90": 0.9}}
    assert moved.points["hate"] == {"en": {"p90": expected}, "de": {"p90": 0.9}}
    assert moved.points["profanity"] == plain.points["profanity"]


# Versions and damage


def test_versions_name_each_part_and_change_with_it(tmp_path: Path) -> None:
    before = tiers(tmp_path, FLAT).versions
    assert set(before) == set(PARTS)
    assert all(len(version) == 12 for version in before.values())
    after = tiers(tmp_path, FLAT, cued=0.1).versions
    assert {name for name in PARTS if before[name] != after[name]} == {"calibration"}
    write_recalibration(tmp_path, {"hate": {"en": Correction(0.5, -1.0)}})
    assert set(load_tiers(tmp_path).versions) == {*PARTS, "recalibration"}


@pytest.mark.parametrize("part", PARTS)
def test_a_folder_without_a_part_is_refused_with_the_part_and_the_remedy(tmp_path: Path, part: str) -> None:
    rmtree(write_tiers(tmp_path) / part)
    with pytest.raises(UsageError, match=rf"no models in .*{part}/{METADATA}.*models train"):
        load_classifier(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no models in"):
        load_classifier(tmp_path)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_another_version_is_refused_by_its_kind(tmp_path: Path, part: str) -> None:
    described = write_tiers(tmp_path) / part / METADATA
    described.write_text(json.dumps({**json.loads(described.read_text()), "kind": "quadratic@7"}))
    with pytest.raises(UsageError, match=rf"{part}.*quadratic@7"):
        load_classifier(tmp_path)


def test_tiers_that_were_not_trained_together_are_refused(tmp_path: Path) -> None:
    other = read_artifact(write_tiers(tmp_path) / "reader", reader.KIND)
    write_artifact(tmp_path / "reader", {**other.metadata, "heads": ["profanity", "hate"]}, other.files, "")
    with pytest.raises(UsageError, match=r"not trained together.*train them again"):
        load_classifier(tmp_path)


def test_a_damaged_recalibration_is_refused(tmp_path: Path) -> None:
    (write_tiers(tmp_path) / "recalibration.json").write_text("{")
    with pytest.raises(UsageError, match=r"recalibration\.json"):
        load_classifier(tmp_path)
