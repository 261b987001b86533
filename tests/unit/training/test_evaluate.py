from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from moderation.training.evaluate import evaluate
from moderation.training.labelled import ANY, Example
from moderation.training.sources import HEADS
from tests.support.models import Words

BENIGN = dict.fromkeys((*HEADS, ANY), False)
JUDGE = Words(
    {"hate": {"vermin": 0.9, "grubby": 0.4}, "spam": {"pills": 0.8}}, points={"hate": {"de": {"p90": 0.3}}}
)  # fmt: skip


def says(*categories: str) -> dict[str, bool]:
    return {**dict.fromkeys(categories, True), ANY: True}


def rows(count: int, text: str, language: str, truth: Mapping[str, bool], source: str | None = None) -> list[Example]:
    return [Example(f"{text} {n}", language, source, truth) for n in range(count)]


def measured(*examples: list[Example]) -> dict[tuple[str, str, str | None], dict[str, Any]]:
    texts = [each for part in examples for each in part]
    done: Counter[str] = Counter()

    @contextmanager
    def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
        yield lambda count: done.update({what: count})
        assert done[what] == total

    found = evaluate(texts, JUDGE, progress)
    assert done["texts"] == len(texts)
    return {(row["category"], row["language"], row["source"]): row for row in found}


def test_figures_by_category_language_and_source_and_all_of_them_together() -> None:
    found = measured(
        rows(20, "vermin", "en", says("hate"), "a"),
        rows(10, "quiet words", "en", says("hate"), "b"),
        rows(30, "a sunny day", "en", BENIGN, "a"),
        rows(30, "a sunny day", "de", BENIGN, "a"),
    )
    assert list(found)[:4] == [("hate", "de", "a"), ("hate", "en", "a"), ("hate", "en", "b"), ("hate", "all", "all")]
    assert [found["hate", *place]["rows"] for place in (("en", "a"), ("en", "b"), ("all", "all"))] == [50, 10, 90]
    assert found["hate", "en", "a"]["auroc"] == 1.0
    assert found["hate", "en", "b"]["auroc"] is None
    assert found["hate", "en", "b"]["auroc_interval"] is None
    everything = found["hate", "all", "all"]
    assert everything["auroc"] == pytest.approx((20 * 60 + 10 * 60 / 2) / (30 * 60), abs=1e-4)
    low, high = everything["auroc_interval"]
    assert low < everything["auroc"] < high
    assert found["spam", "en", "a"]["positives"] == 0
    assert found["spam", "en", "a"]["false_positive_rate"] == 0.0
    assert list(found)[-1] == (ANY, "all", "all")


def test_each_row_is_flagged_at_the_operating_point_of_its_language() -> None:
    found = measured(
        rows(10, "grubby", "de", says("hate")), rows(10, "grubby", "en", says("hate")), rows(10, "fine", "de", BENIGN)
    )
    assert (found["hate", "de", None]["f1"], found["hate", "de", None]["threshold"]) == (1.0, 0.3)
    assert (found["hate", "en", None]["f1"], found["hate", "en", None]["threshold"]) == (0.0, 0.5)
    assert (found["hate", "all", "all"]["f1"], found["hate", "all", "all"]["threshold"]) == (0.6667, None)


def test_any_is_the_largest_score_and_flagged_where_a_category_is() -> None:
    found = measured(
        rows(10, "pills", "en", {ANY: True}), rows(10, "grubby", "de", {ANY: True}), rows(10, "fine", "de", BENIGN)
    )[ANY, "all", "all"]
    assert (found["rows"], found["positives"]) == (30, 20)
    assert (found["auroc"], found["f1"], found["false_positive_rate"]) == (1.0, 1.0, 0.0)
    assert found["threshold"] is None


def test_what_no_model_covers_has_no_figures_but_counts_as_nothing_found_for_any() -> None:
    found = measured(rows(5, "vermine", "fr", says("hate")), rows(5, "soleil", "fr", BENIGN))
    assert set(found) == {(ANY, "fr", None), (ANY, "all", "all")}
    assert (found[ANY, "fr", None]["auroc"], found[ANY, "fr", None]["f1"]) == (0.5, 0.0)


def test_rows_of_which_nothing_is_known_count_nowhere() -> None:
    assert measured(rows(5, "vermin", "en", {})) == {}
