"""The benchmark of languages counts as it says: cuts, what is right, what doubt is worth, what meets a target."""

from __future__ import annotations

import pytest

from benchmarks.detection.scoring import (
    Answer,
    is_language,
    is_tag,
    percent,
    percent_of_kept,
    percent_of_surest,
    primaries,
    primary,
)
from benchmarks.detection.tables import shown
from benchmarks.detection.targets import TARGETS, Target, against_targets
from benchmarks.detection.texts import LabelledPost, cut


@pytest.mark.parametrize(
    ("text", "shortest", "longest", "spaced", "expected"),
    [
        ("the cat sat", 1, 10, True, "the cat"),
        ("the cat on", 1, 10, True, "the cat on"),
        ("the cat on a mat", 1, 10, True, "the cat on"),
        ("the cat  sat", 1, 30, True, "the cat sat"),
        ("the cat sat", 12, 30, True, ""),
        ("Donaudampfschiff fährt", 1, 10, True, ""),
        ("今天天气真的很不错啊朋友", 1, 10, False, "今天天气真的很不错啊"),
        ("今天", 1, 10, False, "今天"),
        ("", 1, 10, True, ""),
    ],
)
def test_a_cut_is_the_longest_run_of_whole_words_that_fits(
    text: str, shortest: int, longest: int, spaced: bool, expected: str
) -> None:
    assert cut(text, shortest, longest, spaced=spaced) == expected


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-Hant", "zh"),
        ("zh-cn", "zh"),
        ("yue", "zh"),
        ("zh-Latn-pinyin", "zh"),
        ("nb", "no"),
        ("nn", "no"),
        ("fil", "tl"),
        ("iw", "he"),
        ("en-SG", "en"),
        ("hi-Latn", "hi"),
        ("zxx", "und"),
        ("id", "id"),
        ("ms", "ms"),
        ("ja", "ja"),
    ],
)
def test_the_language_of_a_tag(tag: str, language: str) -> None:
    assert primary(tag) == language


def test_the_languages_of_tags_leave_out_what_is_undetermined() -> None:
    assert primaries(["zh-Hans", "yue", "en", "und"]) == {"zh", "en"}
    assert primaries([]) == frozenset()


@pytest.mark.parametrize(
    ("accepted", "tag", "language_right", "tag_right"),
    [
        (("zh-Hans",), "zh-Hans", True, True),
        (("zh-Hans",), "zh-Hant", True, False),
        (("zh-Hans",), "zh", True, False),
        (("zh",), "yue", True, True),
        (("zh-Hans", "zh-Hant"), "zh-Hant", True, True),
        (("hi-Latn", "ur-Latn"), "ur", True, False),
        (("en",), "en-SG", True, True),
        (("en-SG",), "en", True, False),
        (("und", "en"), "und", True, True),
        (("und",), "en", False, False),
        (("id",), "ms", False, False),
    ],
)
def test_a_language_may_be_right_where_the_tag_is_not(
    accepted: tuple[str, ...], tag: str, language_right: bool, tag_right: bool
) -> None:
    assert is_language(accepted, tag) == language_right
    assert is_tag(accepted, tag) == tag_right


def test_a_share_of_nothing_is_none() -> None:
    assert percent([]) is None
    assert percent([True, False, True, True]) == 75


def test_doubtful_answers_do_not_count_among_the_rest() -> None:
    answers = [Answer(doubtful=True), Answer(), Answer(), Answer(doubtful=True)]
    assert percent_of_kept([False, True, False, True], answers) == 50
    assert percent_of_kept([True], [Answer(doubtful=True)]) is None


def test_the_surest_answers_are_those_of_the_highest_probability() -> None:
    answers = [Answer(probability=p) for p in (0.2, 0.9, 0.5, 0.7)]
    right = [False, True, False, True]
    assert percent_of_surest(right, answers, 2) == 100
    assert percent_of_surest(right, answers, 4) == 50
    assert percent_of_surest(right, answers, 0) is None


def test_of_equally_probable_answers_at_the_border_a_part_counts() -> None:
    answers = [Answer(probability=p) for p in (0.9, 0.5, 0.5)]
    assert percent_of_surest([True, True, False], answers, 2) == 75


@pytest.mark.parametrize(
    ("category", "main", "group"),
    [
        ("code-mixed", ("zh-Hans",), "code-mixed, zh"),
        ("code-mixed", ("en", "zh-Hans"), "code-mixed, en"),
        ("code-mixed-other", ("ja",), "code-mixed-other"),
        ("romanised", ("zh-Latn-pinyin", "zh"), "romanised, zh"),
        ("short", ("en",), "short"),
    ],
)
def test_the_group_of_a_post(category: str, main: tuple[str, ...], group: str) -> None:
    assert LabelledPost("text", category, main, ()).group == group


@pytest.mark.parametrize(
    ("most", "measured", "met"),
    [(False, 93.0, True), (False, 92.96, False), (True, 93.0, True), (True, 93.04, False)],
)
def test_a_target_is_a_bound_that_rounding_does_not_move(most: bool, measured: float, met: bool) -> None:
    assert Target("name", "figure", 93, most=most).is_met(measured) == met


def test_targets_of_what_was_not_measured_are_left_out() -> None:
    assert against_targets({}).rows == []
    assert against_targets({"short": None}).rows == []
    verdicts = [row[-1] for row in against_targets({"short": 93.2, "flapping": 1}).rows]
    assert verdicts == ["met", "MISSED"]


def test_every_target_has_a_figure_of_its_own() -> None:
    assert len({target.figure for target in TARGETS}) == len(TARGETS)


@pytest.mark.parametrize(("cell", "text"), [(12800, "12,800"), (97.25, "97.2"), (None, "–"), ("zh", "zh"), (0, "0")])
def test_a_cell_is_printed_with_as_many_digits_as_it_deserves(cell: object, text: str) -> None:
    assert shown(cell) == text  # type: ignore[arg-type]
