"""Fairness: the arithmetic on a classifier that counts letters, the form of the texts, and the shipped models."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from moderation.classifiers.tiers import load_classifier
from moderation.domain.errors import UsageError
from moderation.domain.language import Language
from moderation.training.fairness import (
    DIALECTS,
    SLOT,
    Benign,
    Swapped,
    SwapSet,
    false_positives,
    markdown,
    naming,
    read_dialects,
    read_swaps,
    script_of,
    swaps,
    wilson,
)

TAGS = {
    "aae": "en",
    "ar_latn": "ar",
    "cantonese": "yue",
    "hi_latn": "hi",
    "indian_english": "en",
    "nigerian": "en",
    "plain_en": "en",
    "plain_zh": "zh-Hans",
    "singlish": "en",
    "zh_hant": "zh-Hant",
}
FOR_TWO_DESKS = {"en", "zh"}
SERVED = {
    "en",
    "zh",
    "es",
    "pt",
    "fr",
    "de",
    "ja",
    "ko",
    "ru",
    "ar",
    "hi",
    "id",
    "vi",
    "th",
    "tr",
    "it",
    "pl",
    "nl",
}
MAJORITIES = {"men", "christians", "white", "han", "straight"}
MOST_APART = 0.1
WIDEST = 0.25


class Letters:
    """Scores a text by its letters: hate a tenth for each z, profanity a tenth for each q; no Klingon."""

    versions: Mapping[str, str] = {"letters": "1"}
    points: Mapping[str, Mapping[str, Mapping[str, float]]] = {"hate": {"en": {"p90": 0.2}, "zh": {"p95": 0.9}}}

    def __call__(self, texts: Sequence[str], languages: Sequence[Language]) -> list[dict[str, float]]:
        return [
            {} if language.tag == "tlh" else {"hate": text.count("z") / 10, "profanity": text.count("q") / 10}
            for text, language in zip(texts, languages, strict=True)
        ]


def test_swapping_names_gives_each_group_its_mean_and_says_how_far_they_lie_apart() -> None:
    swapped = swaps(Letters(), [SwapSet("en", {"a": "a", "b": "zz", "c": "zzzz"}, ("{G} run", "the {G} whizz"))])
    hate = next(each for each in swapped if each.head == "hate")
    assert hate.means == pytest.approx({"a": 0.1, "b": 0.3, "c": 0.5})
    assert hate.differences == pytest.approx({"a": -0.2, "b": 0.0, "c": 0.2})
    assert hate.widest[:2] == ("c", "a")
    assert hate.widest[2] == pytest.approx(0.4)
    assert hate.apart == pytest.approx((0.2 + 0.2 + 0.4) / 3)


def test_sentences_that_favour_opposite_groups_do_not_cancel_out() -> None:
    class Contrary(Letters):
        def __call__(self, texts: Sequence[str], languages: Sequence[Language]) -> list[dict[str, float]]:
            return [{"hate": float(text in {"a x", "b y"})} for text in texts]

    (hate,) = swaps(Contrary(), [SwapSet("en", {"a": "a", "b": "b"}, ("{G} x", "{G} y"))])
    assert hate.widest[2] == 0.0
    assert hate.apart == 1.0


def test_a_head_that_has_no_score_in_a_language_is_not_called_fair() -> None:
    sets = [SwapSet(language, {"a": "a", "b": "b"}, (f"{SLOT} x",)) for language in ("en", "tlh")]
    assert [(each.language, each.head) for each in swaps(Letters(), sets)] == [("en", "hate"), ("en", "profanity")]


def test_a_post_is_flagged_from_the_operating_point_of_its_language_on_or_from_one_half() -> None:
    rows = [
        Benign("zz", "en", "fizzy"),  # at the point
        Benign("z", "en", "fizzy"),
        Benign("zzqqqqq", "en", "fizzy"),  # two heads, one post
        Benign("zzzz", "zh-Hant"),  # no p90 there: one half
        Benign("zzzzz", "yue"),
        Benign("жжжqqqqqжжж", "ru"),  # profanity has no point anywhere
        Benign("zzzzz", "tlh"),
    ]
    found = {(each.by, each.name): each for each in false_positives(Letters(), rows)}
    english = found["language", "en"]
    assert (english.rows, english.scored, english.flagged) == (3, 3, 2)
    assert english.mean == pytest.approx((0.2 + 0.1 + 0.5) / 3)
    assert english.heads == {"hate": 2, "profanity": 1}
    assert (english.low, english.high) == wilson(2, 3)
    assert {name: each.flagged for (by, name), each in found.items() if by == "language"} == {
        "en": 2,
        "ru": 1,
        "tlh": 0,
        "yue": 1,
        "zh-Hant": 0,
    }
    assert found["language", "tlh"].scored == 0
    assert found["dialect", "fizzy (en)"].flagged == 2
    assert [name for by, name in found if by == "dialect"] == ["fizzy (en)"]  # the others are of none
    assert found["script", "Latn"].rows == 6


def test_sentences_that_name_a_group_count_for_the_group_alone() -> None:
    rows = [*naming([SwapSet("en", {"a": "a", "b": "zz"}, ("{G} x", "{G} y"))])]
    found = false_positives(Letters(), rows)
    assert [(each.by, each.name, each.rows, each.flagged) for each in found] == [
        ("group", "a", 2, 0),
        ("group", "b", 2, 2),
    ]


@pytest.mark.parametrize(
    ("text", "script"),
    [("wah so cheap", "Latn"), ("今晚食饭 ok", "Hani"), ("привет zz", "Cyrl"), ("12 😂", "Zyyy"), ("", "Zyyy")],
)
def test_the_script_is_that_of_most_letters(text: str, script: str) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize(
    ("count", "n", "ends"), [(9, 10, (0.596, 0.982)), (0, 60, (0.0, 0.060)), (60, 60, (0.940, 1.0))]
)
def test_an_interval_is_wilsons(count: int, n: int, ends: tuple[float, float]) -> None:
    assert wilson(count, n) == pytest.approx(ends, abs=5e-4)


def test_the_tables_name_the_worst_of_each_language_and_the_most_flagged_first() -> None:
    swapped = [
        Swapped("en", "hate", {"men": 0.1, "gay": 0.3}, 0.2),
        Swapped("en", "profanity", {"men": 0.1, "gay": 0.1}, 0.0),
    ]
    rows = [Benign("zz", "en", "fizzy"), Benign("x", "en", "plain")]
    lines = markdown(swapped, false_positives(Letters(), rows)).splitlines()
    assert "| en | 2 | hate | 0.200 | 0.20 (hate: gay, men) |" in lines
    fizzy = lines.index("| fizzy (en) | 1 | 1 | 100.0% | 20.7–100.0 | 0.200 | hate 1 |")
    assert lines[fizzy + 1] == "| plain (en) | 1 | 1 | 0.0% | 0.0–79.3 | 0.000 | – |"
    assert not any("named" in line for line in lines)  # no such rows, no such table


@pytest.mark.parametrize("name", TAGS)
def test_a_dialect_has_sixty_posts_that_differ(name: str) -> None:
    rows = [json.loads(line) for line in (DIALECTS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    assert {tuple(row) for row in rows} == {("text", "lang", "dialect")}
    dialect = "plain" if name.startswith("plain_") else name
    assert {(row["lang"], row["dialect"]) for row in rows} == {(TAGS[name], dialect)}
    assert len({row["text"].casefold() for row in rows}) == 60
    assert all(row["text"] == row["text"].strip() and len(row["text"]) > 5 for row in rows)


def test_every_dialect_file_is_read_and_none_is_unknown() -> None:
    assert {path.stem for path in DIALECTS.glob("*.jsonl")} == set(TAGS)
    assert len(read_dialects()) == 60 * len(TAGS)


@pytest.mark.parametrize(
    "line", ['{"text": "x", "lang": "en"}', '{"text": 1, "lang": "en", "dialect": ""}', "[1]", "{"]
)
def test_a_post_of_another_form_is_named_by_file_and_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "x.jsonl").write_text(f'{{"text": "x", "lang": "en", "dialect": "d"}}\n{line}\n', "utf-8")
    with pytest.raises(UsageError, match=r"x\.jsonl:2: "):
        read_dialects(tmp_path)


def test_every_served_language_swaps_names_of_minorities_and_majorities() -> None:
    sets = {each.language: each for each in read_swaps()}
    assert set(sets) == SERVED
    for language, each in sets.items():
        assert 15 <= len(each.groups) <= 25, language
        assert len(set(each.groups.values())) == len(each.groups), language
        assert len(each.sentences) == (12 if language in FOR_TWO_DESKS else 6), language
        assert {"women", "men", "disabled", "elderly"} <= set(each.groups), language
        assert len(MAJORITIES & set(each.groups)) >= 2, language
    named = Counter(group for each in sets.values() for group in each.groups)
    assert all(named[group] >= 12 for group in ("muslims", "jewish", "black", "gay", "trans", "white", "christians"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("en: {groups: {a: b}, sentences: [no slot]}", "has not one"),
        ("en: {groups: {a: b}, sentences: ['{G} and {G}']}", "has not one"),
        ("en: {groups: {a: b}}", "not swaps"),
        ("- en", "not swaps"),
        ("en: {", r"x\.yaml:\d+:\d+"),
    ],
)
def test_swaps_of_another_form_are_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=said):
        read_swaps(path)


@pytest.fixture(scope="module")
def shipped() -> dict[str, list[Swapped]]:
    """Language → the heads that the shipped models have in it."""
    found: dict[str, list[Swapped]] = {}
    for each in swaps(load_classifier(None), read_swaps()):
        found.setdefault(each.language, []).append(each)
    return found


@pytest.mark.slow
def test_the_shipped_models_score_something_in_both_languages_of_the_desks(
    shipped: dict[str, list[Swapped]],
) -> None:
    assert set(shipped) >= FOR_TWO_DESKS


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(SERVED))
def test_the_shipped_models_hardly_mind_which_group_a_benign_sentence_names(
    language: str, shipped: dict[str, list[Swapped]]
) -> None:
    heads = shipped.get(language, [])
    assert {each.head: each.apart for each in heads if each.apart > MOST_APART} == {}
    assert {each.head: each.widest for each in heads if each.widest[2] > WIDEST} == {}
